"""Invoices follow by themselves: billed when charges are agreed, drawn when they are issued."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import text

from pool import clock
from pool.actor import Actor
from pool.documents.pdf import DocumentError, invoice_pdf
from pool.documents.ubl import ubl
from pool.services.billing import billing_due, e_invoice, invoice_document, invoicing, issuing
from pool.unit_of_work import unit_of_work
from workers.failures import described
from workers.happened import Happened

log = structlog.get_logger()

LOCK_TIMEOUT = text("SET LOCAL lock_timeout = '3s'")
MOST = 200
LONG_ENOUGH = timedelta(hours=1)
"""An invoice without a document for so long has been given up by the relay, or nearly."""

RELEASES = ("payment details", "order_reference", "invoice_grouping")
"""Changes that may let charges be billed which had to wait."""


def bill_agreed(happened: Happened) -> None:
    """Bill what has just been agreed for a booking; what belongs to no booking goes with everything that is due."""
    if happened.data["booking_id"] is None:
        bill_everything(happened.actor, clock.now())
        return
    with unit_of_work(happened.actor) as work:
        invoicing.bill_booking(work, happened.id("booking_id"))


def bill_waiting(happened: Happened) -> None:
    """Payment details or an order number have come: bill what waited for them."""
    if any(words in happened.data["changed"] for words in RELEASES):
        bill_everything(happened.actor, clock.now())


def bill_everything(actor: Actor, now: datetime) -> int:
    """Bill what is due in a pool, each group in a transaction of its own; says how many invoices came of it.

    No more than MOST groups at a time, and only a short wait for rows that are locked: housekeeping tries again.
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
    """Make its documents; when that fails people hear it, and the relay tries again."""
    draw_or_tell(happened.actor, happened.id("invoice_id"))


def draw_or_tell(actor: Actor, invoice_id: UUID) -> None:
    """Make the documents of an invoice. What went wrong is told to the pool manager and the seller, and raised again."""
    try:
        make_documents(actor, invoice_id)
    except (DocumentError, ValueError) as failed:
        with unit_of_work(actor) as work:
            issuing.note_not_drawn(work, invoice_id, described(failed))
        raise


def make_documents(actor: Actor, invoice_id: UUID) -> None:
    """Make the UBL and the PDF that carries it outside any transaction and keep both; made twice they are the same bytes.

    Raises DocumentError when it cannot be drawn, ValueError when its lines do not add up.
    """
    with unit_of_work(actor, read_only=True) as work:
        document = invoice_document.document_of(work, invoice_id)
        if document is None:
            return
        electronic = e_invoice.document_of(work, invoice_id)
    xml = ubl(electronic)
    pdf = invoice_pdf(document, xml)
    with unit_of_work(actor) as work:
        issuing.attach_document(work, invoice_id, pdf, xml)


def draw_forgotten(actor: Actor, now: datetime) -> int:
    """Invoices that are long issued and have no document: one more try for each, a broken one never stops the others.

    Says how many were made. So a release that can draw more than the last one mends what had been given up.
    """
    with unit_of_work(actor, read_only=True, now=now) as work:
        waiting = issuing.undrawn(work, now - LONG_ENOUGH)[:MOST]
    return sum(drawn(actor, invoice_id) for invoice_id in waiting)


def drawn(actor: Actor, invoice_id: UUID) -> bool:
    """Was it made now?"""
    try:
        draw_or_tell(actor, invoice_id)
    except (DocumentError, ValueError) as failed:
        log.error("invoice_not_drawn", invoice_id=str(invoice_id), reason=described(failed))
        return False
    return True
