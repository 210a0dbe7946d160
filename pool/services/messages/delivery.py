"""Messages as rows: kept once for each event, channel and address, sent by a worker, tried again until they are taken.

The worker takes a message for LEASE, sends it outside the transaction, and says how it went. One that dies in between
leaves the message to be taken again: it may then arrive twice, under the same id, but it is never lost.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.dialects.postgresql import insert

from pool.channels.protocol import Outgoing
from pool.lifecycle import MESSAGE, advance
from pool.models.message import Message
from pool.models.outbox import OutboxMessage
from pool.services.messages.composing import Composed
from pool.unit_of_work import UnitOfWork

REFUSALS = 8
"""So often a message may fail for a time before it is given up."""

LEASE = timedelta(minutes=2)
"""Longer than sending one message may take, so that two workers do not send it at once."""

AWAY = timedelta(seconds=30)
"""When to try again after a channel could not be reached; that never counts against its messages."""

SECRETS = frozenset({"sign_in_link", "new_address", "corrected_address"})
"""Templates whose words open a door: they are not kept once they are sent or given up."""


def keep(work: UnitOfWork, outbox_id: UUID, messages: Sequence[Composed]) -> int:
    """The messages of an event as rows; says how many are new. Asked again it adds nothing."""
    row = work.get(OutboxMessage, outbox_id)
    return sum(keep_one(work, row, message) for message in messages)


def keep_one(work: UnitOfWork, row: OutboxMessage, message: Composed) -> int:
    """One message as a row, unless this event has it already: 1 or 0."""
    values = {
        "id": uuid4(),
        "pool_id": row.pool_id,
        "outbox_id": row.id,
        "person_id": message.to.person_id,
        "channel": message.to.channel,
        "address": message.to.address,
        "template": message.template,
        "subject": message.words.subject,
        "body": message.words.body,
        "state": MESSAGE.initial,
        "created_at": work.now,
        "next_try_at": work.now,
        "attempts": 0,
        "failure": "",
    }
    written = insert(Message).values(values).on_conflict_do_nothing(constraint="uq_message_once")
    return len(work.store.execute(written.returning(Message.id)).all())


def due(work: UnitOfWork) -> ColumnElement[bool]:
    """Waiting, and held by no worker."""
    return (Message.state == MESSAGE.initial) & (Message.next_try_at <= work.now)


def anything_due(work: UnitOfWork) -> bool:
    """Is there anything to send?"""
    return work.first(select(Message.id).where(due(work))) is not None


def take(work: UnitOfWork, channels: Collection[str]) -> Outgoing | None:
    """The first message of these channels in the order in which things happened, for LEASE; None when nothing is due."""
    happened = (OutboxMessage.at, Message.created_at, Message.id)
    waiting = select(Message).join(OutboxMessage, Message.outbox_id == OutboxMessage.id).where(due(work))
    oldest = waiting.where(Message.channel.in_(channels)).order_by(*happened)
    message = work.first(oldest.with_for_update(of=Message, skip_locked=True))
    if message is None:
        return None
    message.next_try_at = work.now + LEASE
    return Outgoing(
        id=message.id,
        pool_id=message.pool_id,
        channel=message.channel,
        name=message.person.name if message.person else "",
        address=message.address,
        subject=message.subject,
        body=message.body,
        written_at=message.created_at,
    )


def mark_superseded(work: UnitOfWork, message_id: UUID, reason: str) -> None:
    """Not sent, because it is no longer true."""
    message = work.get(Message, message_id, lock=True)
    if message.state == MESSAGE.initial:
        advance(MESSAGE, message, "supersede")
        message.failure = reason
        forget_secret(message)


def waiting_as_tried(work: UnitOfWork, tried: Outgoing) -> Message | None:
    """The message's row with the words and the address that were tried; None when it does not wait any more."""
    message = work.get(Message, tried.id, lock=True)
    if message.state != MESSAGE.initial:
        return None
    message.address, message.subject, message.body = tried.address, tried.subject, tried.body
    return message


def mark_sent(work: UnitOfWork, sent: Outgoing) -> None:
    """The channel has it."""
    if message := waiting_as_tried(work, sent):
        advance(MESSAGE, message, "send")
        message.sent_at, message.failure = work.now, ""
        forget_secret(message)


def mark_refused(work: UnitOfWork, tried: Outgoing, failure: str) -> None:
    """The channel did not take it now: try again after 1, 2, 4, … minutes, and give up after REFUSALS times."""
    if message := waiting_as_tried(work, tried):
        message.attempts, message.failure = message.attempts + 1, failure
        message.next_try_at = work.now + timedelta(minutes=2 ** (message.attempts - 1))
        if message.attempts >= REFUSALS:
            advance(MESSAGE, message, "fail")
            forget_secret(message)


def mark_unsendable(work: UnitOfWork, tried: Outgoing, failure: str) -> None:
    """It can never be delivered, for example because its address is none."""
    if message := waiting_as_tried(work, tried):
        advance(MESSAGE, message, "fail")
        message.failure = failure
        forget_secret(message)


def put_off(work: UnitOfWork, held: Outgoing, failure: str) -> None:
    """The channel could not be reached: this message and all of its channel that are due stay as they are and wait."""
    these = due(work) | (Message.id == held.id)
    waiting = update(Message).where(these, Message.state == MESSAGE.initial, Message.channel == held.channel)
    work.store.execute(waiting.values(next_try_at=work.now + AWAY, failure=failure))


def forget_secret(message: Message) -> None:
    """Keep that it was sent, not what it said."""
    if message.template in SECRETS:
        message.body = ""
