"""Bookings with confirmed hours, sellers with payment details and issued invoices for tests; on top of tests/builders.py."""

from datetime import date, datetime, timedelta
from typing import Any

from pool.actor import Actor
from pool.documents.pdf import invoice_pdf
from pool.documents.ubl import ubl
from pool.models.booking import Booking
from pool.models.clinician import Clinician
from pool.models.invoice import Invoice, Seller
from pool.models.pool import Pool
from pool.models.practice import Practice
from pool.permissions import PRACTICE
from pool.services.billing import e_invoice, invoice_document, invoicing, issuing, sellers
from pool.services.hours import timesheets
from tests import builders
from tests.builders import working_as
from tests.replay import replayed

CLINICIAN_ACCOUNT = {"account_name": "Dr Demo", "sort_code": "001122", "account_number": "12345678"}
HOST_ACCOUNT = {"account_name": "Demo Host", "sort_code": "445566", "account_number": "87654321"}


@replayed
def a_clinician_who_sells(pool: Pool, **columns: Any) -> Clinician:
    """A clinician whose payment details are known."""
    clinician = builders.a_clinician(pool, **columns)
    with working_as(Actor.system(pool.id)) as work:
        row = work.get(Clinician, clinician.id)
        seller = sellers.ensure_clinician(work, row)
        sellers.save_details(work, seller, name=row.name, address=["3 Demo Lane", "NR31 6QB"], **CLINICIAN_ACCOUNT)
    return clinician


@replayed
def a_host_that_sells(pool: Pool) -> Seller:
    """The pool's host with payment details, registered for VAT."""
    with working_as(Actor.system(pool.id)) as work:
        row = work.get(Pool, pool.id)
        seller = sellers.ensure_host(work, row)
        sellers.save_details(work, seller, name=row.host.name, address=["1 Demo Street"], **HOST_ACCOUNT)
        seller.vat_status, seller.vat_number = "registered", "GB123456789"
        seller_id = seller.id
    return builders.read(Seller, seller_id)


@replayed
def confirmed_hours(
    practice: Practice,
    clinician: Clinician,
    *,
    on: date | None = None,
    worked: dict[str, Any] | None = None,
    **session: Any,
) -> Booking:
    """A booking that was worked (as booked, or `worked` starts and ends) and confirmed by the practice an hour later."""
    row = builders.a_session(practice, on=on or builders.yesterday(), **session)
    booking = builders.a_booking(session=row, clinician=clinician)
    timesheet = builders.a_timesheet(booking, note="As agreed on the day" if worked else "", **(worked or {}))
    actor = Actor(role=PRACTICE, pool_ids=(practice.pool_id,), practice_id=practice.id, name="Sam Reed")
    with working_as(actor, now=timesheet.submitted_at + timedelta(hours=1)) as work:
        timesheets.confirm(work, timesheet.id)
    return builders.again(booking)


@replayed
def issued(booking: Booking, *, now: datetime | None = None) -> Invoice:
    """The invoice of a booking with confirmed hours."""
    with working_as(Actor.system(booking.pool_id), now=now) as work:
        (invoice,) = invoicing.bill_booking(work, booking.id)
        invoice_id = invoice.id
    return builders.read(Invoice, invoice_id)


@replayed
def drawn(invoice: Invoice) -> bytes:
    """The PDF of an issued invoice, made and attached."""
    with working_as(Actor.system(invoice.pool_id)) as work:
        document = invoice_document.document_of(work, invoice.id)
        assert document is not None
        xml = ubl(e_invoice.document_of(work, invoice.id))
        pdf = invoice_pdf(document, xml)
        issuing.attach_document(work, invoice.id, pdf, xml)
    return pdf
