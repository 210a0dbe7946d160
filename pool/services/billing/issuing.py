"""Invoices as documents: frozen copies, numbers without gaps, the PDF (domain 6). Made by billing.py."""

import hashlib
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from pool import clock
from pool.errors import NotFound
from pool.events import InvoiceIssued, InvoiceNotDrawn, InvoiceRendered
from pool.lifecycle import INVOICE, advance
from pool.models.audit import AuditEntry
from pool.models.invoice import Invoice, InvoiceSeries, Seller
from pool.models.pool import Pool
from pool.models.practice import Practice
from pool.rules.fees import financial_year
from pool.services.ledger import ledger_entries
from pool.unit_of_work import UnitOfWork


def copy_of_seller(seller: Seller, pool: Pool) -> dict[str, object]:
    """The seller as the document names them; bank numbers are kept apart, encrypted."""
    return {
        "kind": seller.kind,
        "code": seller.code,
        "name": seller.name,
        "address": list(seller.address),
        "email": seller.email,
        "bank_account_name": seller.bank_account_name,
        "demo": pool.is_demo,
        "vat_number": seller.vat_number,
        "company_number": seller.company_number,
        "gln": seller.gln,
    }


def account_news(work: UnitOfWork, seller: Seller, practice_id: UUID) -> dict[str, bool]:
    """Whether the practice is asked to pay into another account than on the seller's last invoice to it."""
    theirs = (Invoice.seller_id == seller.id, Invoice.practice_id == practice_id, Invoice.number.is_not(None))
    last = work.first(select(Invoice).where(*theirs, Invoice.kind != "credit_note").order_by(Invoice.issued_at.desc()))
    now = (seller.bank_sort_code, seller.bank_account_number)
    return {"new_account": last is not None and (last.bank_sort_code, last.bank_account_number) != now}


def copy_of_buyer(practice: Practice) -> dict[str, object]:
    """The practice as the document names it."""
    address = [*practice.organisation.address, practice.postcode]
    return {
        "name": practice.name,
        "ods_code": practice.ods_code,
        "address": address,
        "email": practice.invoice_email,
        "gln": practice.gln,
    }


def issue(work: UnitOfWork, invoice: Invoice, seller: Seller) -> None:
    """Give the next number and close the document for good; the last thing that is written."""
    work.record(InvoiceIssued(invoice.id), pool_id=invoice.pool_id)
    ledger_entries.post_invoice(work, invoice)
    year = financial_year(clock.london_date(work.now))
    invoice.number = f"{seller.code}-{year}-{next_number(work, seller, year):04d}"
    advance(INVOICE, invoice, "issue")
    work.store.flush()


def next_number(work: UnitOfWork, seller: Seller, year: int) -> int:
    """The next number of a seller's financial year. Its row stays locked until the end of the transaction, and a
    transaction that is undone gives its number back: no gaps, no twins (docs/adr/0013)."""
    first = insert(InvoiceSeries).values(seller_id=seller.id, year=year, last_number=1)
    following = first.on_conflict_do_update(
        index_elements=[InvoiceSeries.seller_id, InvoiceSeries.year],
        set_={"last_number": InvoiceSeries.last_number + 1},
    )
    return work.store.execute(following.returning(InvoiceSeries.last_number)).scalar_one()


def attach_document(work: UnitOfWork, invoice_id: UUID, pdf: bytes, ubl: bytes) -> bool:
    """Keep the document of an issued invoice on paper and as UBL, once; False when it is there already."""
    invoice = work.get(Invoice, invoice_id, lock=True)
    if invoice.pdf_sha256 or invoice.number is None:
        return False
    invoice.pdf, invoice.pdf_sha256 = pdf, hashlib.sha256(pdf).hexdigest()
    invoice.ubl, invoice.ubl_sha256 = ubl, hashlib.sha256(ubl).hexdigest()
    work.record(InvoiceRendered(invoice.id), pool_id=invoice.pool_id)
    return True


def note_not_drawn(work: UnitOfWork, invoice_id: UUID, reason: str) -> None:
    """Its document could not be made: the pool manager and the seller hear it, once."""
    invoice = work.get(Invoice, invoice_id, lock=True)
    if not invoice.pdf_sha256 and not drawing_failed(work, invoice_id):
        work.record(InvoiceNotDrawn(invoice_id, reason), pool_id=invoice.pool_id)


def drawing_failed(work: UnitOfWork, invoice_id: UUID) -> bool:
    """Could the document of an invoice not be made so far?"""
    told = select(AuditEntry.id).where(AuditEntry.subject_id == invoice_id, AuditEntry.name == InvoiceNotDrawn.__name__)
    return work.first(told) is not None


def undrawn(work: UnitOfWork, issued_before: datetime) -> list[UUID]:
    """Invoices that were issued before an instant and have no document yet, the oldest first."""
    waiting = select(Invoice.id).where(
        Invoice.number.is_not(None), Invoice.pdf_sha256.is_(None), Invoice.issued_at < issued_before
    )
    return list(work.all(waiting.order_by(Invoice.issued_at)))


def document_bytes(work: UnitOfWork, invoice_id: UUID) -> bytes:
    """The PDF as it was issued; NotFound while it is still being made."""
    invoice = work.get(Invoice, invoice_id)
    if invoice.pdf is None:
        raise NotFound("The PDF of this invoice is still being made. Try again in a minute.")
    return invoice.pdf
