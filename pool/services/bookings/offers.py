"""Offers: send, accept, decline, expire. The first acceptance wins and the others hear kindly."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from pool.catalogue import OFFER_CLOSINGS
from pool.errors import AlreadyBooked, Conflict, WrongState
from pool.events import BookingMade, OfferDeclined, OfferExpired, OfferSent, OfferWithdrawn, SessionReopened
from pool.lifecycle import BOOKING, OFFER, SESSION, advance
from pool.models.booking import ONE_BOOKING_PER_SESSION, ONE_PLACE_AT_A_TIME, Booking
from pool.models.clinician import Clinician
from pool.models.match_run import Proposal
from pool.models.offer import Offer
from pool.models.person import Person
from pool.models.pool import Pool
from pool.models.session import PracticeSession
from pool.rules.choice_words import Kept
from pool.rules.rule_words import MAY_BE_ASKED, WAIVED_BY_YES, Refusal, to_clinician, to_manager_with_way_out
from pool.rules.terms import Terms
from pool.services.bookings import clashing_offers
from pool.services.bookings.clashing_offers import Times
from pool.services.bookings.making_terms import terms_for
from pool.services.eligibility import session_rules
from pool.services.pension import pension_terms
from pool.services.pools.policy import policy_of
from pool.tenancy import of_everybody
from pool.unit_of_work import UnitOfWork

TAKEN = "This session has just been taken by somebody else. Thank you for answering; your other offers are unchanged."
BUSY = "You already have a booking that overlaps this session, so we have not booked you twice."


def send(
    work: UnitOfWork,
    session: PracticeSession,
    clinician: Clinician,
    *,
    reasons: Sequence[Kept] = (),
    proposal: Proposal | None = None,
    even_over_limits: bool = False,
) -> Offer:
    """Offer a session to a clinician, with the terms as they stand. `even_over_limits`: the manager knows that it goes
    beyond what the clinician wishes (rule_words.MAY_BE_ASKED) and asks all the same; the offer says so.

    Raises WrongState when the session is no longer open and Conflict when the clinician may not take it.
    """
    if open_offer(work, session.id, clinician.id) is not None:
        raise Conflict(f"{clinician.name} already has an open offer for this session. Wait for the answer.")
    against = session_rules.against(work, session, clinician)
    beyond = [refusal.code for refusal in against if refusal.code in MAY_BE_ASKED] if even_over_limits else []
    hard = [refusal for refusal in against if refusal.code not in beyond]
    if hard:
        raise Conflict(refused_words(clinician, hard[0]))
    return place(work, session, clinician, reasons=reasons, proposal=proposal, over_limits=beyond)


def refused_words(clinician: Clinician, refusal: Refusal) -> str:
    """Why somebody cannot be offered a session."""
    return f"{clinician.name} cannot be offered this session. {to_manager_with_way_out(refusal)}"


def place(work: UnitOfWork, session: PracticeSession, clinician: Clinician, **facts: Any) -> Offer:
    """Write an offer about which the rules have been asked in this transaction, and tell the clinician. Raises WrongState
    for a closed session. `facts`: see put."""
    offer = put(work, session, clinician, **facts)
    work.record(OfferSent(offer.id, session.id, clinician.id), pool_id=session.pool_id)
    return offer


def put(
    work: UnitOfWork,
    session: PracticeSession,
    clinician: Clinician,
    *,
    reasons: Sequence[Kept] = (),
    proposal: Proposal | None = None,
    asked_for: bool = False,
    over_limits: Sequence[str] = (),
) -> Offer:
    """The row alone, for a clinician who is looking at it. Raises WrongState for a closed session."""
    if session.state != "offered":
        advance(SESSION, session, "offer")
    pool = work.get(Pool, session.pool_id)
    offer = Offer(
        pool_id=session.pool_id,
        practice_id=session.practice_id,
        clinician_id=clinician.id,
        session_id=session.id,
        state=OFFER.initial,
        sent_at=work.now,
        expires_at=policy_of(pool).offer_expiry(work.now, session.starts_at),
        travel_minutes=session_rules.minutes_from_home(session, clinician),
        fee=session.fee,
        terms=terms_for(session, clinician, pool),
        reasons=[dict(kept) for kept in reasons],
        proposal_id=proposal.id if proposal else None,
        asked_for=asked_for,
        over_limits=list(over_limits),
    )
    work.add(offer)
    return offer


def open_offer(work: UnitOfWork, session_id: UUID, clinician_id: UUID) -> Offer | None:
    """The unanswered offer of a session to a clinician."""
    asked = (Offer.session_id == session_id, Offer.clinician_id == clinician_id, Offer.state == "sent")
    return work.first(select(Offer).where(*asked))


def accept(work: UnitOfWork, offer_id: UUID, *, pension: bool | None = False) -> Booking:
    """Turn an open offer into a booking and close its rivals. Pressing twice gives the same booking.

    `pension`: whether the clinician wants it pensioned (domain 5.1); None when a form left it open.

    Raises Invalid when it was left open and the terms ask for it, AlreadyBooked when somebody was first or the clinician
    is busy then, WrongState when the offer has closed, Conflict when a rule no longer holds. The
    database has the last word (booking constraints).
    """
    offer = looked_up(work, offer_id)
    times = Times(offer.clinician.person_id, offer.session_id, offer.session.starts_at, offer.session.ends_at)
    clashing_offers.hold_sessions(work, times)
    held = clashing_offers.hold_offers(work, times, accepted=offer.id)
    session = offer.session
    mine = existing_booking(work, offer)
    if mine is not None:
        return mine
    if offer.state == "withdrawn" and clashing_offers.is_booked(work, offer):
        raise AlreadyBooked(BUSY)
    refuse_closed(work, offer, session)
    pension_terms.refuse_unsaid(offer.terms, pension)
    against = session_rules.against(work, session, offer.clinician, waived=waived_by_accepting(offer))
    if against:
        raise refusal(against)
    refuse_other_engagement(offer, session)
    advance(OFFER, offer, "accept")
    offer.answered_at = work.now
    advance(SESSION, session, "fill")
    booking = agreed(work, offer, session, offer.terms.chosen(bool(pension)))
    keep_booking(work, booking)
    close_others(work, booking, held)
    work.record(BookingMade(booking.id, session.id, offer.clinician_id), pool_id=offer.pool_id)
    return booking


def looked_up(work: UnitOfWork, offer_id: UUID) -> Offer:
    """An offer, with its person held (see lock_person); what it says is read anew once it is held itself."""
    theirs = select(Offer).join(Offer.clinician).join(Clinician.person).where(Offer.id == offer_id)
    return work.one(theirs.with_for_update(of=Person, key_share=True))


def waived_by_accepting(offer: Offer) -> frozenset[str]:
    """Rules about which the clinician decides by saying yes, or was asked all the same, or asked for it themself."""
    return WAIVED_BY_YES | frozenset(offer.over_limits) | (MAY_BE_ASKED if offer.asked_for else frozenset())


def close_others(work: UnitOfWork, booking: Booking, held: Sequence[Offer]) -> None:
    """Of the offers that are held: those of the same session are taken, those at the same time cannot be worked."""
    others = [offer for offer in held if offer.id != booking.offer_id]
    for offer in others:
        if offer.session_id == booking.session_id:
            close(work, offer, "taken")
    close_as_booked(work, [offer for offer in others if offer.session_id != booking.session_id])


def close_as_booked(work: UnitOfWork, rivals: Sequence[Offer]) -> None:
    """Open offers, held, of a person who is booked at their time: an offer that nobody can accept only looks like cover."""
    for rival in rivals:
        close(work, rival, "booked")
        reopen_if_unasked(work, rival.session, OFFER_CLOSINGS["booked"])


def lock_person(work: UnitOfWork, person_id: UUID) -> None:
    """Acceptances of one person wait for each other, in whichever pools: two that overlap would otherwise meet in the
    database's own overlap check and one could end in a deadlock. Taken before the session, everywhere."""
    work.one(select(Person).where(Person.id == person_id).with_for_update(of=Person, key_share=True))


