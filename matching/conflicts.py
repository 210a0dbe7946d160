"""What is wrong with the sessions clinicians hold in a flow: sets of pairs of which at least one has to go."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from matching import pairing
from matching.problem import Problem

LONGEST_NEED = 1_440 + 5
TOO_MUCH_WORK = "weekly_hours"


def clashing_pairs(problem: Problem, session: np.ndarray, clinician: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions (into the given arrays) of two sessions that one clinician cannot both work.

    The arrays say side by side who holds what; each session is looked at with the clinician's next ones in time.
    """
    order = np.lexsort((session, problem.sessions.start[session], clinician))
    held, who = session[order], clinician[order]
    start, latest = problem.sessions.start[held], problem.sessions.end[held] + LONGEST_NEED
    found: list[tuple[np.ndarray, np.ndarray]] = []
    for shift in range(1, len(held)):
        near = np.flatnonzero((who[shift:] == who[:-shift]) & (start[shift:] < latest[:-shift]))
        if not len(near):
            break
        couples = pairing.Couples(problem, held[near], held[near + shift], who[near])
        bad = near[pairing.conflicting(couples)]
        found.append((order[bad], order[bad + shift]))
    nothing = np.zeros(0, dtype=np.int64)
    return np.concatenate([nothing, *(one for one, _ in found)]), np.concatenate([nothing, *(two for _, two in found)])


def overworked_weeks(problem: Problem, session: np.ndarray, clinician: np.ndarray) -> Iterator[np.ndarray]:
    """Positions of all sessions of a clinician's week that, with work elsewhere, has more minutes than the clinician's
    weekly limit."""
    rule = next(rule for rule in pairing.COUNT_RULES if rule.code == TOO_MUCH_WORK)
    if not (problem.clinicians.weekly_minutes > 0).any():
        return
    week = np.stack([clinician, problem.sessions.week[session]])
    groups, group = np.unique(week, axis=1, return_inverse=True)
    used = np.bincount(group.ravel(), weights=rule.weight(problem)[session]) + rule.taken(problem, *groups)
    over = used[group.ravel()] > rule.limit(problem)[clinician]
    for number in np.unique(group.ravel()[over]):
        yield np.flatnonzero(group.ravel() == number)
