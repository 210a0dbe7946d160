"""At most so many sessions in any four weeks in a row, as clinicians set it for all their pools.

The engine's period is a run as a whole. A run is therefore told what is left of the fullest four weeks that touch it, so
that whatever it plans, no four weeks hold more; one session is asked about exactly.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from pool.clock import london
from pool.models.clinician import Clinician
from pool.models.session import PracticeSession
from pool.services.eligibility.pool_facts import FOUR_WEEKS, Held, PoolFacts

DAYS = 28


class Taken(NamedTuple):
    """A day on which a clinician works, and the session; None for one of another pool."""

    on: date
    session_id: UUID | None


Diaries = Mapping[UUID, Sequence[Taken]]
"""The days of each person who limits their four weeks."""


def left_for(facts: PoolFacts) -> dict[UUID, int]:
    """The engine's period cap of each clinician who has set one: what is held for the person in the tables of a run, and
    what is left of the fullest four weeks that touch its days."""
    days, held = diaries(facts, facts.held), facts.held
    person_of = {clinician.id: clinician.person_id for clinician in facts.clinicians}
    own = Counter(person_of[one.clinician_id] for one in held if one.clinician_id in person_of)
    first, last = facts.window
    return {
        clinician.id: own[clinician.person_id] + max(0, room(clinician, days[clinician.person_id], first, last))
        for clinician in facts.clinicians
        if clinician.four_week_cap is not None
    }


def diaries(facts: PoolFacts, also: Iterable[Held] = ()) -> Diaries:
    """When people who limit their four weeks work: live bookings of every pool, and what is held for them or planned."""
    limited = {clinician.person_id for clinician in facts.clinicians if clinician.four_week_cap is not None}
    person_of = {who.id: who.person_id for who in facts.clinicians if who.person_id in limited}
    own: dict[UUID, dict[UUID, Taken]] = defaultdict(dict)
    for session, clinician_id in (*facts.booked, *also):
        if clinician_id in person_of:
            own[person_of[clinician_id]][session.id] = Taken(session.on, session.id)
    outside = {(who.person_id, span) for who, span in facts.elsewhere if who.person_id in limited}
    days = {person: list(own[person].values()) for person in limited}
    for person, span in sorted(outside):
        days[person].append(Taken(london(span.starts_at).date(), None))
    return days


def is_over(session: PracticeSession, clinician: Clinician, days: Diaries) -> bool:
    """Would a session be too many for a clinician in some four weeks?"""
    if clinician.four_week_cap is None:
        return False
    others = [taken for taken in days[clinician.person_id] if taken.session_id != session.id]
    return room(clinician, others, session.on, session.on) < 1


def room(clinician: Clinician, diary: Iterable[Taken], first: date, last: date) -> int:
    """How many more sessions on these days leave every four weeks within the clinician's limit."""
    return (clinician.four_week_cap or 0) - busiest([taken.on for taken in diary], first, last)


def busiest(days: Sequence[date], first: date, last: date) -> int:
    """Most of these days in any four weeks in a row that touch a stretch of days."""
    starts = [first - FOUR_WEEKS + timedelta(days=number) for number in range((last - first).days + DAYS)]
    return max(sum(start <= day <= start + FOUR_WEEKS for day in days) for start in starts)
