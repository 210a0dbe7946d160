"""Kill what works on a run, wherever it stands: the plan is published exactly once, and somebody else is at it within
ten seconds after the lease. Each test prints its seconds."""

import os
import shutil
import signal

import pytest

from pool.services.runs.solving import STAGES
from tests.builders import again
from tests.deploy.waiting import wait_for
from tests.faults.conftest import alive, descendants, kill, parent_of, published_once
from tests.faults.scenes import PUBLISHING, READING, a_full_market, attempts, stand_still, wait_for_plans
from tests.workers.places import a_busy_market

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("where", [READING, PUBLISHING], ids=["reading", "publishing"])
def test_a_job_and_a_worker_are_killed(background, gate, timed, where):
    """Three runs stand still; of one the job's process dies, of one its worker, the third is left alone."""
    markets = [a_full_market() for _ in range(3)]
    background.start(POOL_WORKERS="now=1,later=1,match=3,sweeper=1")
    with gate.closed(*where):
        runs = [market.request() for market in markets]
        stand_still(gate, where, runs, background)
        job, other_job, _ = background.jobs(3)
        worker = parent_of(other_job)
        kill(job, worker)
        since = timed("job and worker killed, noticed after")
        assert wait_for(lambda: not alive(other_job)), "a job outlived its worker"
    since.until(lambda: attempts(runs) == [1, 2, 2])
    wait_for_plans(markets, runs, background)


def test_the_engine_is_killed_while_it_works(background, timed):
    """No gate: a place with many sessions, killed as soon as the engine says that it is at it."""
    market = a_busy_market(sessions=200, clinicians=40)
    background.start()
    run = market.request()
    assert wait_for(lambda: again(run).stage in set(STAGES.values())), background.logs()
    everything = [process for horse in background.horses() for process in (horse, *descendants(horse))]
    kill(*background.horses())
    since = timed("engine killed, noticed after")
    assert wait_for(lambda: not any(map(alive, everything))), "the engine outlived its job"
    assert attempts([run]) == [1]
    since.until(lambda: attempts([run]) == [2])
    wait_for_plans([market], [run], background)


def test_a_whole_machine_and_valkey_are_killed(background, gate, timed):
    """The second machine does what the first one left, although every signal is lost with Valkey."""
    market = a_full_market()
    first = background.start()
    with gate.closed(*PUBLISHING):
        run = market.request()
        stand_still(gate, PUBLISHING, [run], background)
        everything = descendants(first.process.pid)
        kill(first.process.pid, background.valkey.child.process.pid)
        since = timed("machine and Valkey killed, noticed after")
        first.process.wait()
        assert wait_for(lambda: not any(map(alive, everything))), "a process outlived its machine"
    shutil.rmtree(background.valkey.data)
    background.valkey.start()
    background.start()
    since.until(lambda: attempts([run]) == [2])
    wait_for_plans([market], [run], background)


def test_a_frozen_job_comes_back_too_late(background, gate, timed):
    """A machine that was paused: its run is given to another, and when it wakes up it can change nothing."""
    market = a_full_market()
    background.start()
    with gate.closed(*READING):
        run = market.request()
        stand_still(gate, READING, [run], background)
        (frozen,) = background.jobs(1)
        os.kill(frozen, signal.SIGSTOP)
        since = timed("job frozen, noticed after")
        background.start(POOL_WORKERS="match=1")
    since.until(lambda: attempts([run]) == [2])
    wait_for_plans([market], [run], background)
    os.kill(frozen, signal.SIGCONT)
    assert wait_for(lambda: "run_lost" in background.logs()), background.logs()
    assert published_once(market, run)
