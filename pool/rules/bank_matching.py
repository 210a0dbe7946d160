"""Which invoices a bank line pays: by the numbers in its reference when the sums agree, else as a proposal to a person.

Plain Python. Only an exact sum of invoices named in the reference is matched without a person; a part-payment, a payment
of too much, or an amount that happens to fit is proposed with its reason.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from pool.money import Money, total
from pool.rules.bank_entry import BankRow
from pool.rules.bank_words import GOES_BACK

MATCHED, PROPOSED, UNMATCHED = "matched", "proposed", "unmatched"
MOST_PROPOSED = 5
SIGNS = re.compile(r"[^A-Z0-9]+")
PREFIXES = ("INVOICE", "INV", "NO", "REF", "NR")
"""Words that may stand right before a number."""


@dataclass
class OpenInvoice:
    """An invoice as the matching sees it; `outstanding` shrinks as lines of one file are put on it."""

    id: UUID
    number: str
    practice_id: UUID
    practice: str
    seller_id: UUID
    outstanding: Money


@dataclass(frozen=True)
class Outcome:
    """What is to happen with a line, which invoices it is about, and why."""

    state: str
    invoices: tuple[OpenInvoice, ...] = field(default=())
    why: str = ""


class Finder:
    """Finds the numbers of known invoices in what people typed: with other signs, spaces, small letters, run together."""

    def __init__(self, invoices: Iterable[OpenInvoice]) -> None:
        self.by_number = {squeezed(invoice.number): invoice for invoice in invoices}
        self.lengths = sorted({len(number) for number in self.by_number}, reverse=True)

    def named_in(self, reference: str) -> list[OpenInvoice]:
        """Every known invoice whose number stands in the reference, each once, in its order."""
        signs, ends = letters_of(reference)
        found: dict[UUID, OpenInvoice] = {}
        position = 0
        while position < len(signs):
            invoice = self.at(signs, ends, position) if may_start(signs, ends, position) else None
            if invoice:
                found[invoice.id] = invoice
                position += len(squeezed(invoice.number))
            else:
                position += 1
        return list(found.values())

    def at(self, signs: str, ends: Sequence[bool], position: int) -> OpenInvoice | None:
        """The longest number that starts here and is not part of a longer row of digits."""
        for length in self.lengths:
            invoice = self.by_number.get(signs[position : position + length])
            if invoice and not runs_on(signs, ends, position + length):
                return invoice
        return None


def squeezed(text: str) -> str:
    """Capital letters and digits only."""
    return SIGNS.sub("", text.upper())


def letters_of(reference: str) -> tuple[str, list[bool]]:
    """The letters and digits of a reference, and for each whether something else follows it."""
    signs: list[str] = []
    ends: list[bool] = []
    for character in reference.upper():
        if character.isascii() and character.isalnum():
            signs.append(character)
            ends.append(False)
        elif ends:
            ends[-1] = True
    return "".join(signs), ends


def may_start(signs: str, ends: Sequence[bool], position: int) -> bool:
    """A number starts after a space or sign, or right after a word such as INV, or after the digits of another."""
    if position == 0 or ends[position - 1]:
        return True
    return signs[:position].endswith(PREFIXES) or (signs[position].isalpha() and signs[position - 1].isdigit())


def runs_on(signs: str, ends: Sequence[bool], after: int) -> bool:
    """Do more digits follow without anything in between?"""
    return after < len(signs) and signs[after].isdigit() and not ends[after - 1]


def says_back(row: BankRow) -> bool:
    """Do the words of a line say that money goes back?"""
    words = SIGNS.sub(" ", f"{row.reference} {row.payer}".upper()).lower().split()
    return not GOES_BACK.isdisjoint(words)


def match(row: BankRow, finder: Finder, open_invoices: Sequence[OpenInvoice]) -> Outcome:
    """What a line pays, looking at what is outstanding now. Money that goes back, or says so, pays nothing by itself."""
    named = finder.named_in(row.reference)
    if row.goes_back:
        return Outcome(UNMATCHED, (), went_back(named))
    outcome = by_number(row, named) if named else by_amount(row, open_invoices)
    if says_back(row) and outcome.state == MATCHED:
        return Outcome(
            PROPOSED, outcome.invoices, f"{outcome.why} Its words say that money goes back, so look at it first."
        )
    return outcome


def went_back(named: Sequence[OpenInvoice]) -> str:
    """What is said of money that went the other way."""
    if not named:
        return "Money went back, and its words name no invoice. Which payment was returned?"
    numbers = ", ".join(invoice.number for invoice in named)
    paid = all(invoice.outstanding <= Money(0) for invoice in named)
    return f"Money went back that names {numbers}, which {'counts as paid' if paid else 'is open'}. It pays nothing."


def by_number(row: BankRow, named: Sequence[OpenInvoice]) -> Outcome:
    """The reference names invoices: exactly their sum is a match, anything else is for a person."""
    numbers = ", ".join(invoice.number for invoice in named)
    if len({invoice.practice_id for invoice in named}) > 1:
        return Outcome(UNMATCHED, (), f"The reference names invoices of several practices: {numbers}.")
    still_open = tuple(invoice for invoice in named if invoice.outstanding > Money(0))
    if not still_open:
        return Outcome(UNMATCHED, (), f"{numbers} is paid already.")
    due = total([invoice.outstanding for invoice in still_open])
    if due == row.amount:
        return Outcome(MATCHED, still_open, f"Number and sum agree: {numbers}.")
    difference = f"{due - row.amount} less" if row.amount < due else f"{row.amount - due} more"
    if len({invoice.seller_id for invoice in still_open}) > 1:
        return Outcome(
            UNMATCHED, (), f"{numbers} go to several sellers and the sum is {difference} than the {due} due."
        )
    return Outcome(PROPOSED, still_open, f"The reference names {numbers}, but it is {difference} than the {due} due.")


def by_amount(row: BankRow, open_invoices: Sequence[OpenInvoice]) -> Outcome:
    """No number: invoices with exactly this amount are proposed, those of the practice named in the line first."""
    fitting = [invoice for invoice in open_invoices if invoice.outstanding == row.amount]
    own = [invoice for invoice in fitting if is_named(invoice.practice, f"{row.payer} {row.reference}")]
    chosen = tuple((own or fitting)[:MOST_PROPOSED])
    if not chosen:
        return Outcome(UNMATCHED, (), "No invoice number in the reference, and no open invoice of this amount.")
    which = "one open invoice" if len(fitting) == 1 else f"{len(fitting)} open invoices"
    return Outcome(PROPOSED, chosen, f"No invoice number in the reference; the amount is that of {which}.")


def is_named(practice: str, words: str) -> bool:
    """Does the line name the practice?"""
    return bool(practice) and squeezed(practice) in squeezed(words)
