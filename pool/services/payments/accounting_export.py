"""Tables that leave the product: invoice lines for accounting, hours for the payroll, payments for the bank.

Each is a line of headings and rows for pool/documents/csv_file.py. Tenancy sees to it that everybody gets their own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from pool.documents.csv_file import Cell
from pool.models.invoice import Invoice, InvoiceLine
from pool.models.practice import Practice
from pool.money import Money
from pool.unit_of_work import UnitOfWork

KINDS = {
    "invoice": "Invoice",
    "supplementary": "Supplementary invoice",
    "credit_note": "Credit note",
    "late_payment": "Late payment claim",
}
LINE_COLUMNS = (
    "Document",
    "Number",
    "Issued",
    "Due",
    "Belongs to",
    "Seller",
    "Seller VAT number",
    "Practice",
    "ODS code",
    "Order number",
    "Line",
    "Date of work",
    "What for",
    "Kind",
    "Quantity",
    "Unit",
    "Unit price",
    "Net",
    "VAT category",
    "VAT rate %",
    "VAT",
    "Gross",
    "State",
    "Paid on",
)
AT_ONCE = 500
"""Rows that are read from the database at a time."""


@dataclass(frozen=True)
class Period:
    """The days a table is about, both included; of one practice, or of all that the actor sees."""

    first: date
    last: date
    practice_id: UUID | None = None


def last_month(today: date) -> Period:
    """The calendar month before this one: what accounting usually asks for."""
    last = today.replace(day=1).toordinal() - 1
    return Period(date.fromordinal(last).replace(day=1), date.fromordinal(last))


def invoice_lines(work: UnitOfWork, period: Period) -> Iterator[Sequence[Cell]]:
    """Every line of the documents that were issued in a period, in order; credit notes count negative.

    NotFound for a practice that the actor does not see. The VAT of the lines adds up to that of their document.
    """
    if period.practice_id is not None:
        work.get(Practice, period.practice_id)
    return vat_shared(work, period)


def vat_shared(work: UnitOfWork, period: Period) -> Iterator[Sequence[Cell]]:
    """The lines with their part of the VAT: what the document's VAT grows by with each line."""
    earlier = aliased(Invoice)
    found = (
        select(InvoiceLine, Invoice, earlier.number)
        .join(Invoice, InvoiceLine.invoice_id == Invoice.id)
        .outerjoin(earlier, Invoice.corrects_id == earlier.id)
        .where(*issued_in(period))
        .order_by(Invoice.issued_on, Invoice.number, InvoiceLine.position)
    )
    number, net, vat = "", Money(0), Money(0)
    for line, invoice, belongs_to in work.store.execute(found.execution_options(yield_per=AT_ONCE)):
        if invoice.number != number:
            number, net, vat = str(invoice.number), Money(0), Money(0)
        net += line.amount
        grown = vat_up_to(net, invoice)
        yield line_row(line, invoice, belongs_to, grown - vat)
        vat = grown


def vat_up_to(net: Money, invoice: Invoice) -> Money:
    """The part of a document's VAT that belongs to its first lines, which come to `net`; all of it at the last line."""
    whole = invoice.net_total
    return invoice.vat_total.times(Decimal(net.pence) / whole.pence) if whole.pence else Money(0)


def issued_in(period: Period) -> list[ColumnElement[bool]]:
    """What a document must be like to be in a period."""
    within = [Invoice.state != "draft", Invoice.issued_on.between(period.first, period.last)]
    return [*within, Invoice.practice_id == period.practice_id] if period.practice_id else within


def line_row(line: InvoiceLine, invoice: Invoice, belongs_to: str | None, vat: Money) -> Sequence[Cell]:
    """One line as cells."""
    sign = -1 if invoice.is_credit else 1
    seller, buyer = invoice.seller_copy, invoice.buyer_copy
    return (
        KINDS[invoice.kind],
        invoice.number,
        invoice.issued_on,
        None if invoice.is_credit else invoice.due_on,
        belongs_to,
        seller["name"],
        seller.get("vat_number", ""),
        buyer["name"],
        buyer["ods_code"],
        invoice.order_reference,
        line.position,
        line.supplied_on,
        line.description,
        line.kind,
        line.quantity,
        line.unit,
        line.unit_price.times(sign),
        line.amount.times(sign),
        invoice.vat_category,
        invoice.vat_rate,
        vat.times(sign),
        (line.amount + vat).times(sign),
        invoice.state,
        invoice.paid_on,
    )
