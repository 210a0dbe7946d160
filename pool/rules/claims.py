"""Everything that one sheet of hours claims, item by item; and the same item at another figure, when one is queried.

The session, time beyond it, extra visits and mileage are separate items, because the practice approves each by itself
(domain 2.2). A figure is given in the measure of its item: minutes, visits or miles. Pure.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from pool import formats
from pool.money import Money
from pool.rules import mileage
from pool.rules.fees import EXTRA_TIME, SESSION, Hours, Line, booked_hours, described, lines_for, share, sum_of
from pool.rules.terms import Terms

EXTRA_VISITS = "extra_visits"
MILEAGE = "mileage"

MEASURES = {SESSION: "minutes", EXTRA_TIME: "minutes", EXTRA_VISITS: "visits", MILEAGE: "miles"}
"""What the figure of each kind of item counts."""

NAMES = {SESSION: "Session", EXTRA_TIME: "Extra time", EXTRA_VISITS: "Extra visits", MILEAGE: "Mileage"}
"""Each kind of item in words, in the order in which they are shown."""

NOUGHT = Decimal(0)
FREE = Money(0)


@dataclass(frozen=True)
class Worked:
    """What a clinician sends. `visit_fee` is for each extra visit, agreed or proposed. `known_by` is the day of sending.

    `miles` are those of this session, there and back; `miles_before` those already claimed in the tax year.
    """

    hours: Hours
    known_by: date
    visits: int = 0
    visit_fee: Money = FREE
    miles: Decimal = NOUGHT
    miles_before: Decimal = NOUGHT

    @property
    def on(self) -> date:
        """The day of the session."""
        return formats.london_day(self.hours.started_at)


@dataclass(frozen=True)
class Extras:
    """What was extra besides time: visits at a fee for each (None = the fee of the terms), and miles there and back."""

    visits: int = 0
    visit_fee: Money | None = None
    miles: Decimal = Decimal(0)


@dataclass(frozen=True)
class Objection:
    """Why an item is queried, and the figure that the practice finds right: in its measure, or as an amount."""

    reason: str
    figure: Decimal | None = None
    amount: Money | None = None


@dataclass(frozen=True)
class Proposal:
    """What a side finds right for the whole item: in its measure, or as an amount."""

    figure: Decimal | None = None
    amount: Money | None = None


def items_of(terms: Terms, worked: Worked) -> list[Line]:
    """The items of one sheet of hours, each rounded once: only what was worked, driven or visited."""
    extras = []
    if worked.visits:
        extras.append(visits_item(terms, worked))
    if worked.miles:
        extras.append(mileage_item(terms, worked))
    return lines_for(terms, worked.hours) + extras


def visits_item(terms: Terms, worked: Worked) -> Line:
    """So many visits at the fee for each, and whether that fee was agreed at booking or is proposed now."""
    amount = worked.visit_fee.times(worked.visits)
    source = "agreed in the terms" if terms.extra_visit_fee == worked.visit_fee else "proposed with the hours"
    said = formats.plural(worked.visits, "extra visit")
    words = f"{said} at {worked.visit_fee} each, {source} = {amount}"
    return Line(EXTRA_VISITS, "Extra visits", amount, words, Decimal(worked.visits), "visit", worked.visit_fee)


def mileage_item(terms: Terms, worked: Worked) -> Line:
    """The way there and back; never pensionable, because it is no pay (domain 5.2)."""
    paid = mileage_of(terms, worked)
    item = Line(MILEAGE, "Mileage", paid.amount, paid.working, pensionable=False)
    at_one_rate = not paid.at_further and paid.at_first == paid.miles
    return replace(item, quantity=paid.miles, unit="mile", unit_price=Money(paid.rates.first)) if at_one_rate else item


def mileage_of(terms: Terms, worked: Worked) -> mileage.Mileage:
    """What the terms pay for these miles."""
    rates = mileage.rates_for(terms.mileage, terms.engagement_type, on=worked.on, known_by=worked.known_by)
    return mileage.payable(worked.miles, terms.mileage, rates, before=worked.miles_before)


def item_at(kind: str, figure: Decimal, terms: Terms, worked: Worked) -> Line:
    """The same item at another figure, priced by the same rules; minutes and visits are whole."""
    if kind == EXTRA_VISITS:
        return visits_item(terms, replace(worked, visits=int(figure)))
    if kind == MILEAGE:
        return mileage_item(terms, replace(worked, miles=figure))
    return timed_item(kind, int(figure), terms)


def timed_item(kind: str, minutes: int, terms: Terms) -> Line:
    """So many minutes of the session, or beyond it, by the fee for the agreed time."""
    fee, booked = terms.fee, booked_hours(terms)
    words = f"{formats.minutes(minutes)}: {sum_of(fee, minutes, booked.minutes)}"
    due = share(fee, minutes, booked.minutes)
    if kind == EXTRA_TIME:
        return Line(kind, "Time beyond the session", due, words)
    return Line(kind, described(terms), due, words, unit="session")


def in_measure(kind: str, figure: Decimal) -> str:
    """25 min, 2 visits, 24.6 miles: a figure as people say it."""
    if kind in (SESSION, EXTRA_TIME):
        return formats.minutes(int(figure))
    if kind == EXTRA_VISITS:
        return formats.plural(int(figure), "visit")
    return "1 mile" if figure == 1 else f"{mileage.plain(figure)} miles"
