"""How many clinicians of the pool could take a session, and what stops the others: counts only, never who.

A practice may know how many there are; the rows behind it (other practices' bookings, private fee floors) are not
its to see. So the counting looks at the whole pool, and what concerns fewer than SMALLEST_CROWD people in private is not told.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from matching import Reason
from pool.actor import Actor
from pool.catalogue import PROFESSIONS
from pool.models.clinician import Clinician
from pool.models.session import PracticeSession
from pool.privacy import SMALLEST_CROWD
from pool.services.eligibility import eligibility
from pool.unit_of_work import UnitOfWork, unit_of_work

PRIVATE = frozenset({"fee", "blocked", "compliance", "engagement"})

WORDS = {
    "place": "because we do not know where the practice is",
    "available": "not free for all of it",
    "overlap": "booked somewhere else then",
    "skills": "without a skill that it needs",
    "appointment": "asking for longer appointments",
    "system": "without experience of the clinical system",
    "travel": "too far away",
    "fee": "asking for a higher fee",
    "blocked": "not matched with the practice",
    "compliance": "with papers to renew before that day",
    "status": "working through a company without a fitting status determination",
    "engagement": "not engaged by the pool on that day",
    "rest": "too close to their other work",
    "between_sites": "unable to get there from another session in time",
    "remote_gap": "too close to their other work",
    "weekly_cap": "at the limit that they set for that week",
    "period_cap": "at the limit that they set for themselves",
    "weekly_hours": "at the limit of weekly hours",
}
OTHER = "for other reasons"


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


def of_session(pool_id: UUID, session_id: UUID) -> Prospects:
    """Count for one session as things stand now."""
    return of_sessions(pool_id, [session_id])[session_id]


def of_sessions(pool_id: UUID, session_ids: Sequence[UUID]) -> dict[UUID, Prospects]:
    """Count for several sessions of one pool. Reads the whole pool: give it only ids that the asker may see."""
    with unit_of_work(Actor.system(pool_id), read_only=True) as work:
        return {session_id: counted(work, work.get(PracticeSession, session_id)) for session_id in session_ids}


def counted(work: UnitOfWork, session: PracticeSession) -> Prospects:
    """The count for one session."""
    clinicians = work.all(
        select(Clinician).where(
            Clinician.active, Clinician.pool_id == session.pool_id, Clinician.profession == session.profession
        )
    )
    title = PROFESSIONS[session.profession].title
    if not clinicians:
        return Prospects(0, 0, title, ())
    against = eligibility.reasons_for_all(work, session, clinicians).values()
    able = sum(not reasons for reasons in against)
    return Prospects(able, len(clinicians), title, first_reasons(against))


def first_reasons(against: Iterable[tuple[Reason, ...]]) -> tuple[tuple[str, int], ...]:
    """Everybody who is stopped, counted under their first reason; small private groups are told together."""
    codes = Counter(reasons[0].code for reasons in against if reasons)
    told: Counter[str] = Counter()
    for code, count in codes.items():
        hidden = code not in WORDS or (code in PRIVATE and count < SMALLEST_CROWD)
        told[OTHER if hidden else WORDS[code]] += count
    return tuple(told.most_common())
