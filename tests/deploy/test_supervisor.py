"""The supervisor starts parts in order, starts a crashed one again, and leaves nothing running."""

import errno
import io
import multiprocessing
import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
import redis

from deploy.child import Child
from deploy.errors import AlreadyRunning, CannotStart
from deploy.processes import children_of, end_processes, processes_with
from deploy.program import Program
from deploy.progress import Progress
from deploy.supervisor import Supervisor, Watched
from deploy.var_folder import VarFolder
from tests.deploy.waiting import HOPELESS, wait_for

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
    supervisor.join(HOPELESS)
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


class Refusing:
    """A part that ended and that the machine refuses to start, until there is room again."""

    def __init__(self, *problems: Exception) -> None:
        self.problems = list(problems)
        self.alive = False
        self.starts = 0

    def start(self) -> None:
        self.starts += 1
        if self.problems:
            raise self.problems.pop(0)
        self.alive = True

    def stop(self) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def is_alive(self) -> bool:
        return self.alive


@pytest.mark.parametrize(
    "problem",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        psycopg.OperationalError("could not extend file"),
        redis.ResponseError("MISCONF Errors writing to the AOF file"),
        IndexError("an empty lock file"),
        CannotStart("It stopped while starting."),
    ],
    ids=lambda problem: type(problem).__name__,
)
def test_whatever_a_start_fails_by_it_is_said_and_tried_again(tmp_path, problem):
    """A full disk shows itself in a hundred ways; none may end the supervisor, which then starts nothing any more."""
    part, said = Refusing(problem), io.StringIO()
    supervisor = looking_after(tmp_path, said, Watched("Valkey", part, is_server=True))
    look_until(supervisor, lambda: part.starts == 1)
    assert "Trying again" in said.getvalue()
    look_until(supervisor, part.is_alive)
    assert "Valkey runs again" in said.getvalue()


def test_programs_wait_for_the_servers_that_they_stand_on(tmp_path):
    """A portal that is waited for while PostgreSQL is down would keep PostgreSQL from being started."""
    server, program = Refusing(CannotStart("No room.")), Refusing()
    watched = [Watched("PostgreSQL", server, is_server=True), Watched("Portal", program)]
    supervisor = looking_after(tmp_path, io.StringIO(), *watched)
    look_until(supervisor, lambda: server.starts == 1)
    assert program.starts == 0
    look_until(supervisor, program.is_alive)
    assert server.alive


def test_a_server_that_ends_while_a_program_is_awaited_is_started_at_once(tmp_path):
    """Workers wait for a Valkey that takes writes; PostgreSQL must not wait three minutes for the workers."""
    never = Program(Child("Workers", ["sleep", FIRST], log=tmp_path / "log", env=dict(os.environ)), lambda: False)
    server = Refusing()
    watched = [Watched("PostgreSQL", server, is_server=True), Watched("Workers", never)]
    supervisor = looking_after(tmp_path, io.StringIO(), *watched)
    look_until(supervisor, never.is_alive)
    server.alive = False
    look_until(supervisor, server.is_alive)
    assert never.is_alive()
    never.stop()


def test_a_program_that_never_answers_is_started_anew(tmp_path):
    """It may have lost its way at its start; waiting on would be for ever."""
    never = Program(Child("Workers", ["sleep", FIRST], log=tmp_path / "log", env=dict(os.environ)), lambda: False, 0.1)
    said = io.StringIO()
    supervisor = looking_after(tmp_path, said, Watched("Workers", never))
    look_until(supervisor, never.is_alive)
    first = never.child.process.pid
    time.sleep(0.2)
    look_until(supervisor, lambda: never.is_alive() and never.child.process.pid != first)
    assert "Workers was not ready after 0 seconds" in said.getvalue()
    never.stop()


def test_a_screen_on_a_full_disk_stops_nothing():
    """`make run > log`: the log is usually on the disk that is full."""
    went_on = False
    with suppress(OSError), Path("/dev/full").open("w") as full:
        progress = Progress(full)
        progress.say("Valkey stopped by itself")
        with progress.step("Valkey"):
            pass
        went_on = True
    assert went_on


def looking_after(folder: Path, said: io.StringIO, *watched: Watched) -> Supervisor:
    supervisor = Supervisor(TwoSleepers(folder), Progress(said))
    supervisor.watched = list(watched)
    return supervisor


def look_until(supervisor: Supervisor, happened) -> None:
    """Look again and again, as if every wait were over."""
    for _ in range(50):
        supervisor.look()
        for watched in supervisor.watched:
            watched.not_before = min(watched.not_before, time.monotonic())
        if happened():
            return
    raise AssertionError(supervisor.watched)


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
    watched.started = watched.not_before = time.monotonic() - 61
    assert watched.postpone() == 1


def test_the_wait_doubles_too_for_a_part_that_ran_for_days_and_now_does_not_start():
    """On a full disk PostgreSQL was started every second, for as long as the disk was full."""
    watched = Watched("PostgreSQL", part=None, started=time.monotonic() - 100_000)
    assert [watched.postpone() for _ in range(5)] == [1, 2, 4, 8, 16]
