"""Invoices: raised from confirmed hours, numbered without gaps, frozen at issue, drawn, paid (domain notes 6).

A booking whose seller has not given payment details yet is left alone; `waiting` finds it once they have.
"""

import hashlib
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from pool import clock
from pool.errors import Invalid, NotFound
from pool.events import InvoiceIssued, InvoicePaid, InvoiceRendered
from pool.lifecycle import BOOKING, INVOICE, advance
from pool.models.booking import Booking
from pool.models.invoice import Invoice, InvoiceLine, InvoiceSeries, Seller
from pool.models.pool import Pool
from pool.models.practice import Practice
from pool.models.timesheet import Timesheet
from pool.money import total
from pool.pricing import SESSION, Hours, Line, due_on, financial_year, lines_for
from pool.rules.settlement import AGENT, SETTLEMENTS
from pool.services import sellers
from pool.services.vat_notes import note_for
from pool.unit_of_work import UnitOfWork

UNITS = {SESSION: "session"}
"""What a quantity counts; lines of any other kind count items."""


def raise_for(work: UnitOfWork, booking_id: UUID) -> Invoice | None:
    """Issue the invoice of a booking whose hours are confirmed; asked twice, it gives the same invoice.

    None when there is nothing to bill (yet): hours not confirmed, or the seller's payment details are missing.
    The number is drawn when everything else is written, so that its row is locked for a moment only.
    """
    booking = work.get(Booking, booking_id, lock=True)
    if booking.state != "confirmed":
        return work.first(select(Invoice).where(Invoice.statement_key == statement_key(booking)))
    seller = sellers.of_booking(work, booking)
    if sellers.missing(seller):
        return None
    invoice = draft(work, booking, seller)
    advance(BOOKING, booking, "invoice")
    work.record(InvoiceIssued(invoice.id), pool_id=invoice.pool_id)
    issue(work, invoice, seller)
    return invoice


def statement_key(booking: Booking) -> str:
    """What is billed; unique, so it is billed once."""
    return f"booking:{booking.id}"


def draft(work: UnitOfWork, booking: Booking, seller: Seller) -> Invoice:
    """An invoice with its lines and frozen copies, everything but the number."""
    settlement = SETTLEMENTS[booking.engagement_type]
    lines = lines_for(booking.terms, confirmed_hours(work, booking))
    pool = work.get(Pool, booking.pool_id)
    issued_on = clock.london_date(work.now)
    vat = note_for(settlement.mode, booking.clinician.profession, on=booking.session.on, known_by=issued_on)
    invoice = Invoice(
        pool_id=booking.pool_id, practice_id=booking.practice_id, seller_id=seller.id, state=INVOICE.initial,
        clinician_id=booking.clinician_id if settlement is AGENT else None, mode=settlement.mode,
        statement_key=statement_key(booking), issued_on=issued_on, issued_at=work.now,
        due_on=due_on(issued_on, booking.session.on, booking.terms["payment_term_days"]),
        seller_copy=copy_of_seller(seller, pool), buyer_copy=copy_of_buyer(booking.practice),
        bank_sort_code=seller.bank_sort_code, bank_account_number=seller.bank_account_number,
        prepared_by=pool.host.name if settlement is AGENT else "", vat_note=vat.note,
        total=total([line.amount for line in lines]),
    )  # fmt: skip
    work.add(invoice)
    work.store.add_all(row_of(line, position, booking, invoice) for position, line in enumerate(lines, start=1))
    return invoice


def confirmed_hours(work: UnitOfWork, booking: Booking) -> Hours:
    """The hours that the practice confirmed."""
    timesheet = work.one(
        select(Timesheet).where(Timesheet.booking_id == booking.id, Timesheet.state == "confirmed")
    )
    return Hours(timesheet.started_at, timesheet.ended_at)


def row_of(line: Line, position: int, booking: Booking, invoice: Invoice) -> InvoiceLine:
    """A priced line as a row."""
    return InvoiceLine(
        pool_id=invoice.pool_id, invoice_id=invoice.id, booking_id=booking.id, position=position, kind=line.kind,
        supplied_on=booking.session.on, description=line.description, quantity=Decimal(1),
        unit=UNITS.get(line.kind, "item"), unit_price=line.amount, amount=line.amount, working=line.working,
    )  # fmt: skip


