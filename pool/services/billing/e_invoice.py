"""An issued invoice as an electronic document: its frozen columns as the facts of EN 16931 (domain 6.8)."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from pool.documents.e_document import (
    CREDIT_NOTE,
    EMAIL_SCHEME,
    GLN_SCHEME,
    INVOICE,
    VAT_SCHEME,
    Account,
    Address,
    DocumentLine,
    Earlier,
    EDocument,
    Endpoint,
    Party,
    Tax,
)
from pool.documents.ubl import UNITS
from pool.errors import NotFound
from pool.models.invoice import Invoice, InvoiceLine, Seller
from pool.money import Money
from pool.rules.gln import is_gln
from pool.rules.vat import OUTSIDE_SCOPE, STANDARD
from pool.services.billing import invoice_document
from pool.unit_of_work import UnitOfWork

POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}", re.IGNORECASE)
ROAD = re.compile(r"(?:.*, )?\d+[A-Za-z]?(?: ?[-–/] ?\d+[A-Za-z]?)?,? \D")
"""12 High Street, 12a High Street, 12-14 High Street, Flat 2, 12 High Street."""

ROAD_WORDS = re.compile(
    r".+ (?:Road|Rd|Street|St|Lane|Ln|Avenue|Ave|Close|Drive|Way|Rise|Crescent|Terrace|Gardens|Grove|Walk|Row|Parade|Mews|Square"
    r"|Place)\.?",
    re.IGNORECASE,
)
"""Roads without a number: Pippin Close, Kirkley Rise. Words that end names of places too (Hill, Green, Park) are left out."""

NUMBER = re.compile(r"\d+[A-Za-z]?(?: ?[-–/] ?\d+[A-Za-z]?)?,?")
PENNY = Money(1)

MADE_UP = "Demonstration: the people and the work in this document are made up. Nothing is to be paid."


def document_of(work: UnitOfWork, invoice_id: UUID) -> EDocument:
    """The electronic document of an issued invoice. Raises ValueError when it would not add up to the invoice."""
    invoice = work.get(Invoice, invoice_id)
    return agreeing(facts_of(invoice, host_gln(work, invoice)), invoice)


def agreeing(document: EDocument, invoice: Invoice) -> EDocument:
    """The document, if its sums are those of the invoice and whoever pays can read by when; better none than a wrong one.

    The rules of EN 16931 no longer ask for the due date (release 1.3.16 dropped BR-CO-25), so we do.
    """
    if (document.net, document.gross) != (invoice.net_total, invoice.total):
        raise ValueError(f"The lines of {invoice.number} come to {document.net}, the invoice to {invoice.net_total}.")
    if document.payable and (document.due_on is None or document.due_on < document.issued_on):
        raise ValueError(
            f"{invoice.number} of {document.issued_on} is to be paid, and its due date is {document.due_on}."
        )
    return document


def ubl_bytes(work: UnitOfWork, invoice_id: UUID) -> bytes:
    """The UBL as it was issued; NotFound while it is still being made."""
    invoice = work.get(Invoice, invoice_id)
    if invoice.ubl is None:
        raise NotFound("The electronic invoice is still being made. Try again in a minute.")
    return invoice.ubl


def host_gln(work: UnitOfWork, invoice: Invoice) -> str:
    """The host's own number: it sends for sellers who have none, and answers come back to it."""
    found = work.first(select(Seller.gln).where(Seller.pool_id == invoice.pool_id, Seller.kind == "host"))
    return found or ""


def facts_of(invoice: Invoice, host_number: str) -> EDocument:
    """Every fact of the document; amounts are positive in a credit note too."""
    if invoice.number is None or invoice.issued_on is None:
        raise NotFound("This invoice is not issued yet.")
    return EDocument(
        type_code=CREDIT_NOTE if invoice.is_credit else INVOICE,
        number=invoice.number,
        issued_on=invoice.issued_on,
        due_on=None if invoice.is_credit else invoice.due_on,
        seller=seller_of(invoice, host_number),
        buyer=buyer_of(invoice.buyer_copy),
        tax=tax_of(invoice),
        lines=tuple(line_of(line) for line in invoice.lines),
        vat=invoice.vat_total,
        buyer_reference=invoice.buyer_copy["ods_code"],
        order_reference=invoice.order_reference,
        earlier=earlier_of(invoice.corrects),
        account=account_of(invoice),
        terms=terms_of(invoice),
        note=note_of(invoice),
    )


