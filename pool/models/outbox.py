"""What the background still has to hear about; written with the change, relayed by workers/outbox.py."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from pool.models.base import Base, HasId
from pool.tenancy import BelongsToPool


class OutboxMessage(HasId, BelongsToPool, Base):
    """One event on its way. `done_at` is set when everything that follows from it has been done or queued for good."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index("ix_outbox_message_waiting", "at", postgresql_where=text("done_at IS NULL")),
        Index("ix_outbox_message_at", "at"),
    )

    at: Mapped[datetime]
    name: Mapped[str]
    data: Mapped[dict[str, Any]]
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(default="")
