"""Hours: the clinician sends them item by item, the practice confirms; silence counts as yes after the agreed days.

What the practice queries instead becomes disputes: services/hours/queries.py and services/hours/disputes.py.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import exists, select

from pool import clock
from pool.errors import Conflict, Invalid
from pool.events import TimesheetConfirmed, TimesheetSubmitted
from pool.lifecycle import BOOKING, TIMESHEET, advance
from pool.models.booking import Booking
from pool.models.charge import Charge
from pool.models.timesheet import Timesheet
from pool.money import Money
from pool.rules.claims import Extras, items_of
from pool.rules.fees import Line
from pool.services.billing import charges
from pool.services.hours import mileage_claims
from pool.unit_of_work import UnitOfWork

LONGEST = timedelta(hours=16)


NO_EXTRAS = Extras()


def submit_as_booked(work: UnitOfWork, booking_id: UUID) -> Timesheet:
    """The one-tap answer: everything was as booked."""
    booking = work.get(Booking, booking_id, lock=True)
    return submit(work, booking, (booking.starts_at, booking.ends_at), NO_EXTRAS, note="")


def submit_hours(
    work: UnitOfWork, booking_id: UUID, starts: time, ends: time, note: str, extras: Extras = NO_EXTRAS
) -> Timesheet:
    """Hours that differ, as London wall times on the day of the session, with what was extra. Raises Invalid."""
    booking = work.get(Booking, booking_id, lock=True)
    try:
        started, ended = clock.span(booking.on, starts, ends)
    except clock.NoSuchTime as gap:
        raise Invalid(str(gap), {"starts": [str(gap)]}) from gap
    if ended - started > LONGEST:
        message = "Check the end time: that is more than 16 hours"
        raise Invalid(f"{message}.", {"ends": [message]})
    if (started, ended) != (booking.starts_at, booking.ends_at) and not note.strip():
        raise Invalid("Say in a few words why the times differ.", {"note": ["Say why the times differ"]})
    refuse_unusable(booking, extras, note)
    return submit(work, booking, (started, ended), extras, note)


def refuse_unusable(booking: Booking, extras: Extras, note: str) -> None:
    """Extra visits need a fee and a word, a remote session has no way to it. Raises Invalid."""
    if extras.visits and visit_fee(booking, extras) is None:
        words = "Enter the fee for each extra visit: the terms do not have one"
        raise Invalid(f"{words}.", {"visit_fee": [words]})
    if extras.visits and not note.strip():
        raise Invalid("Say in a few words what the extra visits were.", {"note": ["Say what the extra visits were"]})
    if extras.miles and booking.terms.place.remote:
        words = "This session was remote, so there are no miles to claim"
        raise Invalid(f"{words}.", {"miles": [words]})


def visit_fee(booking: Booking, extras: Extras) -> Money | None:
    """The fee for each extra visit: the one in the terms, or the one proposed where they have none."""
    return booking.terms.extra_visit_fee or extras.visit_fee


def submit(work: UnitOfWork, booking: Booking, span: tuple[datetime, datetime], extras: Extras, note: str) -> Timesheet:
    """Send hours, once: pressing twice sends once. Each item is claimed by itself.

    Raises Conflict before the session has ended, WrongState when other hours were sent already.
    """
    if booking.ends_at > work.now:
        raise Conflict("The session is not over yet. Send the hours once it has ended.")
    timesheet = written(work, booking, span, extras, note)
    existing = work.first(select(Timesheet).where(Timesheet.booking_id == booking.id))
    if existing and existing.state == "submitted" and same(existing, timesheet):
        return existing
    advance(BOOKING, booking, "work")
    work.add(timesheet)
    claim(work, booking, timesheet)
    work.record(TimesheetSubmitted(timesheet.id, booking.id), pool_id=booking.pool_id)
    return timesheet


def written(
    work: UnitOfWork, booking: Booking, span: tuple[datetime, datetime], extras: Extras, note: str
) -> Timesheet:
    """The sheet of hours with what was sent."""
    plain = span == (booking.starts_at, booking.ends_at) and not extras.visits and not extras.miles
    fee = visit_fee(booking, extras) if extras.visits else None
    return Timesheet(
        pool_id=booking.pool_id,
        practice_id=booking.practice_id,
        clinician_id=booking.clinician_id,
        booking_id=booking.id,
        state=TIMESHEET.initial,
        started_at=span[0],
        ended_at=span[1],
        as_booked=plain,
        extra_visits=extras.visits,
        visit_fee=fee or Money(0),
        miles=extras.miles,
        miles_before=mileage_claims.before(work, booking) if extras.miles else Decimal(0),
        note=note.strip(),
        submitted_at=work.now,
    )


def same(one: Timesheet, other: Timesheet) -> bool:
    """Do both say the same hours and extras?"""
    told = [
        (sheet.started_at, sheet.ended_at, sheet.extra_visits, sheet.visit_fee, sheet.miles) for sheet in (one, other)
    ]
    return told[0] == told[1]


def items(booking: Booking, timesheet: Timesheet) -> list[Line]:
    """What the hours claim, item by item."""
    return items_of(booking.terms, timesheet.worked)


def claim(work: UnitOfWork, booking: Booking, timesheet: Timesheet) -> list[Charge]:
    """One charge for each item; claimed again, the same charges."""
    return charges.claim(work, booking, items(booking, timesheet), timesheet)


def confirm(work: UnitOfWork, timesheet_id: UUID) -> Timesheet:
    """The practice agrees to every item; the invoice follows by itself."""
    timesheet, booking = answering(work, timesheet_id)
    advance(TIMESHEET, timesheet, "confirm")
    advance(BOOKING, booking, "confirm")
    timesheet.confirmed_at, timesheet.confirmed_by_id = work.now, work.actor.person_id
    charges.approve_all(work, claim(work, booking, timesheet))
    work.record(TimesheetConfirmed(timesheet.id, booking.id), pool_id=booking.pool_id)
    return timesheet


def answering(work: UnitOfWork, timesheet_id: UUID) -> tuple[Timesheet, Booking]:
    """Hours and their booking, held until the end; always in this order, so that two answers cannot block each other."""
    timesheet = work.get(Timesheet, timesheet_id, lock=True)
    return timesheet, work.get(Booking, timesheet.booking_id, lock=True)


def accept_silence(work: UnitOfWork) -> int:
    """Confirm hours, with every extra, that a practice has not answered within the days shown at booking; says how many."""
    waiting: Sequence[Timesheet] = work.all(select(Timesheet).where(Timesheet.state == "submitted"))
    due = [timesheet for timesheet in waiting if answer_due(timesheet) <= work.now]
    for timesheet in due:
        confirm(work, timesheet.id)
    return len(due)


def answer_due(timesheet: Timesheet) -> datetime:
    """When silence becomes a yes, by the terms of the booking."""
    return timesheet.submitted_at + timedelta(days=timesheet.booking.terms.silence_days)


def claim_forgotten(work: UnitOfWork) -> int:
    """Confirmed hours that nobody ever made charges of, from before there were any; says how many bookings."""
    without = select(Booking).where(Booking.state == "confirmed", ~exists().where(Charge.booking_id == Booking.id))
    forgotten = work.all(without.order_by(Booking.id).with_for_update(of=Booking, skip_locked=True))
    for booking in forgotten:
        timesheet = work.one(select(Timesheet).where(Timesheet.booking_id == booking.id))
        charges.approve_all(work, claim(work, booking, timesheet))
    return len(forgotten)
