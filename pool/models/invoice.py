"""Invoices: sellers, their gapless numbers, documents that never change once issued (domain notes 6)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.lifecycle import INVOICE
from pool.models.base import Base, HasId, known_states
from pool.models.booking import Booking
from pool.models.practice import Practice
from pool.models.types import SecretText
from pool.money import Money
from pool.tenancy import BelongsToPool, BelongsToPractice, ShownToClinician

SELLER_KINDS = ("clinician", "host")


class Seller(HasId, ShownToClinician, Base):
    """Who sells the session: the clinician (agent mode) or the host (recharge). `code` starts every number."""

    __tablename__ = "seller"
    __table_args__ = (
        UniqueConstraint("pool_id", "clinician_id", name="uq_seller_pool_clinician", postgresql_nulls_not_distinct=True),
        CheckConstraint("kind IN ('clinician', 'host')", name="known_kind"),
        CheckConstraint("(kind = 'clinician') = (clinician_id IS NOT NULL)", name="clinician_seller_has_clinician"),
    )

    kind: Mapped[str]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    address: Mapped[list[str]]
    email: Mapped[str] = mapped_column(default="")
    bank_account_name: Mapped[str] = mapped_column(default="")
    bank_sort_code: Mapped[str | None] = mapped_column(SecretText)
    bank_account_number: Mapped[str | None] = mapped_column(SecretText)


class InvoiceSeries(Base):
    """The last number used by a seller in a financial year; its row lock makes numbers gapless (domain notes 6.2)."""

    __tablename__ = "invoice_series"

    seller_id: Mapped[UUID] = mapped_column(ForeignKey("seller.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last_number: Mapped[int]


class Invoice(HasId, BelongsToPractice, ShownToClinician, Base):
    """One document. Copies of seller, buyer and bank details are frozen; a trigger refuses changes after issue.

    `statement_key` makes billing idempotent. `clinician_id` is set on documents a clinician may see.
    `mode` is agent_for_supplier or recharge (domain notes 6.3).
    """

    __tablename__ = "invoice"
    __table_args__ = (
        known_states(INVOICE),
        UniqueConstraint("statement_key", name="uq_invoice_statement_key"),
        UniqueConstraint("number", name="uq_invoice_number"),
        CheckConstraint("(state = 'draft') = (number IS NULL)", name="issued_has_number"),
    )

    seller_id: Mapped[UUID] = mapped_column(ForeignKey("seller.id"), index=True)
    state: Mapped[str] = mapped_column(default=INVOICE.initial)
    mode: Mapped[str]
    statement_key: Mapped[str]
    number: Mapped[str | None]
    issued_on: Mapped[date | None]
    issued_at: Mapped[datetime | None]
    due_on: Mapped[date | None]
    seller_copy: Mapped[dict[str, Any]] = mapped_column(default=dict)
    buyer_copy: Mapped[dict[str, Any]] = mapped_column(default=dict)
    bank_sort_code: Mapped[str | None] = mapped_column(SecretText)
    bank_account_number: Mapped[str | None] = mapped_column(SecretText)
    prepared_by: Mapped[str] = mapped_column(default="")
    order_reference: Mapped[str] = mapped_column(default="")
    vat_note: Mapped[str] = mapped_column(default="")
    total: Mapped[Money]
    paid_total: Mapped[Money] = mapped_column(default=Money(0))
    paid_on: Mapped[date | None]
    pdf: Mapped[bytes | None] = mapped_column(deferred=True)
    pdf_sha256: Mapped[str | None]
    seller: Mapped[Seller] = relationship()
    practice: Mapped[Practice] = relationship()
    lines: Mapped[list["InvoiceLine"]] = relationship(order_by="InvoiceLine.position", back_populates="invoice")


class InvoiceLine(HasId, BelongsToPool, Base):
    """One line with its working: quantity times unit price, and the rule, rate and date they came from."""

    __tablename__ = "invoice_line"
    __table_args__ = (
        UniqueConstraint("booking_id", "kind", name="uq_invoice_line_booking_kind"),
        UniqueConstraint("invoice_id", "position", name="uq_invoice_line_position"),
    )

    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"), index=True)
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("booking.id"), index=True)
    position: Mapped[int]
    kind: Mapped[str]
    supplied_on: Mapped[date]
    description: Mapped[str]
    quantity: Mapped[Decimal] = mapped_column(Numeric(12, 4))
    unit: Mapped[str]
    unit_price: Mapped[Money]
    amount: Mapped[Money]
    working: Mapped[str]
    invoice: Mapped[Invoice] = relationship(back_populates="lines")
    booking: Mapped[Booking] = relationship()
