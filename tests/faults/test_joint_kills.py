"""Kill a worker of a run over several pools, in a part and while it publishes: one plan for each pool, published once."""

import pytest
from sqlalchemy import func, select, update

from pool.models.outbox import OutboxMessage
from pool.models.run_part import RunPart
from tests.builders import again, working_as
from tests.deploy.waiting import wait_for
from tests.faults.conftest import kill, published_once
from tests.faults.scenes import PUBLISHING
from tests.faults.test_part_kills import HANDING_IN
from tests.workers.neighbours import everybody, runs_of, three_pools
from workers import match

pytestmark = pytest.mark.faults

CREW = "now=1,later=1,match=3,sweeper=1"


@pytest.fixture
def markets(app):
    """Three pools that are matched together, the first with a run that is asked for."""
    markets = three_pools()
    markets[0].request()
    return markets


def parts(markets) -> list[RunPart]:
    """The parts of the run, pool by pool."""
    return [part for market in markets for part in market.rows(select(RunPart))]


def all_published_once(markets, background) -> None:
    """Every pool has one plan, of one run, published once."""
    done = wait_for(lambda: all(runs_of(market)[0].state == "published" for market in markets))
    assert done, background.logs()
    for market in markets:
        (run,) = runs_of(market)
        assert published_once(market, run)
        assert len(run.together) == 3


def test_a_worker_is_killed_in_the_part_of_one_pool(app, markets, background, gate, timed):
    """That part is solved again, the parts of the other pools stay solved."""
    with app.app_context():
        match.run(str(markets[0].pool.id), str(runs_of(markets[0])[0].id))
    nobody_asks(markets)
    with gate.closed(*HANDING_IN):
        background.start(POOL_WORKERS=CREW)
        assert wait_for(lambda: gate.waiting("match_run") == 3), background.logs()
        kill(background.jobs(3)[0])
        since = timed("worker of a pool's part killed, noticed after")
        since.until(lambda: 2 in [part.attempt for part in parts(markets)])
    all_published_once(markets, background)
    assert sorted(part.attempt for part in parts(markets)) == [1, 1, 2]
    assert {part.state for part in parts(markets)} == {"solved"}


def nobody_asks(markets) -> None:
    """The run is under way: nobody is asked to start it any more."""
    with working_as(everybody(markets)) as work:
        work.store.execute(update(OutboxMessage).values(done_at=func.now()))


def test_a_worker_is_killed_while_it_publishes_for_all_pools(markets, background, gate, timed):
    """Nothing of any plan is there before all of it is."""
    with gate.closed(*PUBLISHING):
        background.start(POOL_WORKERS=CREW)
        assert wait_for(lambda: gate.waiting(PUBLISHING[0]) == 1), background.logs()
        leading = runs_of(markets[0])[0]
        assert leading.attempt == 2
        assert [market.proposals() for market in markets] == [[], [], []]
        kill(*background.jobs(1))
        since = timed("worker killed while it publishes for three pools, noticed after")
    since.until(lambda: again(leading).attempt == 3)
    all_published_once(markets, background)
