"""What the page of hours shows: booked against worked, each item with its working, and until when an answer is possible."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from pool.clock import minutes_between
from pool.models.booking import Booking
from pool.models.charge import Charge
from pool.models.timesheet import Timesheet
from pool.money import Money
from pool.rules import fees
from pool.services.billing import invoice_preview
from pool.services.billing.invoice_preview import BillAhead
from pool.services.hours.timesheets import answer_due, confirm, items
from pool.unit_of_work import UnitOfWork

RECENT = timedelta(days=14)
MOST_RECENT = 20


@dataclass(frozen=True)
class Hours:
    """The hours of one booking as the practice sees them."""

    timesheet: Timesheet
    bill: BillAhead

    @property
    def booking(self) -> Booking:
        """The booking, with what was agreed."""
        return self.timesheet.booking

    @property
    def items(self) -> Sequence[fees.Line]:
        """What is claimed, each item with its amount and working."""
        return items(self.booking, self.timesheet)

    @property
    def amount(self) -> Money:
        """What the practice pays when it confirms: as it will stand on the invoices."""
        return self.bill.total

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


def hours_in(work: UnitOfWork, state: str) -> list[Hours]:
    """All hours in one state, oldest session first."""
    wanted = select(Timesheet).join(Booking, Timesheet.booking_id == Booking.id).where(Timesheet.state == state)
    return [as_seen(work, booking) for booking in work.all(wanted.order_by(Booking.starts_at))]


def recent(work: UnitOfWork) -> list[Timesheet]:
    """What was confirmed in the last two weeks, newest first."""
    wanted = select(Timesheet).where(Timesheet.state == "confirmed", Timesheet.confirmed_at >= work.now - RECENT)
    return list(work.all(wanted.order_by(Timesheet.confirmed_at.desc()).limit(MOST_RECENT)))


def agreed_amounts(work: UnitOfWork, sheets: Sequence[Timesheet]) -> dict[UUID, Money]:
    """What is invoiced for each of these hours in the end, by timesheet: with what came on top, and less than was claimed
    when a dispute said so."""
    bookings = {sheet.booking_id: sheet.id for sheet in sheets}
    rows = select(Charge).where(Charge.booking_id.in_(bookings), Charge.state.in_(("agreed", "billed")))
    found: dict[UUID, list[Charge]] = {sheet.id: [] for sheet in sheets}
    for charge in work.all(rows):
        if charge.booking_id is not None:
            found[bookings[charge.booking_id]].append(charge)
    return {sheet_id: invoice_preview.of_all(work, charges).total for sheet_id, charges in found.items()}


def one(work: UnitOfWork, timesheet_id: UUID) -> Hours:
    """The hours of one booking."""
    return as_seen(work, work.get(Timesheet, timesheet_id))


def as_seen(work: UnitOfWork, timesheet: Timesheet) -> Hours:
    """Some hours with the invoices that follow when they are confirmed."""
    return Hours(timesheet, invoice_preview.of_lines(work, timesheet.booking, items(timesheet.booking, timesheet)))


def confirm_all(work: UnitOfWork, timesheet_ids: Sequence[UUID]) -> int:
    """Confirm those of these hours that still wait, with every item; says how many. What was queried meanwhile stays so."""
    wanted = select(Timesheet).where(Timesheet.id.in_(timesheet_ids), Timesheet.state == "submitted")
    ready = [timesheet.id for timesheet in work.all(wanted.order_by(Timesheet.id))]
    for timesheet_id in ready:
        confirm(work, timesheet_id)
    return len(ready)
