"""Invoices follow by themselves: raised when hours are confirmed, drawn when they are issued."""

from collections.abc import Sequence
from uuid import UUID

from pool.actor import Actor
from pool.documents.render import invoice_pdf
from pool.services import invoice_document, invoices
from pool.unit_of_work import unit_of_work
from workers.happened import Happened

PAYMENT_DETAILS = "payment details"


def raise_confirmed(happened: Happened) -> None:
    """Issue the invoice of hours that a practice has just confirmed."""
    raise_one(happened.actor, happened.id("booking_id"))


def raise_waiting(happened: Happened) -> None:
    """Payment details have changed: issue what waited for them."""
    if happened.data["changed"] != PAYMENT_DETAILS:
        return
    clinician_id = happened.id("clinician_id") if "clinician_id" in happened.data else None
    for booking_id in waiting(happened.actor, clinician_id):
        raise_one(happened.actor, booking_id)


def draw(happened: Happened) -> None:
    """Make the PDF outside any transaction and keep it; drawn twice it has the same bytes."""
    invoice_id = happened.id("invoice_id")
    with unit_of_work(happened.actor, read_only=True) as work:
        document = invoice_document.document_of(work, invoice_id)
    if document is None:
        return
    pdf = invoice_pdf(document)
    with unit_of_work(happened.actor) as work:
        invoices.attach_document(work, invoice_id, pdf)


def waiting(actor: Actor, clinician_id: UUID | None) -> Sequence[UUID]:
    """Bookings with confirmed hours and no invoice."""
    with unit_of_work(actor, read_only=True) as work:
        return [booking.id for booking in invoices.waiting(work, clinician_id)]


def raise_one(actor: Actor, booking_id: UUID) -> None:
    """One invoice, one transaction."""
    with unit_of_work(actor) as work:
        invoices.raise_for(work, booking_id)
