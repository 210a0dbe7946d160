"""A clinician's bookings: the next one, those to come by week, the past, and the hours to send."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from pool import clock
from pool.formats import day
from pool.lifecycle import BOOKING, allows
from pool.models.booking import Booking
from pool.models.dispute import Dispute
from pool.models.offer import Offer
from pool.models.timesheet import Timesheet
from pool.money import Money, total
from pool.places import facts
from pool.services.hours import dispute_pages
from pool.services.hours.timesheets import items
from pool.unit_of_work import UnitOfWork

OWN_TURN = "with_clinician"


class Week(NamedTuple):
    """The bookings of one week, under a heading."""

    heading: str
    bookings: Sequence[Booking]


class Ahead(NamedTuple):
    """What comes: the next booking by itself, the others by week."""

    next: Booking | None
    leave_at: datetime | None
    weeks: Sequence[Week]


class Hours(NamedTuple):
    """Sessions that are over: to send, disputes that wait for the clinician, hours sent and not answered yet, and
    disputes that wait for somebody else."""

    to_send: Sequence[Booking]
    to_answer: Sequence[Dispute]
    waiting: Sequence[Timesheet]
    elsewhere: Sequence[Dispute]

    @property
    def worth(self) -> Money:
        """What is not confirmed yet: fees of hours to send, everything claimed, and what is in dispute."""
        claimed = [item.amount for sheet in self.waiting for item in items(sheet.booking, sheet)]
        open_ones = [entry.disputed for entry in (*self.to_answer, *self.elsewhere)]
        return total([entry.fee for entry in self.to_send] + claimed + open_ones)


def ahead(work: UnitOfWork) -> Ahead:
    """Bookings that are not over yet."""
    coming = work.all(
        select(Booking).where(Booking.state == "accepted", Booking.ends_at > work.now).order_by(Booking.starts_at)
    )
    first = coming[0] if coming else None
    return Ahead(first, leave_at(work, first) if first else None, by_week(coming[1:], clock.london_date(work.now)))


def by_week(bookings: Sequence[Booking], today: date) -> list[Week]:
    """Bookings in order, grouped by their London week."""
    grouped = groupby(bookings, key=lambda booking: clock.week_of(clock.london_date(booking.starts_at)))
    return [Week(week_words(monday, today), list(them)) for monday, them in grouped]


def week_words(monday: date, today: date) -> str:
    """This week, next week, or the week of a Monday."""
    near = {0: "This week", 7: "Next week", -7: "Last week"}
    return near.get((monday - clock.week_of(today)).days, f"Week of {day(monday)}")


def leave_at(work: UnitOfWork, booking: Booking) -> datetime | None:
    """When to leave home, with time to park; None for a remote session."""
    minutes = travel_of(work, booking)
    parking = facts.travel_parameters(on=clock.london_date(booking.starts_at)).parking
    return booking.starts_at - timedelta(minutes=minutes) - parking if minutes else None


def travel_of(work: UnitOfWork, booking: Booking) -> int:
    """Minutes one way, as the offer said; 0 for a remote session."""
    return work.get(Offer, booking.offer_id).travel_minutes


def is_past(work: UnitOfWork) -> ColumnElement[bool]:
    """Over, or called off."""
    return or_(Booking.state != "accepted", Booking.ends_at <= work.now)


def count_past(work: UnitOfWork) -> int:
    """How many bookings are over or were called off."""
    return work.store.scalar(select(func.count(Booking.id)).where(is_past(work))) or 0


def past(work: UnitOfWork, offset: int, size: int) -> list[Week]:
    """Bookings that are over or were called off, newest first, by week."""
    found = select(Booking).where(is_past(work)).order_by(Booking.starts_at.desc(), Booking.id)
    return by_week(work.all(found.offset(offset).limit(size)), clock.london_date(work.now))


def hours_of(work: UnitOfWork) -> Hours:
    """Everything about hours that is not settled."""
    disputes = dispute_pages.open_disputes(work)
    own_turn = [dispute for dispute in disputes if dispute.state == OWN_TURN]
    elsewhere = [dispute for dispute in disputes if dispute.state != OWN_TURN]
    return Hours(hours_due(work), own_turn, timesheets(work, "submitted"), elsewhere)


def hours_due(work: UnitOfWork) -> Sequence[Booking]:
    """Sessions that are over and whose hours have not been sent."""
    over = select(Booking).where(Booking.state == "accepted", Booking.ends_at <= work.now)
    return work.all(over.order_by(Booking.starts_at))


def timesheets(work: UnitOfWork, state: str) -> Sequence[Timesheet]:
    """The clinician's hours in a state, oldest session first."""
    return work.all(select(Timesheet).where(Timesheet.state == state).order_by(Timesheet.started_at))


def timesheet_of(work: UnitOfWork, booking_id: UUID) -> Timesheet | None:
    """The hours of a booking, when they were sent."""
    return work.first(select(Timesheet).where(Timesheet.booking_id == booking_id))


def can_cancel(work: UnitOfWork, booking: Booking) -> bool:
    """Before it starts, at any minute."""
    return allows(BOOKING, booking, "cancel") and booking.starts_at > work.now


def can_send_hours(work: UnitOfWork, booking: Booking) -> bool:
    """The session is over and the hours are the clinician's to send."""
    return booking.ends_at <= work.now and allows(BOOKING, booking, "work")
