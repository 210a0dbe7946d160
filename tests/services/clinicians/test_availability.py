"""The usual week, days that differ, and how many open sessions match."""

from datetime import time, timedelta

import pytest
from sqlalchemy import select

from pool import clock
from pool.errors import Invalid
from pool.models.availability import AvailabilityDay, WeeklySlot
from pool.models.person import Person
from pool.rules.usual_week import PARTS, Slot
from pool.services.clinicians import availability
from pool.services.eligibility import pool_facts, why
from pool.services.eligibility.pool_facts import Window
from pool.services.eligibility.snapshot import availability_rows
from tests.builders import (
    a_booking,
    a_clinician,
    a_pool,
    a_practice,
    a_session,
    actor_of,
    an_offer,
    next_week,
    read,
    working_as,
)

pytestmark = pytest.mark.usefixtures("app")

MORNING, AFTERNOON, EVENING = PARTS.values()
TUESDAY = 1


@pytest.fixture
def clinician():
    """A clinician who has not said anything yet."""
    return a_clinician(free=False)


def acting(clinician):
    """A unit of work of the clinician."""
    return working_as(actor_of(read(Person, clinician.person_id)))


def free_on(clinician, day):
    """The free times that the engine is given for one day."""
    with acting(clinician) as work:
        facts = pool_facts.of_run(work, Window(day, day), [], availability.own_clinicians(work))
        return [(row["start"], row["end"]) for row in availability_rows(facts, [day])]


def test_the_parts_of_a_day_touch():
    """A clinician who ticks a whole day is free for a session that runs over midday."""
    assert MORNING[1] == AFTERNOON[0]
    assert AFTERNOON[1] == EVENING[0]


def test_ticked_parts_become_one_slot(clinician):
    """Morning and afternoon together hold a full day."""
    with acting(clinician) as work:
        availability.set_pattern(work, [Slot(TUESDAY, *AFTERNOON), Slot(TUESDAY, *MORNING)])
    assert free_on(clinician, next_week(TUESDAY)) == [(MORNING[0], AFTERNOON[1])]


@pytest.mark.parametrize(
    ("slot", "parts"),
    [
        (Slot(0, *MORNING), ["morning"]),
        (Slot(0, MORNING[0], EVENING[1]), ["morning", "afternoon", "evening"]),
        (Slot(0, time(9), time(11, 30)), []),
        (Slot(0, MORNING[0], time(15)), []),
    ],
)
def test_a_slot_reads_back_as_it_was_ticked(slot, parts):
    """What is not made of whole parts stays a time of its own."""
    assert availability.parts_in(slot) == parts


def test_saving_replaces_the_week_in_every_pool(clinician):
    """One clinician, two pools, one week."""
    there = a_clinician(a_pool(), person=read(Person, clinician.person_id), free=False)
    with acting(clinician) as work:
        availability.set_pattern(work, [Slot(0, *MORNING)])
        availability.set_pattern(work, [Slot(2, *EVENING)])
    with acting(clinician) as work:
        rows = work.all(select(WeeklySlot))
        assert {(row.clinician_id, row.weekday, row.starts) for row in rows} == {
            (clinician.id, 2, EVENING[0]),
            (there.id, 2, EVENING[0]),
        }


def test_an_end_before_its_start_is_refused(clinician):
    """And nothing is written."""
    with pytest.raises(Invalid), acting(clinician) as work:
        availability.set_pattern(work, [Slot(0, time(12), time(9))])


def test_days_away_take_out_the_pattern_and_come_back(clinician):
    """Away, then removed: the usual week counts again."""
    day = next_week(TUESDAY)
    with acting(clinician) as work:
        availability.set_pattern(work, [Slot(TUESDAY, *MORNING)])
        availability.add_days(work, day, day + timedelta(days=2), available=False)
    assert free_on(clinician, day) == []
    with acting(clinician) as work:
        availability.remove_days(work, day, day + timedelta(days=2))
    assert free_on(clinician, day) == [MORNING]


