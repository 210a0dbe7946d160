"""What the document of an invoice says: its frozen columns as text, ready for pool/documents/pdf.py."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from pool import formats
from pool.models.invoice import Invoice, InvoiceLine
from pool.unit_of_work import UnitOfWork

TITLES = {
    "invoice": "Invoice",
    "supplementary": "Supplementary invoice",
    "credit_note": "Credit note",
    "late_payment": "Invoice for late payment",
}
"""What each kind of document is called."""

NEW_ACCOUNT = (
    "The bank account has changed since the last invoice. Check it with the seller, on a phone number that you know, "
    "before you pay."
)


def document_of(work: UnitOfWork, invoice_id: UUID) -> dict[str, Any] | None:
    """The facts of an issued invoice as plain text; None when its PDF is there already or it is not issued yet."""
    invoice = work.get(Invoice, invoice_id)
    if invoice.pdf_sha256 or invoice.number is None:
        return None
    return facts_of(invoice)


def facts_of(invoice: Invoice) -> dict[str, Any]:
    """Everything on the page, already worded: the typesetter works nothing out."""
    seller, buyer = invoice.seller_copy, invoice.buyer_copy
    return {
        "number": invoice.number,
        "title": TITLES[invoice.kind],
        "credit": invoice.is_credit,
        "about": about(invoice),
        "period": period(invoice),
        "demo": seller["demo"],
        "issued_at": invoice.issued_at.isoformat() if invoice.issued_at else "",
        "issued_on": formats.full_day(invoice.issued_on) if invoice.issued_on else "",
        "due_on": formats.full_day(invoice.due_on) if invoice.due_on else "",
        "order_reference": invoice.order_reference,
        "prepared": prepared_words(invoice),
        "seller": {"name": seller["name"], "address": seller["address"], "contact": contact_of(seller)},
        "buyer": {"name": buyer["name"], "address": buyer["address"], "contact": [f"ODS code {buyer['ods_code']}"]},
        "lines": [line_facts(line) for line in invoice.lines],
        "total": str(invoice.total),
        "net": str(invoice.net_total),
        "vat": str(invoice.vat_total),
        "vat_words": f"VAT {invoice.vat_rate:.2f}%".replace(".00", "") if invoice.vat_rate else "VAT",
        "bank": bank_facts(invoice),
        "new_account": account_note(invoice),
        "notes": notes(invoice),
        "working": list(invoice.working),
    }


def about(invoice: Invoice) -> str:
    """Which document a credit note takes back from, or a supplement adds to."""
    if invoice.corrects is None or invoice.corrects.issued_on is None:
        return ""
    doing = "Takes back from" if invoice.is_credit else "Adds to"
    return f"{doing} invoice {invoice.corrects.number} of {formats.full_day(invoice.corrects.issued_on)}"


def period(invoice: Invoice) -> str:
    """The days of work when there are several."""
    first, last = invoice.period_from, invoice.period_to
    return f"{formats.full_day(first)} to {formats.full_day(last)}" if first and last and first != last else ""


def contact_of(seller: dict[str, Any]) -> list[str]:
    """How to reach the seller, and the numbers that the law wants on invoices of companies and for VAT (domain 6.1)."""
    numbers = {"VAT number": seller.get("vat_number"), "Company number": seller.get("company_number")}
    return [seller["email"], *(f"{name} {value}" for name, value in numbers.items() if value)]


def prepared_words(invoice: Invoice) -> str:
    """Who prepared it, when that is not the seller (domain 6.1)."""
    if not invoice.prepared_by:
        return ""
    return f"Prepared on behalf of {invoice.seller_copy['name']} by {invoice.prepared_by}"


def line_facts(line: InvoiceLine) -> dict[str, str]:
    """One row of the table."""
    return {
        "date": formats.full_day(line.supplied_on),
        "description": line.description,
        "working": line.working,
        "quantity": f"{line.quantity.normalize():f} {line.unit}",
        "price": str(line.unit_price),
        "amount": str(line.amount),
    }


def bank_facts(invoice: Invoice) -> dict[str, str]:
    """The account to pay into, as it was at issue."""
    return {
        "account_name": invoice.seller_copy["bank_account_name"],
        "sort_code": invoice.bank_sort_code or "",
        "account_number": invoice.bank_account_number or "",
    }


def notes(invoice: Invoice) -> list[str]:
    """VAT, and which post or absence was covered: VAT and pension treatment rest on it (domain 2.7)."""
    return list(dict.fromkeys(filter(None, [account_note(invoice), invoice.vat_note, *map(covering, invoice.lines)])))


def account_note(invoice: Invoice) -> str:
    """A warning when the account is not that of the last invoice: most invoice fraud is a changed account."""
    return NEW_ACCOUNT if invoice.seller_copy.get("new_account") and not invoice.is_credit else ""


def covering(line: InvoiceLine) -> str:
    """Cover for: annual leave (Dr Green), as agreed in the terms of the booking."""
    if line.booking is None:
        return ""
    covering = line.booking.terms.covering
    return f"Cover for: {replace(covering, reason=covering.reason.lower())}."