def existing_booking(work: UnitOfWork, offer: Offer) -> Booking | None:
    """The booking this offer already became."""
    return work.first(select(Booking).where(Booking.offer_id == offer.id)) if offer.state == "accepted" else None


def refuse_closed(work: UnitOfWork, offer: Offer, session: PracticeSession) -> None:
    """Say kindly why an offer can no longer be accepted."""
    if session.state == "filled":
        raise AlreadyBooked(TAKEN)
    if offer.state == "sent" and offer.expires_at <= work.now:
        raise WrongState("This offer ran out before you answered. If the session is still open you may be asked again.")
    if offer.state != "sent":
        raise WrongState(f"This offer is closed: it was {offer.state}. Nothing has been booked.")


def refuse_other_engagement(offer: Offer, session: PracticeSession) -> None:
    """The terms were made for one way of being engaged: it decides who invoices whom (domain 4.1)."""
    engagement = offer.clinician.engagement_on(session.on)
    if engagement is not None and engagement.type != offer.terms.engagement_type:
        raise Conflict(
            "How you are engaged has changed since this offer was made. Ask the pool manager for a new offer."
        )


def refusal(against: Sequence[Refusal]) -> Conflict:
    """A clash is told as one; any other broken rule by its own sentence."""
    if any(refusal.code == "overlap" for refusal in against):
        return AlreadyBooked(BUSY)
    return Conflict(f"You cannot take this session any more. {to_clinician(against[0])}")


