"""An issued invoice as an electronic document: the same parties, lines and sums as on paper, on real PostgreSQL."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from saxonche import PySaxonProcessor

from pool.actor import Actor
from pool.documents.e_document import CREDIT_NOTE, Address, Endpoint
from pool.documents.ubl import ubl
from pool.errors import NotFound
from pool.models.invoice import InvoiceLine, Seller
from pool.models.practice import Practice
from pool.money import Money
from pool.services.billing import e_invoice, invoice_document
from tests import builders
from tests.builders import working_as
from tests.documents.e_document_builders import DEMO_GLN, OTHER_GLN
from tests.documents.official_rules import LAYERS, PACKED, OfficialRules, schema_findings
from tests.invoice_builders import a_host_that_sells, confirmed_hours, drawn, issued


@pytest.fixture
def practice(pool):
    """A practice that Peppol delivers to."""
    return reachable(builders.a_practice(pool, name="The Park Surgery", invoice_email="accounts@park.example"))


def reachable(practice):
    """The practice with a location number."""
    with working_as(Actor.system(practice.pool_id)) as work:
        work.get(Practice, practice.id).gln = OTHER_GLN
    return builders.again(practice)


def document_of(invoice):
    """The electronic document of an invoice."""
    with working_as(Actor.system(invoice.pool_id)) as work:
        return e_invoice.document_of(work, invoice.id)


def test_it_says_what_the_paper_says(practice, clinician):
    """Number, days, parties, sums and account are those that were frozen at issue."""
    invoice = issued(confirmed_hours(practice, clinician))
    document = document_of(invoice)
    assert (document.number, document.issued_on, document.due_on) == (invoice.number, invoice.issued_on, invoice.due_on)
    assert (document.net, document.vat, document.gross) == (invoice.net_total, invoice.vat_total, invoice.total)
    assert document.seller.name == "Dr Jay Finch"
    assert document.seller.address == Address("3 Demo Lane", postcode="NR31 6QB")
    assert document.buyer.identifier == document.buyer_reference == practice.ods_code
    assert (document.tax.category, document.tax.percent) == ("O", None)
    assert document.account.number == "12345678"
    assert document.note.startswith("Prepared on behalf of Dr Jay Finch by ")


def test_the_paper_gives_the_numbers_of_a_registered_company():
    """A VAT invoice without the seller's VAT number is none (domain 6.1)."""
    seller = {"email": "jay@demo.example", "vat_number": "GB123456789", "company_number": "01234567"}
    assert invoice_document.contact_of(seller) == [
        "jay@demo.example",
        "VAT number GB123456789",
        "Company number 01234567",
    ]
    assert invoice_document.contact_of({"email": "jay@demo.example", "vat_number": ""}) == ["jay@demo.example"]


def test_without_location_numbers_e_mail_addresses_are_named(pool, clinician):
    """Nothing is invented: such a document claims EN 16931 alone."""
    practice = builders.a_practice(pool, invoice_email="accounts@park.example")
    document = document_of(issued(confirmed_hours(practice, clinician)))
    assert document.buyer.endpoint == Endpoint("EM", "accounts@park.example")
    assert document.seller.endpoint == Endpoint("EM", clinician.person.email)
    assert not document.is_for_peppol


def test_the_host_sends_for_a_seller_who_has_no_number(pool, practice, clinician):
    """Answers of the network come back to the host, who prepared the document."""
    host = a_host_that_sells(pool)
    with working_as(Actor.system(pool.id)) as work:
        work.get(Seller, host.id).gln = DEMO_GLN
    document = document_of(issued(confirmed_hours(practice, clinician)))
    assert document.seller.endpoint == Endpoint("0088", DEMO_GLN)
    assert document.is_for_peppol


def test_the_drawn_document_keeps_the_official_rules(pool, practice, clinician):
    """The bytes that are stored, not a copy made for the test: schema and both layers, nothing to object."""
    with working_as(Actor.system(pool.id)) as work:
        work.get(Seller, a_host_that_sells(pool).id).gln = DEMO_GLN
    invoice = issued(confirmed_hours(practice, clinician))
    drawn(invoice)
    with working_as(Actor.system(pool.id)) as work:
        xml = e_invoice.ubl_bytes(work, invoice.id)
        assert xml == ubl(e_invoice.document_of(work, invoice.id))
    assert schema_findings(xml) == []
    with PySaxonProcessor(license=False) as saxon:
        rules = OfficialRules(saxon, PACKED)
        assert [rules.findings(layer, xml) for layer in LAYERS] == [[], []]


def test_until_it_is_made_it_cannot_be_fetched(practice, clinician):
    """The page says to try again, not that something is broken."""
    invoice = issued(confirmed_hours(practice, clinician))
    with working_as(Actor.system(invoice.pool_id)) as work, pytest.raises(NotFound, match="still being made"):
        e_invoice.ubl_bytes(work, invoice.id)


