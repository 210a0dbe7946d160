"""Lists of invoices: searched, in pages, with totals. pool/tenancy.py limits the rows to those that the reader may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, case, func, or_, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute

from pool.lifecycle import UNPAID_INVOICE_STATES as UNPAID
from pool.models.invoice import Invoice, InvoiceLine
from pool.money import Money
from pool.search import holds
from pool.unit_of_work import UnitOfWork

OVERDUE = "overdue"
CREDIT_NOTE = "credit_note"
FILTERS = {"unpaid": "To pay", OVERDUE: "Overdue", "paid": "Paid", "credited": "Credited"}
"""What a list can be narrowed to; overdue is a matter of the date, not a state."""


@dataclass(frozen=True)
class Search:
    """What somebody looks for: one of FILTERS (or nothing), words in number, practice, seller or clinician, and the year or
    month of the invoice's date (2026 or 2026-05)."""

    show: str = ""
    words: str = ""
    when: str = ""


@dataclass(frozen=True)
class Totals:
    """How many invoices a search finds and what they come to."""

    count: int
    total: Money
    unpaid: Money
    unpaid_count: int
    overdue: Money
    overdue_count: int


def found(work: UnitOfWork, search: Search, *, today: date, offset: int, size: int) -> Sequence[Invoice]:
    """One page of the invoices a search finds, newest first."""
    rows = select(Invoice).where(*conditions(search, today))
    return work.all(rows.order_by(Invoice.issued_at.desc(), Invoice.number.desc()).offset(offset).limit(size))


def related(work: UnitOfWork, invoice: Invoice) -> Sequence[Invoice]:
    """The documents that belong to an invoice: what corrects it and what it corrects, oldest first."""
    mine = or_(Invoice.corrects_id == invoice.id, Invoice.id == invoice.corrects_id)
    return work.all(select(Invoice).where(mine, Invoice.state != "draft").order_by(Invoice.issued_at, Invoice.number))


def of_bookings(work: UnitOfWork, booking_ids: Sequence[UUID]) -> Sequence[Invoice]:
    """The documents that bill these bookings, oldest first; none for a session that nobody was booked for."""
    billed = select(InvoiceLine.invoice_id).where(InvoiceLine.booking_id.in_(booking_ids))
    rows = select(Invoice).where(Invoice.id.in_(billed), Invoice.state != "draft")
    return work.all(rows.order_by(Invoice.issued_at, Invoice.number)) if booking_ids else []


def totals(work: UnitOfWork, search: Search, *, today: date) -> Totals:
    """Counts and sums over every page of a search."""
    open_pence = pence(Invoice.total) - pence(Invoice.credited_total) - pence(Invoice.paid_total)
    unpaid, late = to_pay(), overdue_on(today)
    figures = select(
        func.count(),
        summed(signed_total()),
        summed(open_pence, unpaid),
        func.count().filter(unpaid),
        summed(open_pence, late),
        func.count().filter(late),
    )
    row = work.store.execute(figures.select_from(Invoice).where(*conditions(search, today))).one()
    count, all_pence, unpaid_pence, unpaid_count, late_pence, late_count = (int(figure) for figure in row)
    return Totals(count, Money(all_pence), Money(unpaid_pence), unpaid_count, Money(late_pence), late_count)


def conditions(search: Search, today: date) -> list[ColumnElement[bool]]:
    """What an invoice must be like to be found; drafts are nobody's business."""
    words = [mentions(word) for word in search.words.split()]
    return [Invoice.state != "draft", *shown(search.show, today), *dated(search.when), *words]


def dated(when: str) -> list[ColumnElement[bool]]:
    """The invoices of a year (2026) or a month (2026-05) as a condition; anything else asks for all."""
    return [month_of_invoice().startswith(when)] if when else []


def month_of_invoice() -> ColumnElement[str]:
    """The month of an invoice's date: 2026-05."""
    return func.to_char(Invoice.issued_on, "YYYY-MM")


def months(work: UnitOfWork) -> list[str]:
    """The months that have invoices, newest first."""
    month = month_of_invoice()
    rows = select(month).where(Invoice.state != "draft", Invoice.issued_on.is_not(None))
    return list(work.store.execute(rows.distinct().order_by(month.desc())).scalars())


def shown(show: str, today: date) -> list[ColumnElement[bool]]:
    """One of FILTERS as a condition."""
    if show == OVERDUE:
        return [overdue_on(today)]
    if show == "unpaid":
        return [to_pay()]
    return [Invoice.state == show] if show else []


INVOICE_NAMES = (Invoice.number, Invoice.buyer_copy["name"].astext, Invoice.seller_copy["name"].astext)
"""What an invoice is looked for by: its number, and the names of both sides as they stand on it."""


def mentions(word: str) -> ColumnElement[bool]:
    """Does the number, the practice, the seller or a line (it names the clinician) contain this word?"""
    return or_(holds(word, *INVOICE_NAMES), Invoice.lines.any(holds(word, InvoiceLine.description)))


def to_pay() -> ColumnElement[bool]:
    """Is something still to be paid? Credit notes never are."""
    return Invoice.state.in_(UNPAID) & (Invoice.kind != CREDIT_NOTE)


def signed_total() -> ColumnElement[int]:
    """What a document adds to the sum of all: a credit note takes away."""
    return case((Invoice.kind == CREDIT_NOTE, -pence(Invoice.total)), else_=pence(Invoice.total))


def overdue_on(today: date) -> ColumnElement[bool]:
    """Not paid although the day to pay by has passed."""
    return to_pay() & (Invoice.due_on < today)


def pence(column: InstrumentedAttribute[Money]) -> ColumnElement[int]:
    """A money column as the whole pence it holds, so that it can be added up in the database."""
    return type_coerce(column, BigInteger)


def summed(amount: ColumnElement[int], which: ColumnElement[bool] | None = None) -> ColumnElement[int]:
    """The sum over those rows; nothing adds up to 0."""
    added = func.sum(amount)
    return func.coalesce(added.filter(which) if which is not None else added, 0)
