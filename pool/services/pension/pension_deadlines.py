"""The ten weeks: which pensionable work is still without a finished form, how long is left, and who is reminded.

The clock starts with the first day worked, never with the invoice, and runs until the work stands on a submitted Form B
(domain 5.4, 11.5). Nothing is dropped by itself, whatever the day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import exists, func, or_, select

from pool import clock
from pool.events import FormAAtRisk, FormBDue
from pool.models.audit import AuditEntry
from pool.models.booking import Booking
from pool.models.clinician import Clinician
from pool.models.form_a import FormA
from pool.models.form_b import FormBLine
from pool.models.invoice import InvoiceLine
from pool.models.practice import Practice
from pool.rules import pension
from pool.unit_of_work import UnitOfWork

SOON = 14
"""Days left from which a deadline is shown as urgent: the day of the third alert."""

RUNNING = ("prepared", "declared", "signed")
OVER = ("cancelled", "no_show")


@dataclass(frozen=True)
class Risk:
    """Pensionable work without a finished form: whose turn it is and how many days are left."""

    clinician: Clinician
    practice: Practice
    first_worked: date
    today: date
    step: str
    form: FormA | None = None

    @property
    def deadline(self) -> date:
        """The last day on which it is in time."""
        return pension.deadline(self.first_worked)

    @property
    def days_left(self) -> int:
        """Negative when the day has passed."""
        return pension.days_left(self.first_worked, self.today)

    @property
    def urgent(self) -> bool:
        """Two weeks or less."""
        return self.days_left <= SOON


def at_risk(work: UnitOfWork) -> list[Risk]:
    """Everything that the clock still runs for, the oldest work first, as far as the actor may see."""
    today = clock.london_date(work.now)
    found = [
        *(of_form(form, today) for form in unfinished(work)),
        *(of_booking(booking, today) for booking in without_form(work)),
    ]
    return sorted(found, key=lambda risk: (risk.first_worked, risk.clinician.name))


def unfinished(work: UnitOfWork) -> Sequence[FormA]:
    """Forms that are not on a submitted Form B."""
    used = exists().where(FormBLine.form_a_id == FormA.id)
    return work.all(select(FormA).where(FormA.state.in_(RUNNING), ~used).order_by(FormA.worked_from, FormA.id))


def without_form(work: UnitOfWork) -> Sequence[Booking]:
    """Pensionable sessions that are over and have no Form A yet, because nothing is invoiced."""
    has_form = exists().where(InvoiceLine.booking_id == Booking.id, InvoiceLine.invoice_id == FormA.invoice_id)
    over = (Booking.pension_intent, Booking.ends_at <= work.now, Booking.state.not_in(OVER))
    return work.all(select(Booking).where(*over, ~has_form).order_by(Booking.starts_at))


def of_form(form: FormA, today: date) -> Risk:
    """A form and whose turn it is."""
    return Risk(form.clinician, form.practice, form.worked_from, today, form.state, form)


def of_booking(booking: Booking, today: date) -> Risk:
    """Work that is not invoiced yet."""
    return Risk(booking.clinician, booking.practice, booking.on, today, "not_invoiced")


def remind(work: UnitOfWork) -> int:
    """Tell people about forms that have reached day 28, 42, 56 or 63, each once; says how many."""
    today = clock.london_date(work.now)
    used = exists().where(FormBLine.form_a_id == FormA.id)
    reached = [
        (FormA.worked_from <= today - timedelta(days=day)) & (FormA.told_days < day) for day in pension.ALERT_DAYS
    ]
    due = select(FormA).where(FormA.state.in_(RUNNING), or_(*reached), ~used).order_by(FormA.id)
    forms = work.all(due.with_for_update(of=FormA, skip_locked=True))
    for form in forms:
        form.told_days = pension.alerts_due(form.worked_from, today, form.told_days)
        work.record(FormAAtRisk(form.id, form.told_days), pool_id=form.pool_id)
    return len(forms)


def remind_of_months(work: UnitOfWork) -> int:
    """Tell clinicians once that the Form B of a month that is over waits for them; says how many."""
    this_month = pension.month_of(clock.london_date(work.now))
    month = func.to_char(func.date_trunc("month", FormA.paid_on), "YYYY-MM-DD")
    used = exists().where(FormBLine.form_a_id == FormA.id)
    told = exists().where(
        AuditEntry.name == FormBDue.__name__,
        AuditEntry.subject_id == FormA.clinician_id,
        AuditEntry.data["month"].as_string() == month,
    )
    waiting = (FormA.state == "signed", FormA.paid_on < this_month, ~used, ~told)
    months = work.store.execute(select(FormA.pool_id, FormA.clinician_id, month).where(*waiting).distinct()).all()
    for pool_id, clinician_id, first_day in months:
        work.record(FormBDue(clinician_id, first_day), pool_id=pool_id)
    return len(months)
