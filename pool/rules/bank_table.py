"""A CSV file as a table: its text, its lines, which line names the columns and which column is which."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pool.errors import Invalid
from pool.plain_text import tidied
from pool.rules.bank_cells import plain, says_direction
from pool.rules.bank_words import CAME_IN, COLUMNS, WENT_OUT

HEADER_WITHIN = 20
NO_HEADER = (
    "The file has no line that names its columns. We need a date, an amount (or paid in and paid out) and a reference,"
    " like: Date,Amount,Reference,Name."
)

Layout = dict[str, list[int]]
Cells = tuple[int, list[str]]


@dataclass(frozen=True)
class Table:
    """Lines with their numbers, the names of the columns, and which column is of which kind."""

    names: dict[int, str]
    layout: Layout
    letters: list[int]
    lines: list[Cells]

    def columns(self, *kinds: str) -> str:
        """The names of the columns of some kinds, for a sentence."""
        return " or ".join(self.names[column] for kind in kinds for column in self.layout[kind])


def read(data: bytes) -> Table:
    """The table in a file. Raises Invalid when it is none."""
    lines = [(number, cells) for number, cells in parsed(text_of(data)) if any(cell.strip() for cell in cells)]
    start, layout = header(lines)
    body = lines[start + 1 :]
    names = {number: plain(name) for number, name in enumerate(lines[start][1])}
    return Table(names, layout, layout["letter"] or letters_in(body, layout), body)


def text_of(data: bytes) -> str:
    """The text of a file in one of the encodings that spreadsheets write."""
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Invalid(
        "This is not a CSV file, and no camt.053 or MT940 statement either. Save the list from your bank or spreadsheet as"
        " CSV and choose that file."
    )


def parsed(text: str) -> Iterator[Cells]:
    """Lines with their numbers, cut at the sign (comma, semicolon, tab) that the first lines hold most often."""
    first = "\n".join(text.splitlines()[:HEADER_WITHIN])
    cut = max((",", ";", "\t"), key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=cut)
    try:
        before = 0
        for cells in reader:
            yield before + 1, cells
            before = reader.line_num
    except csv.Error as broken:
        raise Invalid(f"Row {reader.line_num} cannot be read as CSV. Save the file as CSV again.") from broken


def header(lines: Sequence[Cells]) -> tuple[int, Layout]:
    """Which line names the columns, and which column is which. Banks put some lines of their own before it."""
    for position, (_, cells) in enumerate(lines[:HEADER_WITHIN]):
        layout = layout_of(cells)
        if layout["date"] and layout["reference"] and (layout["amount"] or layout["in"] or layout["out"]):
            return position, layout
    raise Invalid(NO_HEADER, {"file": [NO_HEADER]})


def layout_of(cells: Sequence[str]) -> Layout:
    """The columns of each kind; of days the first counts, references are read together."""
    bare = [re.sub(r"[^a-z]", "", cell.lower()) for cell in cells]
    found = [name.removesuffix("utc").removesuffix("gmt") for name in bare]
    return {kind: [number for number, name in enumerate(found) if name in names] for kind, names in COLUMNS.items()}


def letters_in(body: Sequence[Cells], layout: Layout) -> list[int]:
    """Columns of types that give the direction: all their words do, or some do and nothing else in the file gives it."""
    signs = any(says_direction(cell(cells, column)) for _, cells in body for column in layout["amount"])
    elsewhere = signs or bool(layout["in"] or layout["out"])
    found = []
    for column in layout["type"]:
        words = {cell(cells, column).lower() for _, cells in body}
        known = words & (CAME_IN | WENT_OUT)
        if known and (known == words or not elsewhere):
            found.append(column)
    return found


def cell(cells: Sequence[str], column: int) -> str:
    """What stands in a column; nothing in a line that is too short."""
    return cells[column].strip() if column < len(cells) else ""


def joined(cells: Sequence[str], columns: Sequence[int]) -> str:
    """Several columns as one text, with single spaces and without signs that nobody sees."""
    return " ".join(tidied(" ".join(cell(cells, column) for column in columns)).split())
