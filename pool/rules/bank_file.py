"""Bank files of every kind that is known: bytes in, lines out, or one Invalid that names every row and column that cannot be
read. Nothing is guessed: docs/payments.md lists the layouts."""

import re

from pool.rules import bank_camt, bank_csv, bank_mt940
from pool.rules.bank_entry import IN, OUT, BankFile, BankRow, LeftOut

__all__ = ["IN", "OUT", "BankFile", "BankRow", "LeftOut", "read"]

XML = re.compile(rb"\A(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*\x00?<")
SWIFT = re.compile(rb"^\s*:20:.*^:25:", re.MULTILINE | re.DOTALL)
"""An MT940 statement starts with its own reference and the account."""

STARTS_WITHIN = 2000


def read(data: bytes, direction: str) -> BankFile:
    """The payments of a file, in its order. Raises Invalid with every mistake; then nothing of it may be used."""
    if XML.match(data):
        return bank_camt.read(data, direction)
    if SWIFT.search(data[:STARTS_WITHIN]) or data.startswith(b"{1:"):
        return bank_mt940.read(data, direction)
    return bank_csv.read(data, direction)
