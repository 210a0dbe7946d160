"""A reserve for every filled session, and who hears of a session when.

The reserve is solved like a round: every planned session becomes a booking that stays, a copy of it is open, and the
best plan for the copies is a list of stand-ins who can all be called at once without a clash or a broken cap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.answers.result import Result
from matching.answers.solver import solve
from matching.basis.budget import Budget
from matching.problem.problem import Problem
from matching.rules.eligibility import Candidates, feasible
from matching.rules.pairing import Diary

MARK = " (reserve {depth})"


@dataclass(frozen=True)
class Wave:
    """Clinicians who hear of a session at the same time, `hours` after the first."""

    hours: int
    clinician_ids: tuple[str, ...]


def reserve(
    problem: Problem, result: Result, *, depth: int = 1, budget: Budget | None = None
) -> dict[str, tuple[str, ...]]:
    """Up to `depth` stand-ins for each filled session, nearest to the plan first; all of them fit together."""
    rows = {name: list(table) for name, table in problem.rows.items()}
    taken = {name: who for name, who in result.assignment.items() if who}
    rows["sessions"] = [{**row, "fixed_clinician_id": taken.get(row["session_id"], "")} for row in rows["sessions"]]
    stand_ins: dict[str, tuple[str, ...]] = dict.fromkeys(taken, ())
    for level in range(1, depth + 1):
        mark = MARK.format(depth=level)
        copies = [
            {**row, "session_id": row["session_id"] + mark, "fixed_clinician_id": "", "previous_clinician_id": ""}
            for row in problem.rows["sessions"]
            if row["session_id"] in taken
        ]
        found = solve(
            Problem.from_tables({**rows, "sessions": rows["sessions"] + copies}),
            weights=result.weights,
            budget=budget or Budget(effort=2.0),
            seed=result.seed,
        )
        for name in taken:
            who = found.assignment[name + mark]
            stand_ins[name] += (who,) if who else ()
        rows["sessions"] += [
            {**row, "fixed_clinician_id": found.assignment[row["session_id"]] or ""}
            for row in copies
            if found.assignment[row["session_id"]]
        ]
    return stand_ins


def release_waves(
    problem: Problem, result: Result, stand_ins: dict[str, tuple[str, ...]], hours: tuple[int, int] = (24, 48)
) -> dict[str, tuple[Wave, ...]]:
    """For each session: the planned clinician first, then the reserve, then everybody else who may take it."""
    diary = Diary.of_plan(problem, result.assignment)
    return {
        name: _waves(problem, diary, name, result.assignment[name], stand_ins.get(name, ()), hours)
        for name in problem.sessions.ids
    }


def _waves(
    problem: Problem, diary: Diary, name: str, holder: str | None, stand_ins: tuple[str, ...], hours: tuple[int, int]
) -> tuple[Wave, ...]:
    first = (holder,) if holder else ()
    others = tuple(who for who in _able(problem, diary, name) if who not in {*first, *stand_ins})
    tiers = ((0, first), (hours[0], stand_ins), (hours[1], others))
    kept = [tier for tier in tiers if tier[1]]
    earlier = kept[0][0] if kept else 0
    return tuple(Wave(after - earlier, who) for after, who in kept)


def _able(problem: Problem, diary: Diary, name: str) -> tuple[str, ...]:
    """Everybody who meets all rules for a session beside what they hold."""
    pairs = feasible(Candidates.everybody(problem, problem.session(name)))
    refused = diary.trial(pairs.session, pairs.clinician).refused()
    able = pairs.clinician[~np.logical_or.reduce(list(refused.values()))]
    return tuple(problem.clinicians.ids[who] for who in able)
