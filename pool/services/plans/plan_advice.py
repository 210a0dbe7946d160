"""What the plan as a whole says about the clinicians for one session: in which order, what each costs, who could swap.

Advice only: who may take the session is decided by the rows (plans.candidates), when it is shown and when it is done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from pool.formats import hours
from pool.models.clinician import Clinician
from pool.models.session import PracticeSession
from pool.rules.choice_words import THEY, Kept, another_choice
from pool.services.plans import plan_questions
from pool.services.plans.plan_questions import Ask, Move, WhoElse
from pool.services.plans.release import Candidate
from pool.services.runs import objective
from pool.unit_of_work import UnitOfWork

BEST = "Best for the plan as a whole."
AS_GOOD = "As good for the plan as a whole."


@dataclass(frozen=True)
class Advice:
    """Candidates in the order of the plan, what it says about each, and a chain of moves in words, if there is one.

    `scale` says in words how much a point is. `known` is False when nothing true was known in time: then candidates are in
    the order of the rows, nearest first.
    """

    candidates: Sequence[Candidate]
    notes: Mapping[UUID, str]
    chain: Sequence[str]
    chain_loss: int
    milliseconds: int
    scale: str
    known: bool


def advised(work: UnitOfWork, session_id: UUID, candidates: Sequence[Candidate], ask: Ask) -> Advice:
    """The candidates of a session with what the plan says about them; `ask` sends the question."""
    said = plan_questions.who_else(work, session_id, ask)
    if said is None:
        return Advice(candidates, {}, (), 0, 0, "", known=False)
    scale = objective.scale(work, work.get(PracticeSession, session_id).pool_id)
    return Advice(
        in_order(candidates, said),
        notes(candidates, said),
        chain_words(work, said.chain),
        said.chain_loss,
        said.milliseconds,
        scale,
        known=True,
    )


def in_order(candidates: Sequence[Candidate], said: WhoElse) -> list[Candidate]:
    """Those who may, in the order of the plan: free ones best first, then by what moving them costs."""
    rank = {clinician_id: number for number, clinician_id in enumerate(said.best)}
    last = len(rank)

    def key(candidate: Candidate) -> tuple[bool, int, int, int]:
        cost = said.costs[candidate.clinician.id]["regret"] if candidate.clinician.id in said.costs else 10**9
        return (not candidate.may, rank.get(candidate.clinician.id, last), cost, candidate.travel_minutes)

    return sorted(candidates, key=key)


def notes(candidates: Sequence[Candidate], said: WhoElse) -> dict[UUID, str]:
    """What choosing each of those who may would mean."""
    may = {candidate.clinician.id for candidate in candidates if candidate.may}
    told = {who: note(kept) for who, kept in said.costs.items() if who in may}
    first = next((who for who in said.best if who in may), None)
    return told | ({first: BEST} if first else {})


def note(kept: Kept) -> str:
    """In words: nothing lost, or what the plan would lose."""
    return another_choice(kept, THEY) if kept["regret"] else AS_GOOD


def chain_words(work: UnitOfWork, chain: Sequence[Move]) -> list[str]:
    """The moves of a chain, one sentence each."""
    sessions = {
        session.id: session for session in work.all(select(PracticeSession).where(PracticeSession.id.in_(ids(chain))))
    }
    people = {clinician.id: clinician.name for clinician in work.all(select(Clinician))}
    return [move_words(sessions[move.session_id], move, people) for move in chain if move.session_id in sessions]


def ids(chain: Sequence[Move]) -> list[UUID]:
    """The sessions of a chain."""
    return [move.session_id for move in chain]


def move_words(session: PracticeSession, move: Move, people: Mapping[UUID, str]) -> str:
    """Thu 14 May, 08:30–12:30, Bridge Surgery: Dr B instead of Dr A."""
    where = f"{session.on:%a} {session.on.day} {session.on:%b}, {hours(session.starts, session.ends)}, {session.practice.name}"
    taker = people.get(move.taker, "somebody who has left") if move.taker else "nobody"
    giver = f" instead of {people.get(move.giver, 'somebody who has left')}" if move.giver else ""
    return f"{where}: {taker}{giver}."
