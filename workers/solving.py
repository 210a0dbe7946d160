"""What the child process of a run works out: the drafts of its pools, or the parts of a large run. It speaks to no server."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from uuid import UUID

import matching
from matching import Stopped
from pool.services.runs import objective
from pool.services.runs.drafts import Draft
from pool.services.runs.run_parts import Piece
from pool.services.runs.whole_problem import Whole
from workers import match_parts, pool_drafts
from workers.apart import Plan, Say
from workers.pool_drafts import Solved
from workers.run_snapshots import Snapshot

STAGES = {
    "edges": "Finding who could take each session",
    "flow": "Finding the best plan",
    "tighten": "Proving how good it is",
    "repair": "Fitting each clinician's day together",
    "polish": "Looking for something better still",
    "check": "Checking every rule again",
    "done": pool_drafts.REASONS,
}
IN_RESERVE = "Finding who would step in"
SOLVED = 0.6
EXPLAINED = 0.95
MOST_OPERATIONS = 400_000
MOST_SECONDS = 600.0
"""Where improving stops: the count gives the same plan everywhere, the seconds are for machines that are too slow."""
RESERVE_EFFORT = 2.0

Drafts = dict[UUID, Draft]


def work_out(asked: Snapshot, known: Mapping[str, bytes], say: Say) -> Drafts | list[Piece]:
    """The plan of each pool; for a large run that has no answers of its parts yet, the parts."""
    whole, weights = whole_of(asked)
    if not known and match_parts.is_divided(whole):
        return match_parts.pieces(whole.problem, weights)
    result = matching.solve(
        whole.problem,
        weights=weights,
        seed=asked.seed,
        keep=say.keep,
        budget=matching.Budget(MOST_OPERATIONS, MOST_SECONDS, asked=say.asked),
        progress=lambda stage, done: say.told(STAGES.get(stage, "Improving the plan"), SOLVED * done),
        areas=match_parts.solved_areas(whole.problem, dict(known)) if known else None,
    )
    say.told(IN_RESERVE, SOLVED)
    budget = matching.Budget(effort=RESERVE_EFFORT, asked=say.asked)
    stand_ins = matching.reserve(whole.problem, result, depth=max(asked.reserve_depths.values()), budget=budget)
    return drawn_up(Solved(whole, result, stand_ins, asked.reserve_depths, divided=bool(known)), say)


def bring_to_an_end(asked: Snapshot, plan: Plan, stopped: Stopped, say: Say) -> Drafts:
    """The drafts of a checked plan that was left when its process was ended: without a reserve and the price of fairness,
    which need further solves."""
    whole, weights = whole_of(asked)
    budget = matching.Budget(tighten=0, effort=0)
    result = replace(matching.evaluate(whole.problem, plan, weights=weights, budget=budget), stopped=(stopped,))
    return drawn_up(Solved(whole, result, {}, asked.reserve_depths, divided=False, is_priced=False), say)


def whole_of(asked: Snapshot) -> tuple[Whole, matching.Weights]:
    """The problem of all pools, and what its plan is worth."""
    whole = Whole.of(asked.tables, asked.person_of)
    return whole, objective.for_solving(whole.problem, asked.weights, filling_first=asked.filling_first)


def drawn_up(solved: Solved, say: Say) -> Drafts:
    """The draft of each pool."""
    return pool_drafts.of_pools(solved, partial(told_from_solved, say))


def told_from_solved(say: Say, words: str, done: float) -> None:
    """How far the drafts are, as a share of the whole run."""
    say.told(words, SOLVED + (EXPLAINED - SOLVED) * done)
