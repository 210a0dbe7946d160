"""Payments: recorded with amount and day, put on invoices, sent back, undone; each posts to the ledger at once.

What a practice paid too much stays with the seller as its credit until somebody puts it on another invoice or records that
it was sent back. A mistake is undone by the opposite entry; nothing is ever deleted. Rows are locked payment first.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select

from pool import clock
from pool.errors import Conflict, Invalid, WrongState
from pool.events import PaymentRecorded, PaymentUndone
from pool.lifecycle import BANK_LINE, PAYMENT, UNPAID_INVOICE_STATES, advance, allows
from pool.models.bank import BankLine
from pool.models.invoice import Invoice, Seller
from pool.models.payment import Payment, PaymentAllocation
from pool.models.practice import Practice
from pool.money import Money, total
from pool.rules.bank_same import AMOUNT_WITHIN
from pool.rules.paid import Paid
from pool.services.billing import invoice_state
from pool.services.ledger import ledger_entries
from pool.tenancy import of_everybody
from pool.unit_of_work import UnitOfWork

NOTHING = Money(0)
ABOUT = timedelta(days=AMOUNT_WITHIN)
"""How far apart the days of one payment may be when two people write it down."""


def pay_invoice(work: UnitOfWork, invoice_id: UUID, paid: Paid, *, another: bool = False) -> Payment:
    """Record a payment for an invoice: as much of it as the invoice needs, the rest stays as the practice's credit.

    Raises Invalid for an impossible day or amount, and when one of this amount and about this day stands on the invoice and
    nobody said that this is `another`; WrongState when nothing is left to pay.
    """
    invoice = work.get(Invoice, invoice_id, lock=True)
    if invoice.is_credit or invoice.state not in UNPAID_INVOICE_STATES:
        state = invoice.state.replace("_", " ")
        raise WrongState(
            f"This invoice is already {state}: nothing is left to pay. Refresh the page to see it as it is."
        )
    if invoice.issued_on and not invoice.issued_on <= paid.paid_on <= clock.london_date(work.now):
        words = "The day of payment must be between the day of the invoice and today"
        raise Invalid(f"{words}.", {"on": [words]})
    before = recorded_before(work, invoice_id, paid)
    if before and not another:
        words = f"{before.amount} of {before.paid_on.day} {before.paid_on:%B %Y} is recorded for this invoice already"
        raise Invalid(f"{words}. Is it the same money?", {"another": [f"{words}. Tick if this is another payment"]})
    payment = record(work, paid, practice=invoice.practice, seller=invoice.seller)
    put_on(work, payment, invoice, min(paid.amount, invoice.outstanding))
    return payment


def settle(work: UnitOfWork, invoice_id: UUID, on: date) -> Invoice:
    """Everything that is left to pay on an invoice was paid on this day. Raises Invalid, WrongState when nothing is left."""
    invoice = work.get(Invoice, invoice_id, lock=True)
    pay_invoice(work, invoice_id, Paid(max(invoice.outstanding, Money(1)), on, invoice.number or ""))
    return invoice


def recorded_before(work: UnitOfWork, invoice_id: UUID, paid: Paid) -> Payment | None:
    """A payment of the same amount that stands on an invoice and was paid about the same day."""
    near = Payment.paid_on.between(paid.paid_on - ABOUT, paid.paid_on + ABOUT)
    on_it = (
        select(PaymentAllocation.payment_id)
        .where(PaymentAllocation.invoice_id == invoice_id)
        .group_by(PaymentAllocation.payment_id)
        .having(func.sum(PaymentAllocation.amount) > NOTHING)
    )
    rows = select(Payment).where(
        Payment.id.in_(on_it), Payment.state == "recorded", Payment.amount == paid.amount, near
    )
    return work.first(rows.order_by(Payment.paid_on.desc(), Payment.id))


def record(
    work: UnitOfWork, paid: Paid, *, practice: Practice, seller: Seller, bank_line: BankLine | None = None
) -> Payment:
    """A payment of a practice to a seller that stands on no invoice yet. Raises Invalid."""
    check(work, paid)
    payment = payment_row(work, paid, practice, seller)
    payment.bank_line_id = bank_line.id if bank_line else None
    return kept(work, payment)


def check(work: UnitOfWork, paid: Paid) -> None:
    """Raises Invalid for a day that has not come and an amount of nothing."""
    if paid.paid_on > clock.london_date(work.now):
        words = "The day of payment must not be in the future"
        raise Invalid(f"{words}.", {"on": [words]})
    if paid.amount <= NOTHING:
        raise Invalid("Enter an amount above £0.00.", {"amount": ["Enter an amount above £0.00"]})


def payment_row(work: UnitOfWork, paid: Paid, practice: Practice, seller: Seller) -> Payment:
    """The row of a payment or refund."""
    return Payment(
        pool_id=seller.pool_id,
        practice_id=practice.id,
        clinician_id=seller.clinician_id,
        seller_id=seller.id,
        state=PAYMENT.initial,
        paid_on=paid.paid_on,
        amount=paid.amount,
        reference=paid.reference,
        recorded_at=work.now,
        recorded_by_id=work.actor.person_id,
        undo_reason="",
    )


def kept(work: UnitOfWork, payment: Payment) -> Payment:
    """Keep and post it."""
    work.add(payment)
    work.store.flush()
    ledger_entries.post_payment(work, payment)
    work.record(PaymentRecorded(payment.id), pool_id=payment.pool_id)
    return payment


def put_on(work: UnitOfWork, payment: Payment, invoice: Invoice, amount: Money) -> None:
    """Put part of a payment on an invoice of the same practice and seller. Raises Invalid, Conflict when undone."""
    must_stand(payment)
    if (payment.practice_id, payment.seller_id) != (invoice.practice_id, invoice.seller_id) or invoice.is_credit:
        raise Invalid("This payment is for another practice or seller. Choose one of their invoices.")
    most = min(unallocated(work, payment), invoice.outstanding)
    if not NOTHING < amount <= most:
        words = f"Enter an amount up to {max(most, NOTHING)}"
        raise Invalid(f"{words}.", {"amount": [words]})
    move(work, payment, invoice, amount)


def take_off(work: UnitOfWork, payment: Payment, invoice: Invoice, amount: Money) -> None:
    """Take part of a payment off an invoice again: it becomes the practice's credit. Raises Invalid."""
    most = allocated(work, payment).get(invoice.id, NOTHING)
    if not NOTHING < amount <= most:
        raise Invalid(f"Only {most} of this payment stands on invoice {invoice.number}.")
    move(work, payment, invoice, -amount)


