"""Rows that are put back are the rows that the builders wrote, and nothing is put back where anything could differ."""

import pytest
from sqlalchemy import select, update

from pool.actor import Actor
from pool.models.pool import Pool
from pool.models.session import PracticeSession
from pool.money import Money
from tests import builders
from tests.builders import working_as

SEEN: dict[str, object] = {}
"""What an earlier turn of a test found."""


def everything(cleaner, emptied):
    """Every row of every table."""
    return {table: sorted(cleaner.execute(f"SELECT x::text FROM {table} x").fetchall()) for table in emptied}


@pytest.fixture
def booking(app):
    """What many tests begin with."""
    return builders.a_booking()


def first_or_same(name, found):
    """Whether this is what the first turn found."""
    return SEEN.setdefault(name, found) == found


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_the_same_beginning_has_the_same_rows(booking, cleaner, emptied, valkey, turn):
    """To the last column, and the relay is told as before."""
    assert first_or_same("rows", everything(cleaner, emptied))
    assert valkey.llen("rq:queue:now") == 1


@pytest.mark.parametrize("turn", [1, 2])
def test_a_copy_that_was_changed_is_nobody_elses(booking, turn):
    """Each test gets a copy of its own."""
    assert booking.state == "accepted"
    booking.state = "spoilt"


def test_after_another_write_a_builder_does_its_own_work(booking, pool):
    """Whatever the write was."""
    before = builders.a_practice(pool)
    with working_as(Actor.system(pool.id)) as work:
        work.store.execute(update(Pool).where(Pool.id == pool.id).values(name="Another"))
    assert builders.a_practice(pool).id != before.id


def test_after_a_write_of_another_program_too(booking, pool, cleaner, replay):
    """Such as the web server's: the database counts it."""
    builders.a_practice(pool)
    assert replay.here is not None
    cleaner.execute("UPDATE pool SET name = 'Another'")
    builders.a_practice(pool)
    assert replay.here is None


@pytest.mark.parametrize("turn", [1, 2])
def test_a_test_that_changes_the_product_has_its_own_rows(monkeypatch, booking, turn):
    """The rows of the other turn came from another product."""
    assert booking.id not in SEEN.setdefault("own", [])
    SEEN["own"].append(booking.id)


@pytest.mark.parametrize("fee", [Money(40000), Money(41000)])
def test_other_arguments_make_other_rows(app, fee):
    """A session of another fee is another session."""
    builders.a_session(fee=fee)
    with working_as(Actor.system(*_pools())) as work:
        assert [session.fee for session in work.all(select(PracticeSession))] == [fee]


def _pools():
    with working_as(Actor.system()) as work:
        return work.store.scalars(select(Pool.id)).all()
