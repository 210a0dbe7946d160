"""The books: one balanced entry for each document and each act about money, in the same transaction as the thing itself.

What is posted where is in pool/rules/ledger_accounts.py. PostgreSQL refuses an entry that does not balance, a second entry for
the same thing, and every later change. services/ledger/ledger_check.py proves that books and documents agree.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, func, select, type_coerce

from pool import clock
from pool.models.invoice import Invoice, InvoiceLine
from pool.models.ledger import LedgerEntry, LedgerPosting
from pool.models.payment import Payment, PaymentAllocation
from pool.money import Money
from pool.rules import ledger_accounts
from pool.rules.ledger_accounts import Amount, Part
from pool.unit_of_work import UnitOfWork


def post_invoice(work: UnitOfWork, invoice: Invoice) -> LedgerEntry:
    """The entry of an invoice or credit note; called while it is issued, with its lines written."""
    work.store.flush()
    parts = parts_of(work, invoice.id)
    sides = (ledger_accounts.credited if invoice.is_credit else ledger_accounts.invoiced)(parts, vat=invoice.vat_total)
    owed_on = invoice.corrects_id if invoice.is_credit else invoice.id
    entry = LedgerEntry(
        source_key=f"invoice:{invoice.id}",
        kind=invoice.kind,
        on=invoice.issued_on or clock.london_date(work.now),
        invoice_id=invoice.id,
    )
    return write(work, entry, sides, invoice, owed_on)


def parts_of(work: UnitOfWork, invoice_id: UUID) -> list[Part]:
    """What the lines of a document come to, kind by kind."""
    pence = func.sum(type_coerce(InvoiceLine.amount, BigInteger))
    rows = select(InvoiceLine.kind, pence).where(InvoiceLine.invoice_id == invoice_id)
    found = work.store.execute(rows.group_by(InvoiceLine.kind).order_by(InvoiceLine.kind))
    return [Part(kind, Money(int(amount))) for kind, amount in found]


def post_payment(work: UnitOfWork, payment: Payment) -> LedgerEntry:
    """Money has arrived, or (a refund) has gone back."""
    sides = (ledger_accounts.sent_back if payment.refunds_id else ledger_accounts.received)(payment.amount)
    kind = "refund" if payment.refunds_id else "payment"
    entry = LedgerEntry(source_key=f"payment:{payment.id}", kind=kind, on=payment.paid_on, payment_id=payment.id)
    return write(work, entry, sides, payment)


def post_undone(work: UnitOfWork, payment: Payment, on: date) -> LedgerEntry:
    """A payment or refund that was recorded by mistake: the opposite entry."""
    sides = (ledger_accounts.received if payment.refunds_id else ledger_accounts.sent_back)(payment.amount)
    entry = LedgerEntry(source_key=f"payment-undone:{payment.id}", kind="undone", on=on, payment_id=payment.id)
    return write(work, entry, sides, payment)


def post_allocation(work: UnitOfWork, allocation: PaymentAllocation, payment: Payment) -> LedgerEntry:
    """Part of a payment was put on an invoice, or (below zero) taken off again."""
    entry = LedgerEntry(
        source_key=f"allocation:{allocation.id}",
        kind="allocation",
        on=allocation.on,
        invoice_id=allocation.invoice_id,
        payment_id=payment.id,
    )
    return write(work, entry, ledger_accounts.put_on_invoice(allocation.amount), payment, allocation.invoice_id)


def write(
    work: UnitOfWork, entry: LedgerEntry, sides: list[Amount], whose: Invoice | Payment, owed_on: UUID | None = None
) -> LedgerEntry:
    """Keep an entry with its sides; `owed_on` is the invoice whose account of what is owed they change."""
    owners = {name: getattr(whose, name) for name in ("pool_id", "practice_id", "clinician_id", "seller_id")}
    for name, value in owners.items():
        setattr(entry, name, value)
    entry.at = work.now
    work.add(entry)
    work.store.flush()
    work.store.add_all(
        LedgerPosting(
            **owners,
            entry_id=entry.id,
            account=side.account,
            pence=side.pence,
            invoice_id=owed_on if side.account == ledger_accounts.RECEIVABLE else None,
        )
        for side in sides
    )
    work.store.flush()
    return entry
