"""The invoice as a document: tagged for screen readers, archivable, the same bytes every time, nothing missing."""

import copy
from io import BytesIO

import pytest
from pypdf import PdfReader
from pypdf.generic import IndirectObject

from pool.documents.pdf import FOLDER, DocumentError
from pool.documents.pdf import invoice_pdf as pdf_with_ubl
from pool.documents.signs import STAND_IN
from pool.documents.ubl import ubl
from tests.documents.e_document_builders import an_e_document

INVOICE = {
    "number": "FIN7K2M-2026-0012",
    "demo": False,
    "issued_at": "2026-05-15T09:30:12.345678+00:00",
    "issued_on": "Fri 15 May 2026",
    "due_on": "Sun 14 Jun 2026",
    "order_reference": "",
    "prepared": "Prepared on behalf of Dr Jay Finch by Great Yarmouth and Waveney Host",
    "seller": {"name": "Dr Jay Finch", "address": ["3 Demo Lane", "NR31 6QB"], "contact": ["jay@demo.example"]},
    "buyer": {"name": "The Park Surgery", "address": ["2 Demo Road", "NR30 2HW"], "contact": ["ODS code T00001"]},
    "lines": [
        {
            "date": "Thu 14 May 2026",
            "description": "GP session (morning) by Dr Jay Finch",
            "working": "08:30–12:40 as booked: agreed session fee £357.00",
            "quantity": "1 session",
            "price": "£357.00",
            "amount": "£357.00",
        }
    ],
    "total": "£357.00",
    "net": "£357.00",
    "vat": "£0.00",
    "bank": {"account_name": "Dr Jay Finch", "sort_code": "00-11-22", "account_number": "12345678"},
    "notes": ["No VAT is charged: the supplier is not registered for VAT.", "Cover for: annual leave."],
}

UBL = ubl(an_e_document(number=INVOICE["number"]))


def invoice_pdf(invoice):
    """The document with the same UBL attached."""
    return pdf_with_ubl(invoice, UBL)


@pytest.fixture(scope="module")
def pdf():
    """The document."""
    return invoice_pdf(INVOICE)


@pytest.fixture(scope="module")
def reader(pdf):
    """The document, opened."""
    return PdfReader(BytesIO(pdf))


def changed(**facts):
    """The same invoice with other facts."""
    return copy.deepcopy(INVOICE) | facts


def words(pdf):
    """The text of all pages."""
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def roles(node):
    """The structure types in the tag tree, in reading order."""
    node = node.get_object() if isinstance(node, IndirectObject) else node
    if isinstance(node, list):
        return [role for child in node for role in roles(child)]
    if not hasattr(node, "get"):
        return []
    own = [node["/S"]] if "/S" in node and node.get("/Type", "/StructElem") == "/StructElem" else []
    return own + (roles(node["/K"]) if "/K" in node else [])


def test_everything_the_law_asks_for_can_be_read(pdf):
    """Number, dates, both parties, the work, the sums and how to pay, as text (domain 6.1)."""
    said = " ".join(words(pdf).split())
    expected = [
        INVOICE["number"],
        "Dr Jay Finch",
        "3 Demo Lane",
        "The Park Surgery",
        "ODS code T00001",
        "Fri 15 May 2026",
        "Sun 14 Jun 2026",
        "Thu 14 May 2026",
        "GP session (morning) by Dr Jay Finch",
        "£357.00",
        "00-11-22",
        "12345678",
        "not registered for VAT",
        "Prepared on behalf of Dr Jay Finch by Great Yarmouth and Waveney Host",
        "Invoice",
    ]
    assert [words for words in expected if words not in said] == []


def test_it_says_what_it_is_and_in_which_language(reader):
    """A screen reader announces the title, not a file name, and pronounces English."""
    root = reader.trailer["/Root"]
    assert reader.metadata.title == "Invoice FIN7K2M-2026-0012"
    assert reader.metadata.author == "Dr Jay Finch"
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712 - a PDF boolean
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712


def test_it_claims_both_standards(reader):
    """PDF/UA-1 for people, PDF/A-3a for the archive."""
    about = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in about
    assert "<pdfaid:part>3</pdfaid:part>" in about
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in about


