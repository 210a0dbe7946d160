"""From an event to the messages that follow from it. Only reads: what is written is kept by delivery.py."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from pool.channels.protocol import Channels, Outgoing, Words
from pool.errors import NotFound
from pool.models.message import Message
from pool.models.outbox import OutboxMessage
from pool.models.pool import Pool
from pool.services.messages.by_event import BY_NAME
from pool.services.messages.event_context import EventContext
from pool.services.messages.links import Links
from pool.services.messages.recipients import Contact, MessageDraft
from pool.services.messages.telling import Telling
from pool.unit_of_work import UnitOfWork

GONE = "What it is about does not exist any more."
NOT_THEIRS = "The recipient's role has ended, their account is closed, or their address is on another message."


@dataclass(frozen=True)
class Composed:
    """A message in its words, ready to be kept."""

    template: str
    to: Contact
    words: Words


@dataclass(frozen=True)
class Superseded:
    """A message that is no longer true, and why."""

    reason: str


def compose(work: UnitOfWork, outbox_id: UUID, links: Links, channels: Channels) -> list[Composed]:
    """The messages that an event leads to, by the rows as they are now."""
    row = work.get(OutboxMessage, outbox_id)
    context = EventContext(work, row, links)
    common = common_facts(context)
    return [composed(draft, common, channels) for draft in true_drafts(context, BY_NAME[row.name])]


def true_drafts(context: EventContext, telling: Telling) -> list[MessageDraft]:
    """What the writer of an event writes, without what is untrue already. Raises ValueError for a template that the
    event's row in the table does not name."""
    true = {template for template, why_untrue in telling.templates.items() if not why_untrue(context)}
    drafts = telling.write(context) if true else []
    for draft in drafts:
        if draft.template not in telling.templates:
            raise ValueError(f"The row of {context.event.name} in by_event.py does not name {draft.template}.")
    return [draft for draft in drafts if draft.template in true]


def composed(draft: MessageDraft, common: dict[str, Any], channels: Channels) -> Composed:
    """A draft in the words of its channel."""
    facts = {**common, **draft.facts, "name": draft.to.name}
    return Composed(draft.template, draft.to, channels[draft.to.channel].words_of(draft.template, facts))


def common_facts(context: EventContext) -> dict[str, Any]:
    """What every message may say about its sender."""
    pool = context.work.get(Pool, context.pool_id)
    return {
        "product_name": context.links.product_name,
        "pool": pool.name,
        "host": pool.host.name,
        "host_email": pool.host.email,
        "host_phone": pool.host.phone,
        "demo": pool.is_demo,
    }


def look_again(work: UnitOfWork, outgoing: Outgoing, links: Links, channels: Channels) -> Outgoing | Superseded:
    """The message as it is true now, at the person's address of now, or why it is superseded. Asked right before it is
    sent, however long it waited."""
    message = work.get(Message, outgoing.id)
    context = EventContext(work, work.get(OutboxMessage, message.outbox_id), links)
    telling = BY_NAME[context.event.name]
    try:
        reason = telling.templates[message.template](context)
        draft = None if reason else same_message(context, message, telling.write(context))
    except NotFound:
        return Superseded(GONE)
    if draft is None:
        return Superseded(reason or NOT_THEIRS)
    fresh = composed(draft, common_facts(context), channels)
    return replace(outgoing, address=draft.to.address, subject=fresh.words.subject, body=fresh.words.body)


def same_message(context: EventContext, message: Message, drafts: Sequence[MessageDraft]) -> MessageDraft | None:
    """The draft of this message among those of its event: to the same address, or to the same person at another one that
    no message of the event has."""
    alike = [draft for draft in drafts if (draft.template, draft.to.channel) == (message.template, message.channel)]
    unmoved = [draft for draft in alike if draft.to.address == message.address]
    if unmoved or message.person_id is None:
        return next(iter(unmoved), None)
    taken = addresses_of(context, message)
    moved = [draft for draft in alike if draft.to.person_id == message.person_id and draft.to.address not in taken]
    return moved[0] if len(moved) == 1 else None


def addresses_of(context: EventContext, message: Message) -> set[str]:
    """The addresses that have this message of the event."""
    same = select(Message).where(
        Message.outbox_id == message.outbox_id,
        Message.channel == message.channel,
        Message.template == message.template,
    )
    return {row.address for row in context.work.all(same)}
