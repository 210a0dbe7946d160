"""The chain over the audit trail: each link's hash covers its entry and the link before. Rows are added, never changed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.models.audit import AuditEntry
from pool.models.base import Base, HasId
from pool.tenancy import BelongsToPool


class AuditLink(HasId, BelongsToPool, Base):
    """One entry at its place in the chain of its pool; `seq` is the entry's own number, for finding what comes next."""

    __tablename__ = "audit_link"
    __table_args__ = (UniqueConstraint("pool_id", "position", name="uq_audit_link_position"),)

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("audit_entry.id"), unique=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    position: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str]
    entry: Mapped[AuditEntry | None] = relationship()
    """None when somebody with all powers took the entry out: the chain is there to say so."""


class AuditHead(HasId, BelongsToPool, Base):
    """How far the chain reached at the end of a London day; the same line stands in the log, out of the database's reach."""

    __tablename__ = "audit_head"
    __table_args__ = (UniqueConstraint("pool_id", "on", name="uq_audit_head_day"),)

    on: Mapped[date]
    position: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str]
    noted_at: Mapped[datetime]
