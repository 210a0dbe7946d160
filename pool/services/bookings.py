"""Bookings: cancel by either side, a clinician who did not come, sessions that are over."""

from uuid import UUID

from pool import clock, formats
from pool.errors import Conflict
from pool.events import BookingCancelled, ClinicianMissed, SessionReopened
from pool.lifecycle import BOOKING, SESSION, advance
from pool.models.booking import Booking
from pool.models.session import PracticeSession
from pool.permissions import CLINICIAN, PRACTICE
from pool.pricing import Line, described
from pool.rules.cancellation import Cancellation, cancellation
from pool.services import bill_ahead, charges
from pool.services.bill_ahead import BillAhead
from pool.unit_of_work import UnitOfWork

CANCELLATION = "cancellation"
PARTY = {PRACTICE: "practice", CLINICIAN: "clinician"}


def cancel(work: UnitOfWork, booking_id: UUID, reason: str, *, still_needed: bool = True) -> Booking:
    """End a booking before it starts, at any minute. The session opens again unless the practice needs it no more.

    Nobody is penalised for being ill (peers J6). Pressing twice cancels once. Raises Conflict once the session has started.
    """
    booking = work.get(Booking, booking_id)
    session = work.get(PracticeSession, booking.session_id, lock=True)
    booking = work.get(Booking, booking_id, lock=True)
    party = PARTY.get(work.actor.role, "manager")
    if booking.cancelled_by == party:
        return booking
    if booking.starts_at <= work.now:
        raise Conflict("The session has started. Send or query the hours instead, or tell the pool that nobody came.")
    advance(BOOKING, booking, "cancel")
    booking.cancelled_at, booking.cancelled_by, booking.cancel_reason = work.now, party, reason
    if party == "practice":
        charge_cancellation(work, booking)
    work.record(
        BookingCancelled(booking.id, session.id, booking.clinician_id, party, reason), pool_id=booking.pool_id
    )
    if still_needed:
        advance(SESSION, session, "reopen")
        work.record(SessionReopened(session.id, session.practice_id, "The booking was cancelled"), pool_id=session.pool_id)
    else:
        advance(SESSION, session, "withdraw")
        session.withdrawn_at, session.withdrawn_reason = work.now, reason
    return booking


def cancellation_charge(work: UnitOfWork, booking: Booking) -> Cancellation:
    """What the practice owes if it cancels now, by the bands frozen in the booking (domain notes 2.8)."""
    return cancellation(booking.fee, booking.terms["cancellation_bands"], booking.starts_at - work.now)


def charge_cancellation(work: UnitOfWork, booking: Booking) -> None:
    """The practice has cancelled: what the terms say is agreed and billed. No NHS work was done, so it is not pensionable.

    Clinicians are never charged, and a practice is not charged for what the pool cancels.
    """
    due = cancellation_charge(work, booking)
    if not due.amount.pence:
        return
    (charge,) = charges.claim(work, booking, [cancellation_line(booking, due)])
    charge.supplied_on = clock.london_date(work.now)
    charges.approve(work, charge)


def cancellation_line(booking: Booking, due: Cancellation) -> Line:
    """The charge as a line: never pensionable, because no NHS work was done."""
    words = f"Cancellation of the {described(booking.terms)} on {formats.full_day(booking.session.on)}"
    return Line(CANCELLATION, words, due.amount, due.working, pensionable=False)


def cancellation_bill(work: UnitOfWork, booking: Booking) -> BillAhead:
    """The invoice that follows when the practice cancels now; nothing when nothing is due."""
    due = cancellation_charge(work, booking)
    lines = [cancellation_line(booking, due)] if due.amount.pence else []
    return bill_ahead.of_lines(work, booking, lines, supplied_on=clock.london_date(work.now))


def miss(work: UnitOfWork, booking_id: UUID) -> Booking:
    """The clinician did not come. Only once the session has started."""
    booking = work.get(Booking, booking_id, lock=True)
    if booking.starts_at > work.now:
        raise Conflict("The session has not started yet. Cancel the booking instead.")
    advance(BOOKING, booking, "miss")
    work.record(ClinicianMissed(booking.id, booking.session_id, booking.clinician_id), pool_id=booking.pool_id)
    return booking
