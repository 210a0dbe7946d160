"""Second thoughts: a clinician who declined, was too late or called their booking off can do it after all, while the
session is open. They get a new offer with the terms of today, and accept it as any other."""

from uuid import UUID

from sqlalchemy import select

from pool.errors import WrongState
from pool.events import OfferAskedFor
from pool.models.booking import Booking
from pool.models.offer import Offer
from pool.models.session import PracticeSession
from pool.rules.choice_words import reason
from pool.rules.rule_words import WAIVED_BY_ASKING
from pool.services.bookings import offers
from pool.services.bookings.offer_waves import ASKABLE
from pool.services.eligibility import session_rules
from pool.unit_of_work import UnitOfWork

OWN_NO = ("declined", "expired")
CLOSED = {
    "filled": "Somebody is booked for this session now, so you cannot take it any more.",
    "matched": "The plan has somebody else for this session now. You may be offered it again if they say no.",
    "withdrawn": "The practice does not need this session any more.",
}
STARTED = "The session has started, so it cannot be taken any more."


def take_up(work: UnitOfWork, offer_id: UUID) -> Offer:
    """A new offer of the same session at the clinician's own wish. Pressing twice gives the same one.

    Raises WrongState when the session or the way in which the old offer ended does not allow it, Conflict when a rule
    stands against it. What clinicians wish for themselves does not: they are asking.
    """
    old = work.get(Offer, offer_id)
    session = work.get(PracticeSession, old.session_id, lock=True)
    waiting = offers.open_offer(work, session.id, old.clinician_id)
    if waiting is not None:
        return waiting
    closed = why_not(work, old)
    if closed:
        raise WrongState(closed)
    against = session_rules.against(work, session, old.clinician, waived=WAIVED_BY_ASKING)
    if against:
        raise offers.refusal(against)
    offer = offers.put(work, session, old.clinician, reasons=[reason("asked_for_it")], asked_for=True)
    work.record(OfferAskedFor(offer.id, session.id, offer.clinician_id), pool_id=offer.pool_id)
    return offer


def why_not(work: UnitOfWork, old: Offer) -> str:
    """Why an ended offer cannot be taken up again; nothing when it can."""
    if not ended_by_clinician(work, old):
        return (
            "Only an offer that you declined or that ran out, or a booking that you cancelled, can be taken up again."
        )
    if old.session.starts_at <= work.now:
        return STARTED
    if old.session.state not in ASKABLE:
        return CLOSED.get(old.session.state, STARTED)
    return ""


def ended_by_clinician(work: UnitOfWork, old: Offer) -> bool:
    """Did it end by the clinician's own word or silence?"""
    if old.state in OWN_NO or old.closed_because == "away":
        return True
    cancelled = (Booking.offer_id == old.id, Booking.state == "cancelled", Booking.cancelled_by == "clinician")
    return old.state == "accepted" and work.first(select(Booking.id).where(*cancelled)) is not None


def possible(work: UnitOfWork, old: Offer) -> bool:
    """Is there anything to take up? The rules are asked when the button is pressed."""
    return not why_not(work, old) and offers.open_offer(work, old.session_id, old.clinician_id) is None