def copy_of_seller(seller: Seller, pool: Pool) -> dict[str, object]:
    """The seller as the document names them; bank numbers are kept apart, encrypted."""
    return {
        "kind": seller.kind, "code": seller.code, "name": seller.name, "address": list(seller.address),
        "email": seller.email, "bank_account_name": seller.bank_account_name, "demo": pool.is_demo,
    }  # fmt: skip


def copy_of_buyer(practice: Practice) -> dict[str, object]:
    """The practice as the document names it."""
    address = [*practice.organisation.address, practice.postcode]
    return {"name": practice.name, "ods_code": practice.ods_code, "address": address, "email": practice.invoice_email}


def issue(work: UnitOfWork, invoice: Invoice, seller: Seller) -> None:
    """Give the next number and close the document for good."""
    work.store.flush()
    year = financial_year(clock.london_date(work.now))
    invoice.number = f"{seller.code}-{year}-{next_number(work, seller, year):04d}"
    advance(INVOICE, invoice, "issue")
    work.store.flush()


def next_number(work: UnitOfWork, seller: Seller, year: int) -> int:
    """The next number of a seller's financial year. Its row stays locked until the end of the transaction, and a
    transaction that is undone gives its number back: no gaps, no twins (reliability 3d)."""
    first = insert(InvoiceSeries).values(seller_id=seller.id, year=year, last_number=1)
    following = first.on_conflict_do_update(
        index_elements=[InvoiceSeries.seller_id, InvoiceSeries.year],
        set_={"last_number": InvoiceSeries.last_number + 1},
    )
    return work.store.execute(following.returning(InvoiceSeries.last_number)).scalar_one()


def attach_document(work: UnitOfWork, invoice_id: UUID, pdf: bytes) -> bool:
    """Keep the document of an issued invoice, once; False when it is there already."""
    invoice = work.get(Invoice, invoice_id, lock=True)
    if invoice.pdf_sha256 or invoice.number is None:
        return False
    invoice.pdf, invoice.pdf_sha256 = pdf, hashlib.sha256(pdf).hexdigest()
    work.record(InvoiceRendered(invoice.id), pool_id=invoice.pool_id)
    return True


def document_bytes(work: UnitOfWork, invoice_id: UUID) -> bytes:
    """The PDF as it was issued; NotFound while it is still being made."""
    invoice = work.get(Invoice, invoice_id)
    if invoice.pdf is None:
        raise NotFound("The PDF of this invoice is still being made. Try again in a minute.")
    return invoice.pdf


def settle(work: UnitOfWork, invoice_id: UUID, on: date) -> Invoice:
    """The money has arrived in full. Raises Invalid for an impossible day, WrongState when it is paid already."""
    invoice = work.get(Invoice, invoice_id, lock=True)
    advance(INVOICE, invoice, "pay")
    if invoice.issued_on is not None and not invoice.issued_on <= on <= clock.london_date(work.now):
        words = "The day of payment must be between the day of the invoice and today"
        raise Invalid(f"{words}.", {"on": [words]})
    invoice.paid_on, invoice.paid_total = on, invoice.total
    for booking_id in {line.booking_id for line in invoice.lines}:
        advance(BOOKING, work.get(Booking, booking_id, lock=True), "pay")
    work.record(InvoicePaid(invoice.id), pool_id=invoice.pool_id)
    return invoice


def waiting(work: UnitOfWork, clinician_id: UUID | None = None) -> Sequence[Booking]:
    """Bookings with confirmed hours that have no invoice yet, oldest first; of one clinician, or of all."""
    confirmed = select(Booking).where(Booking.state == "confirmed").order_by(Booking.starts_at)
    return work.all(confirmed.where(Booking.clinician_id == clinician_id) if clinician_id else confirmed)


def held_up(work: UnitOfWork) -> Sequence[Booking]:
    """Those of `waiting` that wait for payment details, as far as the actor may see; asked while reading."""
    ready = {(each.pool_id, each.clinician_id) for each in work.all(select(Seller)) if not sellers.missing(each)}
    return [booking for booking in waiting(work) if seller_key(booking) not in ready]


def seller_key(booking: Booking) -> tuple[UUID, UUID | None]:
    """Whose payment details this booking needs: a pool and, unless its host sells, a clinician."""
    own = SETTLEMENTS[booking.engagement_type] is AGENT
    return booking.pool_id, booking.clinician_id if own else None
