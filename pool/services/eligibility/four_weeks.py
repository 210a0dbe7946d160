"""At most so many sessions in any four weeks in a row, as clinicians set it for all their pools.

The engine's period is a run as a whole. A run is therefore told what is left of the fullest four weeks that touch it, so
that whatever it plans, no four weeks hold more; one session is asked about exactly.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, time, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, select

from pool.clock import instant, london
from pool.lifecycle import LIVE_BOOKING_STATES
from pool.models.booking import Booking
from pool.models.clinician import Clinician
from pool.models.session import PracticeSession
from pool.services.eligibility import other_work
from pool.unit_of_work import UnitOfWork

DAYS = 28
AROUND = timedelta(days=DAYS - 1)


class Taken(NamedTuple):
    """A day on which a clinician works, and the session; None for one of another pool."""

    on: date
    session_id: UUID | None


Diaries = dict[UUID, list[Taken]]
"""The days of each person."""


def left_for(
    work: UnitOfWork,
    first: date,
    last: date,
    clinicians: Sequence[Clinician],
    held: Sequence[tuple[PracticeSession, UUID]],
) -> dict[UUID, int]:
    """The engine's period cap of each clinician who has set one: what is `held` for the person in these tables, and what is
    left of the fullest four weeks that touch these days."""
    capped = [clinician for clinician in clinicians if clinician.four_week_cap is not None]
    if not capped:
        return {}
    persons = {clinician.person_id for clinician in capped}
    person_of = {clinician.id: clinician.person_id for clinician in clinicians if clinician.person_id in persons}
    diaries = taken(work, first, last, [clinician for clinician in clinicians if clinician.id in person_of], held)
    own = Counter(person_of[clinician_id] for _, clinician_id in held if clinician_id in person_of)
    return {
        clinician.id: own[clinician.person_id] + max(0, room(clinician, diaries[clinician.person_id], first, last))
        for clinician in capped
    }


def over(
    work: UnitOfWork,
    sessions: Sequence[PracticeSession],
    clinicians: Sequence[Clinician],
    planned: Sequence[tuple[PracticeSession, UUID]] = (),
) -> dict[tuple[UUID, UUID], int]:
    """The sessions that would be too many for a clinician in some four weeks, with the number the clinician set."""
    capped = [clinician for clinician in clinicians if clinician.four_week_cap is not None]
    if not capped or not sessions:
        return {}
    diaries = taken(
        work, min(session.on for session in sessions), max(session.on for session in sessions), capped, planned
    )
    return {
        (session.id, clinician.id): clinician.four_week_cap or 0
        for session in sessions
        for clinician in capped
        if room(
            clinician,
            [one for one in diaries[clinician.person_id] if one.session_id != session.id],
            session.on,
            session.on,
        )
        < 1
    }


def room(clinician: Clinician, diary: Iterable[Taken], first: date, last: date) -> int:
    """How many more sessions on these days leave every four weeks within the clinician's limit."""
    return (clinician.four_week_cap or 0) - busiest([each.on for each in diary], first, last)


def busiest(days: Sequence[date], first: date, last: date) -> int:
    """Most of these days in any four weeks in a row that touch a stretch of days."""
    starts = [first - AROUND + timedelta(days=number) for number in range((last - first).days + DAYS)]
    return max(sum(start <= day <= start + AROUND for day in days) for start in starts)


def taken(
    work: UnitOfWork,
    first: date,
    last: date,
    clinicians: Sequence[Clinician],
    held: Iterable[tuple[PracticeSession, UUID]],
) -> Diaries:
    """When the persons behind these clinicians work in the four weeks before, during and after: live bookings of every
    pool, and what is held for them or planned."""
    person_of = {clinician.id: clinician.person_id for clinician in clinicians}
    found: dict[UUID, dict[UUID, Taken]] = defaultdict(dict)
    for session_id, clinician_id, on in work.store.execute(own_bookings(first - AROUND, last + AROUND, clinicians)):
        found[person_of[clinician_id]][session_id] = Taken(on, session_id)
    for session, clinician_id in held:
        if clinician_id in person_of:
            found[person_of[clinician_id]][session.id] = Taken(session.on, session.id)
    diaries = {person: list(found[person].values()) for person in person_of.values()}
    from_at, to_at = instant(first - AROUND, time()), instant(last + AROUND + timedelta(days=1), time())
    outside = other_work.elsewhere(work, from_at, to_at, clinicians)
    for person, span in sorted({(clinician.person_id, span) for clinician, span in outside}):
        diaries[person].append(Taken(london(span.starts_at).date(), None))
    return diaries


def own_bookings(first: date, last: date, clinicians: Sequence[Clinician]) -> Select[UUID, UUID, date]:
    """Live bookings of these clinicians in this pool on these days."""
    mine = (
        Booking.clinician_id.in_([clinician.id for clinician in clinicians]),
        Booking.state.in_(LIVE_BOOKING_STATES),
    )
    near = PracticeSession.on.between(first, last)
    own = select(Booking.session_id, Booking.clinician_id, PracticeSession.on)
    return own.join(PracticeSession, Booking.session_id == PracticeSession.id).where(*mine, near)
