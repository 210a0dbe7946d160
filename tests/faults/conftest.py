"""Real background processes on servers of their own, so that killing them disturbs no other test.

Faults are placed by PostgreSQL itself: a test holds a lock that the worker needs next, so the worker stands still at
exactly that point, and is killed there. Nothing in the product knows about it.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from deploy.child import Child
from deploy.embedded_valkey import EmbeddedValkey
from deploy.processes import children_of
from deploy.program import python
from pool.models.match_run import MatchRun
from pool.queue import QUEUES
from tests.builders import again
from tests.deploy.waiting import HOPELESS, wait_for
from workers.__main__ import USUAL

LEASE = 10
"""Seconds for which a worker of these tests owns a run; the product's own 30 only take longer (setting, with a test)."""

NOTICED_WITHIN = LEASE + 10
"""Seconds after which somebody else works on what a killed process left: as promised, ten more than the lease."""


@dataclass
class Background:
    """`python -m workers` on one database and one Valkey; several are several machines."""

    env: dict[str, str]
    folder: Path
    valkey: EmbeddedValkey
    machines: list[Child] = field(default_factory=list)

    def start(self, **settings: str) -> Child:
        """One more machine; ready once each of its processes has been forked."""
        name = f"machine {len(self.machines) + 1}"
        log = self.folder / f"{name.replace(' ', '-')}.log"
        machine = python(name, "-m", "workers", log=log, env=self.env | settings)
        machine.start()
        self.machines.append(machine)
        wanted = settings.get("POOL_WORKERS", USUAL)
        queues = [queue for queue in QUEUES if queue in wanted]
        machine.wait_until(lambda: all(f'"queue": "{queue}"' in log.read_text() for queue in queues), seconds=HOPELESS)
        return machine

    def horses(self) -> list[int]:
        """The processes in which jobs run now: grandchildren of the machines."""
        alive = [machine for machine in self.machines if machine.is_alive()]
        return [
            horse for machine in alive for worker in children_of(machine.process.pid) for horse in children_of(worker)
        ]

    def jobs(self, number: int) -> list[int]:
        """The processes of exactly so many jobs, once all others have ended."""
        found: list[int] = []

        def settled() -> bool:
            found[:] = self.horses()
            return len(found) == number

        assert wait_for(settled), f"{found}\n{self.logs()}"
        return found

    def stop(self) -> None:
        """End every machine."""
        for machine in self.machines:
            machine.stop()

    def logs(self) -> str:
        """What all machines have written."""
        return "".join(machine.log.read_text() for machine in self.machines)


@pytest.fixture
def own_valkey(tmp_path) -> Iterator[EmbeddedValkey]:
    """A Valkey of this test alone; it may be killed."""
    server = EmbeddedValkey(tmp_path / "valkey")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def background(app, environment, own_valkey, tmp_path, clean_database) -> Iterator[Background]:
    """Machines of this test alone."""
    own = {"REDIS_URL": own_valkey.url, "POOL_LEASE_SECONDS": str(LEASE), "PYTHONUNBUFFERED": "1"}
    crew = Background(environment | own, tmp_path, own_valkey)
    yield crew
    crew.stop()
    print(crew.logs())


@dataclass
class Gate:
    """Locks a table as its owner, so that whoever needs it next stands still until the gate opens."""

    owner_url: str

    @contextmanager
    def closed(self, table: str, mode: str) -> Iterator[None]:
        """Closed at a table for others: ACCESS EXCLUSIVE stops readers, EXCLUSIVE stops writers."""
        with psycopg.connect(self.owner_url.replace("+psycopg", "")) as owner:
            owner.execute(f"LOCK TABLE {table} IN {mode} MODE")
            yield

    def waiting(self, table: str) -> int:
        """How many processes stand in front of the closed gate."""
        with psycopg.connect(self.owner_url.replace("+psycopg", "")) as owner:
            waiting = owner.execute(
                "SELECT count(*) FROM pg_locks WHERE relation = %s::regclass AND NOT granted", (table,)
            )
            return waiting.fetchone()[0]


@pytest.fixture
def gate(environment) -> Gate:
    """A gate in front of any table."""
    return Gate(environment["DATABASE_OWNER_URL"])


@pytest.fixture
def timed(request, capsys) -> Callable[[str], "Stopwatch"]:
    """Measures from now on and prints the seconds with the test's name. Where faults are all that runs (`make faults`), more
    than was promised is refused; in the whole suite the machine has other things to do, and only “never” is a fault."""
    strict = request.config.getoption("markexpr") == "faults"

    def timed(what: str) -> Stopwatch:
        return Stopwatch(f"{request.node.name}: {what}", capsys, strict=strict)

    return timed


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self, what: str, capsys: pytest.CaptureFixture, *, strict: bool):
        self.what, self.capsys, self.strict, self.began = what, capsys, strict, time.monotonic()

    def until(self, condition: Callable[[], object], *, within: float = NOTICED_WITHIN) -> float:
        """Wait for a condition and print how long it took; when promises are measured, so many seconds at most."""
        assert wait_for(condition), f"{self.what}: never"
        seconds = time.monotonic() - self.began
        with self.capsys.disabled():
            print(f"\n{self.what} {seconds:.1f} s", end=" ")
        assert seconds <= within or not self.strict, f"{self.what}: after {seconds:.1f} s instead of {within} s"
        return seconds


def descendants(pid: int) -> list[int]:
    """Every process below one, nearest first."""
    found = children_of(pid)
    return found + [process for child in found for process in descendants(child)]


def parent_of(pid: int) -> int:
    """The process that started this one."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def kill(*pids: int) -> None:
    """As the kernel does when memory runs out: no goodbye. A process that has just ended needs none."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def alive(pid: int) -> bool:
    """Does a process run (zombies do not)?"""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def published_once(market, run: MatchRun) -> bool:
    """One event, one live proposal for each session that can be filled, one reason for each that cannot."""
    proposed = [proposal.session_id for proposal in market.proposals(run)]
    unfilled = [reason.session_id for reason in market.reasons(run)]
    return (
        again(run).state == "published"
        and len(market.events("RunPublished")) == 1
        and sorted(proposed + unfilled) == sorted(session.id for session in market.sessions)
    )
