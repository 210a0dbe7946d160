"""Open offers that cannot be taken any more because the same person is booked at that time, in whichever pool.

They are closed with the booking: an offer that nobody can accept only looks like cover.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from pool.lifecycle import LIVE_BOOKING_STATES
from pool.models.booking import Booking
from pool.models.clinician import Clinician
from pool.models.offer import Offer
from pool.models.session import PracticeSession
from pool.tenancy import of_everybody
from pool.unit_of_work import UnitOfWork


class Times(NamedTuple):
    """When a person is about to be booked, for which session."""

    person_id: UUID
    session_id: UUID
    starts_at: datetime
    ends_at: datetime


def hold_sessions(work: UnitOfWork, times: Times) -> None:
    """Lock the session, and those of the person's open offers at the same time, always in the same order, so that two
    acceptances cannot wait for each other."""
    theirs = (
        select(Offer.session_id)
        .join(Clinician, Offer.clinician_id == Clinician.id)
        .join(PracticeSession, Offer.session_id == PracticeSession.id)
        .where(Offer.state == "sent", clashes(times))
        .correlate(None)
    )
    ids = or_(PracticeSession.id == times.session_id, PracticeSession.id.in_(theirs))
    held = select(PracticeSession).where(ids).order_by(PracticeSession.id)
    work.all(of_everybody(held.with_for_update(of=PracticeSession).execution_options(populate_existing=True)))


def hold_offers(work: UnitOfWork, times: Times, accepted: UUID | None = None) -> Sequence[Offer]:
    """Lock the person's open offers at the same time, as they are now; with an `accepted` one that offer, however it
    stands, and all open offers of its session, whoever's they are. Their sessions are held already."""
    is_open = Offer.state == "sent"
    wanted = and_(is_open, clashes(times))
    if accepted is not None:
        wanted = or_(Offer.id == accepted, and_(is_open, Offer.session_id == times.session_id), wanted)
    held = (
        select(Offer)
        .join(Clinician, Offer.clinician_id == Clinician.id)
        .join(PracticeSession, Offer.session_id == PracticeSession.id)
        .where(wanted)
        .options(joinedload(Offer.clinician).joinedload(Clinician.engagements))
        .order_by(Offer.id)
    )
    return work.all(of_everybody(held.with_for_update(of=Offer).execution_options(populate_existing=True)))


def clashes(times: Times) -> ColumnElement[bool]:
    """Is it another session, at an overlapping time, offered to the same person? Back to back is no overlap."""
    return and_(
        Clinician.person_id == times.person_id,
        PracticeSession.id != times.session_id,
        PracticeSession.starts_at < times.ends_at,
        PracticeSession.ends_at > times.starts_at,
    )


def is_booked(work: UnitOfWork, offer: Offer) -> bool:
    """Does the person have a booking that overlaps the session of an offer?"""
    live = select(Booking.id).where(
        Booking.person_id == offer.clinician.person_id,
        Booking.state.in_(LIVE_BOOKING_STATES),
        Booking.starts_at < offer.session.ends_at,
        Booking.ends_at > offer.session.starts_at,
    )
    return work.first(live) is not None
