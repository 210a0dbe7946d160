"""Runs a command, and every program that it starts, at another time: `python -m deploy.moved_clock "2026-12-25 23:50" …`.

Tests and the demonstration have to hold at any day and hour. The library libfaketime moves the clock of programs from
outside; servers that are started with few variables are handed those of the clock by `deploy/child.py`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from deploy.errors import CannotStart

LIBRARY = "faketime/libfaketimeMT.so.1"
FOLDERS = ("/usr/lib", "/usr/lib64", "/usr/local/lib")
VARIABLES = ("LD_PRELOAD", "FAKETIME")
MISSING = "The clock is moved by libfaketime, which is not here. On Debian or Ubuntu: apt-get install libfaketime"


def handed_on(env: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables that a child needs to have the clock of its parent; none when nobody moved it."""
    return {name: env[name] for name in VARIABLES if name in env} if "FAKETIME" in env else {}


def variables(at: datetime, library: Path) -> dict[str, str]:
    """The variables that make it `at` now and let time pass from then on; waiting takes as long as ever."""
    seconds = round((at - datetime.now(UTC)).total_seconds())
    return {"LD_PRELOAD": str(library), "FAKETIME": f"{seconds:+d}"}


def find_library() -> Path:
    """Where libfaketime is installed. Raises CannotStart with the way to get it."""
    found = [path for folder in FOLDERS for path in (*Path(folder).glob(LIBRARY), *Path(folder).glob(f"*/{LIBRARY}"))]
    if not found:
        raise CannotStart(MISSING)
    return found[0]


def instant(written: str) -> datetime:
    """A London wall time such as 2026-12-25 23:50. Raises CannotStart when it is not one."""
    try:
        return datetime.strptime(written, "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo("Europe/London"))
    except ValueError as wrong:
        raise CannotStart(f"“{written}” is no time: write it like 2026-12-25 23:50, in London time.") from wrong


def main(written: str, *command: str) -> None:
    """Become the command, at the time that was written."""
    os.execvpe(command[0], command, os.environ | variables(instant(written), find_library()))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except CannotStart as problem:
        sys.exit(str(problem))
