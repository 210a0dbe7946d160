"""A pension form as a PDF: the boxes of services/pension_papers.py in one accessible layout for Forms A and B."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import typst

from pool.documents.render import FOLDER, DocumentError, compile_strictly, fonts


def pension_form_pdf(document: Mapping[str, Any]) -> bytes:
    """The PDF of a Paper; the same form gives the same bytes whenever it is made. Raises DocumentError."""
    compiler = typst.Compiler(
        FOLDER / "pension_form.typ",
        root=FOLDER,
        font_paths=fonts(),
        sys_inputs={"document": json.dumps(document, ensure_ascii=False)},
    )
    made_at = datetime.fromisoformat(document["made_at"]).replace(microsecond=0)
    pdf, warnings = compile_strictly(compiler, made_at)
    if warnings:
        raise DocumentError(f"{document['title']}: {'; '.join(warning.message for warning in warnings)}")
    return pdf
