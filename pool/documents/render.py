"""From the frozen facts of a document to its PDF: tagged, archivable, the same bytes every time."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

FOLDER = Path(__file__).parent


class DocumentError(Exception):
    """A document could not be made as it should be, or only with warnings."""


def invoice_pdf(document: Mapping[str, Any], ubl: bytes) -> bytes:
    """The PDF of an invoice from services.invoice_document.document_of, with its UBL attached; raises DocumentError.

    Its date is the moment of issue, so the same invoice gives the same bytes whenever it is made.
    """
    compiler = typst.Compiler(
        FOLDER / "invoice.typ",
        root=FOLDER,
        font_paths=fonts(),
        sys_inputs={"document": json.dumps(document, ensure_ascii=False), "ubl": ubl.decode()},
    )
    issued_at = datetime.fromisoformat(document["issued_at"]).replace(microsecond=0)
    pdf, warnings = compile_strictly(compiler, issued_at)
    if warnings:
        raise DocumentError(f"{document['number']}: {'; '.join(warning.message for warning in warnings)}")
    return pdf


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


@cache
def fonts() -> typst.Fonts:
    """Only our own fonts: a document looks the same on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FOLDER / "fonts"])
