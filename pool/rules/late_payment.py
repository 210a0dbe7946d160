"""Statutory interest and the fixed sum for an invoice that is paid late (domain 6.5).

Late Payment of Commercial Debts (Interest) Act 1998: 8% a year over the Bank of England base rate of the last 30 June or
31 December before interest starts, simple interest by the day, and one fixed sum by the size of the debt. A contract with
a public authority cannot agree a lower rate. Whether to claim is the seller's own choice; nothing here claims by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from pool import dated, formats
from pool.dated import Figure
from pool.money import Money

TABLE = "late_payment"
DAYS_OF_A_YEAR = 365


@dataclass(frozen=True)
class Stretch:
    """Days on which the same sum was owed late: from the day after `since` to `until`, both London days."""

    debt: Money
    since: date
    until: date

    @property
    def days(self) -> int:
        """How many days; paid on the 24th with the 1st as its last day is 23 days late."""
        return (self.until - self.since).days


@dataclass(frozen=True)
class Claim:
    """What may be claimed, and how it was worked out; `unconfirmed` names figures nobody has confirmed for that day."""

    interest: Money
    fixed_sum: Money
    working: tuple[str, ...]
    unconfirmed: tuple[str, ...]

    @property
    def total(self) -> Money:
        """Interest and fixed sum."""
        return self.interest + self.fixed_sum


def claim(stretches: Sequence[Stretch], *, due_on: date, known_by: date | None = None) -> Claim | None:
    """The claim for an invoice due on a day, from the sums that stayed unpaid after it; None when none did.

    The rate is that of the half-year in which interest starts, for the whole time. Interest is rounded half up once.
    """
    late = [stretch for stretch in stretches if stretch.days > 0 and stretch.debt > Money(0)]
    if not late:
        return None
    starts = due_on + timedelta(days=1)
    base = dated.figure(TABLE, on=starts, known_by=known_by, figure="base_rate")
    addition = dated.figure(TABLE, on=starts, known_by=known_by, figure="addition")
    band = fixed_sum(late[0].debt, on=starts, known_by=known_by)
    rate = base.decimal("value") + addition.decimal("value")
    interest = rounded(sum((share(stretch, rate) for stretch in late), Decimal(0)))
    fixed = Money(int(band.decimal("value") * 100))
    working = (
        f"Rate: {base['value']}% base rate + {addition['value']}% = {rate}% a year ({base['source']})",
        *(working_of(stretch, rate) for stretch in late),
        f"Interest: {interest}, rounded once",
        f"Fixed sum for a debt of {late[0].debt}: {fixed} ({band['source'].split(':')[0]})",
    )
    return Claim(interest, fixed, working, unconfirmed(base, addition, band))


def share(stretch: Stretch, rate: Decimal) -> Decimal:
    """Simple interest in pence, not rounded yet."""
    return Decimal(stretch.debt.pence) * rate / 100 * stretch.days / DAYS_OF_A_YEAR


def rounded(pence: Decimal) -> Money:
    """Half up to the penny."""
    return Money(int(pence.quantize(Decimal(1), ROUND_HALF_UP)))


def working_of(stretch: Stretch, rate: Decimal) -> str:
    """£1,581.19 × 11.75% × 23 ÷ 365 (1 April to 24 April 2026)."""
    when = f"{formats.full_day(stretch.since + timedelta(days=1))} to {formats.full_day(stretch.until)}"
    return f"{stretch.debt} × {rate}% × {formats.plural(stretch.days, 'day')} ÷ {DAYS_OF_A_YEAR}: {when}"


def fixed_sum(debt: Money, *, on: date, known_by: date | None = None) -> Figure:
    """The row of the fixed sum for a debt of this size, VAT included."""
    bands = {row["debt_from"] for row in dated.table(TABLE) if row["figure"] == "fixed_sum"}
    reached = max((band for band in bands if Money(int(band) * 100) <= debt), key=int)
    return dated.figure(TABLE, on=on, known_by=known_by, figure="fixed_sum", debt_from=reached)


def unconfirmed(*figures: Figure) -> tuple[str, ...]:
    """Those nobody has confirmed for the day, with who has to."""
    return tuple(
        f"The {figure['figure'].replace('_', ' ')} of {figure['value']}% is not confirmed for"
        f" {formats.full_day(figure.on)}. Ask its owner before a claim is issued: {figure['owner']}."
        for figure in figures
        if not figure.confirmed
    )
