"""Who is told what about offers: one letter to each clinician for everything that one step did, not one for each offer."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from pool import formats
from pool.models.message import Message
from pool.models.offer import Offer
from pool.models.outbox import OutboxMessage
from pool.services.messages import session_facts
from pool.services.messages.recipients import Letter, News, to_person

YOU_SAID = "You told us that you cannot work then"
"""To the clinician alone; everybody else reads catalogue.OFFER_CLOSINGS."""

UNHEARD = ("failed", "dropped")
"""States of a letter that never reached anybody."""


def sent(news: News) -> list[Letter]:
    """Everything the clinician needs to decide, for all offers of one release that are still open."""
    waiting = [offer for offer in offers_of(news) if offer.state == "sent" and offer.expires_at > news.work.now]
    return letter(news, "offer_sent", [(offer, offer_facts(news, offer)) for offer in waiting])


def offer_facts(news: News, offer: Offer) -> dict[str, Any]:
    """What is offered, until when, and where to answer."""
    return session_facts.of_terms(offer.terms) | {
        "corrects": offer.corrects_id is not None,
        "answer_by": formats.moment(offer.expires_at),
        "travel_minutes": offer.travel_minutes,
        "link": news.head.page("offers.show", offer_id=offer.id),
    }


def withdrawn(news: News) -> list[Letter]:
    """The offers are no longer open, and why; nothing about offers that the clinician never heard of."""
    reasons = {UUID(data["offer_id"]): data["reason"] for data in news.together("clinician_id")}
    reasons |= {each.id: YOU_SAID for each in offers_of(news) if each.closed_because == "away"}
    heard = [offer for offer in offers_of(news) if was_heard(news, offer)]
    facts = [(offer, session_facts.of_terms(offer.terms) | {"reason": reasons[offer.id]}) for offer in heard]
    return letter(news, "offer_withdrawn", facts)


def expired(news: News) -> list[Letter]:
    """The time to answer is over; nothing is held against anybody, nor told about offers never heard of."""
    heard = [offer for offer in offers_of(news) if was_heard(news, offer)]
    return letter(news, "offer_expired", [(offer, session_facts.of_terms(offer.terms)) for offer in heard])


def offers_of(news: News) -> Sequence[Offer]:
    """The offers of one clinician that the same step did the same to, the earliest session first."""
    found = [news.work.get(Offer, UUID(data["offer_id"])) for data in news.together("clinician_id")]
    return sorted(found, key=lambda offer: (offer.session.starts_at, offer.id))


def letter(news: News, template: str, told: Sequence[tuple[Offer, dict[str, Any]]]) -> list[Letter]:
    """One letter about these offers; nothing when none is left to tell about."""
    if not told:
        return []
    facts = {"offers": [each for _, each in told], "link": news.head.page("offers.index")}
    return to_person(template, told[0][0].clinician.person, facts)


def was_heard(news: News, offer: Offer) -> bool:
    """Did the clinician hear of an offer while it was open? As long as nobody has tried to tell them, they may yet."""
    announced = announcement(news, offer)
    if announced is None or announced.done_at is None:
        return True
    told = news.work.all(select(Message).where(Message.outbox_id.in_(same_release(news, announced))))
    closed_at = offer.answered_at or offer.expires_at
    return any(
        message.state not in UNHEARD and (message.sent_at is None or message.sent_at < closed_at)
        for message in told
        if message.person_id == offer.clinician.person_id
    )


def announcement(news: News, offer: Offer) -> OutboxMessage | None:
    """The event by which an offer was made."""
    made = select(OutboxMessage).where(OutboxMessage.at == offer.sent_at, OutboxMessage.name == "OfferSent")
    return news.work.first(made.where(OutboxMessage.data["offer_id"].as_string() == str(offer.id)))


def same_release(news: News, announced: OutboxMessage) -> list[UUID]:
    """The events of the release that an offer was part of; one of them carries the letter."""
    rows = select(OutboxMessage.id).where(OutboxMessage.at == announced.at, OutboxMessage.name == announced.name)
    return list(news.work.all(rows))
