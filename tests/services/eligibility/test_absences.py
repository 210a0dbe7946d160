"""Clinicians who cannot come: the reason is nobody's business, they rest, and nobody asks them for the same session again."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from pool import clock
from pool.actor import Actor
from pool.errors import Conflict, Invalid, NotAllowed
from pool.models.absence import Absence
from pool.models.audit import AuditEntry
from pool.models.booking import Booking
from pool.models.match_run import MatchRun, Proposal
from pool.models.offer import Offer
from pool.models.outbox import OutboxMessage
from pool.models.person import Person
from pool.models.pool import Pool
from pool.models.practice import Practice
from pool.models.session import PracticeSession
from pool.permissions import PRACTICE
from pool.services.bookings import cancelling, offer_pages, offers, take_ups
from pool.services.clinicians import availability
from pool.services.eligibility import absences
from pool.services.eligibility.pool_facts import Window
from pool.services.insight import kpis
from pool.services.plans import release
from pool.services.runs import run_tables
from tests.builders import (
    a_booking,
    a_clinician,
    a_pool,
    a_pool_manager,
    a_practice,
    a_practice_manager,
    a_session,
    actor_of,
    again,
    an_offer,
    next_week,
    read,
    working_as,
)

pytestmark = pytest.mark.usefixtures("app")

AFTERNOON = {"kind": "pm", "starts": time(14), "ends": time(18, 10)}


def as_clinician(clinician) -> Actor:
    """The actor that a clinician becomes by signing in."""
    return actor_of(read(Person, clinician.person_id))


def cancel(booking, reason="ill", until: date | None = None) -> None:
    """The clinician calls it off."""
    with working_as(as_clinician(booking.clinician)) as work:
        cancelling.cancel(work, booking.id, reason, until=until)


def free_days(pool, clinician, first: date, last: date) -> set[date]:
    """The days on which the engine is told that somebody is free."""
    with working_as(Actor.system(pool.id)) as work:
        tables = run_tables.tables_between(work, Window(first, last))
    own = [row["date"] for row in tables["availability"] if row["clinician_id"] == str(clinician.id)]
    return {day for day in own if first <= day <= last}


@pytest.fixture
def practice(pool):
    """A practice of that pool."""
    return a_practice(pool)


@pytest.fixture
def ill(practice, pool):
    """A booking whose clinician has called it off: illness, until the day after."""
    booking = a_booking(session=a_session(practice), clinician=a_clinician(pool))
    cancel(booking, until=booking.on + timedelta(days=1))
    return read(Booking, booking.id)


def test_the_reason_stands_in_one_row_alone(ill):
    """Not in the booking, which its practice reads, and not in the events, which travel."""
    assert ill.cancel_reason == ""
    with working_as(Actor.system(ill.pool_id)) as work:
        assert [absence.reason for absence in work.all(select(Absence))] == ["ill"]
        for table in (AuditEntry, OutboxMessage):
            said = work.all(select(table).where(table.name == "BookingCancelled"))
            assert [row.data["reason"] for row in said] == [""], table.__name__


def test_no_practice_finds_that_row(ill):
    """Whatever a page of a practice may one day ask for."""
    with working_as(actor_of(a_practice_manager(read(Practice, ill.practice_id)))) as work:
        assert work.all(select(Absence)) == []
        assert absences.of_bookings(work, [ill.id]) == {}
    with working_as(actor_of(a_pool_manager(ill.pool_id))) as work:
        assert list(absences.of_bookings(work, [ill.id])) == [ill.id]


def test_the_days_are_blocked_in_every_pool_whatever_the_week_says(pool, ill):
    """An extra slot does not count either, and another pool learns only that there is no free time."""
    other = a_clinician(a_pool(), person=read(Person, ill.person_id))
    with working_as(as_clinician(ill.clinician)) as work:
        availability.add_days(work, ill.on, ill.on, available=True, starts=time(9), ends=time(17))
    days = (ill.on - timedelta(days=1), ill.on + timedelta(days=2))
    for clinician in (ill.clinician, other):
        assert free_days(read(Pool, clinician.pool_id), clinician, *days) == set(days), clinician.pool_id


def test_without_a_day_the_session_s_own_is_blocked(pool, practice):
    """The default of the page."""
    booking = a_booking(session=a_session(practice), clinician=a_clinician(pool))
    cancel(booking, "carer")
    days = (booking.on, booking.on + timedelta(days=1))
    assert free_days(pool, booking.clinician, *days) == {days[1]}


def test_other_reasons_block_no_day(pool, practice):
    """A car that does not start says nothing about the afternoon."""
    booking = a_booking(session=a_session(practice), clinician=a_clinician(pool))
    cancel(booking, "travel")
    assert free_days(pool, booking.clinician, booking.on, booking.on) == {booking.on}


@pytest.mark.parametrize("days", [-1, 92])
def test_days_that_cannot_be_are_refused(practice, pool, days):
    """Before the session, or for ever; the booking stays as it is."""
    booking = a_booking(session=a_session(practice), clinician=a_clinician(pool))
    with pytest.raises(Invalid) as refused:
        cancel(booking, until=booking.on + timedelta(days=days))
    assert list(refused.value.fields) == ["until"]
    assert again(booking).state == "accepted"


def test_an_answer_is_not_waited_for_from_somebody_ill(pool, practice):
    """An unanswered offer of the same days closes, so that others are asked at once."""
    clinician = a_clinician(pool)
    booking = a_booking(session=a_session(practice), clinician=clinician)
    waiting = an_offer(a_session(practice, **AFTERNOON), clinician)
    later = an_offer(a_session(practice, on=next_week(4)), clinician)
    cancel(booking)
    assert (again(waiting).state, again(waiting.session).state) == ("withdrawn", "posted")
    assert again(later).state == "sent"


def test_the_closed_offer_tells_the_clinician_why_and_the_practice_nothing(pool, practice):
    """What is written down is read on the practice's page; the clinician may say that they can do it after all."""
    clinician = a_clinician(pool)
    booking = a_booking(session=a_session(practice), clinician=clinician)
    waiting = an_offer(a_session(practice, **AFTERNOON), clinician)
    cancel(booking)
    with working_as(actor_of(a_practice_manager(practice))) as work:
        entries = work.all(select(AuditEntry).where(AuditEntry.name.in_(("OfferWithdrawn", "SessionReopened"))))
        told = {entry.data["reason"] for entry in entries if entry.data["session_id"] == str(waiting.session_id)}
    assert told == {"Not free at that time any more"}
    with working_as(as_clinician(clinician)) as work:
        closed = read(Offer, waiting.id)
        assert offer_pages.closing(work, closed).heading == "You cannot work then"
        assert take_ups.possible(work, closed)


