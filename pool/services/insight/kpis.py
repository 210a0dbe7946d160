"""The numbers managers look at; each is defined once, in docs/insight.md, and always carries its numerator and denominator."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from pool import clock
from pool.clock import minutes_between
from pool.lifecycle import LIVE_BOOKING_STATES, OPEN_SESSION_STATES
from pool.models.booking import Booking
from pool.models.clinician import Clinician
from pool.models.invoice import Invoice, InvoiceLine
from pool.models.practice import Practice
from pool.models.session import PracticeSession
from pool.models.timesheet import Timesheet
from pool.privacy import Ratio
from pool.search import how_many
from pool.unit_of_work import UnitOfWork

WITHDRAWN_IN_TIME = timedelta(hours=48)
AT_RISK_DAYS = 14


class Demand(NamedTuple):
    """One demand in the period: its latest session, and whether it is filled."""

    session: PracticeSession
    filled: bool
    counts: bool


class FillRates(NamedTuple):
    """Fill rate by sessions and by minutes, and gross (docs/insight.md)."""

    sessions: Ratio
    minutes: Ratio
    gross: Ratio


def demands(work: UnitOfWork, first: date, last: date, practice_id: UUID | None = None) -> list[Demand]:
    """Every demand whose session starts on these days, counted once however often it was posted."""
    wanted = select(PracticeSession).where(
        PracticeSession.on.between(first, last), PracticeSession.posted_at.is_not(None)
    )
    if practice_id is not None:
        wanted = wanted.where(PracticeSession.practice_id == practice_id)
    sessions = work.all(wanted.order_by(PracticeSession.posted_at))
    latest = {session.demand_id: session for session in sessions}
    return [Demand(session, session.state == "filled", in_denominator(session)) for session in latest.values()]


def in_denominator(session: PracticeSession) -> bool:
    """A session that the practice withdrew more than 48 hours ahead is no demand any more."""
    if session.state != "withdrawn" or session.withdrawn_at is None:
        return True
    return session.starts_at - session.withdrawn_at <= WITHDRAWN_IN_TIME


def fill_rates(found: Sequence[Demand]) -> FillRates:
    """The three fill rates of these demands."""
    counted = [demand for demand in found if demand.counts]
    filled = [demand for demand in counted if demand.filled]
    return FillRates(
        Ratio(len(filled), len(counted)),
        Ratio(sum_minutes(filled), sum_minutes(counted)),
        Ratio(len(filled), len(found)),
    )


def sum_minutes(found: Iterable[Demand]) -> int:
    """Minutes of the sessions."""
    return sum(demand.session.minutes for demand in found)


class Week(NamedTuple):
    """The fill rate of one week, by its Monday."""

    monday: date
    fill: Ratio


def weekly_fill(found: Sequence[Demand]) -> list[Week]:
    """Fill rate week by week, oldest first."""
    weeks: dict[date, list[Demand]] = {}
    for demand in found:
        weeks.setdefault(demand.session.on - timedelta(days=demand.session.on.weekday()), []).append(demand)
    return [Week(monday, fill_rates(weeks[monday]).sessions) for monday in sorted(weeks)]


def median_time_to_fill(work: UnitOfWork, found: Sequence[Demand]) -> int | None:
    """Kaplan–Meier median of minutes from posting to acceptance; None while less than half are filled.

    Sessions not filled count as still waiting until now or until they started or were withdrawn.
    """
    booked = first_bookings(work, [demand.session.id for demand in found])
    waits = []
    for demand in found:
        accepted = booked.get(demand.session.id)
        until = accepted or min(work.now, demand.session.withdrawn_at or demand.session.starts_at)
        waits.append((minutes_between(demand.session.posted_at or until, until), accepted is not None))
    return kaplan_meier_median(waits)


def first_bookings(work: UnitOfWork, session_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """When each session was first accepted."""
    first = select(Booking.session_id, func.min(Booking.booked_at)).where(Booking.session_id.in_(session_ids))
    return {row[0]: row[1] for row in work.store.execute(first.group_by(Booking.session_id))}


def kaplan_meier_median(waits: Sequence[tuple[int, bool]]) -> int | None:
    """The shortest wait by which half have ended, with waits that have not ended counted as censored."""
    at_risk, surviving = len(waits), 1.0
    for wait, ended in sorted(waits, key=lambda wait: (wait[0], not wait[1])):
        if ended:
            surviving *= 1 - 1 / at_risk
            if surviving <= 0.5:
                return wait
        at_risk -= 1
    return None


def at_risk(work: UnitOfWork) -> Sequence[PracticeSession]:
    """Open sessions that start within 14 days, soonest first."""
    until = work.now + timedelta(days=AT_RISK_DAYS)
    return work.all(
        select(PracticeSession)
        .where(
            PracticeSession.state.in_(OPEN_SESSION_STATES),
            PracticeSession.starts_at > work.now,
            PracticeSession.starts_at <= until,
        )
        .order_by(PracticeSession.starts_at)
    )


def hours_waiting(work: UnitOfWork) -> int:
    """Timesheets that were sent and not yet answered."""
    return how_many(work, select(Timesheet).where(Timesheet.state == "submitted"))


def cancellations(work: UnitOfWork, first: date, last: date) -> dict[str, Ratio]:
    """Bookings cancelled by each party out of all bookings that were to start on these days."""
    from_at, to_at = clock.instant(first, time()), clock.instant(last + timedelta(days=1), time())
    rows = work.store.execute(
        select(Booking.cancelled_by, func.count())
        .where(Booking.starts_at >= from_at, Booking.starts_at < to_at)
        .group_by(Booking.cancelled_by)
    )
    counts = {row[0]: row[1] for row in rows}
    made = sum(counts.values())
    return {party: Ratio(counts.get(party, 0), made) for party in ("practice", "clinician", "manager")}


class Billed(NamedTuple):
    """A session that was billed, and whether its invoice came within 24 hours of the practice's confirmation."""

    booking_id: UUID
    invoice_id: UUID
    quick: bool


