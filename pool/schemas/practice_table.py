"""A table of facts about practices, such as those in data/places, checked row by row."""

import csv
from pathlib import Path
from typing import Any

from marshmallow import EXCLUDE, ValidationError

from pool.errors import Invalid
from pool.plain_text import code
from pool.schemas.practices import PracticeFacts

COLUMNS = {
    "pcn_name": "pcn_name",
    "list_size": "list_size",
    "imd_decile": "imd_decile",
    "rurality": "rurality",
    "phone": "phone",
    "imd_decile_1_most_deprived": "imd_decile",
}
"""Headings that are understood, with the fact each stands for; others are passed over."""

CODE = "ods_code"


def read(path: Path) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Facts by ODS code, and a sentence for each row that cannot be used. Raises Invalid for a file that is no such table."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file, strict=True)
            headings = set(table.fieldnames or ())
            rows = list(enumerate(table, start=2))
    except (csv.Error, UnicodeDecodeError) as wrong:
        raise Invalid(f"The file is not a readable CSV in UTF-8 ({wrong}). Save it as CSV UTF-8 first.") from wrong
    if CODE not in headings or not headings & COLUMNS.keys():
        raise Invalid(f"The first line must name {CODE} and at least one of {', '.join(COLUMNS)}.")
    found: dict[str, dict[str, Any]] = {}
    wrong_rows = [sentence for number, row in rows if (sentence := take(found, number, row))]
    return found, wrong_rows


def take(found: dict[str, dict[str, Any]], number: int, row: dict[str, Any]) -> str:
    """Put the facts of one row down; a sentence when they cannot be used."""
    ods_code = code(row.get(CODE) or "").upper()
    told = {COLUMNS[name]: code(cell) for name, cell in row.items() if name in COLUMNS and cell and cell.strip()}
    if not ods_code or ods_code in found:
        return f"Row {number}: {'there is no ods_code' if not ods_code else f'{ods_code} is there twice'}."
    try:
        found[ods_code] = PracticeFacts(partial=True, unknown=EXCLUDE).load(told | lowered(told))
    except ValidationError as refused:
        name, messages = next(iter(refused.normalized_messages().items()))
        return f"Row {number}, {ods_code}, column {name}: {messages[0]}"
    return ""


def lowered(told: dict[str, str]) -> dict[str, str]:
    """The setting in the catalogue's small letters."""
    return {"rurality": told["rurality"].lower()} if "rurality" in told else {}