def move(work: UnitOfWork, payment: Payment, invoice: Invoice, amount: Money) -> None:
    """Write an allocation with its entry; the states follow."""
    allocation = PaymentAllocation(
        pool_id=payment.pool_id,
        practice_id=payment.practice_id,
        clinician_id=payment.clinician_id,
        payment_id=payment.id,
        invoice_id=invoice.id,
        amount=amount,
        at=work.now,
        on=clock.london_date(work.now),
        by_id=work.actor.person_id,
    )
    work.add(allocation)
    invoice.paid_total += amount
    work.store.flush()
    ledger_entries.post_allocation(work, allocation, payment)
    invoice_state.follow(work, invoice)


def put_credit_on(work: UnitOfWork, payment_id: UUID, invoice_id: UUID) -> Money:
    """Put what is left of a payment on another invoice, as much as that needs; says how much. Raises Conflict, Invalid."""
    payment = work.get(Payment, payment_id, lock=True)
    invoice = work.get(Invoice, invoice_id, lock=True)
    amount = min(unallocated(work, payment), invoice.outstanding)
    if amount <= NOTHING:
        raise Conflict("Nothing can be moved: the payment has no credit left, or the invoice is paid.")
    put_on(work, payment, invoice, amount)
    return amount


def free_overpaid(work: UnitOfWork, invoice_id: UUID) -> Money:
    """After a credit note: what was paid beyond the rest becomes the practice's credit, newest payment first."""
    invoice = work.get(Invoice, invoice_id, lock=True)
    surplus = NOTHING - invoice.outstanding
    if surplus <= NOTHING:
        raise Conflict("This invoice is not paid too much any more. Refresh the page to see it as it is.")
    left = surplus
    for payment in newest_first(work, invoice):
        part = min(left, allocated(work, payment).get(invoice.id, NOTHING))
        if part > NOTHING:
            take_off(work, payment, invoice, part)
            left -= part
    return surplus


