"""What a practice owes for cancelling, by the bands of notice that were frozen with the booking (domain 2.8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from pool import formats
from pool.money import Money


@dataclass(frozen=True)
class Cancellation:
    """The share of the fee, the amount, and how we arrived at it."""

    percent: int
    amount: Money
    working: str


def cancellation(fee: Money, bands: Sequence[Sequence[int]], notice: timedelta) -> Cancellation:
    """The first band (hours of notice, percent) that the notice falls short of; nothing with more notice than any.

    Notice of exactly the hours of a band is enough for it. Rounded half up once.
    """
    hours, percent = next((band for band in bands if notice < timedelta(hours=band[0])), (0, 0))
    amount = fee.times(Decimal(percent) / 100)
    given = f"Cancelled {said(notice)} before the start"
    if not percent:
        return Cancellation(0, Money(0), f"{given}: enough notice, nothing is due")
    words = f"{given}, less than {hours} hours’ notice: {fee} × {percent}% = {amount} (terms frozen at booking)"
    return Cancellation(percent, amount, words)


def said(notice: timedelta) -> str:
    """3 days, or hours and minutes when it is less than 72 hours."""
    minutes = max(0, int(notice.total_seconds()) // 60)
    return formats.plural(minutes // 60 // 24, "day") if minutes >= 72 * 60 else formats.minutes(minutes)
