"""CSV files that people open in a spreadsheet: no cell can become a formula, and names keep their letters.

They are UTF-8 with a byte order mark: without one, Excel on Windows reads "Zoë" as "ZoÃ«". Lines end as RFC 4180 says.
Text that a spreadsheet could take for a formula gets an apostrophe in front (OWASP ASVS 5.0, 1.2.10). Numbers are written
as numbers, so a credit of -357.00 stays one.
"""

import csv
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from io import TextIOWrapper
from tempfile import SpooledTemporaryFile
from typing import IO

from pool.money import Money

Cell = str | int | Decimal | Money | date | None

BYTE_ORDER_MARK = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@")
CONTROLS = ("\t", "\r", "\n", "\0")
IN_MEMORY = 1_000_000
"""Bytes that are kept in memory; a longer file is written to disk while it grows."""


def csv_file(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> IO[bytes]:
    """A file with a line of headings and one line for each row, at its beginning, ready to be sent."""
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - whoever sends it closes it
    try:
        write(file, columns, rows)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def write(file: IO[bytes], columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """The mark, the headings and the rows."""
    text = TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([cell(value) for value in row] for row in rows)
    text.detach()


def cell(value: Cell) -> str:
    """One value as a cell: 357.00, 2026-05-14, 1.5, or text that is harmless in a spreadsheet."""
    if isinstance(value, Money):
        return f"{Decimal(value.pence) / 100:.2f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return harmless(value) if isinstance(value, str) else "" if value is None else str(value)


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula; wide forms of the signs count too, and so do signs after spaces."""
    plain = unicodedata.normalize("NFKC", text).lstrip()
    return f"'{text}" if plain.startswith(FORMULA_STARTS) or text.startswith(CONTROLS) else text
