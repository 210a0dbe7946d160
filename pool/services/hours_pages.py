"""What the page of hours shows: booked against worked, the invoice that follows, and until when an answer is possible."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from pool import pricing
from pool.clock import minutes_between
from pool.models.booking import Booking
from pool.models.timesheet import Timesheet
from pool.money import Money, total
from pool.services.timesheets import answer_due, confirm
from pool.unit_of_work import UnitOfWork

RECENT = timedelta(days=14)
MOST_RECENT = 20


@dataclass(frozen=True)
class Hours:
    """The hours of one booking as the practice sees them."""

    timesheet: Timesheet

    @property
    def booking(self) -> Booking:
        """What was agreed."""
        return self.timesheet.booking

    @property
    def lines(self) -> Sequence[pricing.Line]:
        """The lines of the invoice that follows."""
        return pricing.lines_for(self.booking.terms, pricing.Hours(self.timesheet.started_at, self.timesheet.ended_at))

    @property
    def amount(self) -> Money:
        """What that invoice comes to."""
        return total([line.amount for line in self.lines])

    @property
    def minutes_more(self) -> int:
        """Minutes worked beyond what was booked; negative when it was less."""
        return self.timesheet.minutes - minutes_between(self.booking.starts_at, self.booking.ends_at)

    @property
    def due(self) -> datetime:
        """When silence counts as yes."""
        return answer_due(self.timesheet)


def waiting(work: UnitOfWork) -> list[Hours]:
    """Hours that the practice has not answered, oldest session first."""
    return hours_in(work, "submitted")


def queried(work: UnitOfWork) -> list[Hours]:
    """Hours that the clinician was asked to look at again."""
    return hours_in(work, "queried")


def hours_in(work: UnitOfWork, state: str) -> list[Hours]:
    """All hours in one state, oldest session first."""
    wanted = select(Timesheet).join(Booking, Timesheet.booking_id == Booking.id).where(Timesheet.state == state)
    return [Hours(each) for each in work.all(wanted.order_by(Booking.starts_at))]


def recent(work: UnitOfWork) -> list[Hours]:
    """What was confirmed in the last two weeks, newest first."""
    wanted = select(Timesheet).where(Timesheet.state == "confirmed", Timesheet.confirmed_at >= work.now - RECENT)
    return [Hours(each) for each in work.all(wanted.order_by(Timesheet.confirmed_at.desc()).limit(MOST_RECENT))]


def as_booked(waiting: Sequence[Hours]) -> list[Hours]:
    """Those with nothing to decide: the hours are as booked."""
    return [each for each in waiting if each.timesheet.as_booked]


def one(work: UnitOfWork, timesheet_id: UUID) -> Hours:
    """The hours of one booking."""
    return Hours(work.get(Timesheet, timesheet_id))


def confirm_all(work: UnitOfWork, timesheet_ids: Sequence[UUID]) -> int:
    """Confirm those of these hours that still wait and are as booked; says how many. One that changed meanwhile waits."""
    wanted = select(Timesheet).where(
        Timesheet.id.in_(timesheet_ids), Timesheet.state == "submitted", Timesheet.as_booked
    )
    ready = [each.id for each in work.all(wanted.order_by(Timesheet.id))]
    for timesheet_id in ready:
        confirm(work, timesheet_id)
    return len(ready)
