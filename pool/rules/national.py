"""The dated tables of the country that money depends on, as a person reads them: what holds today, what is unconfirmed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pool import dated
from pool.dated import Row

TITLES = {
    "pension_rates": "NHS Pension: employer’s contribution",
    "pension_tiers": "NHS Pension: members’ tiers",
    "mileage_rates": "Mileage: HMRC approved rates",
    "vat_rules": "VAT rules",
    "holiday_pay": "Holiday pay of irregular hours",
    "late_payment": "Late payment of commercial debts",
    "working_time": "Working time of people whom the host employs",
}
"""Every money table of data/ (a test compares), in reading order."""

ABOUT = ("valid_from", "valid_to", "recorded_at", "confirmed_to", "owner", "source")
"""Columns that say where a figure comes from; all others are the figure."""

SENTENCES = ("reason_text", "reason_code")
"""Columns that go on documents word by word; too long for a list."""


@dataclass(frozen=True)
class Line:
    """One row of a table. `holds`: it applies today and no newer word has replaced it."""

    said: str
    row: Row
    holds: bool
    confirmed: bool

    @property
    def unconfirmed(self) -> bool:
        """In use, and nobody has confirmed it for today."""
        return self.holds and not self.confirmed


@dataclass(frozen=True)
class Table:
    """One table with its rows, what holds now first, then the newest."""

    name: str
    title: str
    lines: tuple[Line, ...]

    @property
    def unconfirmed(self) -> tuple[Line, ...]:
        """What is in use without anybody's word for it."""
        return tuple(line for line in self.lines if line.unconfirmed)


def tables(on: date) -> list[Table]:
    """All tables as they stand on a day."""
    return [Table(name, title, tuple(lines(name, on))) for name, title in TITLES.items()]


def lines(name: str, on: date) -> list[Line]:
    """The rows of a table in reading order."""
    rows = dated.table(name)
    held = list(holding(rows, on))
    found = [Line(said(row), row, row in held, confirmed(row, on)) for row in rows]
    return sorted(found, key=lambda line: (not line.holds, negative(line.row["recorded_at"]), line.said))


def negative(day: str) -> int:
    """So that the newest comes first."""
    return -dated.day(day).toordinal()


def holding(rows: Sequence[Row], on: date) -> Iterator[Row]:
    """The rows that answer today: of those with the same keys the one that began last, then the one recorded last."""
    newest: dict[tuple[str, ...], Row] = {}
    for row in sorted(
        dated.in_force(rows, on=on, known_by=on), key=lambda figure: (figure["valid_from"], figure["recorded_at"])
    ):
        newest[key_of(row)] = row
    yield from newest.values()


KEYS = ("kind", "vehicle", "tier", "figure", "debt_from", "seller_status", "supply", "role")
"""Columns that name what a row is about; the others of a table are its figures."""


def key_of(row: Row) -> tuple[str, ...]:
    """What a row is about."""
    return tuple(row[column] for column in KEYS if column in row)


def said(row: Row) -> str:
    """The figures of a row in its own words: vehicle car, first miles 10000, first pence 55; base rate, value 4.75."""
    parts = [
        value if column == "figure" else f"{column} {value}"
        for column, value in row.items()
        if value and column not in (*ABOUT, *SENTENCES)
    ]
    return ", ".join(parts).replace("_", " ")


def confirmed(row: Row, on: date) -> bool:
    """Has somebody confirmed it for this day?"""
    return not row["confirmed_to"] or on <= dated.day(row["confirmed_to"])
