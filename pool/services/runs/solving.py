"""The second step of a run: solve it. Nothing here speaks to a server, so it can be done in a process of its own.

A run that is too large for one go gives its parts instead of a plan; read again with their answers, it gives the plan.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Protocol
from uuid import UUID

import matching
from matching import Result, Stopped
from pool.services.runs import areas, pool_drafts
from pool.services.runs.drafts import Draft
from pool.services.runs.pool_drafts import Solved
from pool.services.runs.reading import RunInput
from pool.services.runs.run_parts import Piece

STAGES = {
    "edges": "Finding who could take each session",
    "flow": "Finding the best plan",
    "tighten": "Proving how good it is",
    "repair": "Fitting each clinician's day together",
    "polish": "Looking for something better still",
    "check": "Checking every rule again",
    "done": pool_drafts.REASONS,
}
IN_RESERVE, PUBLISHING = "Finding who would step in", "Publishing the plan"
SOLVED = 0.6
EXPLAINED = 0.95
"""Shares of a whole run that are done when the engine, and then the drafts, are ready."""

MOST_OPERATIONS = 400_000
MOST_SECONDS = 600.0
"""Where improving stops: the count gives the same plan everywhere, the seconds are for machines that are too slow."""
RESERVE_EFFORT = 2.0

Plan = Mapping[str, str | None]
"""Session to clinician, None for a session that stays empty."""

Drafts = dict[UUID, Draft]
"""The draft of each pool."""


class Listener(Protocol):
    """Hears how far the work is, keeps the best plan so far, and says whether it shall come to its end."""

    def told(self, stage: str, share: float) -> None:
        """A stage has begun or got on; `share` is that of the whole run, 0 to 1."""

    def keep(self, plan: Plan) -> None:
        """A better plan, checked."""

    def asked(self) -> bool:
        """Is the work asked to come to its end with what it has?"""


def solve_run(run: RunInput, area_sessions: int, listener: Listener) -> Drafts | list[Piece]:
    """The draft of each pool, or the parts of a run that has more than `area_sessions` open sessions or several pools.

    Raises matching.MatchingError for rows that cannot be solved, areas.PartsChanged for answers of other parts.
    """
    if areas.is_divided(run, area_sessions):
        return areas.pieces(run, area_sessions)
    result = best_plan(run, area_sessions, listener)
    listener.told(IN_RESERVE, SOLVED)
    budget = matching.Budget(effort=RESERVE_EFFORT, asked=listener.asked)
    stand_ins = matching.reserve(run.problem, result, depth=max(run.reserve_depths.values()), budget=budget)
    return drafts_of(Solved(run, result, stand_ins, is_priced=True), listener)


def best_plan(run: RunInput, area_sessions: int, listener: Listener) -> Result:
    """The best plan that the engine finds within its budget."""
    return matching.solve(
        run.problem,
        weights=run.points,
        seed=run.seed,
        keep=listener.keep,
        budget=matching.Budget(MOST_OPERATIONS, MOST_SECONDS, asked=listener.asked),
        progress=lambda stage, done: listener.told(STAGES.get(stage, "Improving the plan"), SOLVED * done),
        areas=areas.solved_areas(run, area_sessions),
    )


def finish_plan(run: RunInput, plan: Plan, stopped: Stopped, listener: Listener) -> Drafts:
    """The drafts of a checked plan that was left when its process was ended: without a reserve and the price of fairness,
    which need further solves."""
    listener.told(pool_drafts.REASONS, SOLVED)
    budget = matching.Budget(tighten=0, effort=0)
    result = replace(matching.evaluate(run.problem, plan, weights=run.points, budget=budget), stopped=(stopped,))
    return drafts_of(Solved(run, result, {}, is_priced=False), listener)


def drafts_of(solved: Solved, listener: Listener) -> Drafts:
    """The draft of each pool."""
    found = pool_drafts.of_pools(solved, partial(told_from_solved, listener))
    listener.told(PUBLISHING, EXPLAINED)
    return found


def told_from_solved(listener: Listener, words: str, done: float) -> None:
    """How far the drafts are, as a share of the whole run."""
    listener.told(words, SOLVED + (EXPLAINED - SOLVED) * done)
