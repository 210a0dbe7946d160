"""What the way to a session is paid, and how many miles it is likely to be (domain 6.7).

The rate is HM Revenue and Customs' approved one on the day of the session unless the pool has set its own. For people who
are employed it falls after the first 10,000 miles of a tax year; between a practice and somebody self-employed the
mileage is a matter of contract, so the first rate holds for every mile. Pure: facts in, one amount out.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from math import hypot

from pool import dated
from pool.money import Money

TABLE = "mileage_rates"
CAR = "car"
METRES_A_MILE = Decimal("1609.344")
TENTH = Decimal("0.1")
NOTHING = Decimal(0)
THRESHOLD_TYPES = frozenset({"bank_worker", "salaried"})
"""Engagement types whose miles are counted per tax year, because an employer pays them (domain 4.1)."""


@dataclass(frozen=True)
class MileagePolicy:
    """What a pool pays for the way: its own `pence` a mile (None = the approved rate of the day), and no more than `cap`
    miles a session (None = no limit). Frozen into the terms of a booking."""

    pence: int | None = None
    cap: int | None = None


APPROVED_RATE = MileagePolicy()
"""The policy of terms from before there was one: the approved rate and no limit."""


@dataclass(frozen=True)
class Rates:
    """Pence a mile up to a number of miles in a tax year, and beyond it; `threshold` None = the first rate for every mile."""

    first: int
    further: int
    threshold: int | None
    known_as: str
    confirmed: bool = True


@dataclass(frozen=True)
class Mileage:
    """What is paid for some miles: how many at each rate, the amount rounded once, and how it came about."""

    miles: Decimal
    at_first: Decimal
    at_further: Decimal
    rates: Rates
    amount: Money
    working: str


def rates_for(policy: MileagePolicy, engagement: str | None, *, on: date, known_by: date | None = None) -> Rates:
    """The rates of a day as they were known on another; a rate announced later with effect from before is then not in it."""
    if policy.pence is not None:
        return Rates(policy.pence, policy.pence, None, "the pool's rate in the terms")
    figure = dated.figure(TABLE, on=on, known_by=known_by, vehicle=CAR)
    threshold = int(figure["first_miles"]) if engagement in THRESHOLD_TYPES else None
    named = f"HMRC approved rate from {figure.since.day} {figure.since:%B %Y}"
    return Rates(int(figure["first_pence"]), int(figure["further_pence"]), threshold, named, figure.confirmed)


def payable(miles: Decimal, policy: MileagePolicy, rates: Rates, *, before: Decimal = NOTHING) -> Mileage:
    """What is due for the miles of one session; `before` counts the miles already paid in the tax year.

    Half a penny goes up, once. Miles are given to a tenth.
    """
    counted = miles if policy.cap is None else min(miles, Decimal(policy.cap))
    at_first = counted if rates.threshold is None else min(counted, max(NOTHING, rates.threshold - before))
    at_further = counted - at_first
    amount = whole_pence(at_first * rates.first + at_further * rates.further)
    return Mileage(
        miles, at_first, at_further, rates, amount, working(miles, counted, at_first, at_further, rates, amount)
    )


def whole_pence(pence: Decimal) -> Money:
    """Rounded to whole pence, half up."""
    return Money(int(pence.quantize(Decimal(1), ROUND_HALF_UP)))


def working(
    miles: Decimal, counted: Decimal, at_first: Decimal, at_further: Decimal, rates: Rates, amount: Money
) -> str:
    """24.6 miles at 55p (HMRC approved rate from 6 April 2026) = £13.53."""
    parts = [f"{plain(at_first)} miles at {rates.first}p"] if at_first or not at_further else []
    if at_further:
        parts.append(f"{plain(at_further)} miles at {rates.further}p beyond {rates.threshold:,} in the tax year")
    limit = f", of {plain(miles)} driven the {plain(counted)} that the terms allow" if counted < miles else ""
    unconfirmed = "" if rates.confirmed else ", not confirmed yet for this year"
    return f"{' + '.join(parts)} ({rates.known_as}{unconfirmed}){limit} = {amount}"


def plain(miles: Decimal) -> str:
    """24.6, 30: a tenth only where there is one."""
    return f"{miles:,.1f}".removesuffix(".0")


def return_miles(home: tuple[int, int], place: tuple[int, int], road_factor: Decimal) -> Decimal:
    """Miles there and back by road, to a tenth: the straight line between two OS grid positions times the road factor."""
    metres = Decimal(str(hypot(home[0] - place[0], home[1] - place[1])))
    return (2 * metres * road_factor / METRES_A_MILE).quantize(TENTH, ROUND_HALF_UP)


def tax_year(on: date) -> int:
    """The year in which the tax year of a day began; it runs from 6 April to 5 April."""
    return on.year if (on.month, on.day) >= (4, 6) else on.year - 1
