"""Open offers that cannot be taken any more because the same person is booked at that time, in whichever pool.

They are closed with the booking: an offer that nobody can accept only looks like cover.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select

from pool.lifecycle import LIVE_BOOKING_STATES
from pool.models.booking import Booking
from pool.models.clinician import Clinician
from pool.models.offer import Offer
from pool.models.session import PracticeSession
from pool.tenancy import of_everybody
from pool.unit_of_work import UnitOfWork


def open_offers(work: UnitOfWork, offer: Offer) -> Sequence[Offer]:
    """The person's other open offers for sessions that overlap this one, as far as the actor may see."""
    times = overlapping(offer.clinician.person_id, offer.session_id, offer.session.starts_at, offer.session.ends_at)
    return work.all(times.where(Offer.state == "sent", Offer.id != offer.id))


def open_offers_at(work: UnitOfWork, booking: Booking, starts_at: datetime, ends_at: datetime) -> Sequence[Offer]:
    """The open offers to the person of a booking for sessions that overlap the times it would have, whoever's they are."""
    times = overlapping(booking.person_id, booking.session_id, starts_at, ends_at)
    return work.all(of_everybody(times.where(Offer.state == "sent")))


def overlapping(person_id: UUID, session_id: UUID, starts_at: datetime, ends_at: datetime) -> Select[Offer]:
    """Offers of other sessions to a person at these times; back to back is no overlap."""
    return (
        select(Offer)
        .join(Clinician, Offer.clinician_id == Clinician.id)
        .join(PracticeSession, Offer.session_id == PracticeSession.id)
        .where(
            Clinician.person_id == person_id,
            PracticeSession.id != session_id,
            PracticeSession.starts_at < ends_at,
            PracticeSession.ends_at > starts_at,
        )
    )


def hold_sessions(work: UnitOfWork, offers: Sequence[Offer | Booking]) -> None:
    """Lock their sessions, always in the same order, so that two acceptances cannot wait for each other."""
    ids = [offer.session_id for offer in offers]
    held = select(PracticeSession).where(PracticeSession.id.in_(ids)).order_by(PracticeSession.id)
    work.all(of_everybody(held.with_for_update(of=PracticeSession).execution_options(populate_existing=True)))


def is_booked(work: UnitOfWork, offer: Offer) -> bool:
    """Does the person have a booking that overlaps the session of an offer?"""
    live = select(Booking.id).where(
        Booking.person_id == offer.clinician.person_id,
        Booking.state.in_(LIVE_BOOKING_STATES),
        Booking.starts_at < offer.session.ends_at,
        Booking.ends_at > offer.session.starts_at,
    )
    return work.first(live) is not None
