"""Status determinations of clinicians' companies: recorded by a practice, issued to the clinician, disagreed with,
answered; and which sessions they keep a company from (domain 4.3)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from pool import clock
from pool.errors import Conflict, Invalid
from pool.events import DeterminationAnswered, DeterminationDisagreed, DeterminationIssued
from pool.models.clinician import Clinician, Engagement
from pool.models.determination import StatusDetermination
from pool.models.person import Person
from pool.models.practice import Practice
from pool.models.session import PracticeSession
from pool.rules import off_payroll
from pool.rules.off_payroll import Bar, Client, Determination
from pool.rules.settlement import LIMITED_COMPANY
from pool.unit_of_work import UnitOfWork

Bars = dict[tuple[UUID, UUID], Bar]
"""Session and clinician to why the clinician's company may not take it."""

LONGEST_DAYS = 400
"""A determination is reviewed at least about once a year; nobody decides for ever."""


def issue(
    work: UnitOfWork,
    practice_id: UUID,
    clinician_id: UUID,
    *,
    pattern: str,
    outcome: str,
    reasons: str,
    review_on: date,
) -> StatusDetermination:
    """Keep what the practice decided and send it to the clinician, with the reasons. Raises Invalid, Conflict.

    A decision for the same clinician and way of working replaces the one before, which is kept.
    """
    practice, clinician = work.get(Practice, practice_id), work.get(Clinician, clinician_id)
    today = clock.london_date(work.now)
    if not through_company(clinician):
        raise Conflict(f"{clinician.name} does not work through a limited company, so there is nothing to decide.")
    refuse_review(review_on, today)
    row = StatusDetermination(
        pool_id=practice.pool_id,
        practice_id=practice.id,
        clinician_id=clinician.id,
        pattern=pattern,
        outcome=outcome,
        reasons=reasons,
        decided_on=today,
        review_on=review_on,
        issued_at=work.now,
        issued_by_id=work.actor.person_id,
    )
    work.add(row)
    work.record(DeterminationIssued(row.id, practice.id, clinician.id), pool_id=practice.pool_id)
    return row


def refuse_review(review_on: date, today: date) -> None:
    """The day of review lies ahead, and not too far. Raises Invalid."""
    if not today < review_on <= date.fromordinal(today.toordinal() + LONGEST_DAYS):
        words = "Enter a day after today and at most about a year ahead"
        raise Invalid(f"{words}.", {"review_on": [words]})


def disagree(work: UnitOfWork, determination_id: UUID, words: str) -> StatusDetermination:
    """The clinician disagrees, once, with reasons; the practice has 45 days. Raises Conflict."""
    row = work.get(StatusDetermination, determination_id, lock=True)
    if row.disagreed_at is not None:
        raise Conflict("You have disagreed with this determination already. The practice answers it.")
    row.disagreed_at, row.disagreement = work.now, words
    work.record(DeterminationDisagreed(row.id, row.practice_id, row.clinician_id), pool_id=row.pool_id)
    return row


def uphold(work: UnitOfWork, determination_id: UUID, words: str) -> StatusDetermination:
    """The practice keeps its decision and says why. To change it, it issues a new one. Raises Conflict."""
    row = work.get(StatusDetermination, determination_id, lock=True)
    if row.disagreed_at is None or row.answered_at is not None:
        raise Conflict("There is no disagreement to answer. Reload the page to see how it stands.")
    row.answered_at, row.answered_by_id, row.answer = work.now, work.actor.person_id, words
    work.record(DeterminationAnswered(row.id, row.practice_id, row.clinician_id), pool_id=row.pool_id)
    return row


def through_company(clinician: Clinician) -> bool:
    """Has the clinician worked through a company, or will they?"""
    return any(engagement.type == LIMITED_COMPANY for engagement in clinician.engagements)


def company_on(clinician: Clinician, day: date) -> bool:
    """Does the clinician work through a company on a day?"""
    engagement = clinician.engagement_on(day)
    return engagement is not None and engagement.type == LIMITED_COMPANY


def bars(work: UnitOfWork, sessions: Sequence[PracticeSession], clinicians: Sequence[Clinician]) -> Bars:
    """The sessions of their pool that a clinician's company may not take, and why; nothing for those without a company."""
    companies = [clinician for clinician in clinicians if through_company(clinician)]
    if not companies or not sessions:
        return {}
    decided = decided_about(work, companies, {session.practice_id for session in sessions})
    return {
        (session.id, clinician.id): bar
        for session in sessions
        for clinician in companies
        if clinician.pool_id == session.pool_id and company_on(clinician, session.on)
        if (bar := against(session, decided[clinician.id, session.practice_id]))
    }


