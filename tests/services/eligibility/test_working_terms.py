"""Terms of a clinician that the engine counts: shortest appointments, contracted sessions, weekly hours and the opt-out."""

from datetime import date, time, timedelta

import pytest

from matching import Problem, check, solve
from pool import dated
from pool.actor import Actor
from pool.errors import Conflict
from pool.models.booking import Booking
from pool.models.clinician import Clinician
from pool.models.session import PracticeSession
from pool.places import facts
from pool.rules import working_time
from pool.rules.rule_words import to_clinician, to_manager_with_way_out
from pool.rules.session_plan import SessionPlan
from pool.services.bookings import offers
from pool.services.clinicians import weekly_limit
from pool.services.eligibility import session_rules, snapshot
from pool.services.eligibility.pool_facts import Window
from pool.services.hours import diary
from pool.services.runs import run_tables
from tests.builders import (
    GORLESTON,
    a_booking,
    a_clinician,
    a_pool,
    a_practice,
    a_session,
    an_offer,
    next_week,
    working_as,
)

MONDAY = next_week(0)
LONG = {"starts": time(8), "ends": time(20)}


def against(session, clinician):
    """The reasons against a pair now."""
    with working_as(Actor.system(session.pool_id)) as work:
        return session_rules.against(work, work.get(PracticeSession, session.id), work.get(Clinician, clinician.id))


def row_of(clinician, first=MONDAY, days=28):
    """What the engine is told about a clinician."""
    with working_as(Actor.system(clinician.pool_id)) as work:
        window = Window(first, first + timedelta(days=days - 1))
        return snapshot.clinician_row(work.get(Clinician, clinician.id), window)


def a_full_week(clinician, practice, days=4):
    """Twelve hours on each of the first days of a week."""
    for number in range(days):
        session = a_session(practice, on=MONDAY + timedelta(days=number), **LONG)
        a_booking(session=session, clinician=clinician)


@pytest.mark.parametrize(("minutes", "least", "codes"), [(10, 15, ["appointment"]), (15, 15, []), (10, 0, [])])
@pytest.mark.usefixtures("app")
def test_appointments_shorter_than_asked_for_are_not_offered(minutes, least, codes):
    """The clinician's own term; the practice says the length when it posts."""
    pool = a_pool()
    session = a_session(a_practice(pool), plan=SessionPlan(appointments=12, minutes_each=minutes))
    found = against(session, a_clinician(pool, min_appointment_minutes=least))
    assert [refusal.code for refusal in found] == codes
    if found:
        assert to_clinician(found[0]) == "Appointments are 10 minutes; you asked for at least 15."
        assert "ask them all the same under Offer it to somebody" in to_manager_with_way_out(found[0])


@pytest.mark.usefixtures("app")
def test_a_session_without_appointments_is_for_everybody():
    """A duty session plans none; a length left over from a form says nothing."""
    pool = a_pool()
    session = a_session(a_practice(pool), plan=SessionPlan(duty=True, minutes_each=5))
    assert against(session, a_clinician(pool, min_appointment_minutes=15)) == ()


@pytest.mark.parametrize(
    ("terms", "refused"),
    [
        ({"engagement": "bank_worker"}, True),
        ({"engagement": "sole_trader"}, False),
        ({"engagement": "bank_worker", "opt_out_from": date(2026, 1, 1)}, False),
        ({"engagement": "bank_worker", "opt_out_from": date(2026, 1, 1), "opt_out_until": date(2026, 2, 1)}, True),
        ({"engagement": "salaried", "opt_out_from": date(2026, 1, 1), "weekly_hours": 50}, True),
    ],
)
@pytest.mark.usefixtures("app")
def test_forty_eight_hours_bind_whom_the_host_employs(terms, refused):
    """48 hours are worked; four more are too many unless the person opted out, and agreed to no other limit."""
    pool = a_pool()
    practice, clinician = a_practice(pool), a_clinician(pool, **terms)
    a_full_week(clinician, practice)
    found = against(a_session(practice, on=MONDAY + timedelta(days=4)), clinician)
    assert [refusal.code for refusal in found] == (["weekly_hours"] if refused else [])


@pytest.mark.usefixtures("app")
def test_the_hours_are_said_to_each_side_and_stop_an_acceptance():
    """The offer was there before the week was full."""
    pool = a_pool()
    practice, clinician = a_practice(pool), a_clinician(pool, engagement="bank_worker")
    offer = an_offer(a_session(practice, on=MONDAY + timedelta(days=4)), clinician)
    a_full_week(clinician, practice)
    too_long = pytest.raises(Conflict, match="more than 48 hours of work in that week")
    with too_long, working_as(Actor.system(pool.id)) as work:
        offers.accept(work, offer.id)
    session = a_session(practice, on=MONDAY + timedelta(days=5))
    with (
        pytest.raises(Conflict, match="record it under Papers and engagement"),
        working_as(Actor.system(pool.id)) as work,
    ):
        offers.send(work, work.get(PracticeSession, session.id), work.get(Clinician, clinician.id))


@pytest.mark.usefixtures("app")
def test_contracted_sessions_are_those_of_the_days_asked_for():
    """Four a week are sixteen in four weeks, three in five days; nobody else has them."""
    pool = a_pool()
    salaried = a_clinician(pool, engagement="salaried", contracted_sessions=4)
    assert row_of(salaried)["contracted_sessions"] == 16
    assert row_of(salaried, days=5)["contracted_sessions"] == 3
    assert row_of(a_clinician(pool, contracted_sessions=4))["contracted_sessions"] == 0


