"""Runs a command, and every program that it starts, at another time: `python -m deploy.moved_clock "2026-12-25 23:50" …`.

Tests and the demonstration have to hold at any day and hour, so they have to be run at chosen times. A small
library (moved_clock.c) moves the wall clock of programs from outside; servers that are started with few variables are
handed those of the clock by `deploy/child.py`. libfaketime was tried: while a program waits in epoll its signal
handlers read the true clock (0.9.10), so PostgreSQL's lock and statement time-outs never come.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from deploy.errors import CannotStart

SOURCE = Path(__file__).with_suffix(".c")
OFFSET = "POOL_CLOCK_OFFSET"
MISSING = (
    "The clock is moved by a small library that a C compiler makes. On Debian or Ubuntu: apt-get install gcc libc6-dev"
)


def handed_on(env: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables that a child needs to have the clock of its parent; empty when it was not moved."""
    return {name: env[name] for name in ("LD_PRELOAD", OFFSET) if name in env} if OFFSET in env else {}


def variables(at: datetime, library: Path) -> dict[str, str]:
    """The variables that make it `at` now and let time pass from then on, also where the clock is moved already."""
    seconds = round((at - datetime.now(UTC)).total_seconds()) + int(os.environ.get(OFFSET, 0))
    return {"LD_PRELOAD": str(library), OFFSET: str(seconds)}


def library() -> Path:
    """The library, compiled where every user can read it. Raises CannotStart with the way to get a compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise CannotStart(MISSING)
    folder = Path(tempfile.mkdtemp(prefix="pool-clock-"))
    folder.chmod(0o755)
    made = folder / "moved_clock.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", made, SOURCE, "-ldl"], check=True)
    return made


def instant(written: str) -> datetime:
    """A London wall time such as 2026-12-25 23:50. Raises CannotStart when it is not one."""
    try:
        return datetime.strptime(written, "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo("Europe/London"))
    except ValueError as wrong:
        raise CannotStart(f"“{written}” is no time: write it like 2026-12-25 23:50, in London time.") from wrong


def main(written: str, *command: str) -> None:
    """Become the command, at the time that was written."""
    os.execvpe(command[0], command, os.environ | variables(instant(written), library()))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except CannotStart as problem:
        sys.exit(str(problem))
