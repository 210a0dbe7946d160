"""Hours: the clinician sends them, the practice confirms or queries; silence counts as yes after the agreed days."""

from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select

from pool import clock
from pool.errors import Conflict, Invalid
from pool.events import TimesheetConfirmed, TimesheetQueried, TimesheetSubmitted
from pool.lifecycle import BOOKING, TIMESHEET, advance
from pool.models.booking import Booking
from pool.models.timesheet import Timesheet
from pool.unit_of_work import UnitOfWork

LONGEST = timedelta(hours=16)


def submit_as_booked(work: UnitOfWork, booking_id: UUID) -> Timesheet:
    """The one-tap answer: everything was as booked."""
    booking = work.get(Booking, booking_id, lock=True)
    return submit(work, booking, booking.starts_at, booking.ends_at, note="")


def submit_hours(work: UnitOfWork, booking_id: UUID, starts: time, ends: time, note: str) -> Timesheet:
    """Hours that differ, as London wall times on the day of the session."""
    booking = work.get(Booking, booking_id, lock=True)
    try:
        started, ended = clock.span(booking.session.on, starts, ends)
    except clock.NoSuchTime as gap:
        raise Invalid(str(gap), {"starts": [str(gap)]}) from gap
    if ended - started > LONGEST:
        message = "Check the end time: that is more than 16 hours"
        raise Invalid(f"{message}.", {"ends": [message]})
    if (started, ended) != (booking.starts_at, booking.ends_at) and not note.strip():
        raise Invalid("Say in a few words why the times differ.", {"note": ["Say why the times differ"]})
    return submit(work, booking, started, ended, note)


def submit(work: UnitOfWork, booking: Booking, started: datetime, ended: datetime, note: str) -> Timesheet:
    """Send hours, or send them again after a query; pressing twice sends once. Raises Conflict before the session has ended."""
    if booking.ends_at > work.now:
        raise Conflict("The session is not over yet. Send the hours once it has ended.")
    existing = work.first(select(Timesheet).where(Timesheet.booking_id == booking.id))
    if existing and existing.state == "submitted" and (existing.started_at, existing.ended_at) == (started, ended):
        return existing
    timesheet = existing or Timesheet(
        pool_id=booking.pool_id, practice_id=booking.practice_id, clinician_id=booking.clinician_id,
        booking_id=booking.id, state=TIMESHEET.initial,
    )  # fmt: skip
    if existing is None:
        advance(BOOKING, booking, "work")
        work.add(timesheet)
    else:
        advance(TIMESHEET, timesheet, "resubmit")
        advance(BOOKING, booking, "resubmit")
    timesheet.started_at, timesheet.ended_at, timesheet.note = started, ended, note.strip()
    timesheet.as_booked = (started, ended) == (booking.starts_at, booking.ends_at)
    timesheet.submitted_at = work.now
    work.record(TimesheetSubmitted(timesheet.id, booking.id), pool_id=booking.pool_id)
    return timesheet


def confirm(work: UnitOfWork, timesheet_id: UUID) -> Timesheet:
    """The practice agrees; the invoice follows by itself."""
    timesheet = work.get(Timesheet, timesheet_id, lock=True)
    booking = work.get(Booking, timesheet.booking_id, lock=True)
    advance(TIMESHEET, timesheet, "confirm")
    advance(BOOKING, booking, "confirm")
    timesheet.confirmed_at, timesheet.confirmed_by_id = work.now, work.actor.person_id
    work.record(TimesheetConfirmed(timesheet.id, booking.id), pool_id=booking.pool_id)
    return timesheet


def query(work: UnitOfWork, timesheet_id: UUID, reason: str) -> Timesheet:
    """The practice asks the clinician to look again."""
    if not reason.strip():
        raise Invalid("Say what you think is different.", {"reason": ["Say what you think is different"]})
    timesheet = work.get(Timesheet, timesheet_id, lock=True)
    booking = work.get(Booking, timesheet.booking_id, lock=True)
    advance(TIMESHEET, timesheet, "query")
    advance(BOOKING, booking, "query")
    timesheet.queried_at, timesheet.query_reason = work.now, reason.strip()
    work.record(TimesheetQueried(timesheet.id, booking.id, reason.strip()), pool_id=booking.pool_id)
    return timesheet


def accept_silence(work: UnitOfWork) -> int:
    """Confirm hours that a practice has not answered within the days shown at booking; says how many."""
    waiting = work.all(select(Timesheet).where(Timesheet.state == "submitted"))
    due = [each for each in waiting if answer_due(each) <= work.now]
    for timesheet in due:
        confirm(work, timesheet.id)
    return len(due)


def answer_due(timesheet: Timesheet) -> datetime:
    """When silence becomes a yes, by the terms of the booking."""
    return timesheet.submitted_at + timedelta(days=timesheet.booking.terms["silence_days"])
