"""A reserve for every filled session.

The reserve is solved like a round: every planned session becomes a booking that stays, a copy of it is open, and the
best plan for the copies is a list of stand-ins who can all be called at once without a clash or a broken cap.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matching.answers.result import Result
from matching.answers.solver import solve
from matching.basis.budget import Budget
from matching.problem.problem import Problem

MARK = " (reserve {depth})"


def reserve(
    problem: Problem, result: Result, *, depth: int = 1, budget: Budget | None = None
) -> dict[str, tuple[str, ...]]:
    """Up to `depth` stand-ins for each filled session, nearest to the plan first; all of them fit together."""
    taken = {name: who for name, who in result.assignment.items() if who}
    sessions = [{**row, "fixed_clinician_id": taken.get(row["session_id"], "")} for row in problem.rows["sessions"]]
    stand_ins: dict[str, tuple[str, ...]] = dict.fromkeys(taken, ())
    for level in range(1, depth + 1):
        mark = MARK.format(depth=level)
        copies = [_open_copy(row, mark) for row in problem.rows["sessions"] if row["session_id"] in taken]
        plan = solve(
            Problem.from_tables({**problem.rows, "sessions": sessions + copies}),
            weights=result.weights,
            budget=budget or Budget(effort=2.0),
            seed=result.seed,
        ).assignment
        stand_ins = {name: (*before, *filter(None, [plan[name + mark]])) for name, before in stand_ins.items()}
        filled = [row for row in copies if plan[row["session_id"]]]
        sessions += [{**row, "fixed_clinician_id": plan[row["session_id"]]} for row in filled]
    return stand_ins


def _open_copy(row: Mapping[str, Any], mark: str) -> dict[str, Any]:
    """The same session once more, for a stand-in."""
    name = row["session_id"] + mark
    return {**row, "session_id": name, "fixed_clinician_id": "", "previous_clinician_id": ""}