def test_it_carries_the_same_invoice_for_software(reader):
    """The UBL is attached as an alternative of the whole document, byte for byte, and named after the invoice."""
    (file,) = reader.trailer["/Root"]["/AF"]
    assert file.get_object()["/AFRelationship"] == "/Alternative"
    assert reader.attachments == {f"{INVOICE['number']}.xml": [UBL]}


def test_headings_and_the_table_are_tagged(reader):
    """Whoever hears the document can jump to headings and knows which column a figure stands in."""
    found = roles(reader.trailer["/Root"]["/StructTreeRoot"])
    assert found[0] == "/Document"
    assert found.count("/H1") == 1
    assert found.count("/H2") == 3
    assert found.count("/Table") == 1
    assert found.count("/TH") == 5
    assert found.count("/TD") == 5


def test_the_same_invoice_gives_the_same_bytes(pdf):
    """Drawn again after a crash it is still the document that was issued."""
    assert invoice_pdf(INVOICE) == pdf
    assert invoice_pdf(changed(total="£358.00")) != pdf


def test_only_our_own_fonts_are_used(reader):
    """It looks the same on every machine, and the fonts may be given away (SIL Open Font License)."""
    fonts = {
        font.get_object()["/BaseFont"].split("+")[-1]
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts
    assert all(name.startswith("SourceSans3") for name in fonts)
    assert "Unifont" in (FOLDER / "fonts" / "OFL.md").read_text()
    assert "SIL Open Font License" in (FOLDER / "fonts" / "OFL.md").read_text()


def test_a_demonstration_says_so(pdf):
    """Nobody pays an invoice that was made up."""
    assert "Nothing is to be paid" not in words(pdf)
    assert "Nothing is to be paid" in words(invoice_pdf(changed(demo=True)))


def test_long_invoices_go_on_over_several_pages():
    """Sixty lines: every amount is there, and each page says which of how many it is."""
    lines = [INVOICE["lines"][0] | {"amount": f"£{number}.11", "price": f"£{number}.11"} for number in range(100, 160)]
    pdf = invoice_pdf(changed(lines=lines))
    said = words(pdf)
    pages = len(PdfReader(BytesIO(pdf)).pages)
    assert pages > 1
    assert all(f"£{number}.11" in said for number in range(100, 160))
    assert all(f"Page {page} of {pages}" in said for page in range(1, pages + 1))


@pytest.mark.parametrize(
    "name", ["#eval(1)", "*bold* _it_ $x$ @ref", "</text> & <b>", "Zoë O’Neil ÆØÅ Łódź", "// not a comment"]
)
def test_what_people_are_called_is_only_text(name):
    """A name is never read as typesetting."""
    seller = INVOICE["seller"] | {"name": name}
    assert name.replace(" ", "") in words(invoice_pdf(changed(seller=seller))).replace(" ", "").replace("\n", "")


@pytest.mark.parametrize("name", ["王小明", "Dr Green ☎ 3", "Dr Green 💒", "שרה כהן", "Ольга", "Nguyễn Thị Ánh"])
def test_a_name_in_any_script_is_printed(name):
    """The broad typeface steps in sign by sign; nothing stands in for what it has."""
    pdf = invoice_pdf(changed(seller=INVOICE["seller"] | {"name": name}))
    assert STAND_IN not in words(pdf)
    assert PdfReader(BytesIO(pdf)).metadata.author == name


def test_a_sign_without_any_shape_has_a_stand_in_and_the_invoice_says_so():
    """An old row with a private sign of somebody's font: a document with a mark can be paid, none cannot."""
    said = words(invoice_pdf(changed(notes=["Cover for: annual leave (\ue000 Dr Green)."])))
    assert f"annual leave ({STAND_IN} Dr Green)" in said
    assert "stands for a sign that cannot be printed" in said


def test_a_missing_fact_is_refused():
    """Half an invoice is none."""
    incomplete = {name: value for name, value in INVOICE.items() if name != "total"}
    with pytest.raises(DocumentError, match="total"):
        invoice_pdf(incomplete)
