"""Kill a worker in the middle of an area of a large run: that area is solved by somebody else, the plan published once."""

import dataclasses

import pytest
from sqlalchemy import func, select, update

from pool.models.outbox import OutboxMessage
from pool.models.run_part import RunPart
from tests.builders import a_clinician, a_practice, a_session, again, next_week, working_as
from tests.deploy.waiting import wait_for
from tests.faults.conftest import kill, published_once
from tests.workers.places import a_market
from workers import match

pytestmark = pytest.mark.faults

HANDING_IN = ("match_run", "EXCLUSIVE")
"""The worker has solved its area and stands still before it can say so."""

FAR = ("IP1 1AA", 616000, 244000)


def test_a_worker_is_killed_in_the_middle_of_an_area(app, background, gate, timed, monkeypatch):
    """It owned the area and dies before the answer is in."""
    market = a_market(sessions=3, clinicians=2)
    far = a_practice(market.pool, position=FAR)
    market.sessions += [a_session(far, on=next_week(day)) for day in range(1, 4)]
    market.clinicians += [a_clinician(market.pool, home_easting=FAR[1], home_northing=FAR[2]) for _ in range(2)]
    run = divided(app, market, monkeypatch)
    with gate.closed(*HANDING_IN):
        background.start(POOL_AREA_SESSIONS="3", POOL_WORKERS="now=1,later=1,match=2,sweeper=1")
        assert wait_for(lambda: gate.waiting("match_run") == 2), background.logs()
        kill(background.jobs(2)[0])
        since = timed("worker of an area killed, noticed after")
        assert [part.attempt for part in parts(market, run)] == [1, 1]
        since.until(lambda: sorted(part.attempt for part in parts(market, run)) == [1, 2])
    assert wait_for(lambda: again(run).state == "published"), background.logs()
    assert published_once(market, run)
    assert {part.state for part in parts(market, run)} == {"solved"}


def divided(app, market, monkeypatch):
    """A run whose areas wait to be solved; nobody is asked to start it any more."""
    config = dataclasses.replace(app.extensions["pool_config"], area_sessions=3)
    monkeypatch.setitem(app.extensions, "pool_config", config)
    run = market.request()
    with app.app_context():
        match.run(str(market.pool.id), str(run.id))
    assert again(run).state == "divided"
    with working_as(market.system) as work:
        work.store.execute(update(OutboxMessage).values(done_at=func.now()))
    return run


def parts(market, run):
    """The areas of the run."""
    return market.rows(select(RunPart).where(RunPart.run_id == run.id))