def billed_sessions(work: UnitOfWork, first: date, last: date) -> list[Billed]:
    """The billed sessions of these days, each with its invoice."""
    rows = work.store.execute(
        select(InvoiceLine.booking_id, Invoice.id, Timesheet.confirmed_at, Invoice.issued_at)
        .join(Timesheet, InvoiceLine.booking_id == Timesheet.booking_id)
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(
            InvoiceLine.supplied_on.between(first, last),
            InvoiceLine.kind == "session",
            InvoiceLine.credits_id.is_(None),
        )
        .where(Invoice.issued_at.is_not(None))
    ).all()
    return [
        Billed(booking_id, invoice_id, bool(confirmed and issued and issued - confirmed <= timedelta(days=1)))
        for booking_id, invoice_id, confirmed, issued in rows
        if booking_id
    ]


def invoiced_within_a_day(work: UnitOfWork, first: date, last: date) -> Ratio:
    """Invoices issued within 24 hours of the practice's confirmation, out of all that bill sessions of these days."""
    found = billed_sessions(work, first, last)
    return Ratio(sum(session.quick for session in found), len(found))


class Overdue(NamedTuple):
    """Invoices past their due day."""

    number: int
    pence: int


def overdue_invoices(work: UnitOfWork, today: date) -> Overdue:
    """Issued, unpaid and past due."""
    late = work.all(
        select(Invoice).where(
            Invoice.state.in_(("issued", "part_paid")), Invoice.kind != "credit_note", Invoice.due_on < today
        )
    )
    return Overdue(len(late), sum(invoice.outstanding.pence for invoice in late))


class Members(NamedTuple):
    """How many clinicians and practices a pool has, and how many took or held sessions lately."""

    clinicians: int
    active_clinicians: int
    practices: int


def members(work: UnitOfWork) -> Members:
    """Registered clinicians, those with a session in the last 28 days, practices (domain 1.8)."""
    recent = select(func.count(func.distinct(Booking.clinician_id))).where(
        Booking.state.in_(LIVE_BOOKING_STATES),
        Booking.starts_at.between(work.now - timedelta(days=28), work.now),
    )
    return Members(
        how_many(work, select(Clinician).where(Clinician.active)),
        work.store.scalar(recent) or 0,
        how_many(work, select(Practice)),
    )
