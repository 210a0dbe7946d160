"""Bookings: cancel by either side, a clinician who did not come, sessions that are over."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from pool import clock, formats
from pool.errors import Conflict, NotAllowed
from pool.events import BookingCancelled, ClinicianMissed, SessionReopened
from pool.lifecycle import BOOKING, SESSION, advance
from pool.models.booking import Booking
from pool.models.clinician import Clinician
from pool.models.match_run import Proposal
from pool.models.offer import Offer
from pool.models.session import PracticeSession
from pool.rules.cancellation import Cancellation, cancellation
from pool.rules.fees import Line, described
from pool.services.billing import charges, invoice_preview
from pool.services.billing.invoice_preview import BillAhead
from pool.services.bookings import offers, proposals, proposed_changes
from pool.services.eligibility import absences
from pool.unit_of_work import UnitOfWork

CANCELLATION = "cancellation"


def cancel(
    work: UnitOfWork,
    booking_id: UUID,
    reason: str,
    *,
    still_needed: bool = True,
    by_phone: bool = False,
    until: date | None = None,
    announced: int | None = None,
) -> Booking:
    """End a booking before it starts, at any minute. The session opens again unless the practice needs it no more.

    `by_phone`: the clinician told the pool manager, who writes it down for them. A clinician's reason is kept for the pool
    alone (services/eligibility/absences.py); illness and caring block their days `until` a day. Nobody is penalised for being ill
    (design D13). `announced`: the pence that a practice was told it would be billed. Pressing twice cancels once. Raises
    Conflict once the session has started or the sum is another by now, Invalid for days that cannot be.
    """
    booking = proposed_changes.held_booking(work, booking_id)
    party = party_of(work, by_phone)
    if booking.cancelled_by == party:
        return booking
    if booking.starts_at <= work.now:
        raise Conflict("The session has started. Send or query the hours instead, or tell the pool that nobody came.")
    if party == "practice" and announced is not None:
        refuse_other_sum(work, booking, announced)
    advance(BOOKING, booking, "cancel")
    booking.cancelled_at, booking.cancelled_by = work.now, party
    said = "" if party == "clinician" else reason
    booking.cancel_reason = said
    proposed_changes.lapse_of(work, booking)
    work.record(
        BookingCancelled(booking.id, booking.session_id, booking.clinician_id, party, said), pool_id=booking.pool_id
    )
    end_session(work, booking.session, said, still_needed)
    if party == "practice":
        charge_cancellation(work, booking)
    if party == "clinician":
        stay_away(work, booking, reason, until)
    return booking


def party_of(work: UnitOfWork, by_phone: bool) -> str:
    """Who ends the booking: whoever acts, or the clinician who rang the pool. Raises NotAllowed for a practice that
    would speak for a clinician."""
    party = work.actor.party
    if by_phone and party == "practice":
        raise NotAllowed("Only the pool manager can record that a clinician has cancelled.")
    return "clinician" if by_phone else party


def end_session(work: UnitOfWork, session: PracticeSession, reason: str, still_needed: bool) -> None:
    """The session of a cancelled booking: open again, or needed no more."""
    if still_needed:
        advance(SESSION, session, "reopen")
        work.record(
            SessionReopened(session.id, session.practice_id, "The booking was cancelled"), pool_id=session.pool_id
        )
    else:
        advance(SESSION, session, "withdraw")
        session.withdrawn_at, session.withdrawn_reason = work.now, reason


def stay_away(work: UnitOfWork, booking: Booking, reason: str, until: date | None) -> None:
    """Keep why; whoever is ill or cares for somebody has their unanswered offers of those days closed, and no plan has them
    for those days any more."""
    absence = absences.record(work, booking, reason, until)
    if absence.first_day is None or absence.last_day is None:
        return
    own = select(Clinician.id).where(Clinician.person_id == booking.person_id)
    days = PracticeSession.on.between(absence.first_day, absence.last_day)
    found = select(Offer).join(PracticeSession, Offer.session_id == PracticeSession.id)
    waiting = work.all(found.where(Offer.clinician_id.in_(own), Offer.state == "sent", days).order_by(Offer.session_id))
    for offer in waiting:
        offers.withdraw(work, offer.id, "away")
    planned = select(Proposal.session_id).join(PracticeSession, Proposal.session_id == PracticeSession.id)
    for session_id in work.all(planned.where(Proposal.clinician_id.in_(own), Proposal.state == "proposed", days)):
        proposals.drop_proposal(
            work, work.get(PracticeSession, session_id, lock=True), "The clinician cannot work then"
        )


def cancellation_charge(work: UnitOfWork, booking: Booking) -> Cancellation:
    """What the practice owes if it cancels now, by the bands frozen in the booking (domain 2.8)."""
    return cancellation(booking.fee, booking.terms.cancellation_bands, booking.starts_at - work.now)


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
    words = f"Cancellation of the {described(booking.terms)} on {formats.full_day(booking.on)}"
    return Line(CANCELLATION, words, due.amount, due.working, pensionable=False)


def cancellation_bill(work: UnitOfWork, booking: Booking) -> BillAhead:
    """The invoice that follows when the practice cancels now; nothing when nothing is due."""
    due = cancellation_charge(work, booking)
    lines = [cancellation_line(booking, due)] if due.amount.pence else []
    return invoice_preview.of_lines(work, booking, lines, supplied_on=clock.london_date(work.now))


def refuse_other_sum(work: UnitOfWork, booking: Booking, announced: int) -> None:
    """A page that was open for long may have promised less than the notice of now costs."""
    due = cancellation_bill(work, booking).total
    if due.pence != announced:
        raise Conflict(
            f"Cancelling comes to {due} now, because there is less notice than when you opened this page. Nothing has been"
            " cancelled. Look at it again and press once more if you still want to."
        )


def miss(work: UnitOfWork, booking_id: UUID) -> Booking:
    """The clinician did not come. Only once the session has started."""
    booking = work.get(Booking, booking_id, lock=True)
    if booking.starts_at > work.now:
        raise Conflict("The session has not started yet. Cancel the booking instead.")
    advance(BOOKING, booking, "miss")
    work.record(ClinicianMissed(booking.id, booking.session_id, booking.clinician_id), pool_id=booking.pool_id)
    return booking
