"""What stands in the cells of a bank's file: days and amounts as banks and spreadsheets write them, exactly or not at all.

A cell that could mean two things is refused with a sentence, never guessed.
"""

import re
from datetime import date, datetime

from pool.money import Money

DAY_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d-%m-%y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y",
               "%d-%b-%y", "%d %b %y", "%Y/%m/%d", "%Y%m%d")  # fmt: skip
TIME_OF_DAY = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$")
AMOUNT = re.compile(r"(?P<pounds>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<pence>\d{1,2}))?", re.ASCII)
MOST_PENCE = 100_000_000_00
EARLIEST = date(2000, 1, 1)


def day(cell: str) -> date:
    """A day; ValueError with a sentence. Days come before months: 05/06/2026 is the fifth of June."""
    plain = TIME_OF_DAY.sub("", " ".join(cell.split()))
    for pattern in DAY_FORMATS:
        found = day_as(plain, pattern)
        if found and found >= EARLIEST:
            return found
    raise ValueError(f"“{cell}” is not a day. Write it like 14/05/2026 or 2026-05-14.")


def day_as(plain: str, pattern: str) -> date | None:
    """The day in one way of writing it, or None."""
    try:
        return datetime.strptime(plain, pattern).date()  # noqa: DTZ007  a day has no time zone
    except ValueError:
        return None


def pence(cell: str) -> int:
    """An amount in whole pence, below zero for (12.00), -12.00, 12.00- and 12.00 DR; ValueError with a sentence."""
    sign, plain = signed(cell)
    found = AMOUNT.fullmatch(plain)
    if found is None:
        raise ValueError(f"“{cell}” is not an amount. Write it like 1,234.50.")
    amount = int(found["pounds"].replace(",", "")) * 100 + int((found["pence"] or "0").ljust(2, "0"))
    if amount > MOST_PENCE:
        raise ValueError(f"“{cell}” is more than {Money(MOST_PENCE)}. Check the amount.")
    return sign * amount


def signed(cell: str) -> tuple[int, str]:
    """The sign of an amount, and the amount without sign, currency and spaces."""
    plain = "".join(cell.upper().replace("GBP", "").replace("£", "").replace("\N{MINUS SIGN}", "-").split())
    if plain.startswith("(") and plain.endswith(")"):
        return -1, plain[1:-1]
    if plain.endswith("CR"):
        return 1, plain[:-2]
    if plain.endswith("DR"):
        return -1, plain[:-2]
    if plain.startswith("-") or plain.endswith("-"):
        return -1, plain.strip("-") if plain.count("-") == 1 else plain
    return 1, plain.removeprefix("+")
