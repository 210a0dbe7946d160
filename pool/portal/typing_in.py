"""Dates and times the way people type them, turned into the form a schema reads."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import missing

DATE_PARTS = ("day", "month", "year")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
TIME = re.compile(r"(?P<hour>\d{1,2})[:.]?(?P<minute>\d{2})?(?::\d{2})?\s*(?P<half>am|pm)?", re.IGNORECASE)


def joined_date(name: str, given: Mapping[str, Any]) -> Any:
    """The three boxes of a date as 2026-05-14; `missing` when all are empty.

    A half-filled or impossible date is passed on as typed, for the schema to refuse.
    """
    day, month, year = (str(given.get(f"{name}-{part}", "")) for part in DATE_PARTS)
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


def tidy_time(typed: str) -> str:
    """08:30 for 8:30, 0830, 8.30 and 8.30am; 13:00 for 1pm; anything else as typed, for the schema to refuse."""
    found = TIME.fullmatch(typed.strip())
    if not found:
        return typed
    hour, half = int(found["hour"]), (found["half"] or "").lower()
    if half and not 1 <= hour <= 12:
        return typed
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return f"{hour:02d}:{found['minute'] or '00'}"
