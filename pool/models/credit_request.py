"""Somebody asks for a credit note; another person decides (docs/adr/0005: two people for what changes money)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.lifecycle import CREDIT_REQUEST
from pool.models.base import Base, HasId, in_states, known_states
from pool.models.invoice import Invoice
from pool.models.person import Person
from pool.tenancy import BelongsToPractice, ShownToClinician


class CreditRequest(HasId, BelongsToPractice, ShownToClinician, Base):
    """Which lines of an invoice are to be credited with how much (`lines`: line_id, pence), why, and what became of it.

    An invoice has one open request at a time. `rebill` puts what was credited back as new charges to be billed again.
    """

    __tablename__ = "credit_request"
    __table_args__ = (
        known_states(CREDIT_REQUEST),
        CheckConstraint("decided_by_id <> asked_by_id", name="two_people"),
        Index(
            "uq_credit_request_open",
            "invoice_id",
            unique=True,
            postgresql_where=text(in_states((CREDIT_REQUEST.initial,))),
        ),
    )

    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"), index=True)
    state: Mapped[str] = mapped_column(default=CREDIT_REQUEST.initial)
    reason: Mapped[str]
    lines: Mapped[list[dict[str, Any]]]
    rebill: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[str] = mapped_column(default="")
    credit_note_id: Mapped[UUID | None] = mapped_column(ForeignKey("invoice.id"))
    invoice: Mapped[Invoice] = relationship(foreign_keys=[invoice_id])
    credit_note: Mapped[Invoice | None] = relationship(foreign_keys=[credit_note_id])
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
