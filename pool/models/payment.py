"""Payments of a practice to a seller, and the invoices they were put on."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.lifecycle import PAYMENT
from pool.models.base import Base, HasId, known_states
from pool.models.invoice import Invoice, Seller
from pool.models.person import Person
from pool.models.practice import Practice
from pool.money import Money
from pool.tenancy import BelongsToPractice, ShownToClinician


class Payment(HasId, BelongsToPractice, ShownToClinician, Base):
    """Money that went from a practice to a seller, or (`refunds_id`) back again what was paid too much.

    What of it stands on no invoice is the practice's credit with that seller. A mistaken one is undone, never deleted.
    """

    __tablename__ = "payment"
    __table_args__ = (
        known_states(PAYMENT),
        CheckConstraint("amount > 0", name="amount_above_zero"),
        CheckConstraint("(state = 'undone') = (undone_at IS NOT NULL)", name="undone_has_instant"),
        Index(
            "uq_payment_bank_line_seller",
            "bank_line_id",
            "seller_id",
            unique=True,
            postgresql_where=text("state = 'recorded'"),
        ),
    )

    seller_id: Mapped[UUID] = mapped_column(ForeignKey("seller.id"), index=True)
    state: Mapped[str] = mapped_column(default=PAYMENT.initial)
    paid_on: Mapped[date]
    amount: Mapped[Money]
    reference: Mapped[str] = mapped_column(default="")
    refunds_id: Mapped[UUID | None] = mapped_column(ForeignKey("payment.id"), index=True)
    bank_line_id: Mapped[UUID | None] = mapped_column(ForeignKey("bank_line.id"), index=True)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    undo_reason: Mapped[str] = mapped_column(default="")
    seller: Mapped[Seller] = relationship()
    practice: Mapped[Practice] = relationship()
    recorded_by: Mapped[Person | None] = relationship(foreign_keys=[recorded_by_id])
    allocations: Mapped[list["PaymentAllocation"]] = relationship(
        order_by="PaymentAllocation.at", back_populates="payment"
    )


class PaymentAllocation(HasId, BelongsToPractice, ShownToClinician, Base):
    """Part of a payment put on an invoice; below zero it was taken off again. Rows are only ever added."""

    __tablename__ = "payment_allocation"
    __table_args__ = (CheckConstraint("amount <> 0", name="amount_not_zero"),)

    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payment.id"), index=True)
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"), index=True)
    amount: Mapped[Money]
    at: Mapped[datetime]
    on: Mapped[date]
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    payment: Mapped[Payment] = relationship(back_populates="allocations")
    invoice: Mapped[Invoice] = relationship()