def test_some_hours_away_leave_the_rest(clinician):
    """A dentist at ten does not cost the morning's end."""
    day = next_week(TUESDAY)
    with acting(clinician) as work:
        availability.set_pattern(work, [Slot(TUESDAY, *MORNING)])
        availability.add_days(work, day, day, available=False, starts=time(9, 30), ends=time(11))
    assert free_on(clinician, day) == [(time(8), time(9, 30)), (time(11), time(13, 30))]


def test_extra_time_adds_to_an_empty_day(clinician):
    """A Saturday once."""
    day = next_week(5)
    with acting(clinician) as work:
        availability.add_days(work, day, day, available=True, starts=time(9), ends=time(17))
    assert free_on(clinician, day) == [(time(9), time(17))]


def test_neighbouring_days_are_listed_as_one(clinician):
    """A week away is one line with one button; another reason is another line."""
    monday = next_week(0)
    with acting(clinician) as work:
        availability.add_days(work, monday, monday + timedelta(days=4), available=False, note="Skye")
        extra = monday + timedelta(days=2)
        availability.add_days(work, extra, extra, available=True, starts=time(19), ends=time(20))
    with acting(clinician) as work:
        spans = availability.differing(work, clinician.id, clock.today())
    assert [(span.first, span.last, span.available) for span in spans] == [
        (monday, monday + timedelta(days=4), False),
        (extra, extra, True),
    ]


def test_the_same_day_twice_is_kept_once(clinician):
    """Pressing save twice does not double the list."""
    day = next_week(0)
    for _ in range(2):
        with acting(clinician) as work:
            availability.add_days(work, day, day, available=False)
    with acting(clinician) as work:
        assert len(work.all(select(AvailabilityDay))) == 1


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(0, -1, "last"), (-5, -4, "first"), (0, 200, "last")],
    ids=["backwards", "over", "long"],
)
def test_days_that_cannot_be_are_refused(clinician, first, last, field):
    """With the field that says where."""
    start, end = clock.today() + timedelta(days=first), clock.today() + timedelta(days=last)
    with pytest.raises(Invalid) as refused, acting(clinician) as work:
        availability.add_days(work, start, end, available=False)
    assert field in refused.value.fields


@pytest.mark.parametrize(("starts", "ends"), [(time(9), None), (None, None), (time(12), time(9))])
def test_extra_time_needs_times(clinician, starts, ends):
    """Free "some time" is nothing a plan can use."""
    with pytest.raises(Invalid), acting(clinician) as work:
        availability.add_days(work, next_week(0), next_week(0), available=True, starts=starts, ends=ends)


def test_bookings_on_days_away_are_named():
    """Being away cancels nothing by itself."""
    pool = a_pool()
    free = a_clinician(pool)
    booking = a_booking(session=a_session(a_practice(pool), on=next_week(2)), clinician=free)
    with acting(free) as work:
        found = availability.add_days(work, next_week(1), next_week(3), available=False)
        assert [slot.id for slot in found] == [booking.id]


def test_matches_count_what_the_rules_allow():
    """Own profession, free, near enough; taken sessions are not open."""
    pool = a_pool()
    practice, far = a_practice(pool), a_practice(pool, position=("CA1 1AA", 340000, 556000))
    clinician = a_clinician(pool, max_travel_minutes=30)
    a_session(practice, on=next_week(0))
    an_offer(a_session(practice, on=next_week(1)), a_clinician(pool))
    a_session(far, on=next_week(2))
    a_session(practice, on=next_week(3), profession="nurse")
    a_booking(session=a_session(practice, on=next_week(4)), clinician=a_clinician(pool))
    with acting(clinician) as work:
        assert why.matches(work) == why.Matches(could=2, open=3)


@pytest.mark.parametrize(
    ("could", "of_open", "words"),
    [(0, 0, "No sessions are open"), (0, 3, "You match none of the 3"), (1, 1, "You match 1 of the 1 open session in")],
)
def test_the_count_in_words(could, of_open, words):
    """Said at once after saving."""
    assert words in why.Matches(could, of_open).words
