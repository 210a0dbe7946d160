"""NHS Pension for GP locums: what is pensionable, who pays what, and by when (domain 5).

Form A is one invoice, Form B one month of pay received. Every box is rounded half up to the penny once, on its form.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from pool import formats
from pool.dated import Figure, figure
from pool.money import Money, total
from pool.rules.settlement import LOCUM_AB, PENSIONED_SHARE

LOCUM_SHARE = PENSIONED_SHARE[LOCUM_AB]
"""What of a locum's fee is pensionable: no more and no less (domain 5.2)."""

WINDOW = timedelta(days=70)
"""Work older than ten weeks cannot be pensioned, counted from the first day worked (domain 5.4)."""

ALERT_DAYS = (28, 42, 56, 63)
"""Days after the first day worked on which a form that is not signed is chased."""

FORM_B_DAY = 7
"""Form B and its money are due on this day of the month after the month of payment."""

NOTHING = Money(0)

SD_NUMBER = re.compile(r"\d{8}")


class FormAmounts(NamedTuple):
    """Boxes 2 and 3 of Form A."""

    pensionable: Money
    employer: Money


def form_a_amounts(fee: Money, rate: Decimal) -> FormAmounts:
    """Box 2, 90% of the fees of one form, and box 3, the employer's share of box 2 (domain 5.2).

    The fees of a form are added up first: rounding session by session is a penny out (domain 5.7).
    """
    pensionable = fee.times(LOCUM_SHARE)
    return FormAmounts(pensionable, pensionable.times(rate))


def solo_amounts(fee: Money, rate: Decimal) -> FormAmounts:
    """SOLO work is pensioned at the whole fee (domain 5.5)."""
    return FormAmounts(fee, fee.times(rate))


def employer_rate(paid_on: date, known_by: date | None = None) -> Figure:
    """The row of pension_rates.csv for money paid on a day: the day of payment chooses, not the day of work (5.3).

    Columns: `headline` = `practice_part` (what the practice pays) + `central_part` (paid for it, on no form).
    """
    return figure("pension_rates", on=paid_on, known_by=known_by)


def practice_rate(paid_on: date, known_by: date | None = None) -> Decimal:
    """The part of the employer's rate that the practice pays, as a fraction: 0.1438."""
    return employer_rate(paid_on, known_by).decimal("practice_part")


def straddles(worked_on: date, paid_on: date) -> str:
    """A warning when what a practice pays changed between work and payment; empty when it did not (5.3)."""
    then, now = practice_rate(worked_on), practice_rate(paid_on)
    if then == now:
        return ""
    changed = employer_rate(paid_on).since
    return (
        f"The employer's rate changed from {percent(then)} to {percent(now)} on {formats.full_day(changed)}, between "
        f"the work and the payment. The day of payment counts, so this form uses {percent(now)}."
    )


def percent(rate: Decimal) -> str:
    """0.1438 as people read it: 14.38%."""
    return f"{(rate * 100).normalize():f}%"


def employer_working(pensionable: Money, rate: Decimal) -> str:
    """£1,260.00 × 14.38% = £181.19."""
    return f"{pensionable} × {percent(rate)} = {pensionable.times(rate)}"


@dataclass(frozen=True)
class Extras:
    """What a member pays beyond the tier, per month: boxes c to f of Form B."""

    added_years: Money = NOTHING
    mpavc: Money = NOTHING
    additional_pension: Money = NOTHING
    errbo: Money = NOTHING


@dataclass(frozen=True)
class FormBTotals:
    """Boxes a to j of Form B (domain 5.8)."""

    a_pensionable: Money
    b_member: Money
    c_added_years: Money
    d_mpavc: Money
    e_additional_pension: Money
    f_errbo: Money
    g_member_total: Money
    h_employer_total: Money
    i_to_pay: Money
    j_year_to_date: Money


def form_b_totals(lines: Iterable[FormAmounts], tier: Decimal, extras: Extras, before: Money) -> FormBTotals:
    """The boxes of one Form B from its Forms A; `before` is the pensionable pay on earlier forms of the year.

    The member's part is worked out on the sum, rounded once.
    """
    forms = list(lines)
    a, h = total([form.pensionable for form in forms]), total([form.employer for form in forms])
    b = a.times(tier)
    g = total([b, extras.added_years, extras.mpavc, extras.additional_pension, extras.errbo])
    return FormBTotals(
        a_pensionable=a,
        b_member=b,
        c_added_years=extras.added_years,
        d_mpavc=extras.mpavc,
        e_additional_pension=extras.additional_pension,
        f_errbo=extras.errbo,
        g_member_total=g,
        h_employer_total=h,
        i_to_pay=g + h,
        j_year_to_date=before + a,
    )


def deadline(first_worked: date) -> date:
    """The last day on which a form may still be accepted, by the strict reading of the ten weeks (5.4)."""
    return first_worked + WINDOW


def days_left(first_worked: date, today: date) -> int:
    """Days until the deadline; negative when it has passed."""
    return (deadline(first_worked) - today).days


def alerts_due(first_worked: date, today: date, told: int = 0) -> int:
    """The newest of the 28, 42, 56 and 63 days that has been reached and not been told of yet; 0 when there is none."""
    age = (today - first_worked).days
    return max((day for day in ALERT_DAYS if told < day <= age), default=0)


def month_of(day: date) -> date:
    """The first day of a month: how a month is written down."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """The first day of the following month."""
    return month_of(month.replace(day=28) + timedelta(days=4))


def form_b_due(month: date) -> date:
    """When Form B of a month of payment, and its money, must be there (5.4)."""
    return next_month(month).replace(day=FORM_B_DAY)


def upr(sd_number: str, month: date, year_digits: int) -> str:
    """The unique payment reference, the same on Form A, Form B and the payment: 12345678LOCFEB2026 or …LOCFEB26 (5.8).

    `year_digits` is 4 (18 characters) or 2 (16 characters). ValueError for anything else or a wrong SD number.
    """
    if year_digits not in (2, 4):
        raise ValueError("The year of a payment reference has 2 or 4 digits")
    if not SD_NUMBER.fullmatch(sd_number):
        raise ValueError("An SD number is 8 digits, like 12345678")
    return f"{sd_number}LOC{month:%b}".upper() + f"{month:%Y}"[-year_digits:]
