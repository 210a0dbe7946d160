"""Who is told what about offers: one message to each clinician for everything that one step did, not one for each offer."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from pool import formats
from pool.models.offer import Offer
from pool.models.outbox import OutboxMessage
from pool.services.messages import announcements, session_facts
from pool.services.messages.event_context import EventContext
from pool.services.messages.recipients import MessageDraft, to_person

YOU_SAID = "You told us that you cannot work then"
"""To the clinician alone; everybody else reads catalogue.OFFER_CLOSINGS."""

NEVER_TOLD = "The clinician was never told of the offers while they were open."
ENDED = {"sent": "The time to answer is over.", "expired": "The time to answer is over."}


def sent(context: EventContext) -> list[MessageDraft]:
    """Everything the clinician needs to decide, for all offers of one release that are still open."""
    waiting = [offer for offer in offers_of(context) if is_open(context, offer)]
    return message(context, "offer_sent", [(offer, offer_facts(context, offer)) for offer in waiting])


def none_open(context: EventContext) -> str:
    """Every offer of the release was answered, withdrawn, corrected or ran out."""
    offers = offers_of(context)
    if any(is_open(context, offer) for offer in offers):
        return ""
    return " ".join(sorted({ENDED.get(offer.state, f"The offer was {offer.state}.") for offer in offers}))


def is_open(context: EventContext, offer: Offer) -> bool:
    """Can it still be answered?"""
    return offer.state == "sent" and offer.expires_at > context.work.now


def offer_facts(context: EventContext, offer: Offer) -> dict[str, Any]:
    """What is offered, until when, and where to answer."""
    return session_facts.of_terms(offer.terms) | {
        "corrects": offer.corrects_id is not None,
        "answer_by": formats.moment(offer.expires_at),
        "travel_minutes": offer.travel_minutes,
        "link": context.links.page("offers.show", offer_id=offer.id),
    }


def withdrawn(context: EventContext) -> list[MessageDraft]:
    """The offers are no longer open, and why; nothing about offers that the clinician never heard of."""
    reasons = {UUID(data["offer_id"]): data["reason"] for data in context.together("clinician_id")}
    reasons |= {offer.id: YOU_SAID for offer in offers_of(context) if offer.closed_because == "away"}
    heard = [offer for offer in offers_of(context) if was_heard(context, offer)]
    facts = [(offer, session_facts.of_terms(offer.terms) | {"reason": reasons[offer.id]}) for offer in heard]
    return message(context, "offer_withdrawn", facts)


def expired(context: EventContext) -> list[MessageDraft]:
    """The time to answer is over; nothing is held against anybody, nor told about offers never heard of."""
    heard = [offer for offer in offers_of(context) if was_heard(context, offer)]
    return message(context, "offer_expired", [(offer, session_facts.of_terms(offer.terms)) for offer in heard])


def never_heard_of(context: EventContext) -> str:
    """Nobody needs to know the end of offers that they were not told about."""
    return "" if any(was_heard(context, offer) for offer in offers_of(context)) else NEVER_TOLD


def offers_of(context: EventContext) -> Sequence[Offer]:
    """The offers of one clinician that the same step did the same to, the earliest session first."""
    offers = [context.work.get(Offer, UUID(data["offer_id"])) for data in context.together("clinician_id")]
    return sorted(offers, key=lambda offer: (offer.session.starts_at, offer.id))


def message(context: EventContext, template: str, told: Sequence[tuple[Offer, dict[str, Any]]]) -> list[MessageDraft]:
    """One message about these offers; nothing when none is left to tell about."""
    if not told:
        return []
    facts = {"offers": [facts for _, facts in told], "link": context.links.page("offers.index")}
    return to_person(template, told[0][0].clinician.person, facts)


def was_heard(context: EventContext, offer: Offer) -> bool:
    """Did the clinician hear of an offer while it was open? As long as nobody has tried to tell them, they may yet."""
    announced = announcement(context, offer)
    if announced is None or announced.done_at is None:
        return True
    closed_at = offer.answered_at or offer.expires_at
    people = {offer.clinician.person_id}
    return announcements.were_heard(context.work, same_release(context, announced), people, before=closed_at)


def announcement(context: EventContext, offer: Offer) -> OutboxMessage | None:
    """The event by which an offer was made."""
    made = select(OutboxMessage).where(OutboxMessage.at == offer.sent_at, OutboxMessage.name == "OfferSent")
    return context.work.first(made.where(OutboxMessage.data["offer_id"].as_string() == str(offer.id)))


def same_release(context: EventContext, announced: OutboxMessage) -> list[UUID]:
    """The events of the release that an offer was part of; one of them carries the message."""
    rows = select(OutboxMessage.id).where(OutboxMessage.at == announced.at, OutboxMessage.name == announced.name)
    return list(context.work.all(rows))