def a_line(**columns):
    """A line of an invoice, not kept anywhere."""
    about = {"description": "Mileage", "working": "", "supplied_on": builders.yesterday(), "unit": "mile"}
    return InvoiceLine(**about | columns)


def test_a_line_keeps_quantity_and_price_when_they_make_the_amount():
    """A third of a mile at £85.00 is £28.33; rounding to the penny is no difference."""
    line = e_invoice.line_of(a_line(quantity=Decimal("0.3333"), unit_price=Money(8500), amount=Money(2833)))
    assert (line.quantity, line.unit, line.price) == (Decimal("0.3333"), "mile", Money(8500))


def test_a_line_at_two_rates_is_one_item():
    """The first miles of a year cost more than the rest: no single price times the miles is the amount (rule R120)."""
    line = e_invoice.line_of(a_line(quantity=Decimal(96), unit_price=Money(55), amount=Money(5000)))
    assert (line.quantity, line.unit, line.price, line.amount) == (Decimal(1), "item", Money(5000), Money(5000))


@pytest.mark.parametrize(
    ("lines", "address"),
    [
        (["3 Demo Lane", "NR31 6QB"], Address("3 Demo Lane", postcode="NR31 6QB")),
        (["3 Demo Lane", "Gorleston", "nr316qb"], Address("3 Demo Lane", (), "Gorleston", "NR316QB")),
        (["Unit 4", "3 Demo Lane", "Gorleston"], Address("3 Demo Lane", ("Unit 4",), "Gorleston")),
        (
            ["The Park Surgery", "12a-14 High St", "Acle", "NR13 3DY"],
            Address("12a-14 High St", ("The Park Surgery",), "Acle", "NR13 3DY"),
        ),
        (["Health Centre", "Flat 2, 9 Mill Road", "Acle"], Address("Flat 2, 9 Mill Road", ("Health Centre",), "Acle")),
        (["12,", "High Street", "Acle", "NR13 3DY"], Address("12 High Street", (), "Acle", "NR13 3DY")),
        (["Park House", "3 Demo Lane", "NR31 6QB"], Address("3 Demo Lane", ("Park House",), "", "NR31 6QB")),
        (["The Green", "Acle", "NR13 3DY"], Address("The Green", (), "Acle", "NR13 3DY")),
        (["Unit 4", " ", "B", "C", "Town", "NR31 6QB"], Address("Unit 4", ("B", "C"), "Town", "NR31 6QB")),
        (
            ["Ormesby Village Surgery", "Pippin Close", "Ormesby", "Great Yarmouth", "NR29 3RW"],
            Address("Pippin Close", ("Ormesby Village Surgery", "Ormesby"), "Great Yarmouth", "NR29 3RW"),
        ),
        (
            ["Kirkley Mill Surgery", "Kirkley Rise", "Clifton Rd", "Lowestoft"],
            Address("Kirkley Rise", ("Kirkley Mill Surgery", "Clifton Rd"), "Lowestoft"),
        ),
        (
            ["Harold Hill Health Centre", "Gooshays Drive", "RM3 9SU"],
            Address("Gooshays Drive", ("Harold Hill Health Centre",), "", "RM3 9SU"),
        ),
        (["NR31 6QB"], Address(postcode="NR31 6QB")),
        ([], Address()),
    ],
)
def test_addresses_are_read_from_their_lines(lines, address):
    """However many lines people type."""
    assert e_invoice.address_of(lines) == address


def test_hours_are_never_a_quantity():
    """Several readers refuse HUR with decimals: time is one item, and its working says how long it was."""
    line = e_invoice.line_of(
        a_line(quantity=Decimal("0.3333"), unit="hour", unit_price=Money(8500), amount=Money(2833))
    )
    assert (line.quantity, line.unit, line.price, line.amount) == (Decimal(1), "item", Money(2833), Money(2833))


@pytest.mark.parametrize("due_on", [None, date(2026, 5, 14)], ids=["none", "before its issue"])
def test_what_is_to_be_paid_has_a_due_date_not_before_its_issue(practice, clinician, due_on):
    """The official rules no longer ask for it, so nobody else would notice."""
    invoice = issued(confirmed_hours(practice, clinician))
    wrong = replace(document_of(invoice), issued_on=date(2026, 5, 15), due_on=due_on)
    with pytest.raises(ValueError, match="is to be paid, and its due date is"):
        e_invoice.agreeing(wrong, invoice)
    credit = replace(wrong, type_code=CREDIT_NOTE)
    assert e_invoice.agreeing(credit, invoice) is credit


def test_a_document_that_does_not_add_up_is_not_made(practice, clinician):
    """Better no electronic invoice than one that asks for another amount than the paper."""
    invoice = issued(confirmed_hours(practice, clinician))
    document = document_of(invoice)
    assert e_invoice.agreeing(document, invoice) is document
    with pytest.raises(ValueError, match=r"come to £0\.00, the invoice to £357\.00"):
        e_invoice.agreeing(replace(document, lines=()), invoice)
