"""What is wrong with the sessions clinicians hold in a flow: sets of pairs of which at least one has to go.

Which two sessions clash depends on the clinician only in whether rest binds. A small problem has a table of it, because
there the same question is asked again and again; a large one works it out from the rules each time.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from matching.problem.problem import Problem
from matching.rules import pairing

TOO_MUCH_WORK = "weekly_hours"
TABLED = 1_000


class Clashes:
    """Which two sessions one clinician cannot both work, looked up or worked out."""

    def __init__(self, problem: Problem):
        self.problem = problem
        self.size = len(problem.sessions.ids)
        self.tabled = self.size <= TABLED
        self._table = _table(problem) if self.tabled else np.zeros((2, 0, 0), dtype=bool)
        self._cells = self._table.tobytes()

    def between(self, session: np.ndarray, other: np.ndarray, clinician: np.ndarray) -> np.ndarray:
        """True where the clinician cannot work both sessions; the three arrays stand side by side."""
        if self.tabled:
            return self._table[self.problem.clinicians.rest_hard[clinician].astype(np.int8), session, other]
        return pairing.conflicting(pairing.couples_of(self.problem, session, other, clinician))

    def exclude(self, session: int, other: int, resting: bool) -> bool:
        """The same of two sessions, from the table alone, for a clinician whom rest binds or not."""
        return bool(self._cells[(resting * self.size + session) * self.size + other])

    def among(self, session: np.ndarray, clinician: int) -> np.ndarray:
        """The same for every two of a clinician's sessions, as a square."""
        if self.tabled:
            return self._table[int(self.problem.clinicians.rest_hard[clinician])][np.ix_(session, session)]
        one, two = (grid.ravel() for grid in np.meshgrid(session, session, indexing="ij"))
        return self.between(one, two, np.full(len(one), clinician)).reshape(len(session), len(session))


def longest_need(problem: Problem) -> int:
    """Minutes after which no session can clash with the one before it, whatever the rule: an upper bound."""
    site, figures = problem.practices, problem.parameters
    if not len(site.ids):
        return 0
    corners = site.easting.min(), site.northing.min(), site.easting.max(), site.northing.max()
    journey = max(figures.travel.minutes(*corners), int(problem.site_travel[1].max()))
    return max(figures.rest_min, figures.remote_gap_min, journey + figures.parking_min)


def _table(problem: Problem) -> np.ndarray:
    """Which sessions exclude each other, for clinicians whom rest does not bind and for those whom it does."""
    work, size = problem.sessions, len(problem.sessions.ids)
    table = np.zeros((2, size, size), dtype=bool)
    order = np.argsort(work.start, kind="stable")
    start, latest = work.start[order], work.end[order] + longest_need(problem)
    count = np.searchsorted(start, latest) - np.arange(size) - 1
    first = np.repeat(np.arange(size), count)
    second = first + 1 + np.arange(len(first)) - np.repeat(np.cumsum(count) - count, count)
    one, two = order[first], order[second]
    for binding in np.unique(problem.clinicians.rest_hard):
        anyone = np.full(len(one), np.argmax(problem.clinicians.rest_hard == binding))
        clash = pairing.conflicting(pairing.couples_of(problem, one, two, anyone))
        table[int(binding), one[clash], two[clash]] = table[int(binding), two[clash], one[clash]] = True
    table[:, np.arange(size), np.arange(size)] = True
    return table


def clashing_pairs(clashes: Clashes, session: np.ndarray, clinician: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions (into the given arrays) of two sessions that one clinician cannot both work.

    The arrays say side by side who holds what; each session is looked at with the clinician's next ones in time.
    """
    work = clashes.problem.sessions
    order = np.lexsort((session, work.start[session], clinician))
    held, who = session[order], clinician[order]
    start, latest = work.start[held], work.end[held] + longest_need(clashes.problem)
    found: list[tuple[np.ndarray, np.ndarray]] = []
    for shift in range(1, len(held)):
        near = np.flatnonzero((who[shift:] == who[:-shift]) & (start[shift:] < latest[:-shift]))
        if not len(near):
            break
        bad = near[clashes.between(held[near], held[near + shift], who[near])]
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
