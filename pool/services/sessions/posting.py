"""Vacant sessions: post, repeat, change, withdraw, lapse."""

from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from pool import clock
from pool.catalogue import PROFESSIONS
from pool.clock import NoSuchTime
from pool.errors import Conflict, Invalid, StaleForm
from pool.events import SessionChanged, SessionLapsed, SessionPosted, SessionWithdrawn
from pool.formats import session_time
from pool.lifecycle import OPEN_SESSION_STATES, SESSION, advance
from pool.models.practice import Practice
from pool.models.session import PracticeSession
from pool.money import Money
from pool.rules.session_plan import SessionPlan
from pool.services.bookings import offers, proposals, session_drafts
from pool.unit_of_work import UnitOfWork

FIXED = (
    "Somebody is asked or booked for it, or it is over, so its terms are fixed."
    " If somebody is booked, propose a change to them."
)
MOST_DAYS = 60
OF_ONE_DAY = ("urgency", "post_covered", "notes")
"""Details that the next form does not start with."""


class ProbableTwin(Conflict):
    """The practice already has a session then; the page asks whether it is the same one."""

    def __init__(self, message: str, twin_ids: Sequence[UUID] = ()):
        super().__init__(message)
        self.twin_ids = list(twin_ids)

    @classmethod
    def of(cls, twins: Sequence[PracticeSession]) -> "ProbableTwin":
        """The refusal that names the first of these sessions."""
        first = twins[0]
        when = session_time(first.on, first.starts, first.ends)
        sentence = f"You already have a {PROFESSIONS[first.profession].title} session then: {when}."
        return cls(sentence, [twin.id for twin in twins])


class Seen(NamedTuple):
    """Sessions before they are posted, in order of days, and those of the practice that overlap them, each once."""

    drafts: list[PracticeSession]
    twins: list[PracticeSession]


def look(work: UnitOfWork, practice_id: UUID, days: Sequence[date], details: dict[str, Any]) -> Seen:
    """What would be posted; nothing is written. Raises Invalid with the field for what cannot be posted."""
    return seen(work, drafts(work, work.get(Practice, practice_id), days, details))


def seen(work: UnitOfWork, sessions: list[PracticeSession]) -> Seen:
    """These drafts with their twins."""
    twins = {twin.id: twin for session in sessions for twin in session_drafts.twins_of(work, session)}
    return Seen(sessions, list(twins.values()))


def post(
    work: UnitOfWork,
    practice_id: UUID,
    days: Sequence[date],
    details: dict[str, Any],
    *,
    even_if_twin: bool = False,
    other_days_only: bool = False,
    like: UUID | None = None,
) -> list[PracticeSession]:
    """Post one session for each day, all or none, and remember the details for the next time.

    `details` holds the columns of PracticeSession other than the day; `like` is the session it is a copy of;
    `other_days_only` leaves days out on which the practice already has such a session. Raises Invalid with the field for
    details that cannot be used, ProbableTwin when the practice already has an overlapping session of the same profession;
    the practice is locked, so of two colleagues who post at once one is told.
    """
    practice = work.get(Practice, practice_id, lock=True)
    sessions, twins = seen(work, drafts(work, practice, days, details))
    if other_days_only and twins:
        taken = {twin.on for twin in twins}
        sessions, twins = seen(work, [session for session in sessions if session.on not in taken])
        refuse_days(work, [session.on for session in sessions])
    if twins and not even_if_twin:
        raise ProbableTwin.of(twins)
    keep_demand(work, sessions, like)
    session_drafts.number_labels(sessions, twins)
    for session in sessions:
        make_open(work, session)
    practice.defaults = remembered(details)
    return sessions


def drafts(
    work: UnitOfWork, practice: Practice, days: Sequence[date], details: dict[str, Any]
) -> list[PracticeSession]:
    """What would be posted, in order; raises Invalid with the field for what cannot be."""
    refuse_days(work, days)
    sessions = [session_drafts.new_session(practice, day, details) for day in sorted(set(days))]
    for session in sessions:
        session_drafts.refuse_incomplete(work, session)
    return sessions


