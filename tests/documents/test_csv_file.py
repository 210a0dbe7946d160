"""CSV files: no cell becomes a formula, and everything can be read again."""

import csv
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pool.documents.csv_file import IN_MEMORY, cell, csv_file
from pool.money import Money

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


def rows_of(file):
    """What a spreadsheet reads."""
    with file:
        return list(csv.reader(StringIO(file.read().decode("utf-8-sig"), newline="")))


def test_names_keep_their_letters_in_excel():
    """The byte order mark says that it is UTF-8."""
    with csv_file(["Name"], [["Zoë Łuk"]]) as file:
        data = file.read()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig") == "Name\r\nZoë Łuk\r\n"


@pytest.mark.parametrize(
    "text", ["=1+1", "+44 1632", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1+1", "＝1+1", "﹢1"]
)
def test_what_looks_like_a_formula_is_only_text(text):
    """An apostrophe in front, as spreadsheets themselves write it."""
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Money(-35700), "-357.00"),
        (Money(5), "0.05"),
        (date(2026, 5, 14), "2026-05-14"),
        (Decimal("1.5000"), "1.5"),
        (Decimal(100), "100"),
        (None, ""),
        (3, "3"),
        ("Dr O'Neil", "Dr O'Neil"),
        ("", ""),
    ],
)
def test_values_are_written_plainly(value, written):
    """Numbers stay numbers, also negative ones: a credit can be added up."""
    assert cell(value) == written


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=2), max_size=5))
def test_no_cell_begins_like_a_formula_and_nothing_is_lost(rows):
    """Whatever people are called: read again it is the same text, but for the apostrophe."""
    read = rows_of(csv_file(["One", "Two"], rows))[1:]
    assert [
        [found.removeprefix("'") if found != text else found for found, text in zip(*pair, strict=True)]
        for pair in zip(read, rows, strict=True)
    ] == rows
    assert not [found for row in read for found in row if found.lstrip()[:1] in ("=", "+", "-", "@") and found]


def test_a_long_table_does_not_stay_in_memory():
    """What is longer than the limit is on disk while it is sent."""
    rows = ([f"row {number}", "x" * 100] for number in range(20_000))
    with csv_file(["Row", "Text"], rows) as file:
        file.seek(0, 2)
        assert file.tell() > IN_MEMORY
        assert file._rolled
