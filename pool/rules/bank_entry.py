"""One line of an account as every kind of bank file gives it, and what is kept of a file: payments, money the other way, the
rest with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pool.errors import Invalid
from pool.money import Money

OUT, IN = "out", "in"
"""Whose file it is: money goes out of a practice's account, and comes in to a seller's."""

OTHER_WAY = {OUT: "Money that came in", IN: "Money that went out"}
"""What a line is called that is not about payments in the asked direction."""

MOST_LINES = 5000


@dataclass(frozen=True)
class Entry:
    """One line: pence above zero came into the account, below zero went out of it. `row` counts as its file counts."""

    row: int
    paid_on: date
    pence: int
    reference: str
    payer: str


@dataclass(frozen=True)
class LeftOut:
    """A line that is no payment, and why; `amount` as it is written."""

    row: int
    amount: str
    reference: str
    why: str


@dataclass(frozen=True)
class BankRow:
    """One payment of the file, or (`goes_back`) money the other way."""

    row: int
    paid_on: date
    amount: Money
    reference: str
    payer: str
    goes_back: bool = False


@dataclass(frozen=True)
class BankFile:
    """What a file holds: payments in the asked direction, money the other way, and lines that are no payment."""

    rows: tuple[BankRow, ...]
    back: tuple[BankRow, ...]
    left_out: tuple[LeftOut, ...]


class Mistakes:
    """Everything that cannot be read, so that a person can mend a file in one go."""

    def __init__(self) -> None:
        self.found: list[tuple[int, str]] = []

    def at(self, row: int, column: str, words: object) -> None:
        """One more."""
        self.found.append((row, f"Row {row}, column {column}: {words}"))

    def refuse(self) -> None:
        """Raises Invalid if there are any."""
        sentences = [words for _, words in sorted(self.found)]
        if sentences:
            raise Invalid(f"Nothing was imported. {sentences[0]}", {"file": sentences})


def sorted_out(entries: Iterable[Entry], left_out: Iterable[LeftOut], direction: str) -> BankFile:
    """The payments in the asked direction, and money the other way beside them."""
    way = 1 if direction == IN else -1
    rows = [as_row(entry, way) for entry in entries]
    return BankFile(
        tuple(row for row in rows if not row.goes_back), tuple(row for row in rows if row.goes_back), tuple(left_out)
    )


def as_row(entry: Entry, way: int) -> BankRow:
    """An entry as a payment or as money the other way."""
    amount = Money(abs(entry.pence))
    return BankRow(entry.row, entry.paid_on, amount, entry.reference, entry.payer, entry.pence * way < 0)


def other_way(row: BankRow, direction: str) -> LeftOut:
    """Money the other way that concerns nobody here."""
    return LeftOut(row.row, str(row.amount), row.reference or row.payer, OTHER_WAY[direction])


def refuse_too_many(lines: int) -> None:
    """Raises Invalid for more lines than are imported at a time."""
    if lines > MOST_LINES:
        raise Invalid(f"The file has {lines:,} lines. Import at most {MOST_LINES:,} at a time.")
