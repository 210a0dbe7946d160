"""E-mails as rows: written once for each event and person, sent by a worker, tried again until the server takes them.

The worker takes a message for LEASE, sends it outside the transaction, and says how it went. One that dies in between
leaves the message to be taken again: it may then arrive twice, under the same Message-ID, but it is never lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.dialects.postgresql import insert

from pool.errors import NotFound
from pool.lifecycle import MESSAGE, advance
from pool.models.message import Message
from pool.models.outbox import OutboxMessage
from pool.models.pool import Pool
from pool.services.messages import rendering
from pool.services.messages.by_event import WRITERS
from pool.services.messages.links import Letterhead
from pool.services.messages.recipients import Letter, News
from pool.unit_of_work import UnitOfWork

REFUSALS = 8
"""So often a mail server may refuse a message before it is given up."""

LEASE = timedelta(minutes=2)
"""Longer than sending one message may take, so that two workers do not send it at once."""

AWAY = timedelta(seconds=30)
"""When to try again after the mail server could not be reached; that never counts against the message."""

SECRETS = frozenset({"sign_in_link", "new_address", "corrected_address"})
"""E-mails whose words open a door: they are not kept once they are out of hand."""


@dataclass(frozen=True)
class Taken:
    """A message that this worker may send now."""

    id: UUID
    pool_id: UUID
    name: str
    address: str
    subject: str
    body: str
    written_at: datetime


def compose(work: UnitOfWork, outbox_id: UUID, head: Letterhead) -> int:
    """Write the e-mails that follow from an event; says how many are new. Asked again it adds nothing."""
    row = work.get(OutboxMessage, outbox_id)
    return sum(keep(work, row, letter, common_facts(work, row.pool_id, head)) for letter in letters_of(work, row, head))


def letters_of(work: UnitOfWork, row: OutboxMessage, head: Letterhead) -> list[Letter]:
    """What an event has to tell, by the rows as they are now."""
    return WRITERS[row.name](News(work, row, head))


def read_again(work: UnitOfWork, taken: Taken, head: Letterhead) -> Taken | None:
    """The message as it is true now, at the person's address of now; None when it is dropped, because what it would tell
    has been overtaken: the offer is closed, the link is used. Asked just before it is sent, however long it waited."""
    message = work.get(Message, taken.id, lock=True)
    row = work.get(OutboxMessage, message.outbox_id)
    try:
        letter = same_letter(message, letters_of(work, row, head))
    except NotFound:
        letter = None
    if letter is None:
        drop(message)
        return None
    words = rendering.words_of(
        letter.template, {**common_facts(work, row.pool_id, head), **letter.facts, "name": letter.name}
    )
    message.subject, message.body, message.address = words.subject, words.body, letter.address
    return replace(taken, address=letter.address, subject=words.subject, body=words.body)


def same_letter(message: Message, letters: Sequence[Letter]) -> Letter | None:
    """The letter of this message among those of its event: to the same address, or to the same person at another one."""
    alike = [each for each in letters if each.template == message.template]
    there = [each for each in alike if each.address == message.address]
    moved = [each for each in alike if message.person_id and each.person_id == message.person_id]
    return next(iter(there or (moved if len(moved) == 1 else [])), None)


def drop(message: Message) -> None:
    """Not sent, because it is no longer true."""
    if message.state == MESSAGE.initial:
        advance(MESSAGE, message, "drop")
        message.failure = "Not sent: what it tells has been overtaken."
        forget_secret(message)


def common_facts(work: UnitOfWork, pool_id: UUID, head: Letterhead) -> dict[str, Any]:
    """What every e-mail may say about whom it comes from."""
    pool = work.get(Pool, pool_id)
    return {
        "product_name": head.product_name,
        "pool": pool.name,
        "host": pool.host.name,
        "host_email": pool.host.email,
        "host_phone": pool.host.phone,
        "demo": pool.is_demo,
    }


def keep(work: UnitOfWork, row: OutboxMessage, letter: Letter, common: dict[str, Any]) -> int:
    """The e-mail as a row, unless this event has written it already: 1 or 0."""
    words = rendering.words_of(letter.template, {**common, **letter.facts, "name": letter.name})
    values = {
        "id": uuid4(),
        "pool_id": row.pool_id,
        "outbox_id": row.id,
        "person_id": letter.person_id,
        "address": letter.address,
        "template": letter.template,
        "subject": words.subject,
        "body": words.body,
        "state": MESSAGE.initial,
        "created_at": work.now,
        "next_try_at": work.now,
        "attempts": 0,
        "failure": "",
    }
    written = insert(Message).values(values).on_conflict_do_nothing(constraint="uq_message_once")
    return len(work.store.execute(written.returning(Message.id)).all())


def due(work: UnitOfWork) -> ColumnElement[bool]:
    """Waiting, and in nobody's hands."""
    return (Message.state == MESSAGE.initial) & (Message.next_try_at <= work.now)


def anything_due(work: UnitOfWork) -> bool:
    """Is there anything to send?"""
    return work.first(select(Message.id).where(due(work))) is not None


def take(work: UnitOfWork) -> Taken | None:
    """The first message in the order in which things happened, for LEASE; None when nothing is due."""
    happened = (OutboxMessage.at, Message.created_at, Message.id)
    oldest = (
        select(Message).join(OutboxMessage, Message.outbox_id == OutboxMessage.id).where(due(work)).order_by(*happened)
    )
    message = work.first(oldest.with_for_update(of=Message, skip_locked=True))
    if message is None:
        return None
    message.next_try_at = work.now + LEASE
    name = message.person.name if message.person else ""
    return Taken(message.id, message.pool_id, name, message.address, message.subject, message.body, message.created_at)


def mark_sent(work: UnitOfWork, message_id: UUID) -> None:
    """The mail server has it."""
    message = work.get(Message, message_id, lock=True)
    if message.state == MESSAGE.initial:
        advance(MESSAGE, message, "send")
        message.sent_at, message.failure = work.now, ""
        forget_secret(message)


def mark_refused(work: UnitOfWork, message_id: UUID, failure: str) -> None:
    """The mail server said no: try again after 1, 2, 4, … minutes, and give up after REFUSALS times."""
    message = work.get(Message, message_id, lock=True)
    if message.state != MESSAGE.initial:
        return
    message.attempts, message.failure = message.attempts + 1, failure
    message.next_try_at = work.now + timedelta(minutes=2 ** (message.attempts - 1))
    if message.attempts >= REFUSALS:
        advance(MESSAGE, message, "fail")
        forget_secret(message)


def mark_unsendable(work: UnitOfWork, message_id: UUID, failure: str) -> None:
    """Nothing will ever make this sendable, such as an address that is none."""
    message = work.get(Message, message_id, lock=True)
    if message.state == MESSAGE.initial:
        advance(MESSAGE, message, "fail")
        message.failure = failure
        forget_secret(message)


def put_off(work: UnitOfWork, message_id: UUID, failure: str) -> None:
    """The mail server could not be reached: this message and all that are due stay as they are and wait."""
    these = due(work) | (Message.id == message_id)
    waiting = update(Message).where(these, Message.state == MESSAGE.initial)
    work.store.execute(waiting.values(next_try_at=work.now + AWAY, failure=failure))


def forget_secret(message: Message) -> None:
    """Keep that it was sent, not what it said."""
    if message.template in SECRETS:
        message.body = ""
