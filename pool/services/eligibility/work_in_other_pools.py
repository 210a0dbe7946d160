"""Work of the same people in other pools: it takes time, and where the host employs them the rest around it too.

It counts against the sessions and hours of a week, too. Only times are known here, never where or for whom (design D5), so
what it forbids is told as "not free", and a full week as a limit over all pools.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text

from pool.clock import london, week_of
from pool.models.clinician import Clinician
from pool.models.session import PracticeSession
from pool.rules.working_time import daily_rest
from pool.unit_of_work import UnitOfWork

BUSY = text("SELECT person_id, starts_at, ends_at FROM person_busy(:people, :from_at, :to_at)")
END_OF_DAY = time(23, 59)
WHOLE_DAY = (time(), END_OF_DAY)

Times = list[tuple[time, time]]


class Span(NamedTuple):
    """Work in another pool."""

    starts_at: datetime
    ends_at: datetime


def weeks_taken(found: Iterable[tuple[Clinician, Span]]) -> list[dict[str, Any]]:
    """How many sessions and minutes of each ISO week work in other pools takes: the limits of a week are a person's, not
    a pool's. The rows of the engine's table `elsewhere`."""
    weeks: dict[tuple[UUID, date], list[timedelta]] = defaultdict(list)
    for clinician, span in found:
        weeks[clinician.id, week_of(london(span.starts_at).date())].append(span.ends_at - span.starts_at)
    return [
        {
            "clinician_id": str(clinician_id),
            "week": monday,
            "sessions": len(lengths),
            "minutes": sum(lengths, timedelta()) // timedelta(minutes=1),
        }
        for (clinician_id, monday), lengths in sorted(weeks.items())
    ]


def taken_times(spans: Iterable[tuple[Clinician, Span]]) -> dict[tuple[UUID, date], Times]:
    """What work in other pools takes out of each clinician's days: the work itself, and the rest around it on other days."""
    found: dict[tuple[UUID, date], Times] = defaultdict(list)
    for clinician, span in spans:
        for day, starts, ends in by_day(london(span.starts_at), london(span.ends_at)):
            found[clinician.id, day].append((starts, ends))
        if clinician.employed_on(london(span.starts_at).date()):
            for day, starts, ends in rest_around(span):
                found[clinician.id, day].append((starts, ends))
    return found


def elsewhere(
    work: UnitOfWork,
    from_at: datetime,
    to_at: datetime,
    clinicians: Sequence[Clinician],
    ours: Collection[tuple[UUID, datetime]],
) -> list[tuple[Clinician, Span]]:
    """Each clinician with their work between these instants, in whichever pool, other than `ours`: bookings of these
    clinicians by person and start."""
    own: dict[UUID, list[Clinician]] = defaultdict(list)
    for clinician in clinicians:
        own[clinician.person_id].append(clinician)
    if not own:
        return []
    busy = work.store.execute(BUSY, {"people": list(own), "from_at": from_at, "to_at": to_at})
    outside = [(person, Span(starts, ends)) for person, starts, ends in busy if (person, starts) not in ours]
    return [(clinician, span) for person, span in outside for clinician in own[person]]


def is_too_close(session: PracticeSession, clinician: Clinician, spans: Iterable[tuple[Clinician, Span]]) -> bool:
    """Would work in another pool leave a clinician whom the host employs too little rest? Their own yes cannot mend it."""
    if not clinician.employed_on(session.on):
        return False
    return any(leaves_too_little(session, span) for who, span in spans if who.id == clinician.id)


def leaves_too_little(session: PracticeSession, span: Span) -> bool:
    """Is there less than the daily rest between a session and work on another day?"""
    gap = max(session.starts_at - span.ends_at, span.starts_at - session.ends_at)
    return session.on != london(span.starts_at).date() and timedelta() <= gap < daily_rest(session.on)


def rest_around(span: Span) -> Iterator[tuple[date, time, time]]:
    """The rest before and after, on days other than that of the work; within a day other rules decide."""
    own_day = london(span.starts_at).date()
    rest = daily_rest(own_day)
    starts_at, ends_at = span.starts_at.astimezone(UTC), span.ends_at.astimezone(UTC)
    before = by_day(london(starts_at - rest), london(starts_at))
    after = by_day(london(ends_at), london(ends_at + rest))
    return (piece for piece in (*before, *after) if piece[0] != own_day)


def by_day(starts: datetime, ends: datetime) -> Iterable[tuple[date, time, time]]:
    """A time span as one piece for each London day it touches."""
    if starts.date() == ends.date():
        return [(starts.date(), starts.time(), ends.time())]
    return [(starts.date(), starts.time(), END_OF_DAY), (ends.date(), time(), ends.time())]
