"""Bank lines from an MT940 statement (SWIFT), read by the library mt-940; the direction is taken from its mark.

C came in, D went out; RC takes a credit back and RD a debit, so their money goes the other way. A row is the line of the file
on which the payment starts.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import mt940

from pool.errors import Invalid
from pool.plain_text import tidied
from pool.rules import bank_cells
from pool.rules.bank_csv import NO_AMOUNT
from pool.rules.bank_entry import BankFile, Entry, LeftOut, Mistakes, refuse_too_many, sorted_out

PAYMENT = re.compile(r"^:61:(?P<words>.*)$", re.MULTILINE)
MARKS = {"C": 1, "RD": 1, "D": -1, "RC": -1}
REVERSALS = frozenset({"RC", "RD"})
WRITTEN = re.compile(r"\d{6}(?:\d{4}| {4})?R?[CD][A-Z]? ?\d+(?:,\d*)?[A-Z][A-Z0-9 ]{3}", re.ASCII)
"""Value day, day of entry, mark, amount, kind."""

NO_REFERENCE = frozenset({"NONREF", "NOTPROVIDED", "NOREF"})
TEXTS = (
    "customer_reference",
    "end_to_end_reference",
    "purpose",
    "additional_purpose",
    "transaction_details",
    "extra_details",
)
PAYERS = ("applicant_name", "recipient_name")


def read(data: bytes, direction: str) -> BankFile:
    """The lines of a statement. Raises Invalid with every mistake; a payment that the library passes over is one too."""
    text = text_of(data)
    rows = [text.count("\n", 0, match.start()) + 1 for match in PAYMENT.finditer(text)]
    refuse_too_many(len(rows))
    refuse_unlike(text, rows)
    payments = parsed(text)
    if len(payments) != len(rows):
        raise Invalid(
            f"The file has {len(rows)} payments (:61:), but only {len(payments)} can be read. Nothing was imported."
        )
    mistakes, entries, left_out = Mistakes(), [], []
    for row, payment in zip(rows, payments, strict=True):
        pence = pence_of(row, payment, mistakes)
        reference, payer = reference_of(payment), joined(payment, PAYERS)
        if pence:
            entries.append(Entry(row, day_of(payment), pence, reference, payer))
        else:
            left_out.append(LeftOut(row, "0.00", reference, NO_AMOUNT))
    mistakes.refuse()
    return sorted_out(entries, left_out, direction)


def text_of(data: bytes) -> str:
    """SWIFT's letters are plain ones; banks that add others write UTF-8 or Latin-1. All line ends become one."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parsed(text: str) -> list[dict[str, Any]]:
    """The payments as the library reads them; what it refuses is named with its line."""
    try:
        return [payment.data for payment in mt940.parse(text)]
    except Exception as refused:
        value = str(refused.args[2]).splitlines()[0] if len(refused.args) > 2 and refused.args[2] else ""
        row = text.count("\n", 0, text.find(value)) + 1 if value and value in text else 1
        words = f"Row {row}, column :61: or balance: “{value[:60]}” cannot be read as MT940."
        raise Invalid(f"Nothing was imported. {words}", {"file": [words]}) from refused


def refuse_unlike(text: str, rows: list[int]) -> None:
    """Raises Invalid that names each payment which is not written as SWIFT says: the library would read D12.50 as 12."""
    mistakes = Mistakes()
    for row, payment in zip(rows, PAYMENT.finditer(text), strict=True):
        if not WRITTEN.match(payment["words"]):
            words = "Days, C or D, an amount like 1234,50 and a code like NTRF are needed."
            mistakes.at(row, ":61:", f"“{payment['words'][:60]}” cannot be read as a payment. {words}")
    mistakes.refuse()


def pence_of(row: int, payment: dict[str, Any], mistakes: Mistakes) -> int:
    """Pence above zero for money in; 0 and a mistake when it cannot be read."""
    amount = payment["amount"]
    if amount.currency != "GBP":
        mistakes.at(row, ":61:", f"“{amount.currency}” is not GBP. Only pounds can be imported.")
        return 0
    pence = abs(Decimal(amount.amount)) * 100
    if pence != pence.to_integral_value() or pence > bank_cells.MOST_PENCE:
        mistakes.at(row, ":61:", f"“{amount.amount}” is not an amount in pounds and pence.")
        return 0
    return MARKS[str(payment["status"])] * int(pence)


def day_of(payment: dict[str, Any]) -> date:
    """The day on which the bank booked it, else its value day."""
    found = payment.get("guessed_entry_date") or payment["date"]
    return date(found.year, found.month, found.day)


def reference_of(payment: dict[str, Any]) -> str:
    """All texts of a payment; a reversal says so."""
    back = "REVERSAL " if payment["status"] in REVERSALS else ""
    return back + joined(payment, TEXTS)


def joined(payment: dict[str, Any], names: tuple[str, ...]) -> str:
    """Some fields of a payment as one text, each once."""
    found = [" ".join(tidied(str(payment.get(name) or "")).split()) for name in names]
    return " ".join(name for name in dict.fromkeys(found) if name and name not in NO_REFERENCE)
