"""A clinician's own limit of sessions in any four weeks: over all pools, in runs, offers and acceptances."""

import random
from datetime import date, time, timedelta

import pytest

from pool.actor import Actor
from pool.errors import Conflict
from pool.models.clinician import Clinician
from pool.models.person import Person
from pool.models.session import PracticeSession
from pool.services.bookings import offers
from pool.services.eligibility import four_weeks, session_rules
from pool.services.eligibility.pool_facts import Window
from pool.services.runs import run_tables
from tests.builders import (
    a_booking,
    a_clinician,
    a_pool,
    a_practice,
    a_session,
    an_offer,
    next_week,
    read,
    working_as,
)

MONDAY = next_week(0)


def in_days(number):
    """A day counted from the Monday of next week."""
    return MONDAY + timedelta(days=number)


def codes(session, clinician):
    """The rules that stand against a pair now."""
    with working_as(Actor.system(session.pool_id)) as work:
        found = session_rules.against(work, work.get(PracticeSession, session.id), work.get(Clinician, clinician.id))
        return [refusal.code for refusal in found]


def cap_told(clinician, first, last):
    """What the engine is told for a run over these days."""
    with working_as(Actor.system(clinician.pool_id)) as work:
        (row,) = run_tables.tables_between(work, Window(first, last))["clinicians"]
        return row["period_cap"]


def by_hand(days, first, last):
    """The fullest four weeks, by looking at each day of each of them."""
    best = 0
    for start in range(first.toordinal() - 27, last.toordinal() + 1):
        weeks = [date.fromordinal(day) for day in range(start, start + 28)]
        best = max(best, sum(days.count(day) for day in weeks))
    return best


@pytest.mark.parametrize("seed", range(30))
def test_the_fullest_four_weeks(seed):
    """Against counting by hand, on random diaries and stretches of days."""
    dice = random.Random(seed)
    days = [in_days(dice.randrange(-60, 120)) for _ in range(dice.randrange(40))]
    first = in_days(dice.randrange(0, 20))
    last = first + timedelta(days=dice.randrange(0, 60))
    assert four_weeks.busiest(days, first, last) == by_hand(days, first, last)


@pytest.mark.parametrize(
    ("days", "refused"), [((0,), True), ((27,), True), ((28,), False), ((-27,), True), ((-28,), False)]
)
@pytest.mark.usefixtures("app")
def test_four_weeks_are_any_28_days_in_a_row(days, refused):
    """One session is the limit: the next may be four weeks away, in either direction."""
    pool = a_pool()
    practice, clinician = a_practice(pool), a_clinician(pool, four_week_cap=1)
    for number in days:
        a_booking(session=a_session(practice, on=in_days(28 + number)), clinician=clinician)
    afternoon = a_session(practice, on=in_days(28), starts=time(14), ends=time(18), kind="pm")
    assert codes(afternoon, clinician) == (["period_cap"] if refused else [])


@pytest.mark.usefixtures("app")
def test_other_pools_count_and_their_acceptance_is_seen():
    """The offer was there first; the sentence is about nobody else."""
    pool, there = a_pool(), a_pool()
    clinician = a_clinician(pool, four_week_cap=1)
    offer = an_offer(a_session(a_practice(pool), on=in_days(3)), clinician)
    same = a_clinician(there, person=read(Person, clinician.person_id))
    a_booking(session=a_session(a_practice(there), on=in_days(15)), clinician=same)
    said = "You have reached the 1 session in four weeks that you set, counting all your pools."
    with pytest.raises(Conflict, match=said), working_as(Actor.system(pool.id)) as work:
        offers.accept(work, offer.id)


@pytest.mark.usefixtures("app")
def test_a_session_is_not_in_its_own_way():
    """Asked about again, as when somebody takes over a booking."""
    pool = a_pool()
    clinician = a_clinician(pool, four_week_cap=1)
    session = a_session(a_practice(pool))
    assert codes(session, clinician) == []
    a_booking(session=session, clinician=clinician)
    assert codes(session, clinician) == []


@pytest.mark.usefixtures("app")
def test_a_run_is_told_what_is_left():
    """Three, of which one is booked before the days of the run and one in them: one more, beside the one it holds."""
    pool = a_pool()
    practice, clinician = a_practice(pool), a_clinician(pool, four_week_cap=3)
    assert cap_told(clinician, in_days(14), in_days(27)) == 3
    a_booking(session=a_session(practice, on=in_days(0)), clinician=clinician)
    assert cap_told(clinician, in_days(14), in_days(27)) == 2
    a_booking(session=a_session(practice, on=in_days(15)), clinician=clinician)
    assert cap_told(clinician, in_days(14), in_days(27)) == 2
    a_booking(session=a_session(practice, on=in_days(2)), clinician=clinician)
    assert cap_told(clinician, in_days(14), in_days(27)) == 1


@pytest.mark.usefixtures("app")
def test_without_a_limit_nothing_is_told():
    """Most people set none."""
    assert cap_told(a_clinician(), in_days(0), in_days(27)) is None
