"""A session before it is posted, or as another side proposes it: its row, what it lacks, and its twins."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from pool import clock
from pool.catalogue import KINDS
from pool.clock import NoSuchTime
from pool.errors import Invalid
from pool.lifecycle import OPEN_SESSION_STATES, SESSION
from pool.models.practice import Practice
from pool.models.session import PracticeSession
from pool.rules.session_plan import SessionPlan
from pool.services.bookings.making_terms import missing_words
from pool.unit_of_work import UnitOfWork

VISIT_MINUTES = 30
"""What a home visit takes, about (domain 2.3)."""

TWIN_STATES = (*OPEN_SESSION_STATES, "filled")


def new_session(practice: Practice, day: date, details: dict[str, Any]) -> PracticeSession:
    """A draft for one day; raises Invalid for a time that the clock change skips."""
    try:
        starts_at, ends_at = clock.span(day, details["starts"], details["ends"])
    except NoSuchTime as gap:
        raise Invalid(str(gap), {"starts": [str(gap)]}) from gap
    return PracticeSession(
        pool_id=practice.pool_id,
        practice_id=practice.id,
        practice=practice,
        state=SESSION.initial,
        on=day,
        starts_at=starts_at,
        ends_at=ends_at,
        **details,
    )


def refuse_incomplete(work: UnitOfWork, session: PracticeSession) -> None:
    """A session without its terms, in the past, or with more planned than fits is not posted (domain 2.3)."""
    if session.starts_at <= work.now:
        raise Invalid("The session has already started.", {"days": ["Choose a day and time in the future"]})
    gaps = missing_words(session)
    if gaps:
        raise Invalid(f"Say {', '.join(gaps)} before posting.")
    planned = planned_minutes(session.plan)
    if planned > session.minutes:
        message = f"The plan adds up to {planned} minutes but the session has {session.minutes}"
        raise Invalid(message + ".", {"appointments": [message]})


def planned_minutes(plan: SessionPlan) -> int:
    """Minutes that the plan needs: appointments, visits, paperwork and breaks (domain 2.3)."""
    return plan.consulting_minutes + VISIT_MINUTES * plan.visits + plan.admin_minutes + plan.break_minutes


def twins_of(work: UnitOfWork, session: PracticeSession) -> Sequence[PracticeSession]:
    """Sessions of the same practice and profession that overlap this one."""
    return work.all(
        select(PracticeSession).where(
            PracticeSession.practice_id == session.practice_id,
            PracticeSession.profession == session.profession,
            PracticeSession.state.in_(TWIN_STATES),
            PracticeSession.starts_at < session.ends_at,
            PracticeSession.ends_at > session.starts_at,
            PracticeSession.id != session.id,
        )
    )


def number_labels(sessions: Iterable[PracticeSession], twins: Sequence[PracticeSession]) -> None:
    """A wanted twin gets a label of its own, so that the database can tell the two apart."""
    for session in sessions:
        used = {twin.label for twin in twins if twin.on == session.on}
        number = 2
        while (session.label or "") in used:
            session.label = f"{KINDS[session.kind]} {number}"
            number += 1
