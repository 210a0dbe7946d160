"""What the rules about taking sessions stand on, read once for any number of sessions and clinicians.

Nothing here decides. The engine's tables (snapshot.py), the rules that only the product knows (session_rules.py) and the
four weeks (four_weeks.py) are worked out from these facts without another look at the rows.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, false, inspect, or_, select
from sqlalchemy.orm import selectinload

from pool.clock import instant
from pool.lifecycle import LIVE_BOOKING_STATES
from pool.models.availability import AvailabilityDay, WeeklySlot
from pool.models.booking import Booking
from pool.models.clinician import Clinician, PracticePreference
from pool.models.offer import Offer
from pool.models.session import PracticeSession
from pool.services.clinicians.company_status import Bars, bars
from pool.services.eligibility import absences, declines, work_in_other_pools
from pool.services.eligibility.declines import Pairs
from pool.services.eligibility.work_in_other_pools import Span, Times
from pool.unit_of_work import UnitOfWork

MARGIN = timedelta(days=7)
"""Bookings this far around the days asked for still count for rest and the weekly cap."""

FOUR_WEEKS = timedelta(days=27)
"""And this far for a limit of sessions in any four weeks."""

CONTINUITY = timedelta(days=90)


class Window(NamedTuple):
    """The days of a question or a run, both included."""

    first: date
    last: date

    @classmethod
    def of(cls, sessions: Iterable[PracticeSession]) -> "Window":
        """From the first of these sessions to the last."""
        days = [session.on for session in sessions]
        return cls(min(days), max(days))

    @property
    def from_at(self) -> datetime:
        """The instant the first day starts, minus the margin."""
        return self.before(MARGIN)

    @property
    def to_at(self) -> datetime:
        """The instant after the last day, plus the margin."""
        return self.after(MARGIN)

    def before(self, margin: timedelta) -> datetime:
        """The instant the first day starts, minus a margin of whole days."""
        return instant(self.first - margin, time())

    def after(self, margin: timedelta) -> datetime:
        """The instant after the last day, plus a margin of whole days."""
        return instant(self.last + margin + timedelta(days=1), time())


class Held(NamedTuple):
    """A session that stays with a clinician: booked, or offered and not yet answered."""

    session: PracticeSession
    clinician_id: UUID


@dataclass(frozen=True)
class FreeTimes:
    """When clinicians are free as they said: the rows of their usual weeks, of days that differ, and the days on which
    they are known to be away."""

    weekly: Sequence[WeeklySlot]
    differing: Sequence[AvailabilityDay]
    absent: Mapping[tuple[UUID, date], Times]


@dataclass(frozen=True)
class PoolFacts:
    """Everything about some sessions and clinicians that the rules look at.

    `booked` are live bookings around the window, as far as four weeks when somebody limits these; `offered` are open
    offers that hold their session, in a run. `elsewhere` is work other than as one of these clinicians, around the same
    days. `barred`: why a clinician's company may not take a session. `called_off`: who was booked for a session and
    cannot come. `worked`: (clinician, practice) of the last 90 days, in a run.
    """

    window: Window
    sessions: Sequence[PracticeSession]
    clinicians: Sequence[Clinician]
    booked: Sequence[Held]
    offered: Sequence[Held]
    elsewhere: Sequence[tuple[Clinician, Span]]
    free: FreeTimes
    barred: Bars
    called_off: Pairs
    preferences: Sequence[PracticePreference]
    worked: Pairs

    @property
    def held(self) -> list[Held]:
        """What stays as it is around the window: a session's booking, or else its first open offer."""
        near = (booking for booking in self.booked if self.is_near(booking.session.starts_at, booking.session.ends_at))
        return list({one.session.id: one for one in (*self.offered, *near)}.values())

    @property
    def days(self) -> list[date]:
        """Every day of the window, and the one after it for nights that end there."""
        first, last = self.window
        return [first + timedelta(days=number) for number in range((last - first).days + 2)]

    @property
    def elsewhere_near(self) -> list[tuple[Clinician, Span]]:
        """Work elsewhere around the window."""
        return [(who, span) for who, span in self.elsewhere if self.is_near(span.starts_at, span.ends_at)]

    def is_near(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Is it within the margin around the window?"""
        return starts_at < self.window.to_at and ends_at > self.window.from_at


NOBODY_IS_FREE = FreeTimes((), (), {})


def of_question(
    work: UnitOfWork,
    sessions: Sequence[PracticeSession],
    clinicians: Sequence[Clinician],
    *,
    waived: Collection[str] = (),
) -> PoolFacts:
    """The facts behind "may these clinicians take these sessions?". What only `waived` rules look at is not read."""
    window, ids = Window.of(sessions), [session.id for session in sessions]
    rows = bookings_near(work, window, clinicians, called_off_of=ids)
    live = [row for row in rows if row.is_live]
    return PoolFacts(
        window,
        sessions,
        clinicians,
        booked=[Held(row.session, row.clinician_id) for row in live],
        offered=(),
        elsewhere=elsewhere(work, window, clinicians, live),
        free=NOBODY_IS_FREE if "available" in waived else free_times(work, window, clinicians),
        barred=bars(work, sessions, clinicians),
        called_off={(row.session.id, row.clinician_id) for row in rows if not row.is_live},
        preferences=preferences(work, clinicians, {session.practice_id for session in sessions}),
        worked=set(),
    )


def of_run(
    work: UnitOfWork, window: Window, sessions: Sequence[PracticeSession], clinicians: Sequence[Clinician]
) -> PoolFacts:
    """The facts behind a plan of these days: open offers hold their session, and where people worked counts."""
    rows = bookings_near(work, window, clinicians)
    booked, offered = [Held(row.session, row.clinician_id) for row in rows], offers_near(work, window, clinicians)
    places = {session.practice_id for session in (*sessions, *(one.session for one in (*booked, *offered)))}
    return PoolFacts(
        window,
        sessions,
        clinicians,
        booked=booked,
        offered=offered,
        elsewhere=elsewhere(work, window, clinicians, rows),
        free=free_times(work, window, clinicians),
        barred=bars(work, sessions, clinicians),
        called_off=set(),
        preferences=preferences(work, clinicians, places),
        worked=worked_at(work, window, clinicians),
    )


class BookingRow(NamedTuple):
    """A booking as far as rules look at it: live around the window, or called off by its clinician."""

    session: PracticeSession
    clinician_id: UUID
    person_id: UUID
    is_live: bool


def bookings_near(
    work: UnitOfWork, window: Window, clinicians: Sequence[Clinician], *, called_off_of: Sequence[UUID] = ()
) -> list[BookingRow]:
    """Live bookings of these clinicians around the window, and those of the named sessions that they called off and have
    not asked for since."""
    know_engagements(work, clinicians)
    margin = margin_of(clinicians)
    near = (Booking.starts_at < window.after(margin), Booking.ends_at > window.before(margin))
    is_live = Booking.state.in_(LIVE_BOOKING_STATES)
    called_off = declines.is_called_off(called_off_of) if called_off_of else false()
    found = (
        select(PracticeSession, Booking.clinician_id, Booking.person_id, is_live)
        .join(Booking, Booking.session_id == PracticeSession.id)
        .where(Booking.clinician_id.in_(ids_of(clinicians)), or_(and_(is_live, *near), called_off))
        .order_by(Booking.id)
    )
    return [BookingRow(*row) for row in work.store.execute(found)]


def margin_of(clinicians: Iterable[Clinician]) -> timedelta:
    """How far around the window bookings count: as far as four weeks when somebody limits these."""
    return FOUR_WEEKS if any(clinician.four_week_cap is not None for clinician in clinicians) else MARGIN


def know_engagements(work: UnitOfWork, clinicians: Iterable[Clinician]) -> None:
    """Read the engagements of all at once: each rule would otherwise read them clinician by clinician."""
    unread = [clinician.id for clinician in clinicians if "engagements" in inspect(clinician).unloaded]
    if len(unread) > 1:
        work.all(select(Clinician).where(Clinician.id.in_(unread)).options(selectinload(Clinician.engagements)))


def offers_near(work: UnitOfWork, window: Window, clinicians: Sequence[Clinician]) -> list[Held]:
    """Open offers of these clinicians for sessions around the window."""
    found = (
        select(PracticeSession, Offer.clinician_id)
        .join(Offer, Offer.session_id == PracticeSession.id)
        .where(
            Offer.clinician_id.in_(ids_of(clinicians)),
            Offer.state == "sent",
            PracticeSession.id.in_(sessions_near(window)),
        )
        .order_by(Offer.id)
    )
    return [Held(*row) for row in work.store.execute(found)]


def sessions_near(window: Window) -> Select[UUID]:
    """The ids of sessions around these days."""
    near = (PracticeSession.starts_at >= window.from_at, PracticeSession.starts_at < window.to_at)
    return select(PracticeSession.id).where(*near)


def elsewhere(
    work: UnitOfWork, window: Window, clinicians: Sequence[Clinician], booked: Iterable[BookingRow]
) -> list[tuple[Clinician, Span]]:
    """Work of the same people around the window other than these bookings, in whichever pool."""
    margin = margin_of(clinicians)
    ours = {(row.person_id, row.session.starts_at) for row in booked}
    return work_in_other_pools.elsewhere(work, window.before(margin), window.after(margin), clinicians, ours)


def free_times(work: UnitOfWork, window: Window, clinicians: Sequence[Clinician]) -> FreeTimes:
    """When they said that they are free. The day after the last one is there for nights that end on it."""
    last, ids = window.last + timedelta(days=1), ids_of(clinicians)
    differing = AvailabilityDay.on.between(window.first, last)
    return FreeTimes(
        work.all(select(WeeklySlot).where(WeeklySlot.clinician_id.in_(ids))),
        work.all(select(AvailabilityDay).where(AvailabilityDay.clinician_id.in_(ids), differing)),
        absences.blocked_times(work, window.first, last, clinicians),
    )


def preferences(
    work: UnitOfWork, clinicians: Sequence[Clinician], places: Collection[UUID]
) -> Sequence[PracticePreference]:
    """What clinicians and these practices think of each other."""
    between = (
        PracticePreference.clinician_id.in_(ids_of(clinicians)),
        PracticePreference.practice_id.in_(places),
    )
    return work.all(select(PracticePreference).where(*between))


def worked_at(work: UnitOfWork, window: Window, clinicians: Sequence[Clinician]) -> Pairs:
    """Clinicians with the practices at which they work, or have in the last 90 days."""
    worked = select(Booking.clinician_id, Booking.practice_id).where(
        Booking.clinician_id.in_(ids_of(clinicians)),
        Booking.state.in_(LIVE_BOOKING_STATES),
        Booking.starts_at >= instant(window.first, time()) - CONTINUITY,
    )
    return {(clinician_id, practice_id) for clinician_id, practice_id in work.store.execute(worked.distinct())}


def ids_of(clinicians: Iterable[Clinician]) -> list[UUID]:
    """Their ids."""
    return [clinician.id for clinician in clinicians]