def seller_of(invoice: Invoice, host_number: str) -> Party:
    """Who sells, as frozen at issue."""
    copy = invoice.seller_copy
    vat_number = copy.get("vat_number", "")
    return Party(
        name=copy["name"],
        identifier=copy["code"],
        address=address_of(copy["address"]),
        vat_number=vat_number,
        endpoint=endpoint_of(copy.get("gln") or host_number, vat_number, copy["email"]),
        company_number=copy.get("company_number", ""),
        email=copy["email"],
    )


def buyer_of(copy: dict[str, Any]) -> Party:
    """The practice, as frozen at issue. Its ODS code identifies it, but is no address (domain 6.8)."""
    return Party(
        name=copy["name"],
        identifier=copy["ods_code"],
        address=address_of(copy["address"]),
        endpoint=endpoint_of(copy.get("gln", ""), "", copy["email"]),
        email=copy["email"],
    )


def endpoint_of(gln: str, vat_number: str, email: str) -> Endpoint | None:
    """The best electronic address that is known: a location number, the VAT number, an e-mail address, or none."""
    if is_gln(gln):
        return Endpoint(GLN_SCHEME, gln)
    if vat_number:
        return Endpoint(VAT_SCHEME, vat_number)
    return Endpoint(EMAIL_SCHEME, email) if email else None


def address_of(lines: Sequence[str]) -> Address:
    """The lines of an address by what they are: the last is the postcode if it looks like one, the one before the town.

    The street is the line with the road and its number, else the first with a road, wherever it stands; names of houses and
    surgeries come after it.
    """
    kept = [line.strip() for line in lines if line.strip()]
    postcode = kept.pop().upper() if kept and POSTCODE.fullmatch(kept[-1]) else ""
    city = kept.pop() if len(kept) > 1 and not is_road(kept[-1]) else ""
    joined = with_numbers(kept)
    street = next(filter(ROAD.match, joined), "") or next(filter(is_road, joined), "") or (joined[0] if joined else "")
    more = tuple(line for line in joined if line != street)
    return Address(street=street, more=more, city=city, postcode=postcode)


def is_road(line: str) -> bool:
    """Does a line of an address name a road?"""
    return bool(ROAD.match(line) or ROAD_WORDS.fullmatch(line))


def with_numbers(lines: Sequence[str]) -> list[str]:
    """A house number on a line of its own belongs to the road on the next one."""
    joined: list[str] = []
    for line in lines:
        alone = joined and NUMBER.fullmatch(joined[-1])
        joined[-1:] = [f"{joined[-1].rstrip(',')} {line}"] if alone else [*joined[-1:], line]
    return joined


def tax_of(invoice: Invoice) -> Tax:
    """The one VAT category of the invoice; the standard rate needs no reason."""
    category = invoice.vat_category
    if category == STANDARD:
        return Tax(category, invoice.vat_rate)
    percent = None if category == OUTSIDE_SCOPE else Decimal(0)
    return Tax(category, percent, invoice.vat_note, invoice.vat_reason_code)


def line_of(line: InvoiceLine) -> DocumentLine:
    """A line of the invoice. Where quantity times price is not the amount, or in a unit that readers refuse, it is one
    item at that amount."""
    quantity, unit, price = line.quantity, line.unit, line.unit_price
    if unit not in UNITS or not -PENNY <= price.times(quantity) - line.amount <= PENNY:
        quantity, unit, price = Decimal(1), "item", line.amount
    return DocumentLine(line.description, line.working, line.supplied_on, quantity, unit, price, line.amount)


def earlier_of(corrected: Invoice | None) -> Earlier | None:
    """The invoice that this one takes back from or adds to."""
    if corrected is None or corrected.number is None or corrected.issued_on is None:
        return None
    return Earlier(corrected.number, corrected.issued_on)


def account_of(invoice: Invoice) -> Account | None:
    """Where the money goes; nothing is paid into an account on a credit note."""
    if invoice.is_credit:
        return None
    name = invoice.seller_copy["bank_account_name"]
    return Account(name, invoice.bank_sort_code or "", invoice.bank_account_number or "")


def terms_of(invoice: Invoice) -> str:
    """What becomes of a credit note; an invoice says when to pay."""
    if not invoice.is_credit or invoice.corrects is None:
        return ""
    return f"Taken off invoice {invoice.corrects.number}. Nothing is to be paid."


def note_of(invoice: Invoice) -> str:
    """What else the paper says, in one note (Peppol rule R002)."""
    sentences = [invoice_document.prepared_words(invoice), *invoice_document.notes(invoice)]
    if invoice.seller_copy["demo"]:
        sentences.insert(0, MADE_UP)
    return " ".join(f"{sentence.rstrip('.')}." for sentence in sentences if sentence)
