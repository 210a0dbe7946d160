"""The amount of one line of a CSV file and which way it went: by its sign, by its column, or by a letter beside it.

Two amounts in one line, and an amount whose sign and letter disagree, are mistakes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pool.rules import bank_cells
from pool.rules.bank_entry import OUT, Mistakes
from pool.rules.bank_table import Cells, Table, cell
from pool.rules.bank_words import CAME_IN, WENT_OUT

KINDS = ("amount", "in", "out")
TWO_AMOUNTS = "There are two amounts in one line. Leave one of them empty or 0.00."


@dataclass(frozen=True)
class Amounts:
    """What stands in the columns of amounts of one line, with its signs; None where nothing stands. `letter` is 1 for money
    in, -1 for money out, 0 where no column says it."""

    line: Cells
    plain: int | None
    came_in: int | None
    went_out: int | None
    letter: int

    @property
    def is_empty(self) -> bool:
        """Does no column hold an amount?"""
        return self.plain is None and self.came_in is None and self.went_out is None


@dataclass(frozen=True)
class Habits:
    """How a whole file writes amounts: is a minus in its column of money out, or beside DR, only a habit, and does it say
    which way money went at all?"""

    minus_in_out: bool
    minus_with_dr: bool
    has_direction: bool


def amounts_of(line: Cells, table: Table, mistakes: Mistakes) -> Amounts:
    """The amounts of a line; what cannot be read is a mistake."""
    plain, came_in, went_out = (one_of(line, table, kind, mistakes) for kind in KINDS)
    return Amounts(line, plain, came_in, went_out, letter_of(line, table, mistakes))


def one_of(line: Cells, table: Table, kind: str, mistakes: Mistakes) -> int | None:
    """The amount that the columns of one kind hold; they must not hold two different ones."""
    number, cells = line
    found: dict[int, str] = {}
    for column in table.layout[kind]:
        try:
            if cell(cells, column):
                found.setdefault(bank_cells.pence(cell(cells, column)), table.names[column])
        except ValueError as wrong:
            mistakes.at(number, table.names[column], wrong)
            return 0
    above = {pence: name for pence, name in found.items() if pence}
    if len(above) > 1:
        mistakes.at(number, " and ".join(above.values()), TWO_AMOUNTS)
    return next(iter(above or found), None)


def letter_of(line: Cells, table: Table, mistakes: Mistakes) -> int:
    """The direction that a letter column gives."""
    number, cells = line
    for column in table.letters:
        word = "".join(sign for sign in cell(cells, column).lower() if sign.isalpha())
        if word in CAME_IN or word in WENT_OUT:
            return 1 if word in CAME_IN else -1
        mistakes.at(
            number, table.names[column], f"“{cell(cells, column)}” is no direction. Write CR for money in, DR for out."
        )
    return 0


def habits_of(found: Sequence[Amounts], table: Table) -> Habits:
    """How the lines of a file write their amounts."""
    out = [reading.went_out for reading in found if reading.went_out]
    debits = [reading.plain for reading in found if reading.plain and reading.letter < 0]
    signs = any(
        bank_cells.says_direction(cell(reading.line[1], column))
        for reading in found
        for column in table.layout["amount"]
    )
    statement = any(table.layout[kind] for kind in ("in", "out", "balance")) or bool(table.letters)
    return Habits(max(out, default=0) < 0, max(debits, default=0) < 0, statement or signs)


def pence_of(found: Amounts, habits: Habits, table: Table, direction: str, mistakes: Mistakes) -> int:
    """Pence above zero for money in, below for money out; a list of payments without any sign went the asked way."""
    number, _ = found.line
    came_in, went_out = found.came_in or 0, found.went_out or 0
    if came_in and went_out:
        mistakes.at(number, table.columns("in", "out"), TWO_AMOUNTS)
    split = came_in - (abs(went_out) if habits.minus_in_out else went_out)
    if split:
        return agreed(found, split, table, mistakes)
    if found.letter:
        return by_letter(found, habits, table, mistakes)
    plain = found.plain or 0
    return -plain if direction == OUT and not habits.has_direction else plain


def agreed(found: Amounts, split: int, table: Table, mistakes: Mistakes) -> int:
    """Columns of money in and out beside a column of all amounts must say the same."""
    plain = found.plain or split
    if abs(plain) != abs(split) or (plain < 0 < split):
        mistakes.at(found.line[0], table.columns("amount", "in", "out"), TWO_AMOUNTS)
    return split


def by_letter(found: Amounts, habits: Habits, table: Table, mistakes: Mistakes) -> int:
    """An amount with CR or DR beside it. A minus beside DR is a habit only when the whole file has it."""
    plain = found.plain or 0
    if plain >= 0:
        return found.letter * plain
    if found.letter > 0 or not habits.minus_with_dr:
        words = "The amount is below zero and has a letter for its direction: that could mean two things. Take the minus away."
        mistakes.at(found.line[0], table.columns("amount", "letter", "type"), words)
    return plain
