"""A message to one person about one event: written once, sent by a worker on its channel."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.lifecycle import MESSAGE
from pool.models.base import Base, HasId, known_states
from pool.models.person import Person
from pool.tenancy import BelongsToPool


class Message(HasId, BelongsToPool, Base):
    """One message. (event, channel, template, address) is unique, so a repeated event never sends it twice.

    `channel` is the name of a channel of pool/channels. `attempts` counts its refusals; `next_try_at` is when the message may
    be taken next. `failure` says why it was not delivered yet, or why it is superseded and never will be.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("outbox_id", "channel", "template", "address", name="uq_message_once"),
        known_states(MESSAGE),
        Index("ix_message_waiting", "next_try_at", postgresql_where=text("state = 'waiting'")),
    )

    outbox_id: Mapped[UUID] = mapped_column(ForeignKey("outbox_message.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    channel: Mapped[str]
    address: Mapped[str]
    template: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    state: Mapped[str] = mapped_column(default=MESSAGE.initial)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    next_try_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str] = mapped_column(default="")
    person: Mapped[Person | None] = relationship()
