"""From the frozen facts of a document to its PDF: tagged, archivable, the same bytes every time."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from pool.documents.signs import STOOD_IN, fonts, stood_in

FOLDER = Path(__file__).parent


class DocumentError(Exception):
    """A document could not be made as it should be, or only with warnings."""


def invoice_pdf(document: Mapping[str, Any], ubl: bytes) -> bytes:
    """The PDF of an invoice from services.invoice_document.document_of, with its UBL attached; raises DocumentError.

    Its date is the moment of issue, so the same invoice gives the same bytes whenever it is made.
    """
    return pdf_of("invoice.typ", document, document["issued_at"], document["number"], ubl=ubl.decode())


def pdf_of(template: str, facts: Mapping[str, Any], made_at: str, name: str, **inputs: str) -> bytes:
    """The PDF of a template with these facts, as text only, dated `made_at`; raises DocumentError naming the document.

    A sign for which no face has a shape is shown as a mark (documents/signs.py), so that it holds up no document.
    """
    compiler = typst.Compiler(
        FOLDER / template,
        root=FOLDER,
        font_paths=fonts(),
        sys_inputs={"document": json.dumps(shown(facts), ensure_ascii=False), **inputs},
    )
    pdf, warnings = compile_strictly(compiler, datetime.fromisoformat(made_at).replace(microsecond=0))
    if warnings:
        raise DocumentError(f"{name}: {'; '.join(warning.message for warning in warnings)}")
    return pdf


def shown(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts with a mark for every sign that has no shape; an invoice says so in its notes."""
    drawn: dict[str, Any] = stood_in(dict(facts))
    if json.dumps(drawn) != json.dumps(dict(facts)) and "notes" in drawn:
        drawn["notes"] = [*drawn["notes"], STOOD_IN]
    return drawn


def compile_strictly(compiler: typst.Compiler, issued_at: datetime) -> tuple[bytes, list[typst.TypstWarning]]:
    """The bytes, accessible (PDF/UA-1) and archivable with attachments (PDF/A-3a), and what could be better.

    Compiling fails when a rule of either standard is broken.
    """
    try:
        pdf, warnings = compiler.compile_with_warnings(
            format="pdf", pdf_standards=["ua-1", "a-3a"], timestamp=issued_at
        )
    except typst.TypstError as refused:
        raise DocumentError(f"{refused.message} {refused.diagnostic}") from refused
    if not isinstance(pdf, bytes):
        raise DocumentError("The typesetter gave no document.")
    return pdf, warnings
