"""What one clinician can add to a plan at most, at given gains of the sessions."""

from __future__ import annotations

import numpy as np

from matching.basis.slots import slot_numbers
from matching.objective.weights import Weights
from matching.problem.problem import Problem


def best_set(
    problem: Problem, weights: Weights, who: int, session: np.ndarray, gain: np.ndarray, taken_already: np.ndarray
) -> tuple[np.ndarray, int]:
    """The sessions a clinician without any would take at these gains, and what they add at most: the best first, and of
    equals those that nobody has.

    Slots, weeks and the period are nested, and what is asked for at least is worth less with each session, so taking the
    best that still fits is best; clashes between slots are left out.
    """
    work, people = problem.sessions, problem.clinicians
    slot = slot_numbers(work.day[session], work.start[session], work.end[session])
    away = problem.elsewhere.sessions[problem.elsewhere.rows(np.full(len(session), who), work.week[session])]
    room = {("all", 0): int(people.period_cap[who])}
    taken: list[int] = []
    most = 0
    for row in np.lexsort((session, taken_already, -gain)).tolist():
        day, week = int(work.day[session[row]]), int(work.week[session[row]])
        left = int(people.weekly_cap[who] - away[row])
        nest = {("slot", day * 10_000 + int(slot[row])): 1, ("week", week): left, ("all", 0): 0}
        more = int(gain[row]) + _reward(problem, weights, who, len(taken))
        if more > 0 and all(room.setdefault(level, size) > 0 for level, size in nest.items()):
            for level in nest:
                room[level] -= 1
            taken.append(row)
            most += more
    return session[taken], most


def _reward(problem: Problem, weights: Weights, who: int, held: int) -> int:
    """Points that one session more has for a clinician with so many, for what was asked for and what is contracted."""
    people = problem.clinicians
    asked, owed = held < people.minimum[who], held < people.contracted[who]
    return weights.minimum * int(asked) + weights.contracted * int(owed)
