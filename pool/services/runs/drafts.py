"""What the engine found, in the product's words: a draft of a plan, as plain values, before anything is published.

Drawn up outside any transaction. Ids of the engine's tables become ids of rows; sentences lose ids that mean nothing
to a person.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import numpy as np

import matching
from matching import clinician_count, refusal_count
from pool.privacy import SMALLEST_CROWD
from pool.services.eligibility.prospects import PRIVATE

Tell = Callable[[float], None]

SHOWN = 10
PRACTICE_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TOLD_EVERY = 25
COUNTING = re.compile(r"Of \d+ (other )?clinicians?, ")
"""How the engine begins the sentence that counts clinicians rule by rule."""


@dataclass(frozen=True)
class Drafted:
    """A clinician for a session: minutes one way, why, who else could (clinician_id, regret, sentence), and who would
    step in (clinician_id, travel_minutes)."""

    session_id: UUID
    clinician_id: UUID
    travel_minutes: int
    reasons: tuple[str, ...]
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
                    choice_words(explanation),
                ),
                alternatives=alternatives(explanation),
            )


def reasons_for(problem: matching.Problem, session: int, clinician: int, minutes: int) -> tuple[str, ...]:
    """Why this clinician suits this session, in sentences that the clinician and the practice may read."""
    work = problem.sessions
    pair = problem.pair_rows(np.array([clinician]), np.array([work.practice[session]]))[0]
    home = (
        f"It is about {minutes} minute{'' if minutes == 1 else 's'} from home." if minutes else "It is close to home."
    )
    journey = "It is remote: no journey." if work.remote[session] else home
    wanted = int(problem.clinicians.minimum[clinician])
    said = {
        journey: True,
        "They worked at this practice in the last 90 days.": bool(problem.pairs.continuity[pair]),
        "They like to work at this practice.": problem.pairs.preference[pair] > 0,
        f"They asked for at least {wanted} session{'' if wanted == 1 else 's'} in this period.": wanted > 0,
        "The last plan had them here too.": work.previous[session] == clinician,
    }
    return tuple(sentence for sentence, holds in said.items() if holds)


def choice_words(explanation: matching.Explanation) -> str:
    """How much choice there was, and whether it matters to the plan."""
    others = explanation.counts.get("could", 0)
    if others == 0:
        return "Nobody else who meets every rule is free then."
    people = "One other clinician" if others == 1 else f"{others} other clinicians"
    as_good = any(alternative.regret == 0 for alternative in explanation.alternatives)
    worth = (
        "another choice would be as good for the plan as a whole" if as_good else "the whole plan is better this way"
    )
    return f"{people} could take it too; {worth}."


def left_empty(name: str, explanation: matching.Explanation) -> LeftEmpty:
    """An empty session; the engine's opening line only repeats its id, and its counts are told with care."""
    others = [sentence for sentence in explanation.sentences[1:] if not COUNTING.match(sentence)]
    return LeftEmpty(
        session_id=UUID(name),
        sentences=(*stopped_words(explanation.counts), *(without_ids(other) for other in others)),
        counts=dict(explanation.counts),
        smallest_change=explanation.smallest_change or "",
        alternatives=alternatives(explanation),
    )


def stopped_words(counts: Mapping[str, int]) -> tuple[str, ...]:
    """Of 9 clinicians, 3 live too far away; 2 cannot for other reasons. What is private to people (their lowest fee, a
    block, their documents) is told of a crowd only."""
    if not counts:
        return ()
    told = {code: count for code, count in counts.items() if count >= SMALLEST_CROWD or code not in PRIVATE}
    parts = [refusal_count(code, count) for code, count in told.items()]
    hidden = sum(counts.values()) - sum(told.values())
    parts += [f"{hidden} cannot for other reasons"] if hidden else []
    return (f"Of {clinician_count(sum(counts.values()), others=False)}, {'; '.join(parts)}.",)


def alternatives(explanation: matching.Explanation) -> tuple[dict[str, Any], ...]:
    """The next best clinicians, with what the plan would lose by each."""
    return tuple(
        {
            "clinician_id": alternative.clinician_id,
            "regret": alternative.regret,
            "sentence": without_ids(alternative.sentence),
        }
        for alternative in explanation.alternatives[:SHOWN]
    )


def without_ids(sentence: str) -> str:
    """The engine names practices by id; here they are other practices, whose affairs stay theirs."""
    return PRACTICE_ID.sub("another practice", sentence)
