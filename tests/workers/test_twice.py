"""At least once means sometimes twice: everything that follows from a session's life is delivered a second time."""

from sqlalchemy import func, select, update

from pool.actor import Actor
from pool.models.invoice import Invoice
from pool.models.match_run import MatchRun, Proposal
from pool.models.message import Message
from pool.models.outbox import OutboxMessage
from pool.permissions import PRACTICE
from pool.services.hours import timesheets
from pool.services.plans import release
from tests.builders import a_booking, a_practice_manager, a_session, a_timesheet, again, working_as, yesterday
from tests.workers.places import Market, a_market
from workers import sweeper

COUNTED = (Invoice, MatchRun, Message, OutboxMessage, Proposal)


def until_nothing_is_due(app, work_off) -> None:
    """The sweeper asks, the workers do it, until nobody has anything left to do."""
    with app.app_context():
        for _ in range(8):
            sweeper.sweep()
            assert work_off() == 0


def counts(market: Market) -> dict[str, int]:
    """How many rows of each kind there are."""
    return {model.__name__: market.rows(select(func.count()).select_from(model))[0] for model in COUNTED}


def test_a_whole_life_delivered_twice_changes_nothing(app, work_off, smtp_sink):
    """No second run, plan, message or invoice, and nobody hears anything twice."""
    market = a_market(sessions=2, clinicians=2)
    a_practice_manager(market.practice)
    run = market.request()
    until_nothing_is_due(app, work_off)
    with working_as(market.manager) as work:
        release.release(work, run.id)
    worked = a_booking(session=a_session(market.practice, on=yesterday()), clinician=market.clinicians[0])
    timesheet = a_timesheet(worked)
    practice = Actor(role=PRACTICE, pool_ids=(market.pool.id,), practice_id=market.practice.id)
    with working_as(practice) as work:
        timesheets.confirm(work, timesheet.id)
    until_nothing_is_due(app, work_off)
    before, heard = counts(market), len(smtp_sink.messages)
    assert again(run).state == "published"
    assert heard > 0
    with working_as(market.system) as work:
        work.store.execute(update(OutboxMessage).values(done_at=None, next_try_at=None, attempts=0))
    until_nothing_is_due(app, work_off)
    assert counts(market) == before
    assert len(smtp_sink.messages) == heard
    assert market.rows(select(OutboxMessage.failure).where(OutboxMessage.failure != "")) == []
    assert market.rows(select(OutboxMessage.id).where(OutboxMessage.done_at.is_(None))) == []
