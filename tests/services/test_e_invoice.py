"""An issued invoice as an electronic document: the same parties, lines and sums as on paper, on real PostgreSQL."""

from dataclasses import replace
from decimal import Decimal

import pytest
from saxonche import PySaxonProcessor

from pool.actor import Actor
from pool.documents.e_document import Address, Endpoint
from pool.documents.ubl import ubl
from pool.errors import NotFound
from pool.models.invoice import InvoiceLine, Seller
from pool.models.practice import Practice
from pool.money import Money
from pool.services import e_invoice, invoice_document
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
    """A VAT invoice without the seller's VAT number is none (domain notes 6.1)."""
    seller = {"email": "jay@demo.example", "vat_number": "GB123456789", "company_number": "01234567"}
    assert invoice_document.contact_of(seller) == ["jay@demo.example", "VAT number GB123456789", "Company number 01234567"]
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
    return InvoiceLine(**about, **columns)


def test_a_line_keeps_quantity_and_price_when_they_make_the_amount():
    """A third of an hour at £85.00 is £28.33; rounding to the penny is no difference."""
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
        (["Unit 4", "3 Demo Lane", "Gorleston"], Address("Unit 4", ("3 Demo Lane",), "Gorleston")),
        (["Unit 4", " ", "B", "C", "Town", "NR31 6QB"], Address("Unit 4", ("B", "C"), "Town", "NR31 6QB")),
        (["NR31 6QB"], Address(postcode="NR31 6QB")),
        ([], Address()),
    ],
)
def test_addresses_are_read_from_their_lines(lines, address):
    """However many lines people type."""
    assert e_invoice.address_of(lines) == address


def test_a_document_that_does_not_add_up_is_not_made(practice, clinician):
    """Better no electronic invoice than one that asks for another amount than the paper."""
    invoice = issued(confirmed_hours(practice, clinician))
    document = document_of(invoice)
    assert e_invoice.agreeing(document, invoice) is document
    with pytest.raises(ValueError, match=r"come to £0\.00, the invoice to £357\.00"):
        e_invoice.agreeing(replace(document, lines=()), invoice)
