"""Invoices follow by themselves: billed when charges are agreed, drawn when they are issued."""

from datetime import datetime

from sqlalchemy import text

from pool import clock
from pool.actor import Actor
from pool.documents.render import invoice_pdf
from pool.documents.ubl import ubl
from pool.services import billing, billing_due, e_invoice, invoice_document, invoices
from pool.unit_of_work import unit_of_work
from workers.happened import Happened

LOCK_TIMEOUT = text("SET LOCAL lock_timeout = '3s'")
MOST = 200
RELEASES = ("payment details", "order_reference", "invoice_grouping")
"""Changes that may let charges be billed which had to wait."""


def bill_agreed(happened: Happened) -> None:
    """Bill what has just been agreed for a booking; what belongs to no booking goes with everything that is due."""
    if happened.data["booking_id"] is None:
        bill_everything(happened.actor, clock.now())
        return
    with unit_of_work(happened.actor) as work:
        billing.bill_booking(work, happened.id("booking_id"))


def bill_waiting(happened: Happened) -> None:
    """Payment details or an order number have come: bill what waited for them."""
    if any(words in happened.data["changed"] for words in RELEASES):
        bill_everything(happened.actor, clock.now())


def bill_everything(actor: Actor, now: datetime) -> int:
    """Bill what is due in a pool, each group in a transaction of its own; says how many invoices came of it.

    No more than MOST groups at a time, and no longer than a moment for what somebody else holds: housekeeping comes back.
    """
    with unit_of_work(actor, read_only=True, now=now) as work:
        groups = billing_due.due(work, clock.london_date(work.now))[:MOST]
    issued = 0
    for charge_ids in groups:
        with unit_of_work(actor, now=now) as work:
            work.store.execute(LOCK_TIMEOUT)
            issued += len(billing_due.bill_together(work, charge_ids))
    return issued


def draw(happened: Happened) -> None:
    """Make the UBL and the PDF that carries it outside any transaction and keep both; made twice they are the same bytes."""
    invoice_id = happened.id("invoice_id")
    with unit_of_work(happened.actor, read_only=True) as work:
        document = invoice_document.document_of(work, invoice_id)
        if document is None:
            return
        electronic = e_invoice.document_of(work, invoice_id)
    xml = ubl(electronic)
    pdf = invoice_pdf(document, xml)
    with unit_of_work(happened.actor) as work:
        invoices.attach_document(work, invoice_id, pdf, xml)
