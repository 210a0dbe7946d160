"""The product and its tests at another day and hour, for people who have to see them there."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from deploy import moved_clock
from deploy.child import Child
from deploy.errors import CannotStart

SAYS_THE_TIME = "import time; print(time.strftime('%Y-%m-%d %H:%M', time.gmtime()))"


def test_a_london_wall_time_is_meant():
    """In summer it is an hour ahead of UTC; anything else is told how to write it."""
    assert moved_clock.instant("2027-07-01 09:00").astimezone(UTC) == datetime(2027, 7, 1, 8, tzinfo=UTC)
    with pytest.raises(CannotStart, match="write it like 2026-12-25 23:50"):
        moved_clock.instant("Christmas")


def test_time_passes_from_there_on(tmp_path):
    """The clock is moved by a number of seconds, so that all programs agree whenever they start."""
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    said = moved_clock.variables(tomorrow, tmp_path)
    assert abs(int(said[moved_clock.OFFSET]) - int(os.environ.get(moved_clock.OFFSET, 0)) - 86_400) < 600
    assert moved_clock.handed_on({**said, "SECRET_KEY": "s"}) == said
    assert moved_clock.handed_on({"LD_PRELOAD": "of somebody else"}) == {}


def test_every_program_has_the_same_clock(folder, monkeypatch):
    """Also a server that is started with few variables of its own."""
    try:
        library = moved_clock.library()
    except CannotStart as missing:
        pytest.skip(str(missing))
    at = datetime(2031, 12, 25, 23, 50, tzinfo=UTC)
    command = [sys.executable, "-m", "deploy.moved_clock", "2031-12-25 23:50", sys.executable, "-c", SAYS_THE_TIME]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert shown.startswith("2031-12-2")
    for name, value in moved_clock.variables(at, library).items():
        monkeypatch.setenv(name, value)
    child = Child("the clock", [sys.executable, "-c", SAYS_THE_TIME], log=folder / "clock.log", env={})
    child.start()
    child.process.wait()
    assert child.log.read_text().startswith("2031-12-2")
