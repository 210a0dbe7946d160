"""The relay: delivers outbox rows to their handlers, at least once, and never forgets one.

A row is claimed (attempt counted, put off for a while), handled, and marked done, each in its own transaction. Whatever
dies in between, the row is due again when that while is over. A row that fails ATTEMPTS times is given up: it is marked
done with its failure, and logged.
"""

from datetime import timedelta
from uuid import UUID

import structlog
from rq.timeouts import JobTimeoutException
from sqlalchemy import ColumnElement, Select, func, or_, select, update

from pool.actor import Actor
from pool.models.outbox import OutboxMessage
from pool.unit_of_work import UnitOfWork, system_actor, unit_of_work
from workers import handlers, queues
from workers.failures import described
from workers.happened import Happened

log = structlog.get_logger()

LONGER_THAN_A_RELAY = timedelta(seconds=30)
"""A row stays with its relay for as long as that may run and this much more, so that no two handle it at once."""

ATTEMPTS = 20
LONGEST_WAIT = timedelta(hours=1)
BATCH = 20
ROUNDS = 25

SLOW = handlers.names(handlers.SLOW)
SILENT = handlers.names(handlers.SILENT)


def relay() -> None:
    """Deliver everything that is due, wake the slow relay when something waits for it, tick off what needs nothing."""
    everyone = system_actor("the relay delivers the events of every pool")
    tick_off_silent(everyone)
    deliver(everyone, queues.RELAY, OutboxMessage.name.not_in(SLOW))
    if pools_waiting(everyone, OutboxMessage.name.in_(SLOW)):
        queues.signal_when_idle(queues.RELAY_SLOW)


def relay_slow() -> None:
    """Deliver the due events whose handlers take their time."""
    everyone = system_actor("the relay delivers the events of every pool")
    deliver(everyone, queues.RELAY_SLOW, OutboxMessage.name.in_(SLOW))


def anything_due(everyone: Actor) -> bool:
    """Does any row wait for a relay?"""
    with unit_of_work(everyone, read_only=True) as work:
        return work.first(select(OutboxMessage.id).where(due())) is not None


def tick_off_silent(everyone: Actor) -> None:
    """Events that nothing follows from are done."""
    with unit_of_work(everyone) as work:
        silent = update(OutboxMessage).where(OutboxMessage.done_at.is_(None), OutboxMessage.name.in_(SILENT))
        work.store.execute(silent.values(done_at=func.now()))


def deliver(everyone: Actor, job: str, these: ColumnElement[bool]) -> None:
    """Pool by pool, a batch each in turn, so that one busy pool does not hold up the others. A relay ends in time."""
    for _ in range(ROUNDS):
        pools = pools_waiting(everyone, these)
        if not pools:
            return
        for pool_id in pools:
            deliver_batch(Actor.system(pool_id), job, these)
    queues.signal(job)


def deliver_batch(actor: Actor, job: str, these: ColumnElement[bool]) -> None:
    """Up to BATCH rows of one pool, the oldest first."""
    lease = timedelta(seconds=queues.JOBS[job].seconds) + LONGER_THAN_A_RELAY
    for _ in range(BATCH):
        happened = claim(actor, these, lease)
        if happened is None:
            return
        handle(happened)


def handle(happened: Happened) -> None:
    """Do everything that follows from one event; a failure is noted and tried again later."""
    try:
        for handler in handlers.handlers_of(happened.name):
            handler(happened)
    except JobTimeoutException as late:
        put_off(happened, late)
        raise
    except Exception as problem:  # noqa: BLE001 - one broken event must not stop the others
        put_off(happened, problem)
    else:
        mark_done(happened)


def pools_waiting(everyone: Actor, these: ColumnElement[bool]) -> list[UUID]:
    """The pools that have due rows."""
    with unit_of_work(everyone, read_only=True) as work:
        return list(work.all(select(OutboxMessage.pool_id).where(due(), these).distinct()))


def due() -> ColumnElement[bool]:
    """Not done, and not held by a relay or put off (database time)."""
    now = or_(OutboxMessage.next_try_at.is_(None), OutboxMessage.next_try_at <= func.now())
    return OutboxMessage.done_at.is_(None) & now


def claim(actor: Actor, these: ColumnElement[bool], lease: timedelta) -> Happened | None:
    """Take the oldest due row that no other worker has locked; one that has failed too often is given up on the way."""
    with unit_of_work(actor) as work:
        while row := work.first(oldest(these)):
            if row.attempts < ATTEMPTS:
                row.attempts += 1
                row.next_try_at = func.now() + lease
                return Happened(row.id, row.pool_id, row.name, dict(row.data))
            give_up(work, row)
    return None


def oldest(these: ColumnElement[bool]) -> Select[OutboxMessage]:
    """The due rows in order, without those that another relay is taking."""
    order = (OutboxMessage.at, OutboxMessage.id)
    return select(OutboxMessage).where(due(), these).order_by(*order).with_for_update(skip_locked=True)


def give_up(work: UnitOfWork, row: OutboxMessage) -> None:
    """Mark a row done with its failure, so that people find it and nothing else waits for it."""
    row.done_at = func.now()
    row.failure = row.failure or "The worker died each time this was handled."
    work.store.flush()
    log.error("event_given_up", name=row.name, outbox_id=str(row.id), failure=row.failure)


def mark_done(happened: Happened) -> None:
    """Everything that follows has been done."""
    with unit_of_work(happened.actor) as work:
        row = work.get(OutboxMessage, happened.outbox_id, lock=True)
        row.done_at, row.failure = func.now(), ""


def put_off(happened: Happened, problem: Exception) -> None:
    """Note the failure and when to try again: after 2 seconds, then 4, 8, … up to an hour."""
    log.warning("event_failed", name=happened.name, outbox_id=str(happened.outbox_id), exc_info=problem)
    with unit_of_work(happened.actor) as work:
        row = work.get(OutboxMessage, happened.outbox_id, lock=True)
        row.failure = described(problem)
        row.next_try_at = func.now() + min(timedelta(seconds=2**row.attempts), LONGEST_WAIT)
