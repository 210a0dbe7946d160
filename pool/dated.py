"""Figures that change with time: rows of data/*.csv, each with the days it applies and the day it became known (design D8).

`valid_from` and `valid_to` are the first and last day (empty = still applies), `recorded_at` the day a row became known.
Money tables also say until when a figure is confirmed (`confirmed_to`, empty = for as long as it applies), who answers for
it (`owner`) and where it comes from (`source`). Past `confirmed_to` the last known figure goes on, marked as unconfirmed.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from pool.config import PROJECT

DATA = PROJECT / "data"
Row = dict[str, str]


@dataclass(frozen=True)
class Figure:
    """One dated row as it was looked up: `figure["rate"]` is text, `figure.decimal("rate")` exact."""

    table: str
    row: Row
    on: date

    def __getitem__(self, column: str) -> str:
        return self.row[column]

    def decimal(self, column: str) -> Decimal:
        """An exact number."""
        return Decimal(self.row[column])

    @property
    def since(self) -> date:
        """The first day it applies."""
        return day(self.row["valid_from"])

    @property
    def confirmed(self) -> bool:
        """Whether somebody has confirmed it for the day it was looked up for."""
        until = self.row["confirmed_to"]
        return not until or self.on <= day(until)


def figure(name: str, *, on: date, known_by: date | None = None, **keys: str) -> Figure:
    """The row of a money table that applies on a day, as known on another; `keys` are columns that must match exactly.

    Of several, the one that began last, and of these the one recorded last, so that a table rewritten afterwards
    answers with its newest word. LookupError with a sentence when the table has none.
    """
    rows = [row for row in table(name) if all(row[column] == value for column, value in keys.items())]
    fitting = in_force(rows, on=on, known_by=known_by)
    if not fitting:
        asked = ", ".join(keys.values())
        raise LookupError(f"data/{name}.csv says nothing about {asked or 'anything'} on {on:%d %B %Y}.")
    return Figure(name, max(fitting, key=lambda row: (row["valid_from"], row["recorded_at"])), on)


@cache
def table(name: str) -> tuple[Row, ...]:
    """All rows of data/<name>.csv, read once per process; FileNotFoundError when there is no such table."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def in_force(rows: Iterable[Row], *, on: date, known_by: date | None = None) -> list[Row]:
    """The dated rows that apply on a day, leaving out what was recorded after `known_by` (so the past can be replayed)."""
    return [row for row in rows if _covers(row, on) and (known_by is None or day(row["recorded_at"]) <= known_by)]


def day(text: str) -> date:
    """An ISO date of a table."""
    return date.fromisoformat(text)


def _covers(row: Row, on: date) -> bool:
    starts, ends = day(row["valid_from"]), row["valid_to"]
    return starts <= on and (not ends or on <= day(ends))
