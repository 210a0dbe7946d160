"""An invoice's state follows from its amounts, and a booking is paid when every invoice for it is settled."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from pool.events import InvoicePaid, InvoiceReopened
from pool.lifecycle import BOOKING, INVOICE, UNPAID_INVOICE_STATES, advance, allows
from pool.models.booking import Booking
from pool.models.invoice import Invoice, InvoiceLine
from pool.models.payment import Payment, PaymentAllocation
from pool.money import Money
from pool.unit_of_work import UnitOfWork

VERBS = {"issued": "unpay", "part_paid": "part_pay", "paid": "pay", "credited": "credit"}
"""The verb that leads to each state."""

NOTHING = Money(0)


def state_of(*, total: Money, credited: Money, paid: Money) -> str:
    """The state that these amounts mean. Taken back in full is credited, whatever was paid before."""
    if credited >= total and credited > NOTHING:
        return "credited"
    if credited + paid >= total:
        return "paid"
    return "part_paid" if paid > NOTHING else "issued"


def follow(work: UnitOfWork, invoice: Invoice) -> None:
    """Bring the state of an issued invoice and of its bookings in line with what was paid and credited."""
    before = invoice.state
    wanted = state_of(total=invoice.total, credited=invoice.credited_total, paid=invoice.paid_total)
    if wanted != before and before != "credited":
        advance(INVOICE, invoice, VERBS[wanted])
    invoice.paid_on = last_payment(work, invoice) if invoice.state == "paid" else None
    work.store.flush()
    follow_bookings(work, invoice)
    if invoice.state == "paid" != before:
        work.record(InvoicePaid(invoice.id), pool_id=invoice.pool_id)
    if before == "paid" and invoice.state in UNPAID_INVOICE_STATES:
        work.record(InvoiceReopened(invoice.id), pool_id=invoice.pool_id)


def last_payment(work: UnitOfWork, invoice: Invoice) -> date | None:
    """The day of the latest payment that stands on an invoice; None when a credit alone settled it."""
    days = (
        select(func.max(Payment.paid_on))
        .join(PaymentAllocation)
        .where(PaymentAllocation.invoice_id == invoice.id, Payment.state == "recorded")
    )
    return work.store.execute(days).scalar_one_or_none()


def follow_bookings(work: UnitOfWork, invoice: Invoice) -> None:
    """The life of a session ends when no invoice of it is open, and goes on when a payment is undone."""
    for booking_id in sorted({line.booking_id for line in invoice.lines if line.booking_id}):
        booking = work.get(Booking, booking_id, lock=True)
        verb = "pay" if is_settled(work, booking_id) else "unpay"
        if allows(BOOKING, booking, verb):
            advance(BOOKING, booking, verb)


def is_settled(work: UnitOfWork, booking_id: UUID) -> bool:
    """Is something for this booking paid, and nothing still to be paid?"""
    lines = select(InvoiceLine.invoice_id).where(InvoiceLine.booking_id == booking_id)
    states = select(Invoice.state).where(Invoice.id.in_(lines), Invoice.kind != "credit_note").distinct()
    found = set(work.all(states))
    return "paid" in found and found.isdisjoint(UNPAID_INVOICE_STATES)
