"""Invoices: sellers, their gapless numbers, documents that never change once issued (domain 6)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.lifecycle import INVOICE
from pool.models.base import Base, HasId, known_states, one_of
from pool.models.booking import Booking
from pool.models.charge import SELLER_KINDS, Charge
from pool.models.practice import Practice
from pool.models.types import SecretText
from pool.money import Money
from pool.rules.vat import VAT_STATUSES
from pool.tenancy import BelongsToPool, BelongsToPractice, ShownToClinician

INVOICE_KINDS = ("invoice", "supplementary", "credit_note", "late_payment")


class Seller(HasId, ShownToClinician, Base):
    """Who sells: the clinician (agent mode), the host (recharge), or the platform (its fee). `code` starts every number."""

    __tablename__ = "seller"
    __table_args__ = (
        UniqueConstraint(
            "pool_id", "kind", "clinician_id", name="uq_seller_pool_kind_clinician", postgresql_nulls_not_distinct=True
        ),
        CheckConstraint(one_of("kind", SELLER_KINDS), name="known_kind"),
        CheckConstraint("(kind = 'clinician') = (clinician_id IS NOT NULL)", name="clinician_seller_has_clinician"),
        CheckConstraint(one_of("vat_status", VAT_STATUSES), name="known_vat_status"),
        CheckConstraint("(vat_status = 'registered') = (vat_number <> '')", name="registered_has_number"),
    )

    kind: Mapped[str]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    address: Mapped[list[str]]
    email: Mapped[str] = mapped_column(default="")
    vat_status: Mapped[str] = mapped_column(default="unregistered")
    vat_number: Mapped[str] = mapped_column(default="")
    company_number: Mapped[str] = mapped_column(default="")
    gln: Mapped[str] = mapped_column(default="")
    bank_account_name: Mapped[str] = mapped_column(default="")
    bank_sort_code: Mapped[str | None] = mapped_column(SecretText)
    bank_account_number: Mapped[str | None] = mapped_column(SecretText)


class InvoiceSeries(Base):
    """The last number used by a seller in a financial year; its row lock makes numbers gapless (domain 6.2)."""

    __tablename__ = "invoice_series"

    seller_id: Mapped[UUID] = mapped_column(ForeignKey("seller.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last_number: Mapped[int]


class Invoice(HasId, BelongsToPractice, ShownToClinician, Base):
    """One document. Copies of seller, buyer and bank details are frozen; a trigger refuses changes after issue.

    `statement_key` makes billing idempotent. `clinician_id` is set on documents a clinician may see.
    `mode` is agent_for_supplier, recharge or platform_fee (domain 6.3). `corrects_id` is the document that a
    supplementary invoice or a credit note belongs to; a credit note's own amounts are positive, as its document says
    them. `working` says where VAT, due day and reason come from. One VAT category for the whole document (domain 6.8).
    """

    __tablename__ = "invoice"
    __table_args__ = (
        known_states(INVOICE),
        UniqueConstraint("statement_key", name="uq_invoice_statement_key"),
        UniqueConstraint("number", name="uq_invoice_number"),
        CheckConstraint("(state = 'draft') = (number IS NULL)", name="issued_has_number"),
        CheckConstraint(one_of("kind", INVOICE_KINDS), name="known_kind"),
        CheckConstraint("total = net_total + vat_total", name="net_and_vat_are_the_total"),
        CheckConstraint("credited_total BETWEEN 0 AND total", name="credited_at_most_the_total"),
        CheckConstraint(
            "kind <> 'credit_note' OR (corrects_id IS NOT NULL AND requested_by_id IS NOT NULL"
            " AND approved_by_id IS NOT NULL AND requested_by_id <> approved_by_id)",
            name="credit_note_needs_two_people",
        ),
    )

    seller_id: Mapped[UUID] = mapped_column(ForeignKey("seller.id"), index=True)
    kind: Mapped[str] = mapped_column(default="invoice")
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("invoice.id"), index=True)
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
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    vat_category: Mapped[str]
    vat_rate: Mapped[Decimal] = mapped_column(Numeric(5, 2), default=Decimal(0))
    vat_reason_code: Mapped[str] = mapped_column(default="")
    vat_note: Mapped[str] = mapped_column(default="")
    working: Mapped[list[str]] = mapped_column(default=list)
    net_total: Mapped[Money]
    vat_total: Mapped[Money] = mapped_column(default=Money(0))
    total: Mapped[Money]
    credited_total: Mapped[Money] = mapped_column(default=Money(0))
    paid_total: Mapped[Money] = mapped_column(default=Money(0))
    paid_on: Mapped[date | None]
    pdf: Mapped[bytes | None] = mapped_column(deferred=True)
    pdf_sha256: Mapped[str | None]
    ubl: Mapped[bytes | None] = mapped_column(deferred=True)
    ubl_sha256: Mapped[str | None]
    requested_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    seller: Mapped[Seller] = relationship()
    practice: Mapped[Practice] = relationship()
    corrects: Mapped["Invoice | None"] = relationship(remote_side="Invoice.id")
    lines: Mapped[list["InvoiceLine"]] = relationship(order_by="InvoiceLine.position", back_populates="invoice")

    @property
    def is_credit(self) -> bool:
        """Does it take back instead of asking for money?"""
        return self.kind == "credit_note"

    @property
    def outstanding(self) -> Money:
        """What is still to be paid; negative when a refund is due after a credit."""
        return Money(0) if self.is_credit else self.total - self.credited_total - self.paid_total

    @property
    def signed_total(self) -> Money:
        """What the document adds to the sum of all: a credit note takes away."""
        return -self.total if self.is_credit else self.total

    @property
    def refund_due(self) -> Money:
        """What was paid beyond what is owed after a credit."""
        return max(Money(0), -self.outstanding)


class InvoiceLine(HasId, BelongsToPool, Base):
    """One line with its working: quantity times unit price, and the rule, rate and date they came from.

    A charge stands on exactly one line, apart from the lines of credit notes that take it back (`credits_id`). The
    employer's pension contribution is a line without a charge: it is worked out for the whole document.
    """

    __tablename__ = "invoice_line"
    __table_args__ = (
        Index("uq_invoice_line_charge", "charge_id", unique=True, postgresql_where=text("credits_id IS NULL")),
        UniqueConstraint("invoice_id", "position", name="uq_invoice_line_position"),
    )

    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"), index=True)
    charge_id: Mapped[UUID | None] = mapped_column(ForeignKey("charge.id"))
    credits_id: Mapped[UUID | None] = mapped_column(ForeignKey("invoice_line.id"), index=True)
    booking_id: Mapped[UUID | None] = mapped_column(ForeignKey("booking.id"), index=True)
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
    booking: Mapped[Booking | None] = relationship()
    charge: Mapped[Charge | None] = relationship()
