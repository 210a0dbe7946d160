"""Days and times the way people type them."""

import re
from datetime import time
from typing import Any

from marshmallow import fields

from pool.plain_text import code

TIME = re.compile(r"(?P<hour>\d{1,2})[:.]?(?P<minute>\d{2})?(?::\d{2})?\s*(?:(?P<half>[ap])\.?\s?m\.?)?", re.IGNORECASE)
YEAR = re.compile(r"[0-9]{4}")
NO_DAY = "0000-00-00"
MIDNIGHT = "24:00"
LAST_MINUTE = time(23, 59)
"""The end of free time that goes on until midnight: free time stays within its day (services/eligibility/snapshot.py)."""


class EndTime(fields.Time):
    """When work ends; 24:00 is the midnight that ends the day, which clocks call 00:00."""

    midnight = time()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if value == MIDNIGHT:
            return self.midnight
        return super()._deserialize(value, attr, data, **options)


class EndOfFreeTime(EndTime):
    """When free time or time away ends, on the same day; midnight is its last minute."""

    midnight = LAST_MINUTE

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        ends = super()._deserialize(value, attr, data, **options)
        return LAST_MINUTE if ends == time() else ends


def tidy_time(typed: str) -> str:
    """08:30 for 8:30, 0830, 8.30, 8.30am and 8:30 a.m.; 13:00 for 1pm; anything else as typed, for the schema to refuse."""
    found = TIME.fullmatch(code(typed))
    if not found:
        return typed
    hour, half = int(found["hour"]), (found["half"] or "").lower()
    if half and not 1 <= hour <= 12:
        return typed
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return f"{hour:02d}:{found['minute'] or '00'}"


def in_our_time(day: Any) -> Any:
    """A day as it was typed; one of a year around which no week, month or term can be counted as one that is none, for the
    schema to refuse."""
    year = day[:4] if isinstance(day, str) else ""
    return NO_DAY if YEAR.fullmatch(year) and not "1900" <= year <= "2199" else day
