"""Work in other pools: nobody is asked for two places at once, and whom the host employs has their rest."""

from datetime import time, timedelta

import pytest

from pool.actor import Actor
from pool.errors import Conflict
from pool.models.booking import Booking
from pool.models.clinician import Clinician
from pool.models.person import Person
from pool.models.session import PracticeSession
from pool.services.bookings import cancelling, offers
from pool.services.eligibility import session_rules
from pool.services.eligibility.pool_facts import Window
from pool.services.runs import run_tables
from tests.builders import a_booking, a_clinician, a_pool, a_practice, a_session, an_offer, next_week, read, working_as

TUESDAY = next_week(1)
MORNING_AFTER = TUESDAY + timedelta(days=1)
LATE = {"on": TUESDAY, "starts": time(14), "ends": time(22), "kind": "pm"}


def booked_elsewhere(clinician: Clinician, **session) -> Booking:
    """The same person works in another pool."""
    there = a_pool()
    who = a_clinician(there, person=read(Person, clinician.person_id))
    return a_booking(session=a_session(a_practice(there), **session), clinician=who)


def a_pair(engagement="bank_worker", **session) -> tuple[PracticeSession, Clinician]:
    """An open session and a clinician of its pool."""
    pool = a_pool()
    return a_session(a_practice(pool), **session), a_clinician(pool, engagement=engagement)


def against(session: PracticeSession, clinician: Clinician) -> set[str]:
    """The rules that stand against a pair now."""
    with working_as(Actor.system(session.pool_id)) as work:
        found = session_rules.against(work, work.get(PracticeSession, session.id), work.get(Clinician, clinician.id))
        return {refusal.code for refusal in found}


NIGHT = {"on": TUESDAY, "starts": time(20), "ends": time(2), "kind": "evening"}


@pytest.mark.parametrize(
    ("engagement", "here", "there", "refused"),
    [
        ("bank_worker", {"on": MORNING_AFTER}, LATE, True),
        ("salaried", {"on": MORNING_AFTER}, LATE, True),
        ("sole_trader", {"on": MORNING_AFTER}, LATE, False),
        ("bank_worker", {"on": MORNING_AFTER, "starts": time(9), "ends": time(13)}, LATE, False),
        ("bank_worker", {"on": MORNING_AFTER}, NIGHT, True),
        ("bank_worker", {"on": MORNING_AFTER, "starts": time(13), "ends": time(17), "kind": "pm"}, NIGHT, False),
        ("bank_worker", LATE, {"on": MORNING_AFTER}, True),
        ("bank_worker", {"on": TUESDAY}, LATE, False),
    ],
)
@pytest.mark.usefixtures("app")
def test_eleven_hours_between_days_count_across_pools(engagement, here, there, refused):
    """For those whom the host employs: under 11 hours is refused, 11 hours are enough, within a day other rules decide."""
    session, clinician = a_pair(engagement, **here)
    assert against(session, clinician) == set()
    booked_elsewhere(clinician, **there)
    assert against(session, clinician) == ({"available", "rest"} if refused else set())


@pytest.mark.usefixtures("app")
def test_a_booking_that_was_called_off_here_does_not_hide_one_elsewhere():
    """Both start at the same minute: only the live one counts, and it is in the other pool."""
    session, clinician = a_pair()
    booking = a_booking(session=session, clinician=clinician)
    with working_as(Actor.system(session.pool_id)) as work:
        cancelling.cancel(work, booking.id, "Ill")
    booked_elsewhere(clinician, on=session.on)
    assert "available" in against(session, clinician)


@pytest.mark.usefixtures("app")
def test_an_acceptance_that_leaves_too_little_rest_is_refused():
    """The offer was there first. Being free is the clinician's own word; rest is not."""
    session, clinician = a_pair(on=MORNING_AFTER)
    offer = an_offer(session, clinician)
    booked_elsewhere(clinician, **LATE)
    with pytest.raises(Conflict, match="under 11 hours of rest"), working_as(Actor.system(session.pool_id)) as work:
        offers.accept(work, offer.id)


@pytest.mark.parametrize(("cap", "codes"), [(1, {"weekly_cap"}), (2, set())])
@pytest.mark.usefixtures("app")
def test_sessions_of_a_week_count_over_all_pools(cap, codes):
    """One is worked elsewhere in the same week; the week after is another."""
    pool = a_pool()
    clinician = a_clinician(pool, weekly_cap=cap)
    booked_elsewhere(clinician, on=TUESDAY)
    practice = a_practice(pool)
    assert against(a_session(practice, on=MORNING_AFTER), clinician) == codes
    assert against(a_session(practice, on=TUESDAY + timedelta(days=7)), clinician) == set()


@pytest.mark.usefixtures("app")
def test_hours_of_a_week_count_over_all_pools():
    """Four days of twelve hours in another pool are the law's 48."""
    session, clinician = a_pair("bank_worker", on=TUESDAY + timedelta(days=4))
    for number in range(-1, 3):
        booked_elsewhere(clinician, on=TUESDAY + timedelta(days=number), starts=time(8), ends=time(20))
    assert against(session, clinician) == {"weekly_hours"}


@pytest.mark.usefixtures("app")
def test_a_second_acceptance_over_the_cap_is_refused_in_words_about_nobody_else():
    """Both pools offered while the week was free: the person takes one, and hears why not the other."""
    session, clinician = a_pair(on=MORNING_AFTER)
    with working_as(Actor.system(session.pool_id)) as work:
        work.get(Clinician, clinician.id).weekly_cap = 1
    offer = an_offer(session, clinician)
    booked_elsewhere(clinician, on=TUESDAY)
    said = "You have reached the 1 session a week that you set, counting all your pools."
    with pytest.raises(Conflict, match=said), working_as(Actor.system(session.pool_id)) as work:
        offers.accept(work, offer.id)


@pytest.mark.usefixtures("app")
def test_the_engine_is_told_numbers_of_weeks_and_nothing_else():
    """No practice, no pool, no time of another pool leaves it."""
    session, clinician = a_pair(on=MORNING_AFTER)
    booked_elsewhere(clinician, on=TUESDAY)
    with working_as(Actor.system(session.pool_id)) as work:
        found = run_tables.tables_between(work, Window(TUESDAY, MORNING_AFTER))["elsewhere"]
    monday = TUESDAY - timedelta(days=TUESDAY.weekday())
    minutes = session.minutes
    assert found == [{"clinician_id": str(clinician.id), "week": monday, "sessions": 1, "minutes": minutes}]
