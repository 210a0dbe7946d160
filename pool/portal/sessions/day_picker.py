"""Days to tick, month by month: what the component day-picker draws."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from pool.clock import week_of
from pool.formats import long_day
from pool.places.calendar import bank_holiday

WEEKS = 6
MOST_WEEKS = 60


class Cell(NamedTuple):
    """One day: the value that is sent, what is seen, what is read out, and what is true of it."""

    value: str
    number: str
    words: str
    past: bool
    today: bool
    holiday: bool
    ticked: bool


class Month(NamedTuple):
    """The days of one month under its name; `weeks` are rows from Monday to Sunday, None for a day of another month."""

    name: str
    weeks: Sequence[Sequence[Cell | None]]


class Picker(NamedTuple):
    """Months of days, and the bank holidays among them in words."""

    months: Sequence[Month]
    holidays: Sequence[str]


def picker(today: date, ticked: Collection[str]) -> Picker:
    """Six weeks from this one, or from the week of the first ticked day when that is later, and on to the last ticked.

    `ticked` is what the browser sends; what is not a day is passed over.
    """
    chosen = [day for day in map(day_in, ticked) if day is not None]
    near = week_of(today) + timedelta(weeks=WEEKS)
    monday = week_of(min(chosen)) if chosen and min(chosen) >= near else week_of(today)
    weeks = max([WEEKS, *((day - monday).days // 7 + 1 for day in chosen)])
    days = [monday + timedelta(days=number) for number in range(min(weeks, MOST_WEEKS) * 7)]
    holidays = [f"{long_day(day)}: {bank_holiday(day)}" for day in days if day >= today and bank_holiday(day)]
    by_month = groupby(days, key=lambda day: day.replace(day=1))
    return Picker([month(list(found), today, ticked) for _, found in by_month], holidays)


def day_in(text: str) -> date | None:
    """The day of a value, or nothing."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def month(days: Sequence[date], today: date, ticked: Collection[str]) -> Month:
    """The days of one month in rows of a week; a day stands under its weekday."""
    cells: list[Cell | None] = [cell(day, today, ticked) for day in days]
    padded = [None] * days[0].weekday() + cells + [None] * (6 - days[-1].weekday())
    return Month(f"{days[0]:%B %Y}", [padded[start : start + 7] for start in range(0, len(padded), 7)])


def cell(day: date, today: date, ticked: Collection[str]) -> Cell:
    """One day of the picker."""
    holiday = bank_holiday(day)
    words = ", ".join([long_day(day), *(["today"] if day == today else []), *(["bank holiday"] if holiday else [])])
    value = day.isoformat()
    return Cell(value, str(day.day), words, day < today, day == today, bool(holiday), value in ticked)
