"""A statement of account as a PDF, tagged and archivable like an invoice."""

from collections.abc import Mapping
from typing import Any

from pool.documents.pdf import pdf_of


def statement_pdf(facts: Mapping[str, Any]) -> bytes:
    """The PDF of services.statement_document.facts_of; the same facts give the same bytes. Raises DocumentError."""
    return pdf_of("statement.typ", facts, facts["made_at"], f"Statement of {facts['title']}")
