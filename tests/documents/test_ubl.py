"""An invoice as UBL: it says what the invoice says, and nothing that must not be said."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pool.documents.e_document import CREDIT_NOTE, Earlier, Endpoint
from pool.documents.ubl import UNITS, ubl
from pool.money import Money, total
from tests.documents import e_document_builders as builders
from tests.documents.e_document_builders import an_e_document
from tests.documents.official_rules import schema_findings

NAMES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}


def said(document, path):
    """The texts at a path of the document."""
    return [element.text for element in etree.fromstring(ubl(document)).findall(path, NAMES)]


def test_the_same_facts_give_the_same_bytes():
    """Made again after a crash it is still the document that was issued."""
    assert ubl(an_e_document()) == ubl(an_e_document())
    assert ubl(an_e_document(number="FIN7K2M-2026-0013")) != ubl(an_e_document())


def test_an_invoice_is_380_and_a_credit_note_381():
    """Other types are for other countries (domain 6.8, 11.8)."""
    assert said(an_e_document(), "cbc:InvoiceTypeCode") == ["380"]
    credit = an_e_document(type_code=CREDIT_NOTE, due_on=None)
    assert said(credit, "cbc:CreditNoteTypeCode") == ["381"]
    assert etree.QName(etree.fromstring(ubl(credit))).localname == "CreditNote"


def test_outside_vat_there_is_no_rate_and_no_vat_number():
    """Category O forbids both, on the lines too (rules BR-O-02 and BR-O-05)."""
    seller = replace(builders.CLINICIAN, vat_number="GB123456789")
    document = an_e_document(seller=seller)
    assert said(document, ".//cbc:Percent") == []
    assert said(document, ".//cac:PartyTaxScheme/cbc:CompanyID") == []
    assert said(document, ".//cbc:TaxExemptionReasonCode") == ["VATEX-EU-O"]


def test_exempt_care_says_why_and_by_whom():
    """Rate 0, the reason in words and as a code, and the seller's VAT number."""
    seller = replace(builders.CLINICIAN, vat_number="GB123456789")
    document = an_e_document(seller=seller, tax=builders.EXEMPT)
    assert set(said(document, ".//cbc:Percent")) == {"0"}
    assert said(document, ".//cbc:TaxExemptionReasonCode") == ["VATEX-EU-132-1C"]
    assert said(document, ".//cbc:TaxExemptionReason") == [builders.EXEMPT.reason_text]
    assert said(document, ".//cac:PartyTaxScheme/cbc:CompanyID") == ["GB123456789"]


def test_the_ods_code_is_an_identifier_never_an_address():
    """Peppol knows no ODS codes (domain 11.11)."""
    document = builders.shape("sole trader", "invoice", "no address", "")
    assert said(document, "cac:AccountingCustomerParty/cac:Party/cac:PartyIdentification/cbc:ID") == ["T00001"]
    assert said(document, ".//cbc:EndpointID") == []


def test_it_claims_peppol_only_when_both_sides_can_be_reached():
    """An e-mail address is one in EN 16931, but Peppol does not deliver to it."""
    assert "peppol" in said(an_e_document(), "cbc:CustomizationID")[0]
    by_mail = an_e_document(buyer=replace(builders.PRACTICE, endpoint=Endpoint("EM", "park@demo.example")))
    assert said(by_mail, "cbc:CustomizationID") == ["urn:cen.eu:en16931:2017"]
    assert said(by_mail, "cbc:ProfileID") == []


def test_what_it_corrects_is_named():
    """A credit note and a supplementary invoice say to which invoice they belong."""
    document = an_e_document(earlier=Earlier("FIN7K2M-2026-0007", builders.SESSION.supplied_on))
    assert said(document, "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID") == ["FIN7K2M-2026-0007"]


def test_the_reference_for_the_bank_is_the_number_of_the_invoice():
    """And the account is the seller's, sort code and number in digits (domain 6.9)."""
    document = an_e_document()
    assert said(document, "cac:PaymentMeans/cbc:PaymentMeansCode") == ["30"]
    assert said(document, "cac:PaymentMeans/cbc:PaymentID") == [document.number]
    account = "cac:PaymentMeans/cac:PayeeFinancialAccount"
    assert said(document, f"{account}/cbc:ID") == ["12345678"]
    assert said(document, f"{account}/cac:FinancialInstitutionBranch/cbc:ID") == ["001122"]


@pytest.mark.parametrize(("unit", "code"), [("session", "C62"), ("visit", "C62"), ("mile", "SMI"), ("item", "C62")])
def test_units_have_their_codes(unit, code):
    """Recommendation 20 of the United Nations (domain 6.8)."""
    line = replace(builders.SESSION, unit=unit)
    element = etree.fromstring(ubl(an_e_document(lines=(line,)))).find(".//cbc:InvoicedQuantity", NAMES)
    assert element.get("unitCode") == code == UNITS[unit]


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=5), st.sampled_from([Decimal(0), Decimal(20)]))
def test_sums_are_those_of_the_lines(pence, percent):
    """Lines add up to the net sum, net and VAT to what is due; to the penny."""
    lines = tuple(replace(builders.SESSION, price=Money(amount), amount=Money(amount)) for amount in pence)
    net = total([line.amount for line in lines])
    document = an_e_document(lines=lines, vat=net.times(percent / 100))
    amounts = [Decimal(amount) for amount in said(document, "cac:InvoiceLine/cbc:LineExtensionAmount")]
    (due,) = said(document, "cac:LegalMonetaryTotal/cbc:PayableAmount")
    (vat,) = said(document, "cac:TaxTotal/cbc:TaxAmount")
    assert sum(amounts) + Decimal(vat) == Decimal(due) == Decimal((net + document.vat).pence) / 100


@given(st.text(max_size=60))
def test_any_name_is_only_text(text):
    """Whatever people type, the document is well-formed, keeps the schema and has no empty element."""
    line = replace(builders.SESSION, name=f"x{text}", description=text)
    xml = ubl(an_e_document(lines=(line,), note=text, order_reference=text))
    assert schema_findings(xml) == []
    assert [
        element.tag for element in etree.fromstring(xml).iter() if not len(element) and not (element.text or "").strip()
    ] == []
