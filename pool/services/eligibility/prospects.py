"""How many clinicians of the pool could take a session, and what stops the others: counts only, never who.

A practice may know how many there are; the rows behind it (other practices' bookings, private fee floors) are not
its to see. So the counting looks at the whole pool, and what concerns fewer than SMALLEST_CROWD people in private is not told.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from sqlalchemy import select

from pool.catalogue import PROFESSIONS
from pool.models.clinician import Clinician
from pool.models.session import PracticeSession
from pool.privacy import SMALLEST_CROWD
from pool.rules.rule_words import OTHER_REASONS, RULES, Refusal, told_with_care
from pool.services.eligibility import session_rules
from pool.unit_of_work import UnitOfWork, whole_pool


@dataclass(frozen=True)
class Prospects:
    """`able` of `asked` clinicians of the profession could take it; `stopped` counts the others by first reason."""

    able: int
    asked: int
    profession: str
    stopped: tuple[tuple[str, int], ...]

    @property
    def headline(self) -> str:
        """6 of the pool’s 14 GPs could take it – or, when nobody could, what stands in the way most often."""
        name = self.profession if self.profession.isupper() else self.profession.lower()
        people = f"{self.asked} {name}s" if self.asked > 1 else f"only {name}"
        if not self.asked:
            return f"The pool has no {name} yet."
        if self.able:
            whose = f"{self.able} of the pool’s {people}" if self.asked > 1 else f"The pool’s {people}"
            return f"{whose} could take it."
        words, count = self.stopped[0]
        if self.asked == 1:
            return f"The pool’s {people} could not take it as it stands: {words}."
        return f"None of the pool’s {people} could take it as it stands. Most often ({count}): {words}."

    @property
    def sentences(self) -> list[str]:
        """What stops the others, most frequent first."""
        return [f"{count} {words}" for words, count in self.stopped]


def of_session(work: UnitOfWork, session_id: UUID) -> Prospects:
    """Count for one session that the actor may see, as things stand now."""
    return of_sessions(work, [session_id])[session_id]


def of_sessions(work: UnitOfWork, session_ids: Sequence[UUID]) -> dict[UUID, Prospects]:
    """Count for several sessions. Raises NotFound for one that the actor may not see."""
    known = [work.get(PracticeSession, session_id).id for session_id in session_ids]
    with whole_pool(work, reason="a practice is told how many could take its session, never who") as whole:
        sessions = [whole.get(PracticeSession, session_id) for session_id in known]
        by_profession = groupby(sorted(sessions, key=profession_of), key=profession_of)
        counted = [counts(whole, list(alike)) for _, alike in by_profession]
    return {session_id: prospects for found in counted for session_id, prospects in found.items()}


def profession_of(session: PracticeSession) -> tuple[UUID, str]:
    """The pool and profession whose clinicians are counted."""
    return session.pool_id, session.profession


def counts(work: UnitOfWork, sessions: Sequence[PracticeSession]) -> dict[UUID, Prospects]:
    """The counts for sessions of one pool and profession."""
    pool_id, profession = profession_of(sessions[0])
    mates = (Clinician.active, Clinician.pool_id == pool_id, Clinician.profession == profession)
    clinicians = work.all(select(Clinician).where(*mates))
    title = PROFESSIONS[profession].title
    if not clinicians:
        return {session.id: Prospects(0, 0, title, ()) for session in sessions}
    question = session_rules.ask(work, sessions, clinicians)
    return {
        session.id: count(title, [question.refusals(session, clinician) for clinician in clinicians])
        for session in sessions
    }


def count(title: str, against: Sequence[tuple[Refusal, ...]]) -> Prospects:
    """How many are able, and what stops the others."""
    able = sum(not refusals for refusals in against)
    return Prospects(able, len(against), title, first_reasons(against))


def first_reasons(against: Iterable[tuple[Refusal, ...]]) -> tuple[tuple[str, int], ...]:
    """Everybody who is stopped, counted under their first reason; small private groups are told together."""
    codes = Counter(refusals[0].code for refusals in against if refusals)
    known = told_with_care(codes, SMALLEST_CROWD)
    told: Counter[str] = Counter()
    for code, stopped in codes.items():
        told[RULES[code].counted if code in known else OTHER_REASONS] += stopped
    return tuple(told.most_common())
