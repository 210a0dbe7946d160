"""What would change if one thing were different: from the prices of the proof where they decide it, else solved again.

The prices decide it in two ways. A change that only opens or closes pairs (rates, travel limits, hours, skills,
systems, documents, blocks) makes no difference when the plan keeps all its pairs and no pair that opens can pay: under
the prices of the proof it loses at least the gap. And `foresight` knows the exact difference where pairs of the plan
close, or one clinician or session comes or goes, and prices and a plan at hand agree to the point.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from matching.answers.foresight import foreseen
from matching.answers.result import OPTIMAL, Result
from matching.answers.solver import solve
from matching.flow.edges import Edges, find_edges
from matching.objective.weights import V1, Weights
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


@dataclass(frozen=True)
class Change:
    """One difference: column values for the rows of a table that `where` picks, rows to add (table -> rows), and ids of
    sessions or clinicians to leave out with all that is said of them.
    """

    table: str
    where: Callable[[Mapping[str, Any]], bool] = lambda row: False
    set: Callable[[Mapping[str, Any]], Mapping[str, Any]] = lambda row: {}
    add: Mapping[str, tuple[Mapping[str, Any], ...]] | None = None
    leave_out: frozenset[str] = frozenset()


def what_if(problem: Problem, change: Change, *, weights: Weights = V1, base: Result | None = None) -> Answer:
    """The effect of one change on the plan. Raises ProblemError when the changed rows are not a problem."""
    before = base or solve(problem, weights=weights)
    other = changed(problem, change)
    if unaffected(problem, other, before):
        return Answer(0, 0, 0, True, FROM_PRICES, before)
    if found := foreseen(problem, other, before):
        return _answer(before, found, FROM_PRICES)
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


def changed(problem: Problem, change: Change) -> Problem:
    """The problem with one change made to its rows."""
    rows: dict[str, list[Mapping[str, Any]]] = {name: list(table) for name, table in problem.rows.items()}
    rows[change.table] = [{**row, **change.set(row)} if change.where(row) else row for row in rows[change.table]]
    for table, more in (change.add or {}).items():
        rows[table] += [dict(row) for row in more]
    if change.leave_out:
        rows = {
            table: [_without(row, change) for row in each if row.get(f"{change.table[:-1]}_id") not in change.leave_out]
            for table, each in rows.items()
        }
    return Problem.from_tables(rows)


def _without(row: Mapping[str, Any], change: Change) -> Mapping[str, Any]:
    """A row that names none of those left out. A booking of theirs stays named, so that the problem is refused."""
    if change.table != "clinicians" or "declined_by" not in row:
        return row
    gone = change.leave_out
    previous = "" if row["previous_clinician_id"] in gone else row["previous_clinician_id"]
    lists = {column: row[column] - gone for column in ("declined_by", "barred", "outsiders")}
    return {**row, "previous_clinician_id": previous, **lists}


def rates(where: Callable[[Mapping[str, Any]], bool], more_pence: int) -> Change:
    """What if these sessions paid so much more, or less?"""
    return Change("sessions", where, lambda row: {"fee_pence": max(0, row["fee_pence"] + more_pence)})


def travel_limits(where: Callable[[Mapping[str, Any]], bool], more_minutes: int) -> Change:
    """What if these clinicians went so many minutes further, or less far?"""
    return Change("clinicians", where, lambda row: {"max_travel_min": max(0, row["max_travel_min"] + more_minutes)})


def lead_time(problem: Problem, days: int) -> Change:
    """What if nobody took a session that was posted fewer than so many days before it?"""
    everybody = frozenset(problem.clinicians.ids)

    def late(row: Mapping[str, Any]) -> bool:
        posted = row["posted_at"]
        return posted is not None and not row["fixed_clinician_id"] and (row["date"] - posted.date()).days < days

    return Change("sessions", late, lambda row: {"declined_by": everybody})


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
    return all(np.array_equal(one, two) for one, two in zip(problem.site_travel, other.site_travel, strict=True))