def agreed(work: UnitOfWork, offer: Offer, session: PracticeSession, terms: Terms) -> Booking:
    """The booking with its frozen terms."""
    return Booking(
        pool_id=offer.pool_id,
        practice_id=offer.practice_id,
        clinician_id=offer.clinician_id,
        session_id=session.id,
        person_id=offer.clinician.person_id,
        offer_id=offer.id,
        state=BOOKING.initial,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        engagement_type=terms.engagement_type,
        fee=offer.fee,
        terms=terms,
        terms_hash=terms.check_code,
        booked_at=work.now,
        pension_intent=terms.pension.intent,
        pension_route=terms.pension.route,
        pension_cost=terms.pension.practice_pays,
    )


def keep_booking(work: UnitOfWork, booking: Booking) -> None:
    """Write the booking now, so that PostgreSQL refuses a second one; the refusal becomes AlreadyBooked."""
    work.add(booking)
    try:
        work.store.flush()
    except IntegrityError as refused:
        name = getattr(getattr(refused.orig, "diag", None), "constraint_name", "")
        if name == ONE_BOOKING_PER_SESSION:
            raise AlreadyBooked(TAKEN) from refused
        if name == ONE_PLACE_AT_A_TIME:
            raise AlreadyBooked(BUSY) from refused
        raise


def decline(work: UnitOfWork, offer_id: UUID, reason: str = "") -> Offer:
    """Say no, with a reason or without; there is no penalty (design D13). The session opens again for others.

    Pressing twice is one answer.
    """
    offer = work.get(Offer, offer_id)
    session = work.get(PracticeSession, offer.session_id, lock=True)
    offer = work.get(Offer, offer_id, lock=True)
    if offer.state == "declined":
        return offer
    advance(OFFER, offer, "decline")
    offer.answered_at, offer.decline_reason = work.now, reason
    work.record(OfferDeclined(offer.id, session.id, offer.clinician_id, reason), pool_id=offer.pool_id)
    reopen_if_unasked(work, session, "The offer was declined")
    return offer


def expire_due(work: UnitOfWork) -> int:
    """Close offers whose time is over; says how many. Sessions are locked before offers, as everywhere."""
    due = work.all(select(Offer).where(Offer.state == "sent", Offer.expires_at <= work.now).order_by(Offer.session_id))
    return sum(expire(work, offer.id, offer.session_id) for offer in due)


def expire(work: UnitOfWork, offer_id: UUID, session_id: UUID) -> bool:
    """Close one offer unless it was answered meanwhile."""
    session = work.get(PracticeSession, session_id, lock=True)
    offer = work.get(Offer, offer_id, lock=True)
    if offer.state != "sent":
        return False
    advance(OFFER, offer, "expire")
    work.record(OfferExpired(offer.id, session.id, offer.clinician_id), pool_id=offer.pool_id)
    reopen_if_unasked(work, session, "The offer ran out")
    return True


def withdraw(work: UnitOfWork, offer_id: UUID, because: str) -> Offer:
    """Take an unanswered offer back; `because`: a code of OFFER_CLOSINGS."""
    offer = work.get(Offer, offer_id)
    session = work.get(PracticeSession, offer.session_id, lock=True)
    close(work, work.get(Offer, offer_id, lock=True), because)
    reopen_if_unasked(work, session, OFFER_CLOSINGS[because])
    return offer


def close_all(work: UnitOfWork, session: PracticeSession, because: str) -> None:
    """Withdraw every open offer of a session, whoever it was sent to."""
    open_now = select(Offer).where(Offer.session_id == session.id, Offer.state == "sent").with_for_update(of=Offer)
    for offer in work.all(of_everybody(open_now)):
        close(work, offer, because)


def close(work: UnitOfWork, offer: Offer, because: str) -> None:
    """One open offer is taken back. What is written down is read by practices too, so it is the words for everybody."""
    advance(OFFER, offer, "withdraw")
    offer.answered_at, offer.closed_because = work.now, because
    words = OFFER_CLOSINGS[because]
    work.record(OfferWithdrawn(offer.id, offer.session_id, offer.clinician_id, words), pool_id=offer.pool_id)


def reopen_if_unasked(work: UnitOfWork, session: PracticeSession, reason: str) -> None:
    """When nobody has an open offer any more the session is open again."""
    anybody = select(Offer.id).where(Offer.session_id == session.id, Offer.state == "sent")
    asked = work.first(of_everybody(anybody))
    if asked is None and session.state == "offered":
        advance(SESSION, session, "reopen")
        work.record(SessionReopened(session.id, session.practice_id, reason), pool_id=session.pool_id)


def replaced_by(work: UnitOfWork, offer: Offer) -> Offer | None:
    """The offer that took the place of this one."""
    return work.first(select(Offer).where(Offer.corrects_id == offer.id))
