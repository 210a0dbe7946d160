"""Dates the way people type them, turned into the form a schema reads."""

from collections.abc import Mapping
from typing import Any

from marshmallow import missing

from pool.plain_text import code

DATE_PARTS = ("day", "month", "year")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def joined_date(name: str, given: Mapping[str, Any]) -> Any:
    """The three boxes of a date as 2026-05-14; `missing` when all are empty.

    A half-filled or impossible date is passed on as typed, for the schema to refuse.
    """
    day, month, year = (code(str(given.get(f"{name}-{part}", ""))) for part in DATE_PARTS)
    if not (day or month or year):
        return missing
    return f"{full_year(year)}-{month_number(month)}-{day.zfill(2)}"


def month_number(month: str) -> str:
    """05 for 5, May or may; anything else as typed."""
    short = month[:3].lower()
    return f"{MONTHS.index(short) + 1:02d}" if short in MONTHS else month.zfill(2)


def full_year(year: str) -> str:
    """2026 for 26: sessions are in this century."""
    return f"20{year}" if len(year) == 2 and year.isdecimal() else year
