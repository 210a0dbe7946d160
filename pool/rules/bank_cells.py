"""What stands in the cells of a bank's file: days and amounts as banks and spreadsheets write them, exactly or not at all.

A cell that could mean two things is refused with a sentence, never guessed.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone

from pool import clock
from pool.money import Money
from pool.plain_text import code

DAY_FORMATS = (
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%d/%m/%y",
    "%d-%m-%Y",
    "%d-%m-%y",
    "%d.%m.%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d %b %y",
    "%Y/%m/%d",
    "%Y%m%d",
)
TIME_OF_DAY = re.compile(
    r"[T ](?P<hour>\d{1,2}):(?P<minute>\d{2})(:(?P<second>\d{2})(\.\d+)?)?"
    r" ?(?P<zone>Z|UTC|(?P<sign>[+-])(?P<ahead>\d{2}):?(?P<more>\d{2}))?$",
    re.ASCII,
)
AMOUNT = re.compile(r"(?P<pounds>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<pence>\d{1,2}))?", re.ASCII)
MOST_PENCE = 100_000_000_00
EARLIEST = date(2000, 1, 1)


def plain(cell: str) -> str:
    """A cell with single spaces and plain dashes, without signs that nobody sees."""
    return " ".join(code(cell).split())


def day(cell: str, *, utc: bool = False) -> date:
    """A day; ValueError with a sentence. Days come before months: 05/06/2026 is the fifth of June.

    An instant with a zone, or in a column of UTC times, gives its day in London: 2026-06-30T23:30:00Z is the first of July.
    """
    text = plain(cell)
    found = TIME_OF_DAY.search(text)
    on = day_alone(text[: found.start()] if found else text)
    if on is None or on < EARLIEST:
        raise ValueError(f"“{cell}” is not a day. Write it like 14/05/2026 or 2026-05-14.")
    if found is None or not (utc or found["zone"]):
        return on
    try:
        at = time(int(found["hour"]), int(found["minute"]), int(found["second"] or 0))
        return clock.london_date(datetime.combine(on, at, tzinfo=zone_of(found)))
    except (ValueError, OverflowError) as wrong:
        raise ValueError(f"“{cell}” is not a day and time. Write it like 2026-05-14T09:30:00Z.") from wrong


def day_alone(text: str) -> date | None:
    """The day in one of the known ways of writing it, or None."""
    for pattern in DAY_FORMATS:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007  a day has no time zone
        except ValueError:
            continue
    return None


def zone_of(found: re.Match[str]) -> timezone:
    """The zone of an instant: what it says, else UTC."""
    if not found["sign"]:
        return UTC
    ahead = timedelta(hours=int(found["ahead"]), minutes=int(found["more"]))
    return timezone(-ahead if found["sign"] == "-" else ahead)


def pence(cell: str) -> int:
    """An amount in whole pence, below zero for (12.00), -12.00, 12.00- and 12.00 DR; ValueError with a sentence.

    A dash alone is what spreadsheets write for nothing.
    """
    sign, digits = signed(cell)
    found = AMOUNT.fullmatch(digits)
    if found is None:
        raise ValueError(f"“{cell}” is not an amount. Write it like 1,234.50.")
    amount = int(found["pounds"].replace(",", "")) * 100 + int((found["pence"] or "0").ljust(2, "0"))
    if amount > MOST_PENCE:
        raise ValueError(f"“{cell}” is more than {Money(MOST_PENCE)}. Check the amount.")
    return sign * amount


def signed(cell: str) -> tuple[int, str]:
    """The sign of an amount, and the amount without sign, currency and spaces."""
    text = "".join(plain(cell).upper().replace("GBP", "").replace("£", "").split())
    if text == "-":
        return 1, "0"
    if text.startswith("(") and text.endswith(")"):
        return -1, text[1:-1]
    if text.endswith("CR"):
        return 1, text[:-2]
    if text.endswith("DR"):
        return -1, text[:-2]
    if text.startswith("-") or text.endswith("-"):
        return -1, text.strip("-") if text.count("-") == 1 else text
    return 1, text.removeprefix("+")


def says_direction(cell: str) -> bool:
    """Does an amount say by a sign or letters which way it went?"""
    text = plain(cell).upper()
    return text.endswith(("CR", "DR")) or signed(cell)[0] < 0
