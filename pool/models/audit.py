"""Who did what when: rows are added, never changed (the application role has no update or delete grant)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.models.base import Base, HasId
from pool.models.person import Person
from pool.tenancy import BelongsToPool


class AuditEntry(HasId, BelongsToPool, Base):
    """One event with its actor; written in the transaction of the change itself."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "subject_id", "at"),
        Index("ix_audit_entry_seq", "pool_id", "seq"),
    )

    at: Mapped[datetime]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str]
    request_id: Mapped[str]
    name: Mapped[str]
    subject_id: Mapped[UUID | None]
    data: Mapped[dict[str, Any]]
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    person: Mapped[Person | None] = relationship()
