"""What a booking costs, from its frozen terms and the hours that were confirmed, with the working in words.

Pure: facts in, lines out. Who sells the session is decided in pool/rules/settlement.py.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from pool import clock, formats
from pool.money import Money
from pool.rules.terms import Terms

SESSION = "session"
EXTRA_TIME = "extra_time"


@dataclass(frozen=True)
class Hours:
    """Confirmed hours, as instants."""

    started_at: datetime
    ended_at: datetime

    @property
    def minutes(self) -> int:
        """Real minutes from start to end."""
        return clock.minutes_between(self.started_at, self.ended_at)

    def __str__(self) -> str:
        return f"{formats.clock_time(self.started_at)}–{formats.clock_time(self.ended_at)}"


@dataclass(frozen=True)
class Line:
    """One thing to be paid for: what for, how much, and how we arrived at it.

    `quantity` of `unit` at `unit_price` is the amount to within a penny, for documents that show all three; one item at
    its amount when nothing else is said. `pensionable` when it is pay for NHS work (domain 5.2).
    """

    kind: str
    description: str
    amount: Money
    working: str
    quantity: Decimal = Decimal(1)
    unit: str = "item"
    unit_price: Money | None = None
    pensionable: bool = True

    @property
    def price(self) -> Money:
        """The price of one unit."""
        return self.amount if self.unit_price is None else self.unit_price


def lines_for(terms: Terms, hours: Hours) -> list[Line]:
    """The lines of one booking: the agreed fee for the agreed time, less by the minute when less was confirmed.

    Time beyond the session is a line of its own at the same rate; it is due once the practice has approved it
    (domain 2.2). Each line is rounded half up once.
    """
    booked = booked_hours(terms)
    fee, agreed = terms.fee, booked.minutes
    if hours.minutes < agreed:
        due = share(fee, hours.minutes, agreed)
        return [Line(SESSION, described(terms), due, shorter(fee, booked, hours), unit="session")]
    session = Line(SESSION, described(terms), fee, as_agreed(fee, booked, hours), unit="session")
    if hours.minutes == agreed:
        return [session]
    extra = hours.minutes - agreed
    return [session, Line(EXTRA_TIME, "Time beyond the session", share(fee, extra, agreed), longer(fee, booked, hours))]


def booked_hours(terms: Terms) -> Hours:
    """The hours that both sides agreed."""
    return Hours(*clock.span(terms.on, terms.starts, terms.ends))


def described(terms: Terms) -> str:
    """GP session (morning) by Demo Jay Finch."""
    return f"{terms.role} session ({terms.kind.lower()}) by {terms.parties.clinician}"


def share(amount: Money, part: int, whole: int) -> Money:
    """part/whole of an amount, rounded half up once; exact, because no division is rounded on the way."""
    return Money((2 * amount.pence * part + whole) // (2 * whole))


def as_agreed(fee: Money, booked: Hours, hours: Hours) -> str:
    """Why the whole fee is due."""
    if hours == booked:
        return f"{booked} as booked: agreed session fee {fee}"
    if hours.minutes == booked.minutes:
        return f"{hours} instead of {booked}, the same length: agreed session fee {fee}"
    return f"{booked} as agreed: session fee {fee}"


def shorter(fee: Money, booked: Hours, hours: Hours) -> str:
    """How a shorter session was worked out."""
    worked, agreed = formats.minutes(hours.minutes), formats.minutes(booked.minutes)
    return f"{hours}, {worked} of the {agreed} agreed ({booked}): {sum_of(fee, hours.minutes, booked.minutes)}"


def longer(fee: Money, booked: Hours, hours: Hours) -> str:
    """How time beyond the session was worked out."""
    extra = hours.minutes - booked.minutes
    beyond = f"{formats.minutes(extra)} beyond the {formats.minutes(booked.minutes)} agreed"
    return f"{hours}, {beyond}: {sum_of(fee, extra, booked.minutes)}"


def sum_of(fee: Money, part: int, whole: int) -> str:
    """£357.00 × 210 ÷ 250 minutes = £299.88."""
    return f"{fee} × {part} ÷ {whole} minutes = {share(fee, part, whole)}"


def due_on(issued_on: date, supplied_on: date, term_days: int) -> date:
    """The payment term counts from the later of issue and service (domain 6.5)."""
    return max(issued_on, supplied_on) + timedelta(days=term_days)


def financial_year(day: date) -> int:
    """The year in which the financial year of this day began; it runs from April to March."""
    return day.year if day.month >= 4 else day.year - 1
