"""What would come out differently with what is known now: billed charges and signed pension forms, worked out again.

Only figures that became known after the day they hold from can change the past, so only the days between are looked at.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import select

from pool import clock, dated
from pool.models.charge import Charge
from pool.models.form_a import FormA
from pool.models.form_b import FormB
from pool.money import Money
from pool.rules import pension, pension_tiers, settlement
from pool.rules.claims import mileage_of
from pool.rules.fees import share
from pool.rules.mileage import Mileage
from pool.rules.settlement import SETTLEMENTS
from pool.unit_of_work import UnitOfWork

MILEAGE, HOLIDAY, PENSION, TIERS = "mileage_rates", "holiday_pay", "pension_rates", "pension_tiers"
CHARGE, FORM_A, FORM_B = "charge", "form_a", "form_b"


@dataclass(frozen=True)
class Late:
    """A stretch of days whose figures became known only on `recorded`."""

    first: date
    recorded: date


@dataclass(frozen=True)
class Difference:
    """One thing that was billed or signed, and what it would be now; `used` and `now_known` are both workings."""

    subject: str
    subject_id: UUID
    practice_id: UUID
    clinician_id: UUID | None
    table: str
    used: str
    now_known: str
    old: Money
    new: Money
    recorded_on: date


Again = Callable[[UnitOfWork, Charge, Late, date], Difference | None]
"""Works one charge out again with what is known on a day."""


def differences(work: UnitOfWork, today: date) -> Iterator[Difference]:
    """Everything that would come out differently, table by table."""
    for late in late_figures(MILEAGE, today):
        yield from found(work, late, "mileage", mileage_now, today)
    for late in late_figures(HOLIDAY, today):
        yield from found(work, late, "holiday_pay", holiday_now, today)
    for late in late_figures(PENSION, today):
        yield from forms_a(work, late, today)
    for late in late_figures(TIERS, today):
        yield from forms_b(work, late, today)


def late_figures(table: str, today: date) -> list[Late]:
    """The stretches of a table that were announced after they had begun, as known today."""
    days = {
        (dated.day(row["valid_from"]), dated.day(row["recorded_at"]))
        for row in dated.table(table)
        if row["valid_from"] < row["recorded_at"] <= today.isoformat()
    }
    return [Late(*day) for day in sorted(days)]


def began(day: date) -> datetime:
    """The instant at which a London day begins."""
    return clock.instant(day, time.min)


def found(work: UnitOfWork, late: Late, kind: str, again: Again, today: date) -> Iterator[Difference]:
    """Billed charges of a kind for these days that were made before the figure was known."""
    billed = select(Charge).where(
        Charge.kind == kind,
        Charge.state == "billed",
        Charge.supplied_on >= late.first,
        Charge.claimed_at < began(late.recorded),
    )
    for charge in work.all(billed.order_by(Charge.supplied_on, Charge.id)):
        difference = again(work, charge, late, today)
        if difference is not None and difference.old != difference.new:
            yield difference


def mileage_now(work: UnitOfWork, charge: Charge, late: Late, today: date) -> Difference | None:
    """Mileage with the rates as they became known, for as many miles as were agreed."""
    if charge.booking is None or charge.timesheet is None:
        return None
    worked, terms = charge.timesheet.worked, charge.booking.terms
    miles = charge.quantity if charge.unit == "mile" else worked.miles
    then = mileage_of(terms, replace(worked, miles=miles))
    now = mileage_of(terms, replace(worked, miles=miles, known_by=today))
    new = now.amount if charge.unit == "mile" else part_of(now, charge, then)
    return of_charge(charge, MILEAGE, charge.working, now.working, new, late)


def part_of(now: Mileage, charge: Charge, then: Mileage) -> Money:
    """Where only an amount was agreed, the same part of the new one."""
    return share(now.amount, charge.amount.pence, then.amount.pence) if then.amount.pence else charge.amount


def holiday_now(work: UnitOfWork, charge: Charge, late: Late, today: date) -> Difference | None:
    """Holiday pay with the rate as it became known."""
    pay = work.first(select(Charge).where(Charge.source_key == charge.source_key.removesuffix(":holiday_pay")))
    if pay is None or charge.booking is None:
        return None
    due = settlement.holiday_pay(
        pay.amount, SETTLEMENTS[charge.booking.engagement_type], on=charge.supplied_on, known_by=today
    )
    return None if due is None else of_charge(charge, HOLIDAY, charge.working, due.working, due.amount, late)


def of_charge(charge: Charge, table: str, used: str, now_known: str, new: Money, late: Late) -> Difference:
    """A difference of one charge."""
    return Difference(
        CHARGE,
        charge.id,
        charge.practice_id,
        charge.clinician_id,
        table,
        used,
        now_known,
        charge.amount,
        new,
        late.recorded,
    )


def forms_a(work: UnitOfWork, late: Late, today: date) -> Iterator[Difference]:
    """Signed Forms A whose employer's contribution would be another one with the rate of their day of payment."""
    signed = select(FormA).where(FormA.state == "signed", FormA.paid_on >= late.first, FormA.paid_on < late.recorded)
    for form in work.all(signed.order_by(FormA.paid_on, FormA.id)):
        if form.paid_on is None:
            continue
        rate = pension.practice_rate(form.paid_on, today)
        amounts = pension.form_a_amounts(form.fee, rate)
        if amounts.employer != form.employer:
            yield Difference(
                FORM_A,
                form.id,
                form.practice_id,
                form.clinician_id,
                PENSION,
                pension.employer_working(form.pensionable, form.rate),
                pension.employer_working(amounts.pensionable, rate),
                form.employer,
                amounts.employer,
                late.recorded,
            )


def forms_b(work: UnitOfWork, late: Late, today: date) -> Iterator[Difference]:
    """Submitted Forms B in the tier that the bands of then suggested, when the bands of now suggest another one."""
    submitted = select(FormB).where(FormB.month >= late.first, FormB.submitted_at < began(late.recorded))
    for form in work.all(submitted.order_by(FormB.month, FormB.sequence, FormB.id)):
        then = suggested(form, clock.london_date(form.submitted_at))
        now = suggested(form, today)
        if form.tier == then.number != now.number and form.lines:
            yield of_form_b(form, then, now, late)


def suggested(form: FormB, known_by: date) -> pension_tiers.Tier:
    """The tier that the year so far would fall into, annualised, with the bands as they were known on a day."""
    year = date(form.month.year if form.month.month >= 4 else form.month.year - 1, 4, 1)
    days = (pension.next_month(form.month) - year).days
    annual = pension_tiers.annualised(form.j_year_to_date, days)
    return pension_tiers.suggest(annual, pension_tiers.tiers(form.month, known_by))


def of_form_b(form: FormB, then: pension_tiers.Tier, now: pension_tiers.Tier, late: Late) -> Difference:
    """A difference of the member's contribution, box b."""
    said = "tier {} ({}) of {}: {}"
    old, new = form.a_pensionable.times(form.tier_rate), form.a_pensionable.times(now.rate)
    used, known = (
        said.format(tier.number, settlement.percent(tier.rate), form.a_pensionable, amount)
        for tier, amount in ((then, old), (now, new))
    )
    practice_id = form.lines[0].form_a.practice_id
    return Difference(FORM_B, form.id, practice_id, form.clinician_id, TIERS, used, known, old, new, late.recorded)