def newest_first(work: UnitOfWork, invoice: Invoice) -> list[Payment]:
    """The payments that were put on an invoice."""
    on_it = select(PaymentAllocation.payment_id).where(PaymentAllocation.invoice_id == invoice.id)
    rows = select(Payment).where(Payment.id.in_(on_it), Payment.state == "recorded")
    return list(work.all(rows.order_by(Payment.paid_on.desc(), Payment.recorded_at.desc())))


def refund(work: UnitOfWork, payment_id: UUID, paid: Paid, *, bank_line: BankLine | None = None) -> Payment:
    """Money that stood on no invoice was sent back to the practice. Raises Invalid."""
    payment = work.get(Payment, payment_id, lock=True)
    must_stand(payment)
    check(work, paid)
    left = unallocated(work, payment)
    if paid.amount > left:
        words = f"Enter an amount up to {left}"
        raise Invalid(f"{words}: no more stands on no invoice.", {"amount": [words]})
    if paid.paid_on < payment.paid_on:
        words = "The day must not be before the payment itself"
        raise Invalid(f"{words}.", {"on": [words]})
    back = payment_row(work, paid, payment.practice, payment.seller)
    back.refunds_id = payment.id
    back.bank_line_id = bank_line.id if bank_line else None
    return kept(work, back)


def undo(work: UnitOfWork, payment_id: UUID, reason: str) -> Payment:
    """A payment was recorded by mistake: taken off its invoices, its entry reversed. Raises Conflict, WrongState."""
    payment = work.get(Payment, payment_id, lock=True)
    if any(paid_back.state == "recorded" for paid_back in refunds(work, payment)):
        raise Conflict("Part of this payment was sent back. Undo that first.")
    for invoice_id, amount in sorted(allocated(work, payment).items()):
        take_off(work, payment, work.get(Invoice, invoice_id, lock=True), amount)
    advance(PAYMENT, payment, "undo")
    payment.undone_at, payment.undone_by_id, payment.undo_reason = work.now, work.actor.person_id, reason
    ledger_entries.post_undone(work, payment, clock.london_date(work.now))
    reopen_lines(work, payment)
    work.record(PaymentUndone(payment.id, reason), pool_id=payment.pool_id)
    return payment


def reopen_lines(work: UnitOfWork, payment: Payment) -> None:
    """The bank lines of an undone payment wait for an answer again, those of the other side too, once none of the payments
    behind a line stands."""
    its_own = or_(BankLine.id == payment.bank_line_id, BankLine.same_as_id == payment.id)
    for line in work.all(of_everybody(select(BankLine).where(its_own).order_by(BankLine.id).with_for_update())):
        standing = select(Payment.id).where(
            Payment.bank_line_id == line.id, Payment.state == "recorded", Payment.id != payment.id
        )
        if work.first(of_everybody(standing)) is None and allows(BANK_LINE, line, "reopen"):
            advance(BANK_LINE, line, "reopen")
            line.why, line.same_as_id = "Its payment was undone.", None


def must_stand(payment: Payment) -> None:
    """Raises Conflict for a payment that was undone, and for a refund, which stands on no invoice."""
    if payment.state != "recorded" or payment.refunds_id:
        raise Conflict("This payment was undone or is a refund, so it cannot be used.")


def allocated(work: UnitOfWork, payment: Payment) -> dict[UUID, Money]:
    """What of a payment stands on each invoice now."""
    found: dict[UUID, Money] = {}
    for allocation in work.all(select(PaymentAllocation).where(PaymentAllocation.payment_id == payment.id)):
        found[allocation.invoice_id] = found.get(allocation.invoice_id, NOTHING) + allocation.amount
    return {invoice_id: amount for invoice_id, amount in found.items() if amount != NOTHING}


def refunds(work: UnitOfWork, payment: Payment) -> Iterable[Payment]:
    """What was sent back of a payment, undone refunds too."""
    return work.all(select(Payment).where(Payment.refunds_id == payment.id))


def unallocated(work: UnitOfWork, payment: Payment) -> Money:
    """What of a payment stands on no invoice and was not sent back: the practice's credit."""
    if payment.state != "recorded" or payment.refunds_id:
        return NOTHING
    back = [paid_back.amount for paid_back in refunds(work, payment) if paid_back.state == "recorded"]
    return payment.amount - total(list(allocated(work, payment).values())) - total(back)
