"""The supervisor starts parts in order, starts a crashed one again, and leaves nothing running."""

import io
import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from deploy.child import Child
from deploy.errors import AlreadyRunning
from deploy.processes import children_of, end_processes, processes_with
from deploy.program import Program
from deploy.progress import Progress
from deploy.supervisor import Supervisor, Watched
from deploy.var_folder import VarFolder
from tests.deploy.waiting import wait_for

IN_A_FORK = multiprocessing.get_context("fork")
FIRST, SECOND = (f"600.{os.getpid():07d}{number}" for number in (1, 2))
"""How long the parts sleep: nobody else's do so long, also when the tests run twice on one machine."""


class TwoSleepers:
    """A machine whose two parts do nothing, for as long as they are let."""

    address = "http://127.0.0.1:8000"

    def __init__(self, folder: Path) -> None:
        self.var = VarFolder(folder / "var")

    def servers(self):
        """The first part."""
        yield "First", self._sleeper(FIRST)

    def preparations(self):
        """One step that leaves a trace."""
        yield "Preparing", self._prepare

    def _prepare(self, show) -> None:
        show("half way")
        (self.var.path / "prepared").touch()

    def programs(self):
        """The second part."""
        yield "Second", self._sleeper(SECOND)

    def welcome(self, show) -> str:
        """What the demo would print."""
        return "Practice manager  http://127.0.0.1:8000/sign-in"

    def _sleeper(self, seconds: str) -> Program:
        child = Child(seconds, ["sh", "-c", f"sleep {seconds} & wait"], log=self.var.log(seconds), env=dict(os.environ))
        return Program(child, lambda: len(processes_with(seconds)) == 2)


def supervise(folder: Path) -> None:
    with (folder / "screen").open("w") as screen:
        Supervisor(TwoSleepers(folder), Progress(screen)).run()


@pytest.fixture
def supervisor(folder):
    """A supervisor of two sleepers in a process of its own, ready."""
    process = IN_A_FORK.Process(target=supervise, args=(folder,))
    process.start()
    assert wait_for(lambda: "Ctrl-C" in screen(folder))
    yield process
    process.kill()
    process.join()
    for sleeper in (FIRST, SECOND):
        end_processes(sleeper, signal.SIGKILL, seconds=0)


def screen(folder: Path) -> str:
    return (folder / "screen").read_text() if (folder / "screen").exists() else ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_every_request_to_stop_leaves_no_process(supervisor, number):
    """Ctrl-C, `kill` and a closed terminal end the same way."""
    os.kill(supervisor.pid, number)
    supervisor.join(20)
    assert supervisor.exitcode == 0
    assert processes_with(FIRST) + processes_with(SECOND) == []


def test_a_killed_supervisor_takes_its_parts_along(supervisor):
    """Nobody can clean up after kill -9, so the kernel tells the parts."""
    parts = children_of(supervisor.pid)
    assert len(parts) == 2
    os.kill(supervisor.pid, signal.SIGKILL)
    assert wait_for(lambda: not set(parts) & set(processes_with(FIRST) + processes_with(SECOND)))


def test_a_crashed_part_is_started_again_and_its_remains_are_removed(supervisor, folder):
    """Half of a crashed part would hold its port or its files."""
    before = processes_with(SECOND)
    os.kill(min(before), signal.SIGKILL)
    assert wait_for(lambda: "Second runs again" in screen(folder))
    after = processes_with(SECOND)
    assert len(after) == 2
    assert not set(before) & set(after)


def test_each_step_is_shown_with_its_seconds(supervisor, folder):
    """A first start takes a while; nobody should wonder whether it hangs."""
    lines = [line.split() for line in screen(folder).splitlines() if "✓" in line]
    assert [(tick, name, unit) for tick, name, *_, unit in lines] == [
        ("✓", "First", "s"),
        ("✓", "Preparing", "s"),
        ("✓", "Second", "s"),
        ("✓", "Sign-in", "s"),
    ]
    assert "Practice manager  http://127.0.0.1:8000/sign-in" in screen(folder)


def test_a_second_supervisor_is_refused_with_the_address_of_the_first(supervisor, folder):
    """Two portals on one set of data would confuse everybody."""
    with pytest.raises(AlreadyRunning, match=r"at http://127.0.0.1:8000"):
        Supervisor(TwoSleepers(folder), Progress(io.StringIO())).run()
    assert supervisor.is_alive()


def test_the_wait_doubles_up_to_half_a_minute_and_starts_anew_after_a_stable_minute():
    """A part that fails at once does not keep the machine busy."""
    watched = Watched("Part", part=None, started=time.monotonic())
    assert [watched.postpone() for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    watched.started = time.monotonic() - 61
    assert watched.postpone() == 1
