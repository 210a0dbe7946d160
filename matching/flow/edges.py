"""Every feasible pair of an open session and a clinician, found with arrays only.

Nearby clinician-practice pairs come first, then the sessions of the practice in the clinician's profession, then the
rules of `eligibility.RULES`, then what the clinician's fixed bookings leave possible.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matching.objective.scoring import pair_points
from matching.objective.weights import Weights
from matching.problem.problem import Problem
from matching.rules.candidates import Candidates
from matching.rules.trials import Diary
from matching.rules.verdicts import feasible

BLOCK = 1_000_000


@dataclass(frozen=True, eq=False)
class Edges:
    """Feasible pairs sorted by session and clinician, with the points of each."""

    session: np.ndarray
    """int64[pairs], position of the session, ascending"""
    clinician: np.ndarray
    """int64[pairs], position of the clinician, ascending within a session"""
    points: np.ndarray
    """int64[pairs], points of the objective"""


def find_edges(problem: Problem, weights: Weights) -> Edges:
    """All pairs the solver may choose from."""
    blocks = [feasible(block) for block in _blocks(problem)]
    session = np.concatenate([part.session for part in blocks] or [np.zeros(0, dtype=np.int64)])
    clinician = np.concatenate([part.clinician for part in blocks] or [np.zeros(0, dtype=np.int64)])
    order = np.lexsort((clinician, session))
    pairs = _beside_bookings(Candidates(problem, session[order], clinician[order]))
    return Edges(pairs.session, pairs.clinician, pair_points(problem, weights, pairs.session, pairs.clinician))


def _blocks(problem: Problem) -> Iterator[Candidates]:
    """Pairs worth asking the rules about, a bounded number at a time."""
    for remote, neighbours in ((False, _near(problem)), (True, _same_pool(problem))):
        groups = _Groups(problem, remote)
        for practice, clinician in neighbours:
            yield from groups.expand(practice, clinician)


class _Groups:
    """The open sessions of each practice and profession, as ranges of one sorted list."""

    def __init__(self, problem: Problem, remote: bool):
        work = problem.sessions
        chosen = np.flatnonzero((work.fixed < 0) & (work.remote == remote))
        self.problem = problem
        self.professions = np.int64(max(1, len(problem.professions)))
        key = work.practice[chosen] * self.professions + work.profession[chosen]
        order = np.argsort(key, kind="stable")
        self.key, self.session = key[order], chosen[order]

    def expand(self, practice: np.ndarray, clinician: np.ndarray) -> Iterator[Candidates]:
        """One pair per session of the clinician's profession at the practice."""
        wanted = practice * self.professions + self.problem.clinicians.profession[clinician]
        first = np.searchsorted(self.key, wanted, side="left")
        count = np.searchsorted(self.key, wanted, side="right") - first
        some = count > 0
        first, count, clinician = first[some], count[some], clinician[some]
        cut = np.searchsorted(np.cumsum(count), np.arange(BLOCK, count.sum() + BLOCK, BLOCK), side="left") + 1
        for part in np.split(np.arange(len(count)), np.unique(cut[cut < len(count)])):
            yield self._block(first[part], count[part], clinician[part])

    def _block(self, first: np.ndarray, count: np.ndarray, clinician: np.ndarray) -> Candidates:
        offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        return Candidates(self.problem, self.session[np.repeat(first, count) + offset], np.repeat(clinician, count))


def _near(problem: Problem) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Practices and clinicians within the clinician's travel limit, or with a given number of minutes."""
    home, site = problem.clinicians, problem.practices
    formula = problem.parameters.travel
    reach = np.array([formula.reach_metres(int(limit)) for limit in np.minimum(home.max_travel, 1_500)]) ** 2
    reach[home.max_travel > 1_440] = np.inf
    given = problem.pairs.key[:-1][problem.pairs.minutes[:-1] >= 0]
    sites = np.int64(len(site.ids))
    step = max(1, BLOCK // max(1, len(home.ids)))
    for low in range(0, len(site.ids), step):
        east = site.easting[low : low + step, None] - home.easting[None, :]
        north = site.northing[low : low + step, None] - home.northing[None, :]
        practice, clinician = np.nonzero(east * east + north * north <= reach)
        extra = given[(given % sites >= low) & (given % sites < low + step)]
        key = np.unique(np.concatenate([clinician * sites + practice + low, extra]))
        yield key % sites, key // sites


def _same_pool(problem: Problem) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Practices with remote sessions and the clinicians their pool reaches."""
    offering = np.unique(problem.sessions.practice[problem.sessions.remote & (problem.sessions.fixed < 0)])
    wanted, held = problem.practices.pool[offering], problem.clinicians.pools
    step = max(1, BLOCK // max(1, held.size))
    for low in range(0, len(offering), step):
        practice, clinician = np.nonzero((wanted[low : low + step, None, :] & held[None, :, :]).any(axis=2))
        yield offering[low + practice], clinician


def _beside_bookings(pairs: Candidates) -> Candidates:
    """Drops pairs that a fixed booking of the clinician, or work elsewhere, rules out."""
    if not (pairs.problem.sessions.fixed >= 0).any() and len(pairs.problem.elsewhere.key) == 1:
        return pairs
    refused = Diary.of_bookings(pairs.problem).trial(pairs.session, pairs.clinician).refused()
    return pairs.kept(~np.logical_or.reduce(list(refused.values())))