def against(session: PracticeSession, determinations: Iterable[Determination]) -> Bar | None:
    """Why a company about which this was decided may not take a session; None when it may."""
    pattern = off_payroll.pattern_of(session.cover_reason)
    return off_payroll.against(client(session.practice), determinations, pattern=pattern, on=session.on)


def client(practice: Practice) -> Client:
    """The practice as the off-payroll rules see it."""
    return Client(practice.name, practice.contract_type, practice.small_client)


def decided_about(
    work: UnitOfWork, clinicians: Sequence[Clinician], practice_ids: Iterable[UUID]
) -> dict[tuple[UUID, UUID], list[Determination]]:
    """What these practices decided about these clinicians' companies."""
    wanted = select(StatusDetermination).where(
        StatusDetermination.clinician_id.in_([clinician.id for clinician in clinicians]),
        StatusDetermination.practice_id.in_(list(practice_ids)),
    )
    found: dict[tuple[UUID, UUID], list[Determination]] = defaultdict(list)
    for row in work.all(wanted.order_by(StatusDetermination.issued_at)):
        fact = Determination(row.pattern, row.outcome, row.decided_on, row.review_on)
        found[row.clinician_id, row.practice_id].append(fact)
    return found


class CompanyStatus(NamedTuple):
    """One company and one way of working as a practice sees it: the decision in force, the reason why sessions are
    blocked today, and what was decided before."""

    clinician: Clinician
    pattern: str
    current: StatusDetermination | None
    blocked: Bar | None
    earlier: tuple[StatusDetermination, ...]


def standings(work: UnitOfWork, practice: Practice) -> list[CompanyStatus]:
    """Every company clinician of the pool with every way of working, by name."""
    rows = work.all(
        select(StatusDetermination)
        .where(StatusDetermination.practice_id == practice.id)
        .order_by(StatusDetermination.issued_at.desc())
    )
    today = clock.london_date(work.now)
    return [
        standing(practice, clinician, pattern, [row for row in rows if row.clinician_id == clinician.id], today)
        for clinician in company_clinicians(work)
        for pattern in off_payroll.PATTERNS
    ]


def standing(
    practice: Practice, clinician: Clinician, pattern: str, rows: Sequence[StatusDetermination], today: date
) -> CompanyStatus:
    """One line of the page; the newest decision first."""
    fitting = [row for row in rows if row.pattern == pattern]
    facts = [Determination(row.pattern, row.outcome, row.decided_on, row.review_on) for row in reversed(fitting)]
    blocked = off_payroll.against(client(practice), facts, pattern=pattern, on=today)
    return CompanyStatus(clinician, pattern, fitting[0] if fitting else None, blocked, tuple(fitting[1:]))


def company_clinicians(work: UnitOfWork) -> Sequence[Clinician]:
    """Active clinicians who work through a company now or later, by name."""
    today = clock.london_date(work.now)
    held = select(Engagement.clinician_id).where(
        Engagement.type == LIMITED_COMPANY, (Engagement.ends_on.is_(None)) | (Engagement.ends_on >= today)
    )
    people = select(Clinician).join(Person, Clinician.person_id == Person.id)
    shown = people.where(Clinician.active, Clinician.id.in_(held)).order_by(Person.name)
    return work.all(shown.options(selectinload(Clinician.engagements)))


def all_seen(work: UnitOfWork) -> Sequence[StatusDetermination]:
    """Every determination that the actor may see, the newest first: a clinician's own, a pool's all."""
    return work.all(select(StatusDetermination).order_by(StatusDetermination.issued_at.desc()))


def superseded(row: StatusDetermination, rows: Iterable[StatusDetermination]) -> bool:
    """Has the practice decided anew about the same company and way of working?"""
    same = (other for other in rows if (other.practice_id, other.clinician_id) == (row.practice_id, row.clinician_id))
    return any(other.pattern == row.pattern and other.issued_at > row.issued_at for other in same)


def answer_due(row: StatusDetermination) -> date | None:
    """Until when a disagreement must be answered; None when there is none, or it is answered."""
    if row.disagreed_at is None or row.answered_at is not None:
        return None
    return off_payroll.answer_due(clock.london_date(row.disagreed_at))
