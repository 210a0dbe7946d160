"""Whether people were told of something before: nobody needs to hear the end of what they never heard of."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from pool.models.message import Message
from pool.unit_of_work import UnitOfWork

UNHEARD = ("failed", "superseded")
"""States of a message that never reached anybody."""


def were_heard(
    work: UnitOfWork, outbox_ids: Sequence[UUID], people: Collection[UUID] | None = None, *, before: datetime
) -> bool:
    """Did a message of these events reach one of these people (by default anybody) before an instant, or may it yet?"""
    messages = work.all(select(Message).where(Message.outbox_id.in_(outbox_ids)))
    return any(
        message.state not in UNHEARD and (message.sent_at is None or message.sent_at < before)
        for message in messages
        if people is None or message.person_id in people
    )
