"""What would change if one thing were different: from the prices of the proof where they decide it, else solved again.

The prices decide it in two ways. A change that only opens or closes pairs (rates, travel limits, hours, skills,
systems, documents, blocks) makes no difference when the plan keeps all its pairs and no pair that opens can pay: under
the prices of the proof it loses at least the gap. And `sensitivity` knows the exact difference where pairs of the plan
close, or one clinician or session comes or goes, and prices and a plan at hand agree to the point.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.answers.result import OPTIMAL, Result
from matching.answers.sensitivity import foreseen
from matching.answers.solver import solve
from matching.flow.edges import Edges, find_edges
from matching.objective.weights import V1, Weights
from matching.problem.changes import Change, changed
from matching.problem.problem import Problem

FROM_PRICES, SOLVED_AGAIN = "from the prices", "solved again"
SAME = {
    "sessions": ("ids", "practice", "day", "week", "start", "end", "remote", "urgency", "fixed", "previous"),
    "clinicians": ("ids", "weekly_cap", "period_cap", "minimum", "contracted", "weekly_minutes", "rest_hard"),
    "practices": ("ids", "easting", "northing", "imd", "postcode"),
    "elsewhere": ("key", "sessions", "minutes"),
}


@dataclass(frozen=True)
class Answer:
    """Difference to the plan without the change; `how` it was found; `exact` when both plans are proven optimal."""

    objective: int
    filled: int
    bound: int
    exact: bool
    how: str
    result: Result


def what_if(problem: Problem, change: Change, *, weights: Weights = V1, base: Result | None = None) -> Answer:
    """The effect of one change on the plan. Raises ProblemError when the changed rows are not a problem."""
    before = base or solve(problem, weights=weights)
    other = changed(problem, change)
    if unaffected(problem, other, before):
        return Answer(0, 0, 0, True, FROM_PRICES, before)
    if after := foreseen(problem, other, before):
        return _answer(before, after, FROM_PRICES)
    after = solve(other, weights=before.weights, seed=before.seed)
    return _answer(before, after, SOLVED_AGAIN)


def _answer(before: Result, after: Result, how: str) -> Answer:
    return Answer(
        after.objective - before.objective,
        after.filled - before.filled,
        after.bound - before.bound,
        before.status == after.status == OPTIMAL,
        how,
        after,
    )


def unaffected(problem: Problem, other: Problem, before: Result) -> bool:
    """Whether the prices prove that the best plan of a problem is still the best of another."""
    if before.status != OPTIMAL or before.proof is None or before.weights.tour or not _same_frame(problem, other):
        return False
    old, new = before.state.network.edges, find_edges(other, before.weights)
    size = np.int64(len(problem.clinicians.ids))
    old_key, new_key = (edges.session * size + edges.clinician for edges in (old, new))
    row = np.minimum(np.searchsorted(old_key, new_key), max(len(old_key) - 1, 0))
    known = old_key[row] == new_key if len(old_key) else np.zeros(len(new_key), dtype=bool)
    better = ~known
    better[known] = new.points[known] > old.points[row[known]]
    return _plan_kept(before, old, new, old_key, new_key) and bool((_loss(before, new, better) >= _slack(before)).all())


def _slack(before: Result) -> int:
    return before.proof.bound - before.objective


def _loss(before: Result, edges: Edges, rows: np.ndarray) -> np.ndarray:
    """What using each of these pairs costs a plan at least, under the prices of the proof."""
    network, price = before.state.network, before.proof.potential
    session, clinician = edges.session[rows], edges.clinician[rows]
    node = network.week_nodes(clinician, network.problem.sessions.week[session])
    return price[session] - price[node] - edges.points[rows]


def _plan_kept(before: Result, old: Edges, new: Edges, old_key: np.ndarray, new_key: np.ndarray) -> bool:
    """Whether every pair of the plan is still possible for the same points."""
    used = np.flatnonzero(before.state.network.flow[: len(old_key)])
    row = np.searchsorted(new_key, old_key[used])
    if (row >= len(new_key)).any():
        return False
    return bool((new_key[row] == old_key[used]).all() and (new.points[row] == old.points[used]).all())


def _same_frame(problem: Problem, other: Problem) -> bool:
    """Whether two problems differ in nothing but which pairs are possible and what they are worth."""
    for part, names in SAME.items():
        for name in names:
            if not np.array_equal(getattr(getattr(problem, part), name), getattr(getattr(other, part), name)):
                return False
    roads = zip(problem.site_travel, other.site_travel, strict=True)
    return problem.parameters == other.parameters and all(np.array_equal(one, two) for one, two in roads)
