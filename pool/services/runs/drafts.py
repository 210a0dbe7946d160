"""What the engine found, in the product's words: a draft of a plan, as plain values, before anything is published.

Drawn up outside any transaction. Ids of the engine's tables become ids of rows, and its codes and figures the product's
words (pool/rules/choice_words.py, rule_words.py).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from uuid import UUID

import numpy as np

import matching
from pool.formats import plural
from pool.privacy import SMALLEST_CROWD
from pool.rules import choice_words
from pool.rules.choice_words import Kept, reason
from pool.rules.rule_words import stopped, told_with_care

Tell = Callable[[float], None]

SHOWN = 10
TOLD_EVERY = 25


@dataclass(frozen=True)
class Drafted:
    """A clinician for a session: minutes one way, why, who else could (matching.Alternative), and who would step in
    (clinician_id, travel_minutes)."""

    session_id: UUID
    clinician_id: UUID
    travel_minutes: int
    reasons: tuple[Kept, ...]
    alternatives: tuple[dict[str, Any], ...]
    reserve: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class LeftEmpty:
    """A session without a clinician: sentences, clinicians counted by the rule that stopped them, what would help."""

    session_id: UUID
    sentences: tuple[str, ...]
    counts: dict[str, int]
    smallest_change: str = ""
    alternatives: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Draft:
    """A whole plan that was found good when the snapshot was taken."""

    proposals: tuple[Drafted, ...]
    empty: tuple[LeftEmpty, ...]
    objective: int
    bound: int
    gap: float
    summary: dict[str, Any]
    report: dict[str, Any] = field(default_factory=dict)

    @property
    def session_ids(self) -> set[UUID]:
        """Every session that the draft says something about."""
        return {pair.session_id for pair in self.proposals} | {left.session_id for left in self.empty}


StandIns = Mapping[str, Sequence[str]]
"""For each session the clinicians who would step in, all of whom fit together (matching.reserve)."""


def draw_up(
    problem: matching.Problem,
    result: matching.Result,
    tell: Tell = lambda done: None,
    *,
    stand_ins: StandIns | None = None,
    report: dict[str, Any] | None = None,
) -> Draft:
    """The draft of a solved problem; `tell` hears the share that is explained (0 to 1)."""
    movable = [name for name, booked in zip(problem.sessions.ids, problem.sessions.fixed, strict=True) if booked < 0]
    rows = [with_reserve(problem, row, stand_ins or {}) for row in explained(problem, result, movable, tell)]
    return Draft(
        proposals=tuple(row for row in rows if isinstance(row, Drafted)),
        empty=tuple(row for row in rows if isinstance(row, LeftEmpty)),
        objective=result.objective,
        bound=result.bound,
        gap=result.gap,
        summary=result.summary(),
        report=report or {},
    )


def with_reserve(problem: matching.Problem, drafted: Drafted | LeftEmpty, stand_ins: StandIns) -> Drafted | LeftEmpty:
    """A filled session with its stand-ins and their minutes from home."""
    if isinstance(drafted, LeftEmpty):
        return drafted
    session = problem.session(str(drafted.session_id))
    found = [(who, problem.clinician(who)) for who in stand_ins.get(str(drafted.session_id), ())]
    trips = [int(problem.trip_minutes(np.array([session]), np.array([position]))[0]) for _, position in found]
    reserve = [{"clinician_id": who, "travel_minutes": trip} for (who, _), trip in zip(found, trips, strict=True)]
    return replace(drafted, reserve=tuple(reserve))


def explained(
    problem: matching.Problem, result: matching.Result, names: Sequence[str], tell: Tell
) -> Iterator[Drafted | LeftEmpty]:
    """Each session with its clinician and reasons, or with the reasons why it is empty."""
    for number, name in enumerate(names):
        if number % TOLD_EVERY == 0:
            tell(number / len(names))
        explanation = matching.explain(problem, result, session=name)
        clinician = result.assignment[name]
        if clinician is None:
            yield left_empty(name, explanation)
        else:
            yield Drafted(
                session_id=UUID(name),
                clinician_id=UUID(clinician),
                travel_minutes=result.travel[name],
                reasons=(
                    *reasons_for(problem, problem.session(name), problem.clinician(clinician), result.travel[name]),
                    choice(explanation),
                ),
                alternatives=alternatives(explanation),
            )


def reasons_for(problem: matching.Problem, session: int, clinician: int, minutes: int) -> tuple[Kept, ...]:
    """Why this clinician suits this session; the clinician and the practice may read all of it."""
    work = problem.sessions
    pair = problem.pair_rows(np.array([clinician]), np.array([work.practice[session]]))[0]
    wanted = int(problem.clinicians.minimum[clinician])
    suits = (
        (journey(bool(work.remote[session]), minutes), True),
        (reason("worked_here"), problem.pairs.continuity[pair]),
        (reason("likes_it"), problem.pairs.preference[pair] > 0),
        (reason("asked_for_sessions", sessions=wanted), wanted > 0),
        (reason("as_before"), work.previous[session] == clinician),
    )
    return tuple(kept for kept, holds in suits if holds)


def journey(remote: bool, minutes: int) -> Kept:
    """How far it is from home, in minutes one way."""
    if remote:
        return reason("remote")
    return reason("journey", minutes=minutes) if minutes else reason("close")


def choice(explanation: matching.Explanation) -> Kept:
    """How much choice there was, and whether it matters to the plan."""
    others = explanation.counts.get("could", 0)
    if not others:
        return reason("nobody_else")
    as_good = any(alternative.regret == 0 for alternative in explanation.alternatives)
    return reason("as_good" if as_good else "better_this_way", others=others)


def left_empty(name: str, explanation: matching.Explanation) -> LeftEmpty:
    """An empty session: whom which rule stops, told with care, what taking it would do to the plan, what would help."""
    others, change = alternatives(explanation), explanation.smallest_change
    could = choice_words.another_choice(others[0], choice_words.SOMEBODY) if others else choice_words.NOBODY
    return LeftEmpty(
        session_id=UUID(name),
        sentences=(*stopped_words(explanation.counts), could),
        counts=dict(explanation.counts),
        smallest_change=choice_words.smallest_change(change.code, change.figures) if change else "",
        alternatives=others,
    )


def stopped_words(counts: Mapping[str, int]) -> tuple[str, ...]:
    """Of 9 clinicians, 3 live too far away; 2 cannot for other reasons. What is private to people (their lowest fee, a
    block, their documents) is told of a crowd only."""
    if not counts:
        return ()
    told = told_with_care(counts, SMALLEST_CROWD)
    parts = [stopped(code, count) for code, count in told.items()]
    hidden = sum(counts.values()) - sum(told.values())
    parts += [f"{hidden} cannot for other reasons"] if hidden else []
    return (f"Of {plural(sum(counts.values()), 'clinician')}, {'; '.join(parts)}.",)


def alternatives(explanation: matching.Explanation) -> tuple[dict[str, Any], ...]:
    """The next best clinicians, with what the plan would lose by each (choice_words.another_choice)."""
    return tuple(asdict(alternative) for alternative in explanation.alternatives[:SHOWN])
