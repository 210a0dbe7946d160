"""What pages about payments show: those of an invoice, one with what can be done about it, and the practice's credit."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from pool.lifecycle import UNPAID_INVOICE_STATES
from pool.models.invoice import Invoice
from pool.models.payment import Payment, PaymentAllocation
from pool.money import Money
from pool.services.billing.invoice_lists import pence, summed
from pool.services.payments import payments
from pool.unit_of_work import UnitOfWork

NOTHING = Money(0)


@dataclass(frozen=True)
class Shown:
    """One payment with where it stands: (invoice, amount) pairs, what was sent back, and what is left of it."""

    payment: Payment
    on_invoices: tuple[tuple[Invoice, Money], ...]
    refunds: tuple[Payment, ...]
    left: Money

    @property
    def is_refund(self) -> bool:
        """Did the money go back to the practice?"""
        return self.payment.refunds_id is not None

    @property
    def may_undo(self) -> bool:
        """Is there anything to take back, and nothing in the way?"""
        return self.payment.state == "recorded" and not any(refund.state == "recorded" for refund in self.refunds)


def shown(work: UnitOfWork, payment: Payment) -> Shown:
    """A payment with everything about it."""
    standing = payments.allocated(work, payment)
    invoices = tuple((work.get(Invoice, invoice_id), amount) for invoice_id, amount in standing.items())
    left = payments.unallocated(work, payment)
    return Shown(payment, invoices, tuple(payments.refunds(work, payment)), left)


def of_invoice(work: UnitOfWork, invoice: Invoice) -> Sequence[tuple[Payment, Money]]:
    """The payments that stand on an invoice with how much of each, oldest first."""
    rows = select(PaymentAllocation).where(PaymentAllocation.invoice_id == invoice.id).order_by(PaymentAllocation.at)
    sums: dict[UUID, Money] = {}
    for row in work.all(rows):
        sums[row.payment_id] = sums.get(row.payment_id, NOTHING) + row.amount
    return [(work.get(Payment, payment_id), amount) for payment_id, amount in sums.items() if amount != NOTHING]


def open_invoices(work: UnitOfWork, payment: Payment) -> Sequence[Invoice]:
    """Where the rest of a payment could go: open invoices between the same two, oldest first."""
    rows = select(Invoice).where(
        Invoice.practice_id == payment.practice_id,
        Invoice.seller_id == payment.seller_id,
        Invoice.state.in_(UNPAID_INVOICE_STATES),
        Invoice.kind != "credit_note",
    )
    return [
        invoice for invoice in work.all(rows.order_by(Invoice.due_on, Invoice.number)) if invoice.outstanding > NOTHING
    ]


def with_credit(work: UnitOfWork, *, offset: int = 0, size: int = 25) -> list[Shown]:
    """One page of the payments of which something stands on no invoice, oldest first, as far as the actor may see."""
    rows = select(Payment).where(*is_credit()).order_by(Payment.paid_on, Payment.recorded_at, Payment.id)
    return [shown(work, payment) for payment in work.all(rows.offset(offset).limit(size))]


def count_with_credit(work: UnitOfWork) -> int:
    """How many they are."""
    return work.store.execute(select(func.count(Payment.id)).where(*is_credit())).scalar_one()


def is_credit() -> tuple[ColumnElement[bool], ...]:
    """Recorded, no refund, and not used up."""
    return Payment.state == "recorded", Payment.refunds_id.is_(None), has_rest()


def has_rest() -> ColumnElement[bool]:
    """The SQL condition for payments that are not used up."""
    back = aliased(Payment)
    used = select(summed(pence(PaymentAllocation.amount))).where(PaymentAllocation.payment_id == Payment.id)
    returned = select(summed(pence(back.amount))).where(back.refunds_id == Payment.id, back.state == "recorded")
    return pence(Payment.amount) > used.scalar_subquery() + returned.scalar_subquery()


def count(work: UnitOfWork) -> int:
    """How many payments and refunds there are."""
    return work.store.execute(select(func.count()).select_from(Payment)).scalar_one()


def recent(work: UnitOfWork, *, offset: int, size: int) -> Sequence[Payment]:
    """One page of all payments and refunds, newest first."""
    rows = select(Payment).order_by(Payment.paid_on.desc(), Payment.recorded_at.desc(), Payment.id)
    return work.all(rows.offset(offset).limit(size))
