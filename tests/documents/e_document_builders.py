"""Electronic invoices for tests: every shape that the product can make, and one to change."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from pool.documents.e_document import (
    CREDIT_NOTE,
    INVOICE,
    Account,
    Address,
    DocumentLine,
    Earlier,
    EDocument,
    Endpoint,
    Party,
    Tax,
)
from pool.money import Money, total

UNREGISTERED = Tax("O", None, "No VAT is charged: the supplier is not registered for VAT.", "VATEX-EU-O")
COMPENSATION = Tax("O", None, "Outside the scope of VAT: compensation for late payment.", "VATEX-EU-O")
EXEMPT = Tax("E", Decimal(0), "Exempt from VAT: VATA 1994, Schedule 9, Group 7, Items 1 and 5.", "VATEX-EU-132-1C")
STANDARD = Tax("S", Decimal(20))

DEMO_GLN, OTHER_GLN = "9520000000011", "9520000000028"
"""GS1 keeps numbers that begin with 952 for examples."""

ADDRESS = Address("3 Demo Lane", ("Unit 4", "Gorleston"), "Great Yarmouth", "NR31 6QB")
CLINICIAN = Party("Dr Jay Finch", "FIN7K2M", ADDRESS, email="jay@demo.example")
COMPANY = replace(CLINICIAN, name="Finch Medical Ltd", company_number="01234567")
HOST = Party("Great Yarmouth and Waveney Host", "HOS3A9C", ADDRESS, contact_name="Accounts", email="host@demo.example")
PRACTICE = Party("The Park Surgery", "T00001", Address("2 Demo Road", postcode="NR30 2HW"), email="park@demo.example")
VAT_NUMBER = "GB123456789"

SESSION = DocumentLine(
    "GP session (morning) by Dr Jay Finch",
    "08:30-12:40 as booked: agreed session fee £357.00",
    date(2026, 5, 14),
    Decimal("1.0000"),
    "session",
    Money(35700),
    Money(35700),
)
EXTRA_TIME = replace(SESSION, name="Extra time", unit="item", price=Money(2833), amount=Money(2833))
EXTRA_VISITS = replace(
    SESSION, name="Extra home visits", quantity=Decimal(2), unit="visit", price=Money(4000), amount=Money(8000)
)
MILEAGE = replace(
    SESSION,
    name="Mileage",
    supplied_on=date(2026, 5, 16),
    quantity=Decimal(96),
    unit="mile",
    price=Money(55),
    amount=Money(5280),
)
EMPLOYER_PENSION = replace(
    SESSION,
    name="NHS Pension employer contribution",
    description="(14.38% of £321.30)",
    unit="item",
    price=Money(4620),
    amount=Money(4620),
)
CANCELLATION = replace(
    SESSION, name="Cancelled less than 7 days before", unit="item", price=Money(17850), amount=Money(17850)
)
HOLIDAY_PAY = replace(SESSION, name="Holiday pay, 12.07%", unit="item", price=Money(4309), amount=Money(4309))
FEE = replace(
    SESSION,
    name="Booking service, May 2026",
    description="12 sessions",
    quantity=Decimal(12),
    unit="item",
    price=Money(1499),
    amount=Money(17988),
)
INTEREST = replace(SESSION, name="Interest for 23 days at 11.75%", unit="item", price=Money(1171), amount=Money(1171))
FIXED_SUM = replace(SESSION, name="Fixed sum for late payment", unit="item", price=Money(7000), amount=Money(7000))
NOTHING = replace(SESSION, name="Visits included in the fee", unit="visit", price=Money(0), amount=Money(0))

CARE = (SESSION, EXTRA_TIME, EXTRA_VISITS, MILEAGE, EMPLOYER_PENSION, CANCELLATION, NOTHING)
SALES = {
    "sole trader": (CLINICIAN, UNREGISTERED, CARE),
    "company": (COMPANY, UNREGISTERED, (SESSION,)),
    "registered sole trader": (replace(CLINICIAN, vat_number=VAT_NUMBER), EXEMPT, CARE),
    "registered company": (replace(COMPANY, vat_number=VAT_NUMBER), EXEMPT, (SESSION, MILEAGE)),
    "registered, standard rate": (replace(COMPANY, vat_number=VAT_NUMBER), STANDARD, (SESSION, MILEAGE)),
    "host, unregistered": (HOST, UNREGISTERED, (SESSION, HOLIDAY_PAY, CANCELLATION)),
    "host, exempt": (replace(HOST, vat_number=VAT_NUMBER), EXEMPT, (SESSION, HOLIDAY_PAY, EXTRA_TIME)),
    "host, staff at standard rate": (replace(HOST, vat_number=VAT_NUMBER), STANDARD, (SESSION, HOLIDAY_PAY)),
    "platform fee": (replace(HOST, vat_number=VAT_NUMBER), STANDARD, (FEE,)),
    "platform fee, unregistered": (HOST, UNREGISTERED, (FEE,)),
    "late payment": (CLINICIAN, UNREGISTERED, (INTEREST, FIXED_SUM)),
    "late payment, registered": (replace(CLINICIAN, vat_number=VAT_NUMBER), COMPENSATION, (INTEREST, FIXED_SUM)),
}
"""Who sells what under which VAT rule."""

KINDS = ("invoice", "credit note", "supplementary")
REACHED = ("Peppol", "VAT number as address", "e-mail alone", "no address")
ASKED = ("", "PO-7781")


def an_e_document(**changed: object) -> EDocument:
    """A sole trader's invoice for one session, both sides on Peppol."""
    return replace(shape("sole trader", "invoice", "Peppol", ""), **{"lines": (SESSION,), **changed})


def shapes() -> Iterator[tuple[str, EDocument]]:
    """Every combination with its name."""
    for sale in SALES:
        for kind in KINDS:
            for reached in REACHED:
                for order in ASKED:
                    yield f"{sale}, {kind}, {reached}, {order or 'no order'}", shape(sale, kind, reached, order)


def shape(sale: str, kind: str, reached: str, order: str) -> EDocument:
    """One combination as a document."""
    seller, tax, lines = SALES[sale]
    credit = kind == "credit note"
    return EDocument(
        type_code=CREDIT_NOTE if credit else INVOICE,
        number="FIN7K2M-2026-0012",
        issued_on=date(2026, 5, 18),
        due_on=None if credit else date(2026, 6, 17),
        seller=reachable(seller, reached, DEMO_GLN),
        buyer=reachable(PRACTICE, "Peppol" if reached == "VAT number as address" else reached, OTHER_GLN),
        tax=tax,
        lines=lines,
        vat=total([line.amount for line in lines]).times((tax.percent or Decimal(0)) / 100),
        buyer_reference="T00001",
        order_reference=order,
        earlier=None if kind == "invoice" else Earlier("FIN7K2M-2026-0007", date(2026, 4, 30)),
        account=None if credit else Account(seller.name, "00-11-22", "12345678"),
        terms="Taken off FIN7K2M-2026-0007" if credit else "",
        note="Prepared on behalf of Dr Jay Finch by Great Yarmouth and Waveney Host",
    )


def reachable(party: Party, reached: str, gln: str) -> Party:
    """The party with the electronic address that is known of it."""
    endpoints = {
        "Peppol": Endpoint("0088", gln),
        "VAT number as address": Endpoint("9932", party.vat_number or VAT_NUMBER),
        "e-mail alone": Endpoint("EM", party.email),
        "no address": None,
    }
    return replace(party, endpoint=endpoints[reached])
