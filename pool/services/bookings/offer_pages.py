"""What a clinician sees of offers: those to answer, and why one that is closed is closed."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import Select, func, select

from pool.errors import AlreadyBooked, Conflict
from pool.formats import clock_time, moment
from pool.models.booking import Booking
from pool.models.offer import Offer
from pool.models.session import PracticeSession
from pool.services.billing import invoice_preview
from pool.services.billing.invoice_preview import OfferBills
from pool.services.bookings import clashing_offers, offers
from pool.services.pension import pension_terms
from pool.unit_of_work import UnitOfWork

RECENT = timedelta(days=14)
SHOWN = 5
CLOSED = ("declined", "expired", "withdrawn")


class OpenOffer(NamedTuple):
    """An offer to answer, what follows from each answer about the pension, and what the clinician usually answers."""

    offer: Offer
    bills: OfferBills
    usually_pensioned: bool


class Closed(NamedTuple):
    """Why an offer cannot be accepted (any more), and what happens next."""

    heading: str
    happened: str
    next_step: str


NOTHING_TO_DO = "You do not need to do anything. Your other offers are unchanged, and new ones come as before."
NO_PENALTY = "There is no penalty for declining: this session is not proposed to you again, and nothing else changes."
MAY_COME_BACK = "If the session is still open, you may be offered it again."
BOOKED_THEN = "You have a booking that overlaps this session, so we closed this offer."
LOOK_AGAIN = "Nothing has been booked. Look at your diary, or choose another offer below."


PUT_RIGHT = Closed(
    "The practice has put this session right",
    "Its terms are different now, so this offer is closed and nothing is booked.",
    "You have a new offer with the right terms: it is among those below.",
)


def open_offers(work: UnitOfWork) -> Sequence[Offer]:
    """Offers that wait for an answer, the earliest session first."""
    return work.all(waiting(work))


def some_others(work: UnitOfWork, offer: Offer) -> Sequence[Offer]:
    """The first few other offers that wait for an answer."""
    return work.all(waiting(work).where(Offer.id != offer.id).limit(SHOWN))


def count_open(work: UnitOfWork) -> int:
    """How many offers wait for an answer."""
    return work.store.scalar(waiting(work).order_by(None).with_only_columns(func.count(Offer.id))) or 0


def waiting(work: UnitOfWork) -> Select[Offer]:
    """Open offers of sessions that have not started, in the order of their sessions."""
    joined = select(Offer).join(PracticeSession, Offer.session_id == PracticeSession.id)
    still_open = (Offer.state == "sent", Offer.expires_at > work.now, PracticeSession.starts_at > work.now)
    return joined.where(*still_open).order_by(PracticeSession.starts_at, Offer.id)


def closed_lately(work: UnitOfWork) -> Sequence[Offer]:
    """The last few offers of the past fortnight that came to nothing, newest first; accepted ones are in the diary."""
    at = func.coalesce(Offer.answered_at, Offer.expires_at)
    closed = select(Offer).where(Offer.state.in_(CLOSED), at > work.now - RECENT)
    return work.all(closed.order_by(at.desc()).limit(SHOWN))


def is_open(work: UnitOfWork, offer: Offer) -> bool:
    """Can it still be accepted?"""
    return offer.state == "sent" and offer.expires_at > work.now and offer.session.starts_at > work.now


def opened(work: UnitOfWork, offer: Offer) -> OpenOffer:
    """Everything that the page of an open offer asks about."""
    bills = invoice_preview.of_offer(work, offer)
    return OpenOffer(offer, bills, pension_terms.usual(work, offer.terms, offer.clinician))


def booking_of(work: UnitOfWork, offer: Offer) -> Booking | None:
    """The booking that an accepted offer became."""
    return work.first(select(Booking).where(Booking.offer_id == offer.id))


def closing(work: UnitOfWork, offer: Offer) -> Closed:
    """Why this offer is closed, kindly."""
    if offer.state == "declined":
        return declined(offer)
    if offer.state == "withdrawn":
        return PUT_RIGHT if offers.replaced_by(work, offer) else taken_back(offer, known_reason(work, offer))
    said = f"It was open until {moment(offer.expires_at)}."
    return Closed("This offer has run out", said, f"{MAY_COME_BACK} Nothing counts against you.")


def declined(offer: Offer) -> Closed:
    """The clinician said no."""
    when = f"You declined it on {moment(offer.answered_at)}." if offer.answered_at else "You declined it."
    return Closed("You declined this offer", when, NO_PENALTY)


def known_reason(work: UnitOfWork, offer: Offer) -> str:
    """Why it was closed: as it was kept, or for offers of before that as the rows of now let us think."""
    if offer.closed_because:
        return offer.closed_because
    if clashing_offers.is_booked(work, offer):
        return "booked"
    return {"filled": "taken", "withdrawn": "not_needed"}.get(offer.session.state, "taken_back")


def taken_back(offer: Offer, because: str) -> Closed:
    """Somebody was first, the practice needs nobody any more, the clinician cannot work then, or the pool took it back."""
    at = f" at {clock_time(offer.answered_at)}" if offer.answered_at else ""
    heading, happened = {
        "taken": ("This session has been taken", f"Somebody else accepted it first{at}."),
        "not_needed": ("This session is no longer needed", "The practice has withdrawn it."),
        "started": ("This session has started", f"It was open until then; we closed it{at}."),
        "booked": ("You are booked then", BOOKED_THEN),
        "away": ("You cannot work then", f"You told us so when a booking was cancelled, and we closed this offer{at}."),
    }.get(because, ("This offer was taken back", f"The pool closed it{at}."))
    return Closed(heading, happened, NOTHING_TO_DO)


def refused(work: UnitOfWork, offer: Offer, error: Conflict) -> Closed:
    """Why Accept was pressed in vain."""
    if offer.state in CLOSED:
        return closing(work, offer)
    heading = "You are booked then" if isinstance(error, AlreadyBooked) else "We have not booked you"
    return Closed(heading, str(error), LOOK_AGAIN)
