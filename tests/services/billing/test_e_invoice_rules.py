"""What the product really issues, from the database to the bytes, against the official schemas and rules.

tests/documents/test_ubl_rules.py covers every shape of document; this one that real invoices have no other shape.
"""

from decimal import Decimal

import pytest
from saxonche import PySaxonProcessor

from pool.actor import Actor
from pool.models.charge import Charge
from pool.models.invoice import Invoice, Seller
from pool.models.practice import Practice
from pool.money import Money
from pool.services.billing import credit_notes, e_invoice, invoicing, sellers
from tests import builders
from tests.builders import actor_of, working_as
from tests.documents.e_document_builders import DEMO_GLN, OTHER_GLN
from tests.documents.official_rules import LAYERS, OfficialRules, schema_findings, sources
from tests.invoice_builders import (
    HOST_ACCOUNT,
    a_clinician_who_sells,
    a_host_that_sells,
    confirmed_hours,
    drawn,
    issued,
)
from tests.pension_builders import a_pensioned_clinician, pensioned_work

EXTRAS = {
    "extra_time": ("0.3333", "hour", 8500, 2833),
    "extra_visits": ("2", "visit", 4000, 8000),
    "mileage": ("96.0", "mile", 55, 5280),
    "cancellation": ("1", "item", 17850, 17850),
    "holiday_pay": ("1", "item", 4309, 4309),
    "on_costs": ("1", "item", 4927, 4927),
    "adjustment": ("37.5", "mile", 55, 1999),
    "late_payment": ("1", "item", 8171, 8171),
    "platform_fee": ("12", "session", 1499, 17988),
}
"""Quantity, unit, price and amount of a charge of each kind; the adjustment's amount is not quantity times price."""


@pytest.fixture(scope="module", params=sources())
def rules(request):
    """Both layers of a release."""
    with PySaxonProcessor(license=False) as saxon:
        yield OfficialRules(saxon, request.param)


@pytest.fixture
def pool(app):
    """A pool whose host is on Peppol."""
    pool = builders.a_pool()
    with working_as(Actor.system(pool.id)) as work:
        work.get(Seller, a_host_that_sells(pool).id).gln = DEMO_GLN
        platform = sellers.ensure_platform(work, pool)
        sellers.save_details(
            work,
            platform,
            name="Booking Platform Ltd",
            address=["1 Demo Street"],
            vat_number="GB980780684",
            **HOST_ACCOUNT,
        )
    return pool


@pytest.fixture
def practice(pool):
    """A practice that is on Peppol and gives an order number."""
    practice = builders.a_practice(pool, name="The Park Surgery", invoice_email="accounts@park.example")
    with working_as(Actor.system(pool.id)) as work:
        row = work.get(Practice, practice.id)
        row.gln, row.order_reference = OTHER_GLN, "PO-118"
    return practice


@pytest.fixture
def objections(rules):
    """Draws an invoice and gives everything that schema and rules object to in the bytes that are kept."""

    def objections(invoice):
        drawn(invoice)
        with working_as(Actor.system(invoice.pool_id)) as work:
            xml = e_invoice.ubl_bytes(work, invoice.id)
            assert e_invoice.document_of(work, invoice.id).is_for_peppol
        return [*schema_findings(xml), *(found for layer in LAYERS for found in rules.findings(layer, xml))]

    return objections


def credited(practice, invoice, pence):
    """A credit note over a part of the first line, by two people."""
    asks = actor_of(builders.a_practice_manager(practice, "Sam Reed"))
    decides = actor_of(builders.a_pool_manager(practice.pool_id, "Taylor Broad"))
    with working_as(asks) as work:
        line = work.get(Invoice, invoice.id).lines[0]
        request_id = credit_notes.ask(work, invoice.id, "The wrong day was billed", {line.id: Money(pence)}).id
    with working_as(decides) as work:
        note_id = credit_notes.approve(work, request_id).id
    return builders.read(Invoice, note_id)


def charged(practice, kind, seller_kind, clinician=None, booking=None):
    """Invoices of one more charge of a kind."""
    quantity, unit, price, amount = EXTRAS[kind]
    with working_as(Actor.system(practice.pool_id)) as work:
        charge = Charge(
            pool_id=practice.pool_id,
            practice_id=practice.id,
            clinician_id=clinician.id if clinician else None,
            seller_kind=seller_kind,
            kind=kind,
            state="agreed",
            supplied_on=builders.yesterday(),
            description=f"Extra: {kind}",
            quantity=Decimal(quantity),
            unit=unit,
            unit_price=Money(price),
            amount=Money(amount),
            working="As agreed",
            source_key=f"test:{kind}:{practice.id}",
            claimed_at=work.now,
            agreed_at=work.now,
            booking_id=booking.id if booking else None,
        )
        work.add(charge)
        work.store.flush()
        (invoice,) = invoicing.bill(work, [charge])
        invoice_id = invoice.id
    return builders.read(Invoice, invoice_id)


def test_a_sole_trader_with_pension_and_a_credit_note(pool, practice, objections):
    """Category O, the employer's contribution as a line of its own, and a part of it taken back."""
    clinician = a_pensioned_clinician(pool, name="Dr Jay Finch")
    invoice = issued(pensioned_work(practice, clinician))
    with working_as(Actor.system(pool.id)) as work:
        assert [line.kind for line in work.get(Invoice, invoice.id).lines] == ["session", "employer_pension"]
    note = credited(practice, invoice, 10001)
    assert (invoice.vat_category, note.kind) == ("O", "credit_note")
    assert [objections(document) for document in (invoice, note)] == [[], []]


@pytest.mark.parametrize(("profession", "category"), [("gp", "E"), ("pharmacist", "S")])
def test_the_host_recharges_with_its_vat_number(pool, practice, objections, profession, category):
    """Exempt with the reason, or with VAT; and the credit notes, whose VAT is what the credit makes the VAT smaller."""
    worker = builders.a_clinician(pool, engagement="bank_worker", profession=profession)
    invoice = issued(confirmed_hours(practice, worker, profession=profession))
    notes = [credited(practice, invoice, pence) for pence in (11901, 11903)]
    assert invoice.vat_category == category
    assert [objections(document) for document in (invoice, *notes)] == [[], [], []]


@pytest.mark.parametrize("kind", [kind for kind in EXTRAS if kind not in ("platform_fee", "holiday_pay", "on_costs")])
def test_supplements_of_every_kind(pool, practice, objections, kind):
    """What comes later refers to the first invoice of the booking."""
    clinician = a_clinician_who_sells(pool, name="Dr Jay Finch")
    booking = confirmed_hours(practice, clinician)
    first = issued(booking)
    supplement = charged(practice, kind, "clinician", clinician, booking)
    assert supplement.kind == ("late_payment" if kind == "late_payment" else "supplementary")
    assert supplement.corrects_id == first.id
    assert objections(supplement) == []


@pytest.mark.parametrize(
    ("kind", "seller"), [("platform_fee", "platform"), ("holiday_pay", "host"), ("on_costs", "host")]
)
def test_charges_without_a_booking(practice, objections, kind, seller):
    """The platform's fee has a seller of its own and VAT at the standard rate (domain 6.8)."""
    invoice = charged(practice, kind, seller)
    assert seller != "platform" or invoice.vat_category == "S"
    assert objections(invoice) == []
