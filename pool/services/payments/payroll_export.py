"""What the host's payroll needs about people it employs: hours, basic pay, and holiday pay apart (domain 4.5).

We run no payroll: this is the table that somebody enters there. Deductions, tax and pension are worked out there.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from pool import clock
from pool.documents.csv_file import Cell
from pool.events import PayrollTaken
from pool.models.booking import Booking
from pool.models.charge import Charge
from pool.models.timesheet import Timesheet
from pool.money import total
from pool.rules.settlement import PAYROLL_OF_HOST, PENSION_ROUTES, SETTLEMENTS, holiday_pay, percent
from pool.services.payments.accounting_export import AT_ONCE, Period
from pool.unit_of_work import UnitOfWork

COLUMNS = (
    "Clinician",
    "Registration",
    "Engaged as",
    "Practice",
    "ODS code",
    "Date of work",
    "Started",
    "Ended",
    "Hours",
    "Basic pay",
    "Holiday pay rate",
    "Holiday pay",
    "Expenses",
    "Pay in all",
    "Pension",
    "Booking",
)

EMPLOYED = tuple(sorted(kind for kind, settlement in SETTLEMENTS.items() if settlement.paid_through == PAYROLL_OF_HOST))
BASIC = frozenset({"session", "extra_time", "extra_visits", "cancellation", "adjustment"})
EXPENSES = frozenset({"mileage"})
"""Kinds of charge that reach the clinician; the rest of a recharge (on-costs, fees) is between host and practice."""


def take(work: UnitOfWork, period: Period) -> Iterator[Sequence[Cell]]:
    """The rows of a period, by clinician and day of work; the audit trail says who took them."""
    for pool_id in work.actor.pool_ids:
        work.record(PayrollTaken(pool_id, str(period.first), str(period.last)), pool_id=pool_id)
    return rows(work, period)


def rows(work: UnitOfWork, period: Period) -> Iterator[Sequence[Cell]]:
    """One row for each booking whose pay the practice has agreed to."""
    found = (
        select(Charge, Booking, Timesheet)
        .join(Booking, Charge.booking_id == Booking.id)
        .outerjoin(Timesheet, Timesheet.booking_id == Booking.id)
        .where(
            Booking.engagement_type.in_(EMPLOYED),
            Charge.state.in_(("agreed", "billed")),
            Charge.supplied_on.between(period.first, period.last),
        )
        .options(joinedload(Booking.practice))
        .order_by(Booking.clinician_id, Charge.supplied_on, Booking.id, Charge.id)
    )
    agreed = work.store.execute(found.execution_options(yield_per=AT_ONCE))
    for _, charges in groupby(agreed, key=lambda row: row[1].id):
        together = list(charges)
        _, booking, timesheet = together[0]
        yield row_of(booking, timesheet, [charge for charge, _, _ in together])


def row_of(booking: Booking, timesheet: Timesheet | None, charges: Sequence[Charge]) -> Sequence[Cell]:
    """What one booking earns: basic pay of the hours that were agreed, its holiday pay, and expenses."""
    basic = total([charge.amount for charge in charges if charge.kind in BASIC])
    expenses = total([charge.amount for charge in charges if charge.kind in EXPENSES])
    accrued = total([charge.amount for charge in charges if charge.kind == "holiday_pay"])
    holiday = holiday_pay(basic, SETTLEMENTS[booking.engagement_type], on=charges[0].supplied_on)
    rate = percent(holiday.rate) if holiday else ""
    clinician, practice = booking.clinician, booking.practice
    return (
        clinician.name,
        f"{clinician.registration_body} {clinician.registration_number}",
        booking.engagement_type,
        practice.name,
        practice.ods_code,
        charges[0].supplied_on,
        *times(timesheet),
        basic,
        rate,
        accrued,
        expenses,
        basic + accrued + expenses,
        PENSION_ROUTES[booking.pension_route],
        str(booking.id),
    )


def times(timesheet: Timesheet | None) -> tuple[str, str, Decimal]:
    """When the work began and ended in London, and the hours between, to a hundredth; no hours for a cancelled session."""
    if timesheet is None:
        return "", "", Decimal(0)
    started, ended = clock.london(timesheet.started_at), clock.london(timesheet.ended_at)
    return f"{started:%H:%M}", f"{ended:%H:%M}", (Decimal(timesheet.minutes) / 60).quantize(Decimal("0.01"))
