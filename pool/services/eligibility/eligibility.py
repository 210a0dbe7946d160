"""May this clinician take this session? The engine's own rule, asked of current rows (design 1: one function)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from matching import Problem, Reason, reasons_against
from pool.catalogue import CLINICAL_SYSTEMS, SKILLS
from pool.formats import listed
from pool.models.clinician import Clinician
from pool.models.session import PracticeSession
from pool.services.clinicians.company_status import Bars, bars
from pool.services.eligibility import four_weeks, other_work, refusals
from pool.services.eligibility.snapshot import Window, tables_for
from pool.services.pools import unplaced_practices
from pool.unit_of_work import UnitOfWork

ENGAGEMENT = "engagement"
NO_ENGAGEMENT = Reason(ENGAGEMENT, "No engagement with the pool is on record for that day.")
STATUS = "status"
PERIOD = "period_cap"
TOO_MANY = "The clinician has reached the most sessions in four weeks that they set, counting all pools."
SAID_HERE = frozenset({STATUS, PERIOD})
"""Rules of which the engine is told only what a run needs: here they are said exactly."""
CALLED_OFF = Reason("called_off", "They called their booking of this session off; only they can ask for it again.")
TOO_LITTLE_REST = Reason("rest", "Under 11 hours of rest between two days of work.")


Planned = Sequence[tuple[PracticeSession, UUID]]
"""Sessions of a plan with the clinician each is meant for."""


def reasons_now(
    work: UnitOfWork, session: PracticeSession, clinician: Clinician, planned: Planned = ()
) -> tuple[Reason, ...]:
    """Every reason why not, from current rows; empty means they may. What is `planned` counts as taken."""
    return reasons_for_all(work, session, [clinician], planned)[clinician.id]


def reasons_for_all(
    work: UnitOfWork, session: PracticeSession, clinicians: Sequence[Clinician], planned: Planned = ()
) -> dict[UUID, tuple[Reason, ...]]:
    """The reasons against each clinician for one session, in one look at the rows."""
    if not unplaced_practices.is_reachable(session):
        return {
            clinician.id: (*without_engagement(session, clinician), unplaced_practices.unknown(session))
            for clinician in clinicians
        }
    others = [(each, clinician_id) for each, clinician_id in planned if each.id != session.id]
    planned = [(each, clinician_id) for each, clinician_id in others if unplaced_practices.is_reachable(each)]
    problem = Problem.from_tables(around(work, [session, *(each for each, _ in planned)], clinicians))
    taken = {str(each.id): str(clinician_id) for each, clinician_id in planned}
    outside = outside_of(work, [session], clinicians, planned)
    return {
        clinician.id: around_the_engine(
            session, clinician, outside, reasons_against(problem, str(session.id), str(clinician.id), taken)
        )
        for clinician in clinicians
    }


def around(
    work: UnitOfWork, sessions: Sequence[PracticeSession], clinicians: Sequence[Clinician]
) -> dict[str, list[dict[str, Any]]]:
    """The tables around one session (the first) as if it were open: its own booking is not in its way, nor are
    offers that nobody has answered."""
    session = sessions[0]
    tables = tables_for(
        work, Window(session.on, session.on), sessions=sessions, clinicians=clinicians, offers_hold=False
    )
    for row in tables["sessions"]:
        if row["session_id"] == str(session.id):
            row.pop("fixed_clinician_id", None)
    return tables


class Outside(NamedTuple):
    """What the engine does not know: why companies may not be engaged, who would rest too little beside their work in
    another pool, for whom it would be too many in four weeks, and who was booked and cannot come."""

    barred: Bars
    too_close: set[tuple[UUID, UUID]]
    over: dict[tuple[UUID, UUID], int]
    called_off: refusals.Pairs


def outside_of(
    work: UnitOfWork, sessions: Sequence[PracticeSession], clinicians: Sequence[Clinician], planned: Planned = ()
) -> Outside:
    """All of it for some sessions and clinicians."""
    return Outside(
        bars(work, sessions, clinicians),
        other_work.too_close(work, sessions, clinicians),
        four_weeks.over(work, sessions, clinicians, planned),
        refusals.called_off(work, [session.id for session in sessions]),
    )


def around_the_engine(
    session: PracticeSession, clinician: Clinician, outside: Outside, found: tuple[Reason, ...]
) -> tuple[Reason, ...]:
    """The engine's reasons, with what it does not know; the engagement first, without which nothing else matters."""
    others = tuple(in_words(reason, session, clinician) for reason in found if reason.code not in SAID_HERE)
    company = outside.barred.get((session.id, clinician.id))
    status = (Reason(STATUS, company),) if company else ()
    rest = (TOO_LITTLE_REST,) if (session.id, clinician.id) in outside.too_close else ()
    limit = outside.over.get((session.id, clinician.id))
    many = (Reason(PERIOD, TOO_MANY, {"limit": limit}),) if limit is not None else ()
    gone = (CALLED_OFF,) if (session.id, clinician.id) in outside.called_off else ()
    return without_engagement(session, clinician) + gone + status + others + rest + many


def in_words(reason: Reason, session: PracticeSession, clinician: Clinician) -> Reason:
    """The engine knows codes only: skills and systems are called as everywhere on the pages."""
    if reason.code == "skills":
        missing = [SKILLS[skill].lower() for skill in session.skills if skill not in clinician.skills]
        return replace(reason, sentence=f"The session needs {listed(missing)}.")
    if reason.code == "system":
        system = CLINICAL_SYSTEMS[session.practice.clinical_system]
        return replace(reason, sentence=f"The practice uses {system} and the session requires knowing it.")
    return reason


def without_engagement(session: PracticeSession, clinician: Clinician) -> tuple[Reason, ...]:
    """A clinician needs an engagement on the day: it decides who bills whom (domain 4.1)."""
    return () if clinician.engagement_on(session.on) else (NO_ENGAGEMENT,)


def minutes_from_home(session: PracticeSession, clinician: Clinician) -> int:
    """Estimated car minutes one way; 0 for a remote session, and where the place is not known: nobody may take that one."""
    return 0 if session.remote else unplaced_practices.minutes_between(clinician, session.practice, session.on) or 0


def reasons_for_sessions(
    work: UnitOfWork, clinician: Clinician, sessions: Sequence[PracticeSession]
) -> dict[UUID, tuple[Reason, ...]]:
    """The reasons against one clinician for each of several sessions, as if each were open; their bookings count."""
    nowhere: dict[UUID, tuple[Reason, ...]] = {
        session.id: (unplaced_practices.unknown(session),)
        for session in sessions
        if not unplaced_practices.is_reachable(session)
    }
    sessions = [session for session in sessions if session.id not in nowhere]
    if not sessions:
        return nowhere
    days = [session.on for session in sessions]
    window = Window(min(days), max(days))
    tables = tables_for(work, window, sessions=sessions, clinicians=[clinician], offers_hold=False)
    problem = Problem.from_tables(tables)
    outside = outside_of(work, sessions, [clinician])
    return nowhere | {
        session.id: around_the_engine(
            session, clinician, outside, reasons_against(problem, str(session.id), str(clinician.id))
        )
        for session in sessions
    }
