"""Forms A and B as PDFs: tagged, in English, the same bytes every time, with every box."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from pool.documents.pdf import DocumentError
from pool.documents.pension_form import pension_form_pdf

PAPER = {
    "title": "GP locum Form B",
    "reference": "12345678LOCMAY2026",
    "author": "Dr Demo Alder",
    "demo": True,
    "made_at": "2026-05-25T09:00:00+00:00",
    "notes": ["To be sent and paid by Sun 7 Jun 2026."],
    "sections": [
        {
            "heading": "Pay received",
            "fields": [],
            "head": ["Practice", "Pensionable pay"],
            "rows": [["Zoë & Søn Surgery <North>", "£1,260.00"]],
            "note": "",
        },
        {
            "heading": "Totals",
            "fields": [{"label": "i. Total to pay (g + h)", "value": "£338.69", "copy": "338.69"}],
            "head": [],
            "rows": [],
            "note": "Rounded once.",
        },
    ],
}


def words_of(pdf):
    """The text as a screen reader meets it."""
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_every_box_is_on_it_and_people_with_a_screen_reader_can_read_it():
    """PDF/UA: tagged, with a language and a title; letters of other languages are not lost."""
    pdf = pension_form_pdf(PAPER)
    root = PdfReader(BytesIO(pdf)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert PdfReader(BytesIO(pdf)).metadata.title == "GP locum Form B 12345678LOCMAY2026"
    said = words_of(pdf)
    for words in (
        "12345678LOCMAY2026",
        "Zoë & Søn Surgery <North>",
        "£1,260.00",
        "i. Total to pay",
        "£338.69",
        "Demonstration",
    ):
        assert words in said, words


def test_the_same_form_has_the_same_bytes():
    """A practice that prints it twice holds the same paper."""
    assert pension_form_pdf(PAPER) == pension_form_pdf(PAPER)
    assert "Demonstration" not in words_of(pension_form_pdf(PAPER | {"demo": False}))


def test_a_form_without_its_facts_is_refused():
    """Never an empty box that looks finished."""
    with pytest.raises(DocumentError):
        pension_form_pdf({name: value for name, value in PAPER.items() if name != "sections"})
