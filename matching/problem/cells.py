"""One cell of an exchange table: text or a native value in, a checked native value out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from matching.basis.london_time import LONDON

LONGEST_ID = 200
WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
DECIMAL = re.compile(r"[0-9]{1,9}([.][0-9]{1,12})?")
WALL_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(:00)?")
CALENDAR_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NOT_A_DAY = "must be a date, YYYY-MM-DD"
NOT_A_TIME = "must be a London time in whole minutes, HH:MM"
FLAGS = {"0": False, "1": True, 0: False, 1: True, "false": False, "true": True}


@dataclass(frozen=True)
class Column:
    """A column of an exchange table; `default` is what an empty cell means, `...` that it may not be empty."""

    name: str
    read: Callable[[Any], Any]
    default: Any = ...


def text(value: Any) -> str:
    """A short printable name or id."""
    word = str(value).strip()
    if len(word) > LONGEST_ID or not word.isprintable():
        raise ValueError(f"is longer than {LONGEST_ID} characters or holds characters that cannot be printed")
    return word


def words(value: Any) -> frozenset[str]:
    """A set of names: separated by semicolons in a file, any collection from the product."""
    parts: Iterable[Any] = value.split(";") if isinstance(value, str) else value
    if not isinstance(parts, Iterable):
        raise ValueError("must be names separated by semicolons")
    return frozenset(filter(None, map(text, parts)))


def whole(low: int, high: int) -> Callable[[Any], int]:
    """A reader of whole numbers from `low` to `high`."""

    def read(value: Any) -> int:
        if isinstance(value, float) and value != value // 1:
            raise ValueError("must be a whole number")
        number = int(_shaped(value, WHOLE, "must be a whole number"))
        if not low <= number <= high:
            raise ValueError(f"must lie between {low} and {high}, not {number}")
        return number

    return read


def decimal(low: float, high: float) -> Callable[[Any], float]:
    """A reader of numbers with a decimal point, from `low` to `high`."""

    def read(value: Any) -> float:
        number = float(_shaped(value, DECIMAL, "must be a number such as 3.47"))
        if not low <= number <= high:
            raise ValueError(f"must lie between {low:g} and {high:g}, not {number}")
        return number

    return read


def _shaped(value: Any, shape: re.Pattern[str], otherwise: str) -> Any:
    """A native value as it is, a text only when it has this shape: no more is guessed than the format says."""
    if not isinstance(value, str):
        return value
    if not shape.fullmatch(value.strip()):
        raise ValueError(otherwise)
    return value.strip()


def flag(value: Any) -> bool:
    """Yes or no as 1 or 0."""
    key = value.strip().lower() if isinstance(value, str) else value
    if key not in FLAGS:
        raise ValueError("must be 0 or 1")
    return FLAGS[key]


def day(value: Any) -> date:
    """A calendar date, YYYY-MM-DD."""
    if isinstance(value, datetime):
        raise ValueError("must be a date without a time")
    found = value if isinstance(value, date) else _day_of(_shaped(str(value), CALENDAR_DAY, NOT_A_DAY))
    if not 1990 <= found.year <= 2200:
        raise ValueError(f"must lie between the years 1990 and 2200, not {found.year}")
    return found


def _day_of(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise ValueError("is not in the calendar") from None


def clock(value: Any) -> time:
    """A London wall time, HH:MM."""
    found = value if isinstance(value, time) else _time_of(_shaped(str(value), WALL_TIME, NOT_A_TIME))
    if found.tzinfo is not None or found.second or found.microsecond:
        raise ValueError(NOT_A_TIME)
    return found


def _time_of(written: str) -> time:
    try:
        return time.fromisoformat(written)
    except ValueError:
        raise ValueError(NOT_A_TIME) from None


def moment(value: Any) -> datetime:
    """An instant; without a zone it is London time, which a clock change must not skip."""
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).strip())
    except ValueError:
        raise ValueError("must be a date and a time, YYYY-MM-DDTHH:MM") from None
    instant = (found if found.tzinfo else found.replace(tzinfo=LONDON)).astimezone(UTC)
    if found.tzinfo is None and instant.astimezone(LONDON).replace(tzinfo=None) != found.replace(fold=0):
        raise ValueError("does not exist in London: the clocks go forward that night")
    return instant