def test_a_plan_does_not_keep_somebody_ill(pool, practice):
    """What the last run proposed for the same days goes out of the plan, and the session is open for others."""
    clinician = a_clinician(pool)
    booking, other = a_booking(session=a_session(practice), clinician=clinician), a_session(practice, **AFTERNOON)
    with working_as(Actor.system(pool.id)) as work:
        run = MatchRun(
            pool_id=pool.id,
            first_day=other.on,
            last_day=other.on,
            requested_at=work.now,
            state="published",
            finished_at=work.now,
        )
        work.add(run)
        work.store.flush()
        proposal = Proposal(
            pool_id=pool.id,
            practice_id=practice.id,
            clinician_id=clinician.id,
            run_id=run.id,
            session_id=other.id,
            travel_minutes=5,
        )
        work.add(proposal)
        work.get(PracticeSession, other.id).state = "matched"
        proposal_id = proposal.id
    cancel(booking)
    assert (read(Proposal, proposal_id).state, again(other).state) == ("dropped", "posted")


def test_i_can_work_again(pool, ill):
    """One press; what is over stays on record."""
    with working_as(as_clinician(ill.clinician)) as work:
        assert absences.end(work) == 1
    assert free_days(pool, ill.clinician, ill.on, ill.on) == {ill.on}
    with working_as(as_clinician(ill.clinician), now=clock.instant(ill.on, time(12))) as work:
        assert absences.now_away(work) == []