@pytest.mark.usefixtures("app")
def test_the_limit_is_said_in_words():
    """On the manager's page."""
    pool = a_pool()
    people = [
        a_clinician(pool, **terms)
        for terms in (
            {"engagement": "bank_worker"},
            {"engagement": "salaried", "weekly_hours": 37},
            {"engagement": "salaried", "opt_out_from": date(2026, 1, 1)},
            {"engagement": "sole_trader"},
        )
    ]
    with working_as(Actor.system(pool.id)) as work:
        said = [weekly_limit.on(work.get(Clinician, person.id), MONDAY) for person in people]
    assert said == [
        "At most 48 hours a week",
        "At most 37 hours a week",
        "No limit (opted out of the working time limit)",
        "",
    ]


def test_an_opt_out_has_to_hold_on_every_day():
    """Withdrawn in the middle of the days asked for, the law's limit is back for all of them."""
    signed = working_time.OptOut(date(2026, 1, 1), date(2026, 6, 30))
    assert working_time.hours_limit(None, signed, date(2026, 6, 1), date(2026, 6, 28)) is None
    assert working_time.hours_limit(None, signed, date(2026, 6, 15), date(2026, 7, 12)) == 48
    assert working_time.hours_limit(60, signed, date(2026, 6, 1), date(2026, 6, 28)) == 60
    assert working_time.hours_limit(60, working_time.OptOut(), date(2026, 6, 1), date(2026, 6, 28)) == 48


@pytest.fixture
def dated_figure(monkeypatch):
    """Rewrites columns of the rows of a dated table for one test."""

    def change(name, column, value, *, figure=None):
        kept = dated.table(name)
        rows = tuple(row | {column: value} if row.get("figure") == figure else row for row in kept)
        for module in (dated, facts):
            monkeypatch.setattr(
                module, "table", lambda asked, before=module.table: rows if asked == name else before(asked)
            )

    return change


def planned(pool_id):
    """How many sessions a run over these days would fill, and what the checker says of giving all to the clinician."""
    with working_as(Actor.system(pool_id)) as work:
        problem = Problem.from_tables(run_tables.tables_between(work, Window(MONDAY, MONDAY + timedelta(days=6))))
    (clinician,) = problem.clinicians.ids
    everything = dict.fromkeys(problem.sessions.ids, clinician)
    return solve(problem).filled, [violation.code for violation in check(problem, everything)]


EVENING = {"on": MONDAY, "starts": time(15), "ends": time(19), "kind": "pm"}
TEN_KM_AWAY = {"home_easting": GORLESTON[1] - 10_000}
MORNING = {"on": MONDAY + timedelta(days=1), "starts": time(7), "ends": time(11)}


@pytest.mark.usefixtures("app")
def test_run_offer_and_check_follow_the_dated_rest(dated_figure):
    """Twelve hours lie between two sessions: enough for 11 hours of rest, too little for 13."""
    pool = a_pool()
    practice, clinician = a_practice(pool), a_clinician(pool, engagement="bank_worker")
    first, second = a_session(practice, **EVENING), a_session(practice, **MORNING)
    assert planned(pool.id) == (2, [])
    dated_figure("working_time", "value", "13", figure="daily_rest_hours")
    assert planned(pool.id) == (1, ["rest"])
    offer = an_offer(second, clinician)
    a_booking(session=first, clinician=clinician)
    (reason,) = against(second, clinician)
    assert (reason.code, reason.figures) == ("rest", {"gap": 720, "need": 780})
    with pytest.raises(Conflict), working_as(Actor.system(pool.id)) as work:
        offers.accept(work, offer.id)


@pytest.mark.usefixtures("app")
def test_run_offer_and_check_follow_the_dated_time_to_park(dated_figure):
    """Half an hour lies between two practices next door to each other."""
    pool = a_pool()
    clinician = a_clinician(pool, **TEN_KM_AWAY)
    sites = [a_practice(pool), a_practice(pool)]
    first, second = (
        a_session(site, on=MONDAY, starts=starts, ends=ends, kind=kind)
        for site, starts, ends, kind in zip(
            sites, (time(8), time(12, 30)), (time(12), time(16, 30)), ("am", "pm"), strict=True
        )
    )
    assert planned(pool.id) == (2, [])
    booking = a_booking(session=first, clinician=clinician)
    assert against(second, clinician) == ()
    dated_figure("travel_parameters", "parking_minutes", "45")
    assert [reason.code for reason in against(second, clinician)] == ["between_sites"]
    with working_as(Actor.system(pool.id)) as work:
        leaves = diary.leave_at(work, work.get(Booking, booking.id))
    assert booking.starts_at - leaves == timedelta(minutes=22 + 45)


@pytest.mark.usefixtures("app")
def test_journeys_follow_the_dated_estimate(dated_figure):
    """What an offer says of the journey and what the rule compares with the limit are the same figure."""
    pool = a_pool()
    session, clinician = a_session(a_practice(pool), on=MONDAY), a_clinician(pool, **TEN_KM_AWAY)
    assert against(session, clinician) == ()
    dated_figure("travel_parameters", "base_minutes", "75")
    (reason,) = against(session, clinician)
    assert (reason.code, reason.figures["minutes"]) == ("travel", session_rules.minutes_from_home(session, clinician))
