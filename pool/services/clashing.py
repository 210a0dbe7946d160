"""Open offers that cannot be taken any more because the same person is booked at that time, in whichever pool.

They are closed with the booking: an offer that nobody can accept only looks like cover.
"""

from collections.abc import Sequence

from sqlalchemy import Select, select

from pool.lifecycle import LIVE_BOOKING_STATES
from pool.models.booking import Booking
from pool.models.clinician import Clinician
from pool.models.offer import Offer
from pool.models.session import PracticeSession
from pool.unit_of_work import UnitOfWork


def open_offers(work: UnitOfWork, offer: Offer) -> Sequence[Offer]:
    """The person's other open offers for sessions that overlap this one, as far as the actor may see."""
    return work.all(overlapping(offer).where(Offer.state == "sent", Offer.id != offer.id))


def overlapping(offer: Offer) -> Select[Offer]:
    """Offers to the same person for the same time; back to back is no overlap."""
    return (
        select(Offer)
        .join(Clinician, Offer.clinician_id == Clinician.id)
        .join(PracticeSession, Offer.session_id == PracticeSession.id)
        .where(
            Clinician.person_id == offer.clinician.person_id,
            PracticeSession.id != offer.session_id,
            PracticeSession.starts_at < offer.session.ends_at,
            PracticeSession.ends_at > offer.session.starts_at,
        )
    )


def hold_sessions(work: UnitOfWork, offers: Sequence[Offer]) -> None:
    """Lock their sessions, always in the same order, so that two acceptances cannot wait for each other."""
    ids = [each.session_id for each in offers]
    held = select(PracticeSession).where(PracticeSession.id.in_(ids)).order_by(PracticeSession.id)
    work.all(held.with_for_update(of=PracticeSession).execution_options(populate_existing=True))


def is_booked(work: UnitOfWork, offer: Offer) -> bool:
    """Does the person have a booking that overlaps the session of an offer?"""
    live = select(Booking.id).where(
        Booking.person_id == offer.clinician.person_id,
        Booking.state.in_(LIVE_BOOKING_STATES),
        Booking.starts_at < offer.session.ends_at,
        Booking.ends_at > offer.session.starts_at,
    )
    return work.first(live) is not None
