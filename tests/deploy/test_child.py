"""A child process never outlives its parent and takes its own children along."""

import os
import signal

import pytest

from deploy.child import Child
from deploy.errors import CannotStart
from deploy.processes import end_processes, processes_with
from tests.deploy.waiting import HOPELESS


def a_child(folder, *command, **settings) -> Child:
    return Child("the sleeper", list(command), log=folder / "child.log", env={"PATH": "/usr/bin:/bin"}, **settings)


def test_stopping_ends_the_whole_group(folder):
    """A program that starts helpers and forgets them leaves none behind."""
    marker = f"600.{os.getpid():07d}3"
    child = a_child(folder, "sh", "-c", f"sleep {marker} & sleep {marker} & wait")
    child.start()
    child.wait_until(lambda: len(processes_with(marker)) == 3, seconds=HOPELESS)
    child.stop()
    assert not processes_with(marker)


def test_a_program_that_ignores_the_request_is_killed(folder):
    """Ctrl-C always ends, at the latest after the time allowed."""
    child = a_child(folder, "sh", "-c", "trap '' TERM; echo up; while :; do sleep 0.1; done", stop_seconds=0.5)
    child.start()
    child.wait_until(lambda: "up" in child.log.read_text(), seconds=HOPELESS)
    child.stop()
    assert not child.is_alive()
    assert child.process.returncode == -signal.SIGKILL


def test_a_program_that_ends_while_starting_shows_its_last_words(folder):
    """The reason stands in the message, not only in a file."""
    child = a_child(folder, "sh", "-c", "echo no such pool; exit 3")
    child.start()
    with pytest.raises(CannotStart, match=r"the sleeper stopped while starting(.|\n)*no such pool"):
        child.wait_until(lambda: False, seconds=HOPELESS)


def test_left_over_processes_are_ended_by_their_marker(folder):
    """What an earlier run left is found by its command line."""
    marker = f"600.{os.getpid():07d}4"
    left_over = a_child(folder, "sleep", marker)
    left_over.start()
    left_over.wait_until(lambda: processes_with(marker), seconds=HOPELESS)
    assert end_processes(marker, signal.SIGTERM)
    assert left_over.process.wait(HOPELESS) == -signal.SIGTERM
    assert not end_processes(marker, signal.SIGTERM)
