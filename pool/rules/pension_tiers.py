"""What a member pays: the tiers of a year, and the one a yearly income falls into (domain 5.6).

The clinician chooses and owns the tier. We show the bands and suggest, and never decide.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from pool.dated import Figure, figure
from pool.money import Money

TIERS = ("1", "2", "3", "4", "5", "6")
DAYS_OF_A_YEAR = 365


@dataclass(frozen=True)
class Tier:
    """One band of yearly pay in whole pounds; `up_to` is None for the highest."""

    number: str
    rate: Decimal
    above: int
    up_to: int | None
    confirmed: bool

    def holds(self, pounds: int) -> bool:
        """Does this yearly pay fall into the band?"""
        return self.up_to is None or pounds <= self.up_to


def tiers(on: date, known_by: date | None = None) -> list[Tier]:
    """The bands on a day, lowest first, as known on another day: a table may be rewritten for a year that has begun."""
    rows = [figure("pension_tiers", on=on, known_by=known_by, tier=number) for number in TIERS]
    below = [0, *(int(row["up_to"]) for row in rows[:-1])]
    return [tier_of(row, above) for row, above in zip(rows, below, strict=True)]


def tier_of(row: Figure, above: int) -> Tier:
    """A row of the table as a band."""
    top = int(row["up_to"]) if row["up_to"] else None
    return Tier(row["tier"], row.decimal("rate"), above, top, row.confirmed)


def chosen(number: str, on: date, known_by: date | None = None) -> Tier:
    """The band a clinician chose; LookupError when there is no such tier."""
    return next((tier for tier in tiers(on, known_by) if tier.number == number), None) or unknown(number)


def unknown(number: str) -> Tier:
    """Nobody is charged by a tier that does not exist."""
    raise LookupError(f"There is no tier {number}. Choose one of {', '.join(TIERS)}.")


def annualised(income: Money, days: int) -> Money:
    """Pensionable income of some days of service as if earned all year: income ÷ days × 365, rounded half up once."""
    if days < 1:
        raise ValueError("Income is spread over at least one day of service")
    exact = Decimal(income.pence) * DAYS_OF_A_YEAR / days
    return Money(int(exact.quantize(Decimal(1), ROUND_HALF_UP)))


def suggest(annual: Money, bands: list[Tier]) -> Tier:
    """The band that a yearly income falls into; pence do not count. A suggestion for the clinician, nothing else."""
    pounds = annual.pence // 100
    return next(tier for tier in bands if tier.holds(pounds))
