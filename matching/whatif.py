"""What would change if: the same pool with one thing different, answered by solving again from the present plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from matching.problem import Problem
from matching.result import Result
from matching.solver import solve
from matching.weights import V1, Weights

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Answer:
    """Difference to the plan without the change. `exact` says that both plans are proven optimal."""

    objective: int
    filled: int
    bound: int
    exact: bool
    result: Result


@dataclass(frozen=True)
class Change:
    """One difference: column values for the rows of a table that `where` picks, and rows to add."""

    table: str
    where: Callable[[Mapping[str, Any]], bool] = lambda row: False
    set: Callable[[Mapping[str, Any]], Mapping[str, Any]] = lambda row: {}
    add: tuple[Mapping[str, Any], ...] = ()


def what_if(problem: Problem, change: Change, *, weights: Weights = V1, base: Result | None = None) -> Answer:
    """The effect of one change on the plan. Raises ProblemError when the changed rows are not a problem."""
    before = base or solve(problem, weights=weights)
    after = solve(changed(problem, change), weights=weights)
    return Answer(after.objective - before.objective, after.filled - before.filled, after.bound - before.bound,
                  before.objective == before.bound and after.objective == after.bound, after)


def changed(problem: Problem, change: Change) -> Problem:
    """The problem with one change made to its rows."""
    rows: Rows = {name: list(table) for name, table in problem.rows.items()}
    rows[change.table] = [{**row, **change.set(row)} if change.where(row) else row for row in rows[change.table]]
    rows[change.table] += [dict(row) for row in change.add]
    return Problem.from_tables(rows)