def refuse_days(work: UnitOfWork, days: Sequence[date]) -> None:
    """At least one day, not too many."""
    if not days:
        raise Invalid("Choose at least one day.", {"days": ["Choose at least one day"]})
    if len(days) > MOST_DAYS:
        raise Invalid(f"Post at most {MOST_DAYS} days at once.", {"days": [f"Choose at most {MOST_DAYS} days"]})


def keep_demand(work: UnitOfWork, sessions: Iterable[PracticeSession], like: UUID | None) -> None:
    """A session that is posted again for the same day is the same need: fill rates count it once (domain 1.8)."""
    copied = work.get(PracticeSession, like) if like else None
    if copied is None or copied.state not in ("unfilled", "withdrawn"):
        return
    for session in sessions:
        if session.on == copied.on and session.profession == copied.profession:
            session.demand_id = copied.demand_id


def make_open(work: UnitOfWork, session: PracticeSession) -> None:
    """Move a session from draft to posted."""
    advance(SESSION, session, "post")
    session.posted_at, session.posted_by_id = work.now, work.actor.person_id
    work.add(session)
    work.record(SessionPosted(session.id, session.practice_id), pool_id=session.pool_id)


def remembered(details: dict[str, Any]) -> dict[str, Any]:
    """The details as JSON for the next form, without what is of one day."""
    return {name: as_json(value) for name, value in details.items() if name not in OF_ONE_DAY}


def as_json(value: Any) -> Any:
    """09:30, whole pence, a plan as it is written; anything else as it is."""
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, Money):
        return value.pence
    return value.to_json() if isinstance(value, SessionPlan) else value


def change(
    work: UnitOfWork, session_id: UUID, version: int, details: dict[str, Any], *, offers_follow: bool = False
) -> PracticeSession:
    """Change a session that nobody is booked for; one that is on offer only for services/sessions/corrections.py, which
    replaces the offers.

    Raises StaleForm when another change came in between, Conflict when it cannot be changed any more.
    """
    session = work.get(PracticeSession, session_id, lock=True)
    if session.state not in OPEN_SESSION_STATES or (session.state == "offered" and not offers_follow):
        raise Conflict(FIXED)
    if session.version != version:
        raise StaleForm("Somebody else changed this session after you opened it.")
    before = {name: getattr(session, name) for name in details}
    for name, value in details.items():
        setattr(session, name, value)
    session.starts_at, session.ends_at = new_span(session)
    session_drafts.refuse_incomplete(work, session)
    proposals.drop_proposal(work, session, "The session changed")
    changed = ", ".join(name for name, value in details.items() if before[name] != value)
    work.record(SessionChanged(session.id, session.practice_id, changed), pool_id=session.pool_id)
    return session


def new_span(session: PracticeSession) -> tuple[Any, Any]:
    """The instants after a change of day or times."""
    try:
        return clock.span(session.on, session.starts, session.ends)
    except NoSuchTime as gap:
        raise Invalid(str(gap), {"starts": [str(gap)]}) from gap


def withdraw(work: UnitOfWork, session_id: UUID, reason: str) -> PracticeSession:
    """The practice no longer needs it: open offers close, the proposal goes. A booked session is cancelled instead."""
    session = work.get(PracticeSession, session_id, lock=True)
    if session.state == "filled":
        raise Conflict("Somebody is booked for this session. Cancel the booking first; its page says what that costs.")
    advance(SESSION, session, "withdraw")
    session.withdrawn_at, session.withdrawn_reason = work.now, reason
    offers.close_all(work, session, "not_needed")
    proposals.drop_proposal(work, session, "The session was withdrawn", reopen=False)
    work.record(SessionWithdrawn(session.id, session.practice_id, reason), pool_id=session.pool_id)
    return session


def lapse_due(work: UnitOfWork) -> int:
    """Sessions whose start has passed unfilled are closed as unfilled; says how many."""
    due = work.all(
        select(PracticeSession)
        .where(PracticeSession.state.in_(OPEN_SESSION_STATES), PracticeSession.starts_at <= work.now)
        .with_for_update(of=PracticeSession, skip_locked=True)
    )
    for session in due:
        offers.close_all(work, session, "started")
        proposals.drop_proposal(work, session, "The session has started", reopen=False)
        advance(SESSION, session, "lapse")
        work.record(SessionLapsed(session.id, session.practice_id), pool_id=session.pool_id)
    return len(due)
