"""Files of bank lines that people upload, and their lines until each stands on an invoice or is put aside."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.lifecycle import BANK_LINE
from pool.models.base import Base, HasId, in_states, known_states
from pool.models.person import Person
from pool.models.practice import Practice
from pool.money import Money
from pool.tenancy import ShownToPractice


class BankImport(HasId, ShownToPractice, Base):
    """One uploaded file, read once: its fingerprint is unique in its pool. Without a practice it is the manager's."""

    __tablename__ = "bank_import"
    __table_args__ = (UniqueConstraint("pool_id", "fingerprint", name="uq_bank_import_pool_fingerprint"),)

    file_name: Mapped[str]
    fingerprint: Mapped[str]
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    uploaded_by: Mapped[Person | None] = relationship()
    practice: Mapped[Practice | None] = relationship()
    lines: Mapped[list["BankLine"]] = relationship(order_by="BankLine.row", back_populates="bank_import")


class BankLine(HasId, ShownToPractice, Base):
    """One payment in a bank file, or (`goes_back`) money the other way that a person has to see.

    `fingerprint` keeps a line of an overlapping file from counting twice; `same_as_id` is the payment that was recorded
    already by hand or from the file of the other side.
    """

    __tablename__ = "bank_line"
    __table_args__ = (
        known_states(BANK_LINE),
        CheckConstraint("amount > 0", name="amount_above_zero"),
        UniqueConstraint("pool_id", "fingerprint", name="uq_bank_line_pool_fingerprint"),
        Index("ix_bank_line_open", "pool_id", "paid_on", postgresql_where=text(in_states(("unmatched", "proposed")))),
    )

    bank_import_id: Mapped[UUID] = mapped_column(ForeignKey("bank_import.id"), index=True)
    state: Mapped[str] = mapped_column(default=BANK_LINE.initial)
    row: Mapped[int]
    paid_on: Mapped[date]
    amount: Mapped[Money]
    reference: Mapped[str] = mapped_column(default="")
    payer: Mapped[str] = mapped_column(default="")
    goes_back: Mapped[bool] = mapped_column(default=False)
    fingerprint: Mapped[str]
    proposed_ids: Mapped[list[str]] = mapped_column(default=list)
    why: Mapped[str] = mapped_column(default="")
    same_as_id: Mapped[UUID | None] = mapped_column(ForeignKey("payment.id", use_alter=True), index=True)
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    bank_import: Mapped[BankImport] = relationship(back_populates="lines")
    practice: Mapped[Practice | None] = relationship()
