"""Money that went the other way: a bank returned a payment, or it was reversed. Shown to a person, who says which payment came
back; its invoices are then open again, and the books keep both the payment and its return."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from pool.errors import Conflict
from pool.models.bank import BankLine
from pool.models.invoice import Invoice
from pool.models.payment import Payment, PaymentAllocation
from pool.money import Money
from pool.rules.bank_entry import BankRow
from pool.rules.bank_matching import Finder, OpenInvoice, says_back
from pool.rules.paid import Paid
from pool.services.payments import bank_waiting, payments
from pool.unit_of_work import UnitOfWork

WITHIN = timedelta(days=60)
MOST_CHOICES = 10


def concerning(work: UnitOfWork, rows: Sequence[BankRow], finder: Finder) -> list[BankRow]:
    """Lines the other way that a person has to see: they name an invoice, or say that money of a known amount goes back."""
    amounts: set[Money] = set()
    if any(says_back(row) for row in rows):
        amounts = set(
            work.store.execute(select(Payment.amount).where(Payment.state == "recorded").distinct()).scalars()
        )
    return [row for row in rows if finder.named_in(row.reference) or (says_back(row) and row.amount in amounts)]


def candidates(work: UnitOfWork, line: BankLine, named: Sequence[OpenInvoice]) -> Sequence[Payment]:
    """The payments that may have come back: of the invoices named in the line, else of its amount in the days before."""
    rows = select(Payment).where(
        Payment.state == "recorded", Payment.refunds_id.is_(None), Payment.amount >= line.amount
    )
    if named:
        on_them = PaymentAllocation.invoice_id.in_([invoice.id for invoice in named])
        rows = rows.where(Payment.id.in_(select(PaymentAllocation.payment_id).where(on_them)))
    else:
        near = Payment.paid_on.between(line.paid_on - WITHIN, line.paid_on)
        rows = rows.where(Payment.amount == line.amount, near)
    return work.all(rows.order_by(Payment.paid_on.desc(), Payment.recorded_at.desc(), Payment.id).limit(MOST_CHOICES))


def came_back(work: UnitOfWork, line_id: UUID, payment_id: UUID) -> Payment:
    """A person says which payment came back: it is taken off its invoices, as much as came back, and the return recorded.

    Raises Conflict for a line that is no return or was dealt with, Invalid for a day before the payment or too much.
    """
    payment = work.get(Payment, payment_id, lock=True)
    line = work.get(BankLine, line_id, lock=True)
    bank_waiting.must_wait(line)
    if not line.goes_back:
        raise Conflict("This line is money that was paid, not money that came back. Say which invoices it pays.")
    free(work, payment, line.amount)
    back = payments.refund(work, payment_id, Paid(line.amount, line.paid_on, line.reference), bank_line=line)
    line.why = f"The payment of {payment.amount} on {payment.paid_on.day} {payment.paid_on:%B %Y} came back."
    bank_waiting.settled(work, line)
    return back


def free(work: UnitOfWork, payment: Payment, amount: Money) -> None:
    """Take a payment off its invoices until so much of it stands on none; the latest due is opened first."""
    missing = amount - payments.unallocated(work, payment)
    standing = payments.allocated(work, payment)
    invoices = [work.get(Invoice, invoice_id, lock=True) for invoice_id in sorted(standing)]
    for invoice in sorted(invoices, key=lambda invoice: (invoice.due_on, invoice.number), reverse=True):
        part = min(missing, standing[invoice.id])
        if part > Money(0):
            payments.take_off(work, payment, invoice, part)
            missing -= part
