"""What pages show of proposed changes: those of a booking, and those that wait for the reader's side."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from pool.models.booking import Booking
from pool.models.terms_change import TermsChange
from pool.permissions import CLINICIAN
from pool.unit_of_work import UnitOfWork


def of_booking(work: UnitOfWork, booking_id: UUID) -> Sequence[TermsChange]:
    """Every proposal of a booking, newest first."""
    found = select(TermsChange).where(TermsChange.booking_id == booking_id)
    return work.all(found.order_by(TermsChange.proposed_at.desc(), TermsChange.id))


def is_open(work: UnitOfWork, change: TermsChange) -> bool:
    """Can it still be answered?"""
    return change.state == "proposed" and change.lapses_at > work.now


def may_propose(work: UnitOfWork, booking: Booking) -> bool:
    """Does the booking hold, and has the session not started?"""
    return booking.state == "accepted" and booking.starts_at > work.now


def to_answer(work: UnitOfWork) -> Sequence[TermsChange]:
    """What waits for an answer of the reader's side, the earliest session first."""
    return work.all(select(TermsChange).where(*waiting(work)).order_by(TermsChange.lapses_at, TermsChange.id))


def waiting(work: UnitOfWork) -> tuple[ColumnElement[bool], ...]:
    """Open, and proposed by the other side."""
    theirs = TermsChange.proposed_by == CLINICIAN
    if work.actor.party == CLINICIAN:
        theirs = TermsChange.proposed_by != CLINICIAN
    return (TermsChange.state == "proposed", TermsChange.lapses_at > work.now, theirs)


def accepted_count(work: UnitOfWork, booking_id: UUID) -> int:
    """How many times the terms of a booking have changed: a calendar takes an entry anew only when a number grows."""
    counted = select(func.count(TermsChange.id)).where(
        TermsChange.booking_id == booking_id, TermsChange.state == "accepted"
    )
    return work.store.scalar(counted) or 0
