"""Bank lines from a CSV file as a bank or an accounting program writes it: which column is which, and every line or none.

Plain Python: bytes in, lines out, or one Invalid that names every row and column that cannot be read. Nothing is guessed:
docs/money-payments.md lists the names of columns and the ways of writing days and amounts that are known.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pool.errors import Invalid
from pool.money import Money
from pool.rules import bank_cells

OUT, IN = "out", "in"
"""Whose file it is: money goes out of a practice's account, and comes in to a seller's."""

COLUMNS: dict[str, frozenset[str]] = {
    "date": frozenset({
        "date", "transactiondate", "posteddate", "postingdate", "valuedate", "paymentdate", "datepaid", "bookingdate",
        "paidon", "dateofpayment", "processeddate",
    }),
    "amount": frozenset({
        "amount", "value", "amountgbp", "paymentamount", "amountpaid", "netamount", "transactionamount", "paymentvalue",
        "gbp", "total",
    }),
    "in": frozenset({"paidin", "credit", "creditamount", "moneyin", "in", "credits", "receipt", "amountin"}),
    "out": frozenset({"paidout", "debit", "debitamount", "moneyout", "out", "debits", "withdrawn", "withdrawal", "amountout"}),
    "reference": frozenset({
        "reference", "paymentreference", "ref", "yourreference", "description", "details", "narrative", "particulars",
        "transactiondescription", "memo", "invoicenumber", "invoice", "invoiceno", "invoices", "text", "remittance",
        "transactiondetails", "paymentdetails",
    }),
    "payer": frozenset({
        "payer", "payername", "name", "counterparty", "counterpartyname", "from", "remitter", "payee", "beneficiary",
        "beneficiaryname", "supplier", "to", "merchant",
    }),
    "currency": frozenset({"currency", "ccy", "currencycode"}),
}  # fmt: skip
"""What columns may be called, in small letters without spaces and signs."""

HEADER_WITHIN = 20
MOST_LINES = 5000
LONGEST_CELL = 1000
NO_HEADER = (
    "The file has no line that names its columns. We need a date, an amount (or paid in and paid out) and a reference,"
    " like: Date,Amount,Reference,Name."
)


@dataclass(frozen=True)
class BankRow:
    """One payment of the file; `row` is its line as a spreadsheet counts it."""

    row: int
    paid_on: date
    amount: Money
    reference: str
    payer: str


@dataclass(frozen=True)
class BankFile:
    """What a file holds: payments in the asked direction, and how many lines went the other way."""

    rows: tuple[BankRow, ...]
    left_out: int


Layout = dict[str, list[int]]
Cells = tuple[int, list[str]]


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


def read(data: bytes, direction: str) -> BankFile:
    """The payments of a file, in its order. Raises Invalid with every mistake; then nothing of it may be used."""
    lines = [(number, cells) for number, cells in parsed(text_of(data)) if any(cell.strip() for cell in cells)]
    start, layout = header(lines)
    names = dict(enumerate(lines[start][1]))
    body = lines[start + 1 :]
    if len(body) > MOST_LINES:
        raise Invalid(f"The file has {len(body):,} lines. Import at most {MOST_LINES:,} at a time.")
    mistakes = Mistakes()
    signed = [(line, pence_of(line, layout, names, mistakes)) for line in body]
    days = [day_of(line, layout, names, mistakes) for line in body]
    mistakes.refuse()
    payments = in_direction([pence for _, pence in signed], direction, split=bool(layout["in"] or layout["out"]))
    rows = tuple(
        BankRow(number, paid_on, Money(pence), joined(cells, layout["reference"]), joined(cells, layout["payer"]))
        for ((number, cells), _), paid_on, pence in zip(signed, days, payments, strict=True)
        if paid_on and pence > 0
    )
    return BankFile(rows, len(body) - len(rows))


def text_of(data: bytes) -> str:
    """The text of a file in one of the encodings that spreadsheets write."""
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Invalid("This is not a CSV file. Save the list from your bank or spreadsheet as CSV and choose that file.")


def parsed(text: str) -> Iterator[Cells]:
    """Lines with their numbers, cut at the sign (comma, semicolon, tab) that the first lines hold most often."""
    first = "\n".join(text.splitlines()[:HEADER_WITHIN])
    cut = max((",", ";", "\t"), key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=cut)
    try:
        before = 0
        for cells in reader:
            yield before + 1, cells
            before = reader.line_num
    except csv.Error as broken:
        raise Invalid(f"Row {reader.line_num} cannot be read as CSV. Save the file as CSV again.") from broken


def header(lines: Sequence[Cells]) -> tuple[int, Layout]:
    """Which line names the columns, and which column is which. Banks put some lines of their own before it."""
    for position, (_, cells) in enumerate(lines[:HEADER_WITHIN]):
        layout = layout_of(cells)
        if layout["date"] and layout["reference"] and (layout["amount"] or layout["in"] or layout["out"]):
            return position, layout
    raise Invalid(NO_HEADER, {"file": [NO_HEADER]})


def layout_of(cells: Sequence[str]) -> Layout:
    """The columns of each kind; of days and amounts the first counts, references are read together."""
    plain = [re.sub(r"[^a-z]", "", cell.lower()) for cell in cells]
    return {kind: [number for number, name in enumerate(plain) if name in names] for kind, names in COLUMNS.items()}


def day_of(line: Cells, layout: Layout, names: dict[int, str], mistakes: Mistakes) -> date | None:
    """The day of a line; None and a mistake when it has none."""
    number, cells = line
    column = layout["date"][0]
    try:
        return bank_cells.day(cell(cells, column))
    except ValueError as wrong:
        mistakes.at(number, names[column], wrong)
        return None


def pence_of(line: Cells, layout: Layout, names: dict[int, str], mistakes: Mistakes) -> int:
    """Pence above zero for money in, below for money out; 0 and a mistake when there is no amount."""
    number, cells = line
    if any(len(each) > LONGEST_CELL for each in cells):
        mistakes.at(number, "any", f"A cell is longer than {LONGEST_CELL:,} letters.")
        return 0
    for column in layout["currency"]:
        if cell(cells, column).upper() not in ("", "GBP", "£"):
            mistakes.at(number, names[column], f"“{cell(cells, column)}” is not GBP. Only pounds can be imported.")
    found = 0
    given = False
    for kind, factor in (("in", 1), ("out", -1), ("amount", 1)):
        for column in layout[kind][:1]:
            if cell(cells, column) and not given:
                found, given = amount_in(line, column, kind, factor, names, mistakes), True
    if not given:
        columns = " or ".join(names[column] for kind in ("amount", "in", "out") for column in layout[kind][:1])
        mistakes.at(number, columns, "There is no amount.")
    return found


def amount_in(line: Cells, column: int, kind: str, factor: int, names: dict[int, str], mistakes: Mistakes) -> int:
    """The amount of one cell. Columns of money in and money out give the direction, whatever sign stands in them."""
    number, cells = line
    try:
        pence = bank_cells.pence(cell(cells, column))
    except ValueError as wrong:
        mistakes.at(number, names[column], wrong)
        return 0
    return pence if kind == "amount" else factor * abs(pence)


def in_direction(signed: Sequence[int], direction: str, *, split: bool) -> list[int]:
    """Pence of the payments in the asked direction; zero or less for all others.

    A practice's list of payments has no signs; once one amount in it is below zero, those are the money that went out.
    """
    if direction == OUT and (split or any(pence < 0 for pence in signed)):
        return [-pence for pence in signed]
    return list(signed)


def cell(cells: Sequence[str], column: int) -> str:
    """What stands in a column; nothing in a line that is too short."""
    return cells[column].strip() if column < len(cells) else ""


def joined(cells: Sequence[str], columns: Sequence[int]) -> str:
    """Several columns as one text, with single spaces."""
    return " ".join(" ".join(cell(cells, column) for column in columns).split())