@pytest.mark.parametrize("reason", ["ill", "travel", "other"])
def test_the_same_session_is_never_theirs_again_unless_they_ask(pool, practice, reason):
    """Not by a run, not on the list of whom to ask, not by hand; after asking, by all of them."""
    clinician = a_clinician(pool)
    booking = a_booking(session=a_session(practice), clinician=clinician)
    cancel(booking, reason)
    assert not may(pool, booking)
    with pytest.raises(Conflict, match="called their booking of this session off"):
        an_offer(again(booking.session), clinician)
    with working_as(as_clinician(clinician)) as work:
        asked_id = take_ups.take_up(work, booking.offer_id).id
        assert take_ups.take_up(work, booking.offer_id).id == asked_id
    with working_as(as_clinician(clinician)) as work:
        assert offers.accept(work, asked_id).state == "accepted"


def may(pool, booking) -> bool:
    """Is the clinician proposed by a run, or listed as somebody who can take it?"""
    with working_as(Actor.system(pool.id)) as work:
        tables = run_tables.tables_between(work, Window(booking.on, booking.on))
        (row,) = [row for row in tables["sessions"] if row["session_id"] == str(booking.session_id)]
        able = [candidate.clinician.id for candidate in release.candidates(work, booking.session_id) if candidate.may]
    return str(booking.clinician_id) not in row.get("declined_by", ()) or booking.clinician_id in able


def test_what_the_practice_cancels_says_nothing_about_the_clinician(pool, practice):
    """Booked by mistake, needed after all: the same clinician may be asked."""
    booking = a_booking(session=a_session(practice), clinician=a_clinician(pool))
    with working_as(actor_of(a_practice_manager(practice))) as work:
        cancelling.cancel(work, booking.id, "mistake")
    assert may(pool, booking)


def test_a_call_to_the_manager_is_the_clinician_s_cancellation(pool, practice):
    """With illness and its days; no charge, and the figures count it where it belongs."""
    booking = a_booking(session=a_session(practice), clinician=a_clinician(pool))
    with working_as(actor_of(a_pool_manager(pool.id))) as work:
        cancelling.cancel(work, booking.id, "ill", by_phone=True, until=booking.on + timedelta(days=2))
    kept = again(booking)
    assert (kept.cancelled_by, kept.cancel_reason) == ("clinician", "")
    assert free_days(pool, booking.clinician, booking.on, booking.on + timedelta(days=2)) == set()
    with working_as(Actor.system(pool.id)) as work:
        counted = kpis.cancellations(work, booking.on, booking.on)
        assert {party: ratio.part for party, ratio in counted.items()} == {"practice": 0, "clinician": 1, "manager": 0}


def test_a_practice_does_not_speak_for_a_clinician(practice, pool):
    """It would cancel without its own charge."""
    booking = a_booking(session=a_session(practice), clinician=a_clinician(pool))
    actor = Actor(PRACTICE, (pool.id,), practice_id=practice.id)
    with pytest.raises(NotAllowed), working_as(actor) as work:
        cancelling.cancel(work, booking.id, "ill", by_phone=True)
    assert again(booking).state == "accepted"


def test_what_is_not_needed_any_more_does_not_tell_why_the_clinician_is_away(practice, pool):
    """A withdrawn session shows its reason to the practice."""
    booking = a_booking(session=a_session(practice), clinician=a_clinician(pool))
    with working_as(actor_of(a_pool_manager(pool.id))) as work:
        cancelling.cancel(work, booking.id, "ill", by_phone=True, still_needed=False)
    assert (again(booking.session).state, again(booking.session).withdrawn_reason) == ("withdrawn", "")
