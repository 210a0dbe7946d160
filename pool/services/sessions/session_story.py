"""What the page of one session shows: who was asked and booked, what happened, why it is empty, what may be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from pool.lifecycle import LIVE_BOOKING_STATES, OPEN_SESSION_STATES, stage
from pool.models.absence import Absence
from pool.models.audit import AuditEntry
from pool.models.booking import Booking
from pool.models.dispute import Dispute
from pool.models.invoice import Invoice
from pool.models.match_run import MatchRun, Proposal, UnfilledReason
from pool.models.offer import Offer
from pool.models.session import PracticeSession
from pool.models.terms_change import TermsChange
from pool.models.timesheet import Timesheet
from pool.services.billing import invoice_lists
from pool.services.bookings import proposed_changes_pages
from pool.services.eligibility import absences, prospects
from pool.services.eligibility.prospects import Prospects
from pool.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Story:
    """One session with everything around it."""

    session: PracticeSession
    bookings: Sequence[Booking]
    offers: Sequence[Offer]
    proposal: Proposal | None
    timesheet: Timesheet | None
    entries: Sequence[AuditEntry]
    absences: Mapping[UUID, Absence]
    reason: UnfilledReason | None
    invoices: Sequence[Invoice] = ()
    open_change: TermsChange | None = None

    @property
    def booking(self) -> Booking | None:
        """The booking that holds it now."""
        return next((booking for booking in self.bookings if booking.state in LIVE_BOOKING_STATES), None)

    @property
    def stage(self) -> str:
        """The one word for where it stands."""
        return stage(self.session, self.booking)

    @property
    def open(self) -> bool:
        """Is somebody still wanted?"""
        return self.session.state in OPEN_SESSION_STATES

    @property
    def changeable(self) -> bool:
        """May its details be changed: nobody is booked for it?"""
        return self.open

    @property
    def withdrawable(self) -> bool:
        """May it be withdrawn without cancelling a booking?"""
        return self.open or self.session.state == "draft"

    @property
    def cancellable(self) -> bool:
        """Is there a booking that has not been worked?"""
        return self.booking is not None and self.booking.state == "accepted"

    def in_future(self, work: UnitOfWork) -> bool:
        """Has it not started yet?"""
        return self.session.starts_at > work.now


def story(work: UnitOfWork, session_id: UUID) -> Story:
    """The session and all that belongs to it."""
    session = work.get(PracticeSession, session_id)
    bookings = work.all(select(Booking).where(Booking.session_id == session_id).order_by(Booking.booked_at.desc()))
    offers = work.all(select(Offer).where(Offer.session_id == session_id).order_by(Offer.sent_at.desc()))
    proposals = work.all(select(Proposal).where(Proposal.session_id == session_id))
    hours = work.all(select(Timesheet).where(Timesheet.booking_id.in_([booking.id for booking in bookings])))
    proposed = work.all(select(TermsChange).where(TermsChange.booking_id.in_([booking.id for booking in bookings])))
    disputes = work.all(select(Dispute).where(Dispute.timesheet_id.in_([hour.id for hour in hours])))
    about: list[Any] = [*bookings, *offers, *proposals, *hours, *disputes, *proposed]
    subjects = [session_id, *(row.id for row in about)]
    return Story(
        session=session,
        bookings=bookings,
        offers=offers,
        proposal=next((proposal for proposal in proposals if proposal.state == "proposed"), None),
        timesheet=hours[0] if hours else None,
        entries=work.all(entries_about(subjects)),
        absences=absences.of_bookings(work, [booking.id for booking in bookings]),
        reason=latest_reason(work, session_id) if session.state in ("posted", "unfilled") else None,
        open_change=next((change for change in proposed if proposed_changes_pages.is_open(work, change)), None),
        invoices=invoice_lists.of_bookings(work, [booking.id for booking in bookings]),
    )


def entries_about(subjects: Sequence[UUID]) -> Any:
    """The audit trail of these things, newest first."""
    about = select(AuditEntry).where(AuditEntry.subject_id.in_(subjects))
    return about.order_by(AuditEntry.at.desc(), AuditEntry.name)


def latest_reason(work: UnitOfWork, session_id: UUID) -> UnfilledReason | None:
    """Why the last run that looked at the session left it empty."""
    asked = select(UnfilledReason).join(MatchRun, UnfilledReason.run_id == MatchRun.id)
    return work.first(
        asked.where(UnfilledReason.session_id == session_id).order_by(MatchRun.finished_at.desc().nulls_last())
    )


def chances(work: UnitOfWork, session: PracticeSession) -> Prospects:
    """How many clinicians could take it now; counts over the whole pool."""
    return prospects.of_session(work, session.id)
