"""Every shape of document that the product can make, against the official schemas and both layers of rules.

0 fatal and 0 warnings. A document whose sides cannot both be reached over Peppol claims EN 16931 alone: of Peppol's own
rules it breaks exactly those that ask for the claim and the addresses.
"""

from dataclasses import replace

import pytest
from saxonche import PySaxonProcessor

from pool.documents.e_document import Endpoint
from pool.documents.ubl import ubl
from tests.documents.e_document_builders import DEMO_GLN, EXEMPT, PRACTICE, VAT_NUMBER, an_e_document, shapes
from tests.documents.official_rules import EN_16931, PEPPOL, OfficialRules, schema_findings, sources

CLAIM_AND_ADDRESSES = {
    "PEPPOL-EN16931-R001",
    "PEPPOL-EN16931-R004",
    "PEPPOL-EN16931-R007",
    "PEPPOL-EN16931-R010",
    "PEPPOL-EN16931-R020",
    "PEPPOL-EN16931-CL008",
}
"""No process named, not Peppol's specification, process in no known format, no address of the buyer, of the seller,
or an e-mail address, which Peppol does not deliver to."""

SHAPES = dict(shapes())


@pytest.fixture(scope="module", params=sources())
def rules(request):
    """Both layers of a release, compiled once for all shapes."""
    with PySaxonProcessor(license=False) as saxon:
        yield OfficialRules(saxon, request.param)


@pytest.mark.parametrize("name", SHAPES)
def test_the_schema_accepts_every_shape(name):
    """Elements are known, in order, and of the right type."""
    assert schema_findings(ubl(SHAPES[name])) == []


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_keeps_the_rules(rules, name):
    """Neither an error nor a warning."""
    xml = ubl(SHAPES[name])
    assert rules.findings(EN_16931, xml) == []
    broken = rules.findings(PEPPOL, xml)
    if SHAPES[name].is_for_peppol:
        assert broken == []
    else:
        assert {rule.rule for rule in broken} <= CLAIM_AND_ADDRESSES


def test_shapes_of_both_claims_are_among_them():
    """The test above would be empty talk otherwise."""
    assert len(SHAPES) == 288
    assert {shape.is_for_peppol for shape in SHAPES.values()} == {True, False}


def found(rules, document):
    """All rules that a document breaks."""
    xml = ubl(document)
    return {finding.rule for layer in (EN_16931, PEPPOL) for finding in rules.findings(layer, xml)}


def test_the_rules_would_notice_an_exempt_seller_without_a_vat_number(rules):
    """Category E without a tax id (domain 11.10)."""
    assert "BR-E-02" in found(rules, an_e_document(tax=EXEMPT))


def test_the_rules_would_notice_a_wrong_total(rules):
    """A checker that accepts everything proves nothing."""
    wrong = ubl(an_e_document()).replace(b">357.00</cbc:PayableAmount>", b">358.00</cbc:PayableAmount>")
    assert {finding.rule for finding in rules.findings(EN_16931, wrong)} == {"BR-CO-16"}


def test_the_rules_would_notice_a_gln_with_a_wrong_check_digit(rules):
    """Mistyped numbers are stopped at the door (pool/rules/gln.py); the network would refuse them."""
    wrong = replace(PRACTICE, endpoint=Endpoint("0088", f"{DEMO_GLN[:-1]}9"))
    assert found(rules, an_e_document(buyer=wrong)) == {"PEPPOL-COMMON-R040"}


def test_the_rules_would_notice_a_missing_reference(rules):
    """Buyers cannot place an invoice without one (rule R003)."""
    assert found(rules, an_e_document(buyer_reference="")) == {"PEPPOL-EN16931-R003"}


def test_the_rules_would_notice_a_vat_number_outside_vat(rules):
    """Category O with a VAT number: we leave it out; put in, it is noticed (domain 11.10)."""
    plain = an_e_document()
    registered = replace(plain, seller=replace(plain.seller, vat_number=VAT_NUMBER))
    assert found(rules, registered) == set()
    forced = ubl(replace(registered, tax=replace(EXEMPT))).replace(b"<cbc:ID>E</cbc:ID>", b"<cbc:ID>O</cbc:ID>")
    assert "BR-O-02" in {finding.rule for finding in rules.findings(EN_16931, forced)}
