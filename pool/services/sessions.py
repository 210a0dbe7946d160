"""Vacant sessions: post, repeat, change, withdraw, lapse."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from pool import clock
from pool.catalogue import KINDS, PROFESSIONS
from pool.clock import NoSuchTime
from pool.errors import Conflict, Invalid, StaleForm
from pool.events import SessionChanged, SessionLapsed, SessionPosted, SessionReopened, SessionWithdrawn
from pool.formats import session_time
from pool.lifecycle import OPEN_SESSION_STATES, PROPOSAL, SESSION, advance
from pool.models.match_run import Proposal
from pool.models.practice import Practice
from pool.models.session import PracticeSession
from pool.services import offers
from pool.services.terms import missing_words
from pool.unit_of_work import UnitOfWork

REMEMBERED = (
    "kind",
    "starts",
    "ends",
    "profession",
    "skills",
    "clinical_system",
    "system_required",
    "remote",
    "fee",
    "plan",
    "extra_visit_fee",
    "contract_context",
    "engaging_org",
    "cover_reason",
    "funding_source",
)
"""What the next form starts with."""

FIXED = (
    "Somebody is asked or booked for it, or it is over, so its terms are fixed."
    " If somebody is booked, propose a change to them."
)
TWIN_STATES = (*OPEN_SESSION_STATES, "filled")
MOST_DAYS = 60


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


def post(
    work: UnitOfWork,
    practice_id: UUID,
    days: Sequence[date],
    details: dict[str, Any],
    *,
    even_if_twin: bool = False,
    like: UUID | None = None,
) -> list[PracticeSession]:
    """Post one session for each day, all or none, and remember the details for the next time.

    `details` holds the columns of PracticeSession other than the day; `like` is the session it is a copy of. Raises
    Invalid with the field for details that cannot be used, ProbableTwin when the practice already has an overlapping
    session of the same profession; the practice is locked, so of two colleagues who post at once one is told.
    """
    practice = work.get(Practice, practice_id, lock=True)
    sessions = drafts(work, practice, days, details)
    keep_demand(work, sessions, like)
    twins = [twin for session in sessions for twin in twins_of(work, session)]
    if twins and not even_if_twin:
        raise ProbableTwin.of(twins)
    number_labels(sessions, twins)
    for session in sessions:
        make_open(work, session)
    practice.defaults = remembered(details)
    return sessions


def drafts(
    work: UnitOfWork, practice: Practice, days: Sequence[date], details: dict[str, Any]
) -> list[PracticeSession]:
    """What would be posted, in order; raises Invalid with the field for what cannot be."""
    refuse_days(work, days)
    sessions = [new_session(practice, day, details) for day in sorted(set(days))]
    for session in sessions:
        refuse_incomplete(work, session)
    return sessions


def refuse_days(work: UnitOfWork, days: Sequence[date]) -> None:
    """At least one day, not too many."""
    if not days:
        raise Invalid("Choose at least one day.", {"days": ["Choose at least one day"]})
    if len(days) > MOST_DAYS:
        raise Invalid(f"Post at most {MOST_DAYS} days at once.", {"days": [f"Choose at most {MOST_DAYS} days"]})


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


def keep_demand(work: UnitOfWork, sessions: Iterable[PracticeSession], like: UUID | None) -> None:
    """A session that is posted again for the same day is the same need: fill rates count it once (domain notes 1.8)."""
    copied = work.get(PracticeSession, like) if like else None
    if copied is None or copied.state not in ("unfilled", "withdrawn"):
        return
    for session in sessions:
        if session.on == copied.on and session.profession == copied.profession:
            session.demand_id = copied.demand_id


def refuse_incomplete(work: UnitOfWork, session: PracticeSession) -> None:
    """A session without its terms, in the past, or with more planned than fits is not posted (domain notes 2.3)."""
    if session.starts_at <= work.now:
        raise Invalid("The session has already started.", {"days": ["Choose a day and time in the future"]})
    gaps = missing_words(session)
    if gaps:
        raise Invalid(f"Say {', '.join(gaps)} before posting.")
    planned = planned_minutes(session.plan)
    if planned > session.minutes:
        message = f"The plan adds up to {planned} minutes but the session has {session.minutes}"
        raise Invalid(message + ".", {"appointments": [message]})


def planned_minutes(plan: dict[str, Any]) -> int:
    """Minutes that the plan needs: appointments, visits of about 30 minutes, admin and breaks (domain notes 2.3)."""
    consulting = plan.get("appointments", 0) * plan.get("minutes_each", 0)
    return consulting + 30 * plan.get("visits", 0) + plan.get("admin_minutes", 0) + plan.get("break_minutes", 0)


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


def make_open(work: UnitOfWork, session: PracticeSession) -> None:
    """Draft to posted."""
    advance(SESSION, session, "post")
    session.posted_at, session.posted_by_id = work.now, work.actor.person_id
    work.add(session)
    work.record(SessionPosted(session.id, session.practice_id), pool_id=session.pool_id)


def remembered(details: dict[str, Any]) -> dict[str, Any]:
    """The details as JSON for the next form."""
    kept = {name: details[name] for name in REMEMBERED if name in details}
    for name in ("starts", "ends"):
        kept[name] = kept[name].isoformat("minutes")
    return kept | {name: kept[name].pence for name in ("fee", "extra_visit_fee") if kept.get(name) is not None}


def weekly_days(first: date, last: date) -> list[date]:
    """The same weekday from first to last."""
    return [first + timedelta(weeks=number) for number in range((last - first).days // 7 + 1)]


def change(
    work: UnitOfWork, session_id: UUID, version: int, details: dict[str, Any], *, offers_follow: bool = False
) -> PracticeSession:
    """Change a session that nobody is booked for; one that is on offer only for services/corrections.py, which replaces the
    offers. Raises StaleForm when somebody else changed it meanwhile, Conflict when it cannot be changed any more."""
    session = work.get(PracticeSession, session_id, lock=True)
    if session.state not in OPEN_SESSION_STATES or (session.state == "offered" and not offers_follow):
        raise Conflict(FIXED)
    if session.version != version:
        raise StaleForm("Somebody else changed this session after you opened it.")
    before = {name: getattr(session, name) for name in details}
    for name, value in details.items():
        setattr(session, name, value)
    session.starts_at, session.ends_at = new_span(session)
    refuse_incomplete(work, session)
    drop_proposal(work, session, "The session changed")
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
    drop_proposal(work, session, "The session was withdrawn", reopen=False)
    work.record(SessionWithdrawn(session.id, session.practice_id, reason), pool_id=session.pool_id)
    return session


def drop_proposal(work: UnitOfWork, session: PracticeSession, reason: str, *, reopen: bool = True) -> None:
    """Take a live proposal off; the session waits for the next run."""
    live = work.first(select(Proposal).where(Proposal.session_id == session.id, Proposal.state == "proposed"))
    if live is not None:
        advance(PROPOSAL, live, "drop")
    if reopen and session.state == "matched":
        advance(SESSION, session, "unmatch")


def reopen(work: UnitOfWork, session: PracticeSession, reason: str) -> None:
    """Nobody holds it any more: back to the open sessions."""
    advance(SESSION, session, "reopen")
    work.record(SessionReopened(session.id, session.practice_id, reason), pool_id=session.pool_id)


def lapse_due(work: UnitOfWork) -> int:
    """Sessions whose start has passed unfilled are closed as unfilled; says how many."""
    due = work.all(
        select(PracticeSession)
        .where(PracticeSession.state.in_(OPEN_SESSION_STATES), PracticeSession.starts_at <= work.now)
        .with_for_update(of=PracticeSession, skip_locked=True)
    )
    for session in due:
        offers.close_all(work, session, "started")
        drop_proposal(work, session, "The session has started", reopen=False)
        advance(SESSION, session, "lapse")
        work.record(SessionLapsed(session.id, session.practice_id), pool_id=session.pool_id)
    return len(due)
