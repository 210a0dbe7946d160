"""Hours that nobody has sent yet: ask the clinician once the session is over."""

from datetime import timedelta

from sqlalchemy import exists, select

from pool.events import HoursDue
from pool.models.audit import AuditEntry
from pool.models.booking import Booking
from pool.unit_of_work import UnitOfWork

LOOK_BACK = timedelta(days=14)
"""Older bookings are not asked for by themselves; they stand on the manager's list."""


def ask_where_due(work: UnitOfWork) -> int:
    """Record HoursDue for bookings that are over and still without hours, once for each; says how many."""
    asked = exists().where(AuditEntry.subject_id == Booking.id, AuditEntry.name == HoursDue.__name__)
    due = (
        select(Booking)
        .where(
            Booking.state == "accepted",
            Booking.ends_at <= work.now,
            Booking.ends_at > work.now - LOOK_BACK,
            ~asked,
        )
        .with_for_update(of=Booking, skip_locked=True)
    )
    bookings = work.all(due)
    for booking in bookings:
        work.record(HoursDue(booking.id, booking.session_id, booking.clinician_id), pool_id=booking.pool_id)
    return len(bookings)
