"""Bank files of every kind that is known: bytes in, lines out, or one Invalid that names every row and column that cannot be
read. Nothing is guessed: docs/money-payments.md lists the layouts."""

from pool.rules import bank_csv
from pool.rules.bank_entry import IN, OUT, BankFile, BankRow, LeftOut

__all__ = ["IN", "OUT", "BankFile", "BankRow", "LeftOut", "read"]


def read(data: bytes, direction: str) -> BankFile:
    """The payments of a file, in its order. Raises Invalid with every mistake; then nothing of it may be used."""
    return bank_csv.read(data, direction)
