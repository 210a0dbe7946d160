"""What a pool's plans are worth: its own points for each term, with plain words for the people who choose and read them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from matching import Problem, Weights, fill_first
from pool.models.pool import Pool
from pool.services.pools.policy import Policy, policy_of
from pool.unit_of_work import UnitOfWork


class Term(NamedTuple):
    """One term of the objective: its name in the engine, its words, and what a number there means."""

    name: str
    label: str
    hint: str


TERMS = (
    Term("fill", "A session is filled", "Times the urgency below. Large beside everything else."),
    Term(
        "urgency",
        "Urgency",
        "A routine session counts once, an urgent one twice, a critical one three times this number.",
    ),
    Term(
        "deprived", "Practice in the two most deprived tenths", "Added to the urgency. 0: deprivation does not count."
    ),
    Term("deprived_next", "Practice in the next three tenths", "Added to the urgency, for deprivation tenths 3 to 5."),
    Term(
        "minimum",
        "Sessions that a clinician asked for",
        "For each session up to the minimum that a clinician asked for.",
    ),
    Term("contracted", "Sessions of salaried clinicians", "For each session that is already paid for by a salary."),
    Term(
        "first_third",
        "First third of a practice's sessions",
        "Spreads clinicians over practices before any practice has all.",
    ),
    Term(
        "second_third",
        "Second third of a practice's sessions",
        "The same for the second third. Never more than the first.",
    ),
    Term("travel", "A minute of travel", "Taken off for each minute from home, one way."),
    Term(
        "tour", "A minute saved by a tour", "Two sessions on one day are one round journey. 0: each counts as its own."
    ),
    Term("preferred", "A practice the clinician prefers", "Added."),
    Term("avoided", "A practice the clinician would rather not work at", "Taken off."),
    Term("continuity", "Worked there in the last 90 days", "Added, so that patients meet somebody they know."),
    Term("kept", "The same as in the last plan", "Added, so that people are moved only when it is worth it."),
)

NEVER = "Age, acceptance history, illness and protected characteristics are never used."


def weights_of(policy: Policy) -> Weights:
    """The points of a pool: the preset that it starts from, with its own choices."""
    return replace(Weights.preset(policy.weights), **policy.own_weights)


def scale(work: UnitOfWork, pool_id: UUID) -> str:
    """How much a point is, in words, for pages that speak of points."""
    weights = weights_of(policy_of(work.get(Pool, pool_id)))
    return f"A routine session that is filled counts {weights.fill * weights.urgency:,} points."


class Chosen(NamedTuple):
    """What counts in one pool, for its members."""

    name: str
    points: dict[str, int]
    fill_first: bool


def of_pools(work: UnitOfWork) -> list[Chosen]:
    """What counts in each pool of the reader."""
    pools = [work.get(Pool, pool_id) for pool_id in work.actor.pool_ids]
    return [Chosen(pool.name, weights_of(policy_of(pool)).to_dict(), policy_of(pool).fill_first) for pool in pools]


def as_policy(chosen: Mapping[str, Any]) -> dict[str, Any]:
    """What a manager set, as settings of the pool: only points that differ from the preset are the pool's own."""
    preset, names = Weights.preset(Policy.weights).to_dict(), {term.name for term in TERMS}
    own = {name: chosen[name] for name in names if chosen[name] != preset[name]}
    others = {name: value for name, value in chosen.items() if name not in names}
    return others | {"weights": Policy.weights, "own_weights": own}


def for_solving(problem: Problem, weights: Weights, *, filling_first: bool) -> Weights:
    """The points that the engine is given: where filling comes first, no other wish may cost a session."""
    return fill_first(problem, weights) if filling_first else weights
