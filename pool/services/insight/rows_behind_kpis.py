"""The rows behind each figure of the manager's home: exactly those that it counts, with what each adds to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select

from pool import formats
from pool.clock import minutes_between
from pool.models.booking import Booking
from pool.models.invoice import Invoice
from pool.models.session import PracticeSession
from pool.models.timesheet import Timesheet
from pool.services.insight import kpis
from pool.services.insight.overview import Period
from pool.services.sessions import cover
from pool.unit_of_work import UnitOfWork


class Row(NamedTuple):
    """One thing that a figure counts: its session, the words of its columns, an invoice where there is one."""

    session: PracticeSession
    words: tuple[str, ...]
    invoice: Invoice | None = None


@dataclass(frozen=True)
class Figure:
    """A figure with its rows: `counted` of them make its upper number where it is a share."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[Row]
    counted: int | None = None


def fill(work: UnitOfWork, days: Period) -> Figure:
    """Every demand of the fill rate, and whether it is filled; what a practice withdrew in time is none."""
    found = [demand for demand in kpis.demands(work, days.first, days.last) if demand.counts]
    rows = [Row(demand.session, ("Filled" if demand.filled else "Not filled",)) for demand in found]
    return Figure("Fill rate", ("Filled?",), by_start(rows), kpis.fill_rates(found).sessions.part)


def time_to_fill(work: UnitOfWork, days: Period) -> Figure:
    """Every demand with how long it took until somebody accepted."""
    found = kpis.demands(work, days.first, days.last)
    booked = kpis.first_bookings(work, [demand.session.id for demand in found])
    rows = [Row(demand.session, (waited(demand.session, booked.get(demand.session.id)),)) for demand in found]
    return Figure("Time to fill", ("From posting to acceptance",), by_start(rows))


def waited(session: PracticeSession, accepted: object) -> str:
    """3 hours; or that nobody has accepted."""
    if accepted is None or session.posted_at is None:
        return "Nobody accepted"
    return formats.minutes(minutes_between(session.posted_at, accepted))  # type: ignore[arg-type]


def at_risk(work: UnitOfWork, _days: Period) -> Figure:
    """Open sessions of the next 14 days."""
    rows = [Row(session, (formats.relative(session.starts_at),)) for session in kpis.at_risk(work)]
    return Figure("At risk in 14 days", ("Starts",), rows)


def hours(work: UnitOfWork, _days: Period) -> Figure:
    """Hours that clinicians sent and no practice has answered, the oldest first."""
    found = work.all(
        select(Timesheet).where(Timesheet.state == "submitted").order_by(Timesheet.submitted_at, Timesheet.id)
    )
    rows = [
        Row(timesheet.booking.session, (timesheet.booking.clinician.name, formats.moment(timesheet.submitted_at)))
        for timesheet in found
    ]
    return Figure("Hours to confirm", ("Clinician", "Sent"), rows)


def invoiced(work: UnitOfWork, days: Period) -> Figure:
    """Invoices of sessions of these days, and whether they were issued within a day of the confirmation."""
    found = [
        (work.get(Booking, session.booking_id), work.get(Invoice, session.invoice_id), session)
        for session in kpis.billed_sessions(work, days.first, days.last)
    ]
    rows = [
        Row(booking.session, ("Within a day" if delay.quick else "Later",), invoice)
        for booking, invoice, delay in found
    ]
    return Figure("Invoiced within a day", ("Issued",), by_start(rows), sum(delay.quick for _, _, delay in found))


def cancelled(work: UnitOfWork, days: Period) -> Figure:
    """Bookings of these days that were cancelled, and by whom."""
    wanted = select(Booking).join(PracticeSession, PracticeSession.id == Booking.session_id)
    wanted = wanted.where(PracticeSession.on.between(days.first, days.last), Booking.cancelled_by.is_not(None))
    found = work.all(wanted.order_by(PracticeSession.starts_at, Booking.id))
    rows = [
        Row(booking.session, (f"The {PARTIES.get(booking.cancelled_by or '', booking.cancelled_by)}",))
        for booking in found
        if booking.cancelled_by
    ]
    return Figure("Cancelled bookings", ("Cancelled by",), rows)


def needing(work: UnitOfWork, _days: Period) -> Figure:
    """Open sessions that had somebody booked or asked and have nobody any more."""
    rows = [Row(session, (cover.last_word(work, session),)) for session in cover.without_cover(work)]
    return Figure(NEEDING, ("What happened",), rows)


NEEDING = "Somebody is needed"

PARTIES = {"manager": "pool"}
"""How a party is called on pages."""

FIGURES: dict[str, Callable[[UnitOfWork, Period], Figure]] = {
    "fill": fill,
    "time-to-fill": time_to_fill,
    "at-risk": at_risk,
    "hours": hours,
    "invoiced": invoiced,
    "cancelled": cancelled,
    "needing": needing,
}


def by_start(rows: Sequence[Row]) -> list[Row]:
    """In the order of the sessions."""
    return sorted(rows, key=lambda row: (row.session.starts_at, row.session.id))
