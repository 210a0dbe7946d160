"""The invoices that a bank line may name, as far as the actor may see."""

from sqlalchemy import select

from pool.lifecycle import UNPAID_INVOICE_STATES
from pool.models.bank import BankLine
from pool.models.invoice import Invoice
from pool.money import Money
from pool.rules.bank_matching import Finder, OpenInvoice
from pool.unit_of_work import UnitOfWork


def known(work: UnitOfWork) -> list[OpenInvoice]:
    """Issued invoices; paid ones too, to say so. Oldest due first."""
    columns = (
        Invoice.id,
        Invoice.number,
        Invoice.practice_id,
        Invoice.buyer_copy["name"].astext.label("practice"),
        Invoice.seller_id,
        Invoice.state,
        Invoice.total,
        Invoice.credited_total,
        Invoice.paid_total,
    )
    rows = select(*columns).where(Invoice.state != "draft", Invoice.kind != "credit_note")
    found = work.store.execute(rows.order_by(Invoice.due_on, Invoice.number))
    return [
        OpenInvoice(
            row.id,
            row.number,
            row.practice_id,
            row.practice,
            row.seller_id,
            row.total - row.credited_total - row.paid_total if row.state in UNPAID_INVOICE_STATES else Money(0),
        )
        for row in found
    ]


def named_in(work: UnitOfWork, line: BankLine) -> list[OpenInvoice]:
    """The invoices that the words of one line name."""
    return Finder(known(work)).named_in(line.reference)
