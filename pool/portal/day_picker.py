"""Days to tick, week by week: what the component day-picker draws."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from pool.clock import week_of
from pool.formats import long_day
from pool.places.calendar import bank_holiday

WEEKS = 6
MOST_WEEKS = 60
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Cell(NamedTuple):
    """One day: the value that is sent, what is seen, what is read out, and whether it may be and is ticked."""

    value: str
    number: str
    words: str
    past: bool
    holiday: bool
    ticked: bool


class Week(NamedTuple):
    """Seven cells from Monday on; `name` is what is seen beside them: the month, when it is new."""

    name: str
    cells: Sequence[Cell]


class Picker(NamedTuple):
    """Weeks of days, and the bank holidays among them in words."""

    weeks: Sequence[Week]
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
    return Picker([week(days[start : start + 7], today, ticked) for start in range(0, len(days), 7)], holidays)


def day_in(text: str) -> date | None:
    """The day of a value, or nothing."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def week(days: Sequence[date], today: date, ticked: Collection[str]) -> Week:
    """One row of the picker."""
    return Week(f"{days[-1]:%B}" if days[-1].day <= 7 else "", [cell(day, today, ticked) for day in days])


def cell(day: date, today: date, ticked: Collection[str]) -> Cell:
    """One day of the picker."""
    holiday = bank_holiday(day)
    words = f"{long_day(day)}, bank holiday" if holiday else long_day(day)
    return Cell(day.isoformat(), str(day.day), words, day < today, bool(holiday), day.isoformat() in ticked)
