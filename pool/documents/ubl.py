"""Electronic invoices as UBL 2.1: Peppol BIS Billing 3.0 where both sides can be reached, EN 16931 otherwise.

The same facts give the same bytes. Elements stand in the order of the UBL schemas; one without content is left out,
because Peppol forbids empty elements (rule R008). What is written here is checked against the official schemas and
rules in tests/documents/test_ubl_rules.py.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from pool.documents.e_document import Account, Address, DocumentLine, Earlier, EDocument, Party, Tax
from pool.money import Money

SCHEMA = "urn:oasis:names:specification:ubl:schema:xsd:"
EN_16931 = "urn:cen.eu:en16931:2017"
PEPPOL = f"{EN_16931}#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PEPPOL_PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"

CURRENCY, COUNTRY, CREDIT_TRANSFER = "GBP", "GB", "30"

UNITS = {"session": "C62", "item": "C62", "visit": "C62", "mile": "SMI"}
"""UN/ECE Recommendation 20 codes of what we count (domain 6.8): `one` for whatever is counted, because a common
open-source ERP refuses EA. Hours are no unit of ours: several readers refuse HUR with decimals."""

NOT_FOR_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Part = Element | None


def ubl(document: EDocument) -> bytes:
    """The document as UBL."""
    kind = "CreditNote" if document.is_credit else "Invoice"
    root = Element(
        kind,
        {
            "xmlns": f"{SCHEMA}{kind}-2",
            "xmlns:cac": f"{SCHEMA}CommonAggregateComponents-2",
            "xmlns:cbc": f"{SCHEMA}CommonBasicComponents-2",
        },
    )
    root.extend(present([*header(document), *parties(document), *payment(document), *sums(document), *lines(document)]))
    ET.indent(root)
    return ET.tostring(root, encoding="UTF-8", xml_declaration=True)


def header(document: EDocument) -> Iterator[Part]:
    """What it claims to be, its number, dates, and what it refers to."""
    starts, ends = document.period
    kind = "CreditNote" if document.is_credit else "Invoice"
    yield cbc("CustomizationID", PEPPOL if document.is_for_peppol else EN_16931)
    yield cbc("ProfileID", PEPPOL_PROCESS if document.is_for_peppol else "")
    yield cbc("ID", document.number)
    yield cbc("IssueDate", day(document.issued_on))
    yield cbc("DueDate", "" if document.is_credit else day(document.due_on))
    yield cbc(f"{kind}TypeCode", document.type_code)
    yield cbc("Note", document.note)
    yield cbc("DocumentCurrencyCode", CURRENCY)
    yield cbc("BuyerReference", document.buyer_reference)
    yield cac("InvoicePeriod", cbc("StartDate", day(starts)), cbc("EndDate", day(ends)))
    yield cac("OrderReference", cbc("ID", document.order_reference))
    yield earlier(document.earlier)


def earlier(document: Earlier | None) -> Part:
    """The document that this one belongs to."""
    if document is None:
        return None
    number, issued = cbc("ID", document.number), cbc("IssueDate", day(document.issued_on))
    return cac("BillingReference", cac("InvoiceDocumentReference", number, issued))


def parties(document: EDocument) -> Iterator[Part]:
    """Who sells and who buys."""
    hidden = document.tax.forbids_vat_numbers
    yield cac("AccountingSupplierParty", party(document.seller, hide_vat=hidden))
    yield cac("AccountingCustomerParty", party(document.buyer, hide_vat=hidden))


def party(side: Party, *, hide_vat: bool) -> Part:
    """One side: where to reach it, who it is, where it lives, its numbers."""
    vat_number = "" if hide_vat else side.vat_number
    return cac(
        "Party",
        cbc("EndpointID", side.endpoint.value, schemeID=side.endpoint.scheme) if side.endpoint else None,
        cac("PartyIdentification", cbc("ID", side.identifier)),
        cac("PartyName", cbc("Name", side.name)),
        postal(side.address),
        cac("PartyTaxScheme", cbc("CompanyID", vat_number), vat_scheme()) if vat_number else None,
        cac("PartyLegalEntity", cbc("RegistrationName", side.name), cbc("CompanyID", side.company_number)),
        cac("Contact", cbc("Name", side.contact_name), cbc("ElectronicMail", side.email)),
    )


def postal(address: Address) -> Part:
    """A postal address; the country is always there."""
    return cac(
        "PostalAddress",
        cbc("StreetName", address.street),
        cbc("AdditionalStreetName", address.more[0] if address.more else ""),
        cbc("CityName", address.city),
        cbc("PostalZone", address.postcode),
        cac("AddressLine", cbc("Line", ", ".join(address.more[1:]))),
        cac("Country", cbc("IdentificationCode", COUNTRY)),
    )


def payment(document: EDocument) -> Iterator[Part]:
    """How to pay; a credit note only says what becomes of it."""
    if document.account is not None:
        number = cbc("PaymentID", document.number)
        yield cac("PaymentMeans", cbc("PaymentMeansCode", CREDIT_TRANSFER), number, account(document.account))
    yield cac("PaymentTerms", cbc("Note", document.terms))


def account(into: Account) -> Part:
    """A bank account in the United Kingdom: the sort code names the branch."""
    branch = cac("FinancialInstitutionBranch", cbc("ID", re.sub(r"\D", "", into.sort_code)))
    return cac("PayeeFinancialAccount", cbc("ID", into.number), cbc("Name", into.name), branch)


def sums(document: EDocument) -> Iterator[Part]:
    """VAT, and what the lines come to without and with it."""
    subtotal = cac(
        "TaxSubtotal",
        amount("TaxableAmount", document.net),
        amount("TaxAmount", document.vat),
        tax_category("TaxCategory", document.tax, with_reason=True),
    )
    yield cac("TaxTotal", amount("TaxAmount", document.vat), subtotal)
    yield cac(
        "LegalMonetaryTotal",
        amount("LineExtensionAmount", document.net),
        amount("TaxExclusiveAmount", document.net),
        amount("TaxInclusiveAmount", document.gross),
        amount("PayableAmount", document.gross),
    )


def tax_category(name: str, tax: Tax, *, with_reason: bool = False) -> Part:
    """A VAT category with its rate; the breakdown also says why no VAT is charged."""
    return cac(
        name,
        cbc("ID", tax.category),
        cbc("Percent", "" if tax.percent is None else number(tax.percent)),
        cbc("TaxExemptionReasonCode", tax.reason_code if with_reason else ""),
        cbc("TaxExemptionReason", tax.reason_text if with_reason else ""),
        vat_scheme(),
    )


def vat_scheme() -> Part:
    """Every tax here is VAT."""
    return cac("TaxScheme", cbc("ID", "VAT"))


def lines(document: EDocument) -> Iterator[Part]:
    """What is charged or credited, in order."""
    kind, counted = ("CreditNote", "Credited") if document.is_credit else ("Invoice", "Invoiced")
    for position, line in enumerate(document.lines, start=1):
        yield cac(
            f"{kind}Line",
            cbc("ID", str(position)),
            cbc(f"{counted}Quantity", number(line.quantity), unitCode=UNITS[line.unit]),
            amount("LineExtensionAmount", line.amount),
            cac("InvoicePeriod", cbc("StartDate", day(line.supplied_on)), cbc("EndDate", day(line.supplied_on))),
            item(line, document.tax),
            cac("Price", amount("PriceAmount", line.price)),
        )


def item(line: DocumentLine, tax: Tax) -> Part:
    """What it is, how it was worked out, and its VAT category."""
    return cac(
        "Item", cbc("Description", line.description), cbc("Name", line.name), tax_category("ClassifiedTaxCategory", tax)
    )


def amount(name: str, money: Money) -> Part:
    """An amount in pounds with two decimals."""
    return cbc(name, f"{Decimal(money.pence) / 100:.2f}", currencyID=CURRENCY)


def number(value: Decimal) -> str:
    """1.5000 as 1.5 and 100 as 100."""
    return f"{value.normalize():f}"


def day(on: date | None) -> str:
    """2026-05-14, or nothing."""
    return on.isoformat() if on else ""


def cbc(name: str, text: str, **attributes: str) -> Part:
    """An element with text; None without any."""
    words = " ".join(NOT_FOR_XML.sub("", text).split())
    if not words:
        return None
    element = Element(f"cbc:{name}", attributes)
    element.text = words
    return element


def cac(name: str, *parts: Part) -> Part:
    """An element with parts; None without any."""
    kept = present(parts)
    if not kept:
        return None
    element = Element(f"cac:{name}")
    element.extend(kept)
    return element


def present(parts: Iterable[Part]) -> list[Element]:
    """The parts that are there."""
    return [part for part in parts if part is not None]
