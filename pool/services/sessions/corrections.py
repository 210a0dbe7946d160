"""A session that is on offer can be put right: whoever was asked gets a new offer with the right terms in place of the old
one, and nothing holds before they have accepted it. A booking is agreed and frozen:
services/bookings/proposed_changes.py proposes other terms to the other side."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from pool.events import OfferCorrected
from pool.lifecycle import OFFER, advance
from pool.models.offer import Offer
from pool.models.pool import Pool
from pool.models.session import PracticeSession
from pool.services.bookings import offers
from pool.services.bookings.making_terms import terms_for
from pool.services.sessions import posting
from pool.tenancy import of_everybody
from pool.unit_of_work import UnitOfWork


def change(work: UnitOfWork, session_id: UUID, version: int, details: dict[str, Any]) -> int:
    """Change a session that nobody is booked for. Open offers are replaced, those whose terms changed; says how many.

    Raises StaleForm when somebody else changed it meanwhile, Conflict for a session that is booked or over, Invalid for
    details that cannot be used.
    """
    session = posting.change(work, session_id, version, details, offers_follow=True)
    work.store.flush()
    pool = work.get(Pool, session.pool_id)
    wrong = [old for old in open_offers(work, session) if terms_for(session, old.clinician, pool) != old.terms]
    for old in wrong:
        replace(work, session, old)
    return len(wrong)


def open_offers(work: UnitOfWork, session: PracticeSession) -> Sequence[Offer]:
    """The offers of a session that nobody has answered, locked."""
    waiting = select(Offer).where(Offer.session_id == session.id, Offer.state == "sent").order_by(Offer.id)
    return work.all(of_everybody(waiting.with_for_update(of=Offer)))


def replace(work: UnitOfWork, session: PracticeSession, old: Offer) -> Offer:
    """The old offer closes and a new one is sent with the terms of now; the rules are asked when it is accepted."""
    advance(OFFER, old, "withdraw")
    old.answered_at = work.now
    work.store.flush()
    new = offers.place(
        work,
        session,
        old.clinician,
        reasons=old.reasons,
        proposal=old.proposal,
        asked_for=old.asked_for,
        over_limits=old.over_limits,
    )
    new.corrects_id = old.id
    work.record(OfferCorrected(old.id, session.id, old.clinician_id), pool_id=old.pool_id)
    return new
