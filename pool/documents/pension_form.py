"""A pension form as a PDF: the boxes of services/pension/pension_form_fields.py in one accessible layout for Forms A and B."""

from collections.abc import Mapping
from typing import Any

from pool.documents.pdf import pdf_of


def pension_form_pdf(document: Mapping[str, Any]) -> bytes:
    """The PDF of a Paper; the same form gives the same bytes whenever it is made. Raises DocumentError."""
    return pdf_of("pension_form.typ", document, document["made_at"], document["title"])
