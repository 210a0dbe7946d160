"""A statement of account as a PDF, tagged and archivable like an invoice."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import typst

from pool.documents.render import FOLDER, DocumentError, compile_strictly, fonts


def statement_pdf(facts: Mapping[str, Any]) -> bytes:
    """The PDF of services.statement_document.facts_of; the same facts give the same bytes. Raises DocumentError."""
    compiler = typst.Compiler(
        FOLDER / "statement.typ",
        root=FOLDER,
        font_paths=fonts(),
        sys_inputs={"document": json.dumps(facts, ensure_ascii=False)},
    )
    pdf, warnings = compile_strictly(compiler, datetime.fromisoformat(facts["made_at"]).replace(microsecond=0))
    if warnings:
        raise DocumentError(f"Statement of {facts['title']}: {'; '.join(warning.message for warning in warnings)}")
    return pdf
