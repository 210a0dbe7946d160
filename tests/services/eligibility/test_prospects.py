"""How many could take a session: true for the whole pool, and never telling on anybody."""

from datetime import time

import pytest

from pool.actor import Actor
from pool.money import Money
from pool.permissions import PRACTICE
from pool.services.eligibility import prospects
from tests.builders import a_booking, a_clinician, a_pool, a_practice, a_session, next_week, working_as

pytestmark = pytest.mark.usefixtures("app")


def counted_in(session):
    """The prospects of a session, as its practice reads them."""
    practice = Actor(role=PRACTICE, pool_ids=(session.pool_id,), practice_id=session.practice_id)
    with working_as(practice) as work:
        return prospects.of_session(work, session.id)


def test_those_who_could_take_it_are_counted():
    """Two are free, a nurse is not asked."""
    pool = a_pool()
    for profession in ("gp", "gp", "nurse"):
        a_clinician(pool, profession=profession)
    found = counted_in(a_session(a_practice(pool)))
    assert found.headline == "2 of the pool’s 2 GPs could take it."
    assert found.sentences == []


def test_when_nobody_can_the_commonest_reason_is_said():
    """The practice learns what to change: here the day, not the skill that only one lacks."""
    pool = a_pool()
    for _ in range(3):
        a_clinician(pool, free=False, skills=["minor_surgery"])
    a_clinician(pool, skills=[])
    found = counted_in(a_session(a_practice(pool), skills=["minor_surgery"]))
    assert found.able == 0
    assert found.headline == (
        "None of the pool’s 4 GPs could take it as it stands. Most often (3): not free for all of it."
    )
    assert found.sentences == ["3 not free for all of it", "1 without a skill that it needs"]


def test_work_at_another_practice_counts_but_is_not_shown():
    """The asking practice cannot see the other's bookings, yet the count is right."""
    pool = a_pool()
    clinician = a_clinician(pool)
    a_booking(session=a_session(a_practice(pool), on=next_week()), clinician=clinician)
    found = counted_in(a_session(a_practice(pool), on=next_week(), starts=time(9), ends=time(13)))
    assert (found.able, found.sentences) == (0, ["1 booked somewhere else then"])


def test_a_private_floor_is_not_given_away():
    """One person's fee floor would be found by raising the fee step by step; three are a crowd."""
    pool = a_pool()
    practice = a_practice(pool)
    a_clinician(pool, min_fee=Money(50000))
    assert counted_in(a_session(practice)).sentences == ["1 for other reasons"]
    for _ in range(2):
        a_clinician(pool, min_fee=Money(50000))
    assert counted_in(a_session(practice, on=next_week(2))).sentences == ["3 asking for a higher fee"]


def test_one_clinician_is_not_counted_like_many():
    """None of 1 would be no sentence."""
    pool = a_pool()
    a_clinician(pool, profession="pharmacist")
    session = a_session(a_practice(pool), profession="pharmacist")
    assert counted_in(session).headline == "The pool’s only pharmacist could take it."


def test_a_pool_without_the_profession_says_so():
    """Waiting for a run would not help."""
    found = counted_in(a_session(a_practice(), profession="paramedic"))
    assert found.headline == "The pool has no paramedic yet."
