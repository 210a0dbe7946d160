"""Events are delivered at least once, in order of age, whatever dies or fails in between."""

from datetime import timedelta
from uuid import uuid4

import pytest
from rq.timeouts import JobTimeoutException
from sqlalchemy import func, select, update

from pool.actor import Actor
from pool.events import ChargesAgreed, OfferSent, PersonSignedIn
from pool.models.outbox import OutboxMessage
from pool.unit_of_work import plain
from tests.builders import a_pool, a_pool_manager, again, working_as
from workers import handlers, outbox, queues


@pytest.fixture
def heard(monkeypatch):
    """What the handler of OfferSent heard; put exceptions into `fails` to make it fail."""
    calls = Heard()
    monkeypatch.setitem(handlers.HANDLERS, OfferSent, (calls,))
    return calls


class Heard(list):
    """A handler that remembers and can fail."""

    def __init__(self):
        super().__init__()
        self.fails: list[BaseException] = []

    def __call__(self, happened):
        self.append(happened)
        if self.fails:
            raise self.fails.pop(0)


def happens(pool, event=None, *, times: int = 1) -> list[OutboxMessage]:
    """Record an event."""
    event = event or OfferSent(uuid4(), uuid4(), uuid4())
    with working_as(Actor.system(pool.id)) as work:
        for _ in range(times):
            work.record(event)
    return rows(pool, event.name)


def rows(pool, name: str) -> list[OutboxMessage]:
    """The outbox rows of a name, oldest first."""
    with working_as(Actor.system(pool.id)) as work:
        found = select(OutboxMessage).where(OutboxMessage.name == name).order_by(OutboxMessage.at, OutboxMessage.id)
        return [work.store.expunge(row) or row for row in list(work.all(found))]


def is_due_now(row) -> None:
    """As if the wait were over."""
    with working_as(Actor.system(row.pool_id)) as work:
        work.store.execute(update(OutboxMessage).where(OutboxMessage.id == row.id).values(next_try_at=func.now()))


def test_an_event_is_handled_once_and_ticked_off(app, work_off, heard):
    """The commit itself wakes the relay."""
    pool = a_pool()
    (row,) = happens(pool)
    assert work_off() == 0
    (happened,) = heard
    assert (happened.outbox_id, happened.pool_id, happened.name) == (row.id, pool.id, "OfferSent")
    assert happened.id("session_id") == happened.id("session_id")
    assert happened.actor.pool_ids == (pool.id,)
    assert again(row).done_at is not None
    queues.signal(queues.RELAY)
    assert work_off() == 0
    assert len(heard) == 1


def test_a_failure_is_noted_and_tried_again_later(app, work_off, heard):
    """Not at once, and only the kind and first line are kept: the rest may hold what a person typed."""
    heard.fails = [ValueError("could not\nJane Patient, NHS number …")]
    (row,) = happens(a_pool())
    assert work_off() == 0
    noted = again(row)
    assert (noted.done_at, noted.attempts, noted.failure) == (None, 1, "ValueError: could not")
    assert noted.next_try_at > noted.at + timedelta(seconds=1)
    queues.signal(queues.RELAY)
    work_off()
    assert len(heard) == 1
    is_due_now(row)
    queues.signal(queues.RELAY)
    work_off()
    done = again(row)
    assert len(heard) == 2
    assert (done.done_at is not None, done.failure) == (True, "")


def test_what_fails_for_ever_is_given_up_with_its_failure(app, work_off, heard):
    """Bounded tries with a visible end."""
    heard.fails = [ValueError("never")] * 50
    (row,) = happens(a_pool())
    for _ in range(outbox.ATTEMPTS + 2):
        queues.signal(queues.RELAY)
        work_off()
        is_due_now(row)
    given_up = again(row)
    assert len(heard) == outbox.ATTEMPTS
    assert given_up.done_at is not None
    assert given_up.failure == "ValueError: never"


def test_one_broken_event_does_not_stop_the_others(app, work_off, heard):
    heard.fails = [ValueError("only the first")]
    first, second, third = happens(a_pool(), times=3)
    work_off()
    assert [again(event).done_at is not None for event in (first, second, third)] == [False, True, True]


def test_a_relay_that_is_stopped_leaves_its_row_for_the_next(app, work_off, heard):
    """RQ's time-out ends the relay; the row is not lost."""
    heard.fails = [JobTimeoutException("too long")]
    (row,) = happens(a_pool())
    assert work_off() == 1
    assert again(row).done_at is None
    is_due_now(row)
    queues.signal(queues.RELAY)
    assert work_off() == 0
    assert again(row).done_at is not None


def test_a_row_in_somebodys_hands_is_left_alone(app, work_off, heard):
    """A second relay finds nothing to do until the lease is over."""
    pool = a_pool()
    (row,) = happens(pool)
    with app.app_context():
        taken = outbox.claim(Actor.system(pool.id), OutboxMessage.name == "OfferSent", timedelta(minutes=1))
    assert taken.outbox_id == row.id
    work_off()
    assert heard == []
    is_due_now(row)
    queues.signal(queues.RELAY)
    work_off()
    assert len(heard) == 1


def test_events_that_nothing_follows_from_are_ticked_off(app, work_off):
    person = a_pool_manager(a_pool().id)
    (row,) = happens(a_pool(), PersonSignedIn(person.id, "password"))
    work_off()
    assert again(row).done_at is not None


def test_slow_events_have_a_relay_of_their_own(app, work_off, monkeypatch):
    """Invoices of a whole month do not hold up an offer's e-mail."""
    heard = Heard()
    monkeypatch.setitem(handlers.HANDLERS, ChargesAgreed, (heard,))
    (row,) = happens(a_pool(), ChargesAgreed(uuid4(), uuid4()))
    assert work_off("now") == 0
    assert heard == []
    assert work_off("later") == 0
    assert len(heard) == 1
    assert again(row).done_at is not None


def test_an_event_of_another_release_is_kept_and_not_forgotten(app, work_off, heard):
    """Rolling back a release must not lose what the newer one recorded."""
    (row,) = happens(a_pool())
    with working_as(Actor.system(row.pool_id)) as work:
        work.store.execute(update(OutboxMessage).where(OutboxMessage.id == row.id).values(name="FromTheFuture"))
    work_off()
    assert again(row).failure.startswith("KeyError")
    assert again(row).done_at is None


def test_a_busy_pool_does_not_hold_up_the_others(app, work_off, heard, monkeypatch):
    """A batch of each pool in turn, the oldest first within a pool."""
    monkeypatch.setattr(outbox, "BATCH", 2)
    busy, quiet = a_pool(), a_pool()
    happens(busy, times=6)
    happens(quiet, times=1)
    work_off()
    assert len(heard) == 7
    assert [event.pool_id for event in heard].index(quiet.id) <= 2
    mine = [event.outbox_id for event in heard if event.pool_id == busy.id]
    assert mine == [row.id for row in rows(busy, "OfferSent")]


def test_a_relay_ends_in_time_and_asks_for_another(app, work_off, heard, monkeypatch):
    """No relay runs into its time-out because there is much to do."""
    monkeypatch.setattr(outbox, "BATCH", 1)
    monkeypatch.setattr(outbox, "ROUNDS", 2)
    happens(a_pool(), times=5)
    assert work_off() == 0
    assert len(heard) == 5


def test_what_is_recorded_is_what_is_heard(app, work_off, heard):
    event = OfferSent(uuid4(), uuid4(), uuid4())
    happens(a_pool(), event)
    work_off()
    assert heard[0].data == plain(event)
