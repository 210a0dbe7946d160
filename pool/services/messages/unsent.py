"""Messages that did not reach people in the last days: failed so far, given up, or no longer true."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Select, func, select

from pool.lifecycle import MESSAGE
from pool.models.message import Message
from pool.services.messages.delivery import SECRETS
from pool.unit_of_work import UnitOfWork

RECENT = timedelta(days=30)


def count(work: UnitOfWork) -> int:
    """How many there are in the actor's pool."""
    return work.store.scalar(select(func.count()).select_from(recent(work).subquery())) or 0


def listed(work: UnitOfWork, *, offset: int, limit: int) -> Sequence[Message]:
    """One page of them, newest first."""
    return work.all(recent(work).order_by(Message.created_at.desc(), Message.id).offset(offset).limit(limit))


def recent(work: UnitOfWork) -> Select[Message]:
    """Those of the last days; not links to sign in, which concern one person only."""
    failed_so_far = (Message.state == MESSAGE.initial) & (Message.failure != "")
    return select(Message).where(
        failed_so_far | Message.state.in_(("failed", "superseded")),
        Message.created_at > work.now - RECENT,
        Message.template.not_in(SECRETS),
    )
