"""Bank lines from a CSV file as a bank or an accounting program writes it: every line or none."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from pool.rules import bank_amounts, bank_cells, bank_table
from pool.rules.bank_entry import BankFile, Entry, LeftOut, Mistakes, refuse_too_many, sorted_out
from pool.rules.bank_table import Cells, Table, cell, joined
from pool.rules.bank_words import MONEY, NO_MONEY

LONGEST_CELL = 1000
NO_AMOUNT = "No amount: 0.00"


@dataclass
class Found:
    """What the lines of one file turned out to be."""

    entries: list[Entry] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def read(data: bytes, direction: str) -> BankFile:
    """The lines of a file, in its order. Raises Invalid with every mistake; then nothing of it may be used."""
    table = bank_table.read(data)
    refuse_too_many(len(table.lines))
    mistakes, found = Mistakes(), Found()
    money = [line for line in table.lines if is_money(line, table, found, mistakes)]
    amounts = [bank_amounts.amounts_of(line, table, mistakes) for line in money]
    habits = bank_amounts.habits_of(amounts, table)
    for amount in amounts:
        take(amount, table, found, mistakes, bank_amounts.pence_of(amount, habits, table, direction, mistakes))
    mistakes.refuse()
    return sorted_out(found.entries, sorted(found.left_out, key=lambda line: line.row), direction)


def is_money(line: Cells, table: Table, found: Found, mistakes: Mistakes) -> bool:
    """Is this line money by its state? If not, it is left out with its state as the reason."""
    number, cells = line
    if any(len(content) > LONGEST_CELL for content in cells):
        mistakes.at(number, "any", f"A cell is longer than {LONGEST_CELL:,} letters.")
        return False
    for column in table.layout["state"]:
        said = cell(cells, column)
        word = "".join(sign for sign in said.lower() if sign.isalpha())
        if word in NO_MONEY:
            found.left_out.append(left_out(line, table, said.capitalize()))
            return False
        if word not in MONEY:
            known = "COMPLETED for money that moved, PENDING, REVERTED or DECLINED for money that did not"
            mistakes.at(number, table.names[column], f"“{said}” is no state that we know. Write {known}.")
            return False
    return True


def left_out(line: Cells, table: Table, why: str) -> LeftOut:
    """A line that is no payment, as it is written."""
    number, cells = line
    columns = [column for kind in bank_amounts.KINDS for column in table.layout[kind]]
    return LeftOut(number, joined(cells, columns), words_of(cells, table), why)


def words_of(cells: Sequence[str], table: Table) -> str:
    """What a line says about itself."""
    return joined(cells, table.layout["reference"]) or joined(cells, table.layout["payer"])


def take(found: bank_amounts.Amounts, table: Table, into: Found, mistakes: Mistakes, pence: int) -> None:
    """A line with its amount: an entry, left out because nothing moved, or a mistake."""
    number, cells = found.line
    on = day_of(found.line, table, mistakes)
    check_currency(found.line, table, mistakes)
    if found.is_empty:
        mistakes.at(number, table.columns(*bank_amounts.KINDS), "There is no amount.")
    elif not pence:
        into.left_out.append(left_out(found.line, table, NO_AMOUNT))
    elif on:
        reference, payer = joined(cells, table.layout["reference"]), joined(cells, table.layout["payer"])
        into.entries.append(Entry(number, on, pence, reference, payer))


def day_of(line: Cells, table: Table, mistakes: Mistakes) -> date | None:
    """The day of a line; None and a mistake when it has none."""
    number, cells = line
    column = table.layout["date"][0]
    try:
        return bank_cells.day(cell(cells, column), utc="utc" in table.names[column].lower())
    except ValueError as wrong:
        mistakes.at(number, table.names[column], wrong)
        return None


def check_currency(line: Cells, table: Table, mistakes: Mistakes) -> None:
    """Note a mistake for each cell of a currency that is not pounds."""
    number, cells = line
    for column in table.layout["currency"]:
        if cell(cells, column).upper() not in ("", "GBP", "£"):
            words = f"“{cell(cells, column)}” is not GBP. Only pounds can be imported."
            mistakes.at(number, table.names[column], words)
