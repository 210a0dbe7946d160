"""What the demo draws before anything is written: the same seed gives the same place, and nobody in it is real."""

from datetime import date, timedelta

import pytest

from pool import catalogue
from pool.demo import demand, settings
from pool.demo.clinicians import clinicians_of
from pool.demo.demand import sessions_of
from pool.demo.practices import practices_of
from pool.places import calendar
from pool.places.postcodes import Postcodes

TODAY = date(2026, 11, 22)
MAIN, SECOND = settings.POOLS


@pytest.fixture(scope="module")
def postcodes(tmp_path_factory):
    return Postcodes(tmp_path_factory.mktemp("postcodes"))


def drawn(postcodes, pool=MAIN, scenario="shortage", today=TODAY):
    return clinicians_of(pool, settings.SCENARIOS[scenario], practices_of(pool), today=today, postcodes=postcodes)


def posted(pool=MAIN, scenario="shortage", first=TODAY, weeks=4):
    last = first + timedelta(weeks=weeks)
    return sessions_of(pool, practices_of(pool), settings.SCENARIOS[scenario], first=first, last=last)


def test_the_same_seed_gives_the_same_people_and_sessions(postcodes):
    """Screenshots, tests and the returning visitor must meet the same place."""
    assert drawn(postcodes) == drawn(postcodes)
    assert posted() == posted()


def test_a_week_keeps_its_sessions_when_the_range_moves():
    """Loading tomorrow must not rewrite what was seen today."""
    week = date(2026, 11, 30)
    early = [session for session in posted(first=date(2026, 11, 9)) if week <= session.on < week + timedelta(7)]
    late = [session for session in posted(first=date(2026, 11, 23)) if week <= session.on < week + timedelta(7)]
    assert early == late
    assert early


def test_nobody_carries_a_number_that_a_register_could_have_given(postcodes):
    """A demo number must never be mistaken for a doctor's (domain 3.1)."""
    people = drawn(postcodes) + drawn(postcodes, SECOND)
    assert not [member for member in people if catalogue.PROFESSIONS[member.profession].accepts(member.registration)]
    assert len({person.registration for person in people}) == len(people) == MAIN.clinicians + SECOND.clinicians
    assert all(catalogue.DEMO_NUMBER.fullmatch(person.registration) for person in people)
    assert all(person.email.endswith("@demo.example") for person in people)


def test_every_engagement_type_and_profession_occurs(postcodes):
    """Each has its own money flow, so each must be there to be tried."""
    people = drawn(postcodes)
    assert {person.engagement for person in people} == set(settings.ENGAGEMENT_SHARES)
    assert {person.profession for person in people} == set(settings.PROFESSION_SHARES)


def test_pools_share_no_practice_and_no_person(postcodes):
    """The second pool is there to see that nothing leaks between them."""
    codes = [{practice.ods_code for practice in practices_of(pool)} for pool in settings.POOLS]
    assert not codes[0] & codes[1]
    assert [len(code) for code in codes] == [19, 8]
    emails = [{person.email for person in drawn(postcodes, pool)} for pool in settings.POOLS]
    assert not emails[0] & emails[1]


def test_shortage_has_more_work_for_fewer_hands(postcodes):
    """Both markets were seen in England within five years (domain 10)."""
    hands = {name: sum(len(person.slots) for person in drawn(postcodes, scenario=name)) for name in settings.SCENARIOS}
    work = {name: len(posted(scenario=name)) for name in settings.SCENARIOS}
    assert hands["shortage"] < hands["surplus"]
    assert work["shortage"] > work["surplus"]


def test_sessions_hold_what_they_plan_and_avoid_bank_holidays():
    """The posting form refuses a session whose work does not fit its minutes; the demo must pass the same door."""
    for session in posted(first=date(2026, 12, 1), weeks=6):
        minutes = (session.ends.hour - session.starts.hour) * 60 + session.ends.minute - session.starts.minute
        consulting = session.appointments * session.appointment_minutes + 30 * session.visits
        assert consulting + demand.ADMIN_MINUTES + session.break_minutes <= minutes, session
        assert session.kind in catalogue.KINDS
        assert set(session.skills) <= catalogue.SKILLS.keys()
        assert 5 <= session.appointments <= 25 - session.visits
        assert calendar.bank_holiday(session.on) is None
        assert session.posted_at.date() < session.on
        assert session.fee_pence > 0
        assert session.fee_pence % 500 == 0


def test_the_weekly_pattern_says_when_somebody_is_free(postcodes):
    """The story of past weeks books people only when they said they could work."""
    person = next(postcode for postcode in drawn(postcodes) if postcode.away)
    slot = person.slots[0]
    first_away, last_away = person.away[0]
    days = [first_away + timedelta(days=offset) for offset in range(-28, 29)]
    free = [day for day in days if person.usually_free(day, slot.starts, slot.ends)]
    assert free
    assert {day.weekday() for day in free} <= {free.weekday for free in person.slots}
    assert not [day for day in free if first_away <= day <= last_away]
    assert not person.usually_free(free[0], slot.ends, slot.starts)
