"""Kill what works on a run, wherever it stands: the plan is published exactly once, and somebody else is at it within
40 seconds of the kill. Each test prints its seconds."""

import os
import shutil
import signal
from datetime import timedelta

import pytest

from deploy.embedded_postgres import APPLICATION
from tests.builders import a_session, again
from tests.deploy.waiting import wait_for
from tests.faults.conftest import alive, descendants, kill, parent_of, published_once
from tests.workers.places import Market, a_busy_market, a_market
from workers.match import STAGES

pytestmark = pytest.mark.faults

READING = ("weekly_slot", "ACCESS EXCLUSIVE")
"""The worker stands still while it takes its snapshot."""

PUBLISHING = ("unfilled_reason", "EXCLUSIVE")
"""The worker stands still in the middle of publishing: the run is locked, nothing is committed."""


DROP_CONNECTIONS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = %s
"""


def a_full_market() -> Market:
    """Sessions that can be filled and one that cannot, so that publishing writes every kind of row."""
    market = a_market(sessions=3, clinicians=2)
    market.sessions.append(a_session(market.practice, on=market.sessions[-1].on + timedelta(days=1), skills=["coils"]))
    return market


def attempts(runs) -> list[int]:
    """How often each run was started, the most patient first."""
    return sorted(again(run).attempt for run in runs)


def wait_for_plans(markets, runs, background) -> None:
    """Every run ends as a plan that was published once."""
    done = wait_for(lambda: all(again(run).state == "published" for run in runs), seconds=60)
    assert done, background.logs()
    assert all(published_once(market, run) for market, run in zip(markets, runs, strict=True))


@pytest.mark.parametrize("where", [READING, PUBLISHING], ids=["reading", "publishing"])
def test_a_job_and_a_worker_are_killed(background, gate, timed, where):
    """Three runs stand still; of one the job's process dies, of one its worker, the third is left alone."""
    markets = [a_full_market() for _ in range(3)]
    background.start(POOL_WORKERS="now=1,later=1,match=3,sweeper=1")
    with gate.closed(*where):
        runs = [market.request() for market in markets]
        assert wait_for(lambda: gate.waiting(where[0]) == 3, seconds=60), background.logs()
        job, other_job, _ = background.horses()
        worker = parent_of(other_job)
        kill(job, worker)
        since = timed("job and worker killed, noticed after")
        assert wait_for(lambda: not alive(other_job), seconds=2), "a job outlived its worker"
    since.until(lambda: attempts(runs) == [1, 2, 2])
    wait_for_plans(markets, runs, background)


def test_the_engine_is_killed_while_it_works(background, timed):
    """No gate: a place with many sessions, killed as soon as the engine says that it is at it."""
    market = a_busy_market(sessions=200, clinicians=40)
    background.start()
    run = market.request()
    assert wait_for(lambda: again(run).stage in set(STAGES.values()), seconds=60), background.logs()
    kill(*background.horses())
    since = timed("engine killed, noticed after")
    assert attempts([run]) == [1]
    since.until(lambda: attempts([run]) == [2])
    wait_for_plans([market], [run], background)


def test_a_whole_machine_and_valkey_are_killed(background, gate, timed):
    """The second machine does what the first one left, although every signal is lost with Valkey."""
    market = a_full_market()
    first = background.start()
    with gate.closed(*PUBLISHING):
        run = market.request()
        assert wait_for(lambda: gate.waiting(PUBLISHING[0]) == 1, seconds=60), background.logs()
        everything = descendants(first.process.pid)
        kill(first.process.pid, background.valkey.child.process.pid)
        since = timed("machine and Valkey killed, noticed after")
        first.process.wait()
        assert wait_for(lambda: not any(map(alive, everything)), seconds=2), "a process outlived its machine"
    shutil.rmtree(background.valkey.data)
    background.valkey.start()
    background.start()
    since.until(lambda: attempts([run]) == [2])
    wait_for_plans([market], [run], background)


def test_valkey_is_away_while_runs_are_made_and_asked_for(background, gate, timed):
    """The run under way is published, the one asked for meanwhile follows when Valkey is back, empty."""
    markets = [a_full_market(), a_full_market()]
    machine = background.start()
    with gate.closed(*READING):
        runs = [markets[0].request()]
        assert wait_for(lambda: gate.waiting(READING[0]) == 1, seconds=60), background.logs()
        kill(background.valkey.child.process.pid)
    assert wait_for(lambda: again(runs[0]).state == "published", seconds=30), background.logs()
    runs.append(markets[1].request())
    shutil.rmtree(background.valkey.data)
    background.valkey.start()
    since = timed("Valkey back and empty, run taken after")
    since.until(lambda: attempts(runs) == [1, 1])
    wait_for_plans(markets, runs, background)
    assert machine.is_alive()


def test_a_machine_that_starts_before_valkey_waits_for_it(background, timed):
    """The order in which servers come up after a power cut is anybody's guess."""
    market = a_full_market()
    background.valkey.stop()
    background.start()
    run = market.request()
    background.valkey.start()
    since = timed("Valkey came up, run taken after")
    since.until(lambda: attempts([run]) == [1])
    wait_for_plans([market], [run], background)


def test_postgresql_drops_every_connection(background, gate, services, database, timed):
    """A failover in the middle of a run: it is handed back and taken again, and a sweeper leads again."""
    market = a_full_market()
    background.start()
    with gate.closed(*READING):
        run = market.request()
        assert wait_for(lambda: gate.waiting(READING[0]) == 1, seconds=60), background.logs()
        with services.postgres.connect(database) as superuser:
            superuser.execute(DROP_CONNECTIONS, (APPLICATION,))
        since = timed("connections dropped, run taken after")
    since.until(lambda: attempts([run]) == [2], within=20)
    wait_for_plans([market], [run], background)


def test_a_frozen_job_comes_back_too_late(background, gate, timed):
    """A machine that was paused: its run is given to another, and when it wakes up it can change nothing."""
    market = a_full_market()
    background.start()
    with gate.closed(*READING):
        run = market.request()
        assert wait_for(lambda: gate.waiting(READING[0]) == 1, seconds=60), background.logs()
        (frozen,) = background.horses()
        os.kill(frozen, signal.SIGSTOP)
        since = timed("job frozen, noticed after")
        background.start(POOL_WORKERS="match=1")
    since.until(lambda: attempts([run]) == [2])
    wait_for_plans([market], [run], background)
    os.kill(frozen, signal.SIGCONT)
    assert wait_for(lambda: "run_lost" in background.logs(), seconds=30), background.logs()
    assert published_once(market, run)


def test_a_machine_that_is_asked_to_stop_is_gone_in_ten_seconds(background, gate, timed):
    """Also in the middle of a run, which the next start carries through."""
    market = a_full_market()
    machine = background.start()
    with gate.closed(*READING):
        run = market.request()
        assert wait_for(lambda: gate.waiting(READING[0]) == 1, seconds=60), background.logs()
        everything = descendants(machine.process.pid)
        since = timed("asked to stop, gone after")
        machine.process.terminate()
        since.until(lambda: not machine.is_alive(), within=10)
        assert not any(map(alive, everything))
        assert machine.process.returncode == 0
    background.start()
    since = timed("machine started again, run taken after")
    since.until(lambda: attempts([run]) == [2], within=10)
    wait_for_plans([market], [run], background)
