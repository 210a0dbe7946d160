"""What a notice board and a greedy list would have done with the same sessions and people: for comparison only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from matching.flow.edges import Edges
from matching.problem.problem import Problem
from matching.rules.partial_plan import PartialPlan


@dataclass(frozen=True)
class Baseline:
    """A way of handing out sessions one at a time: the order of the sessions, and who comes first for each."""

    name: str
    what: str


FIRST_COME = Baseline("first_come", "sessions in the order posted, each to the first who answers (at random)")
NEAREST = Baseline("nearest", "sessions in the order posted, each to the nearest who is free")
GREEDY = Baseline("greedy", "the pair worth most first, as long as it fits")
BASELINES = (FIRST_COME, NEAREST, GREEDY)


def run(baseline: Baseline, problem: Problem, edges: Edges, seed: int) -> np.ndarray:
    """One clinician position per session, -1 for unfilled; every hard rule holds."""
    plan, draw = PartialPlan(problem), np.random.default_rng(seed)
    order = _order(baseline, problem, edges, draw)
    if baseline is GREEDY:
        for row in order:
            session, clinician = int(edges.session[row]), edges.clinician[row : row + 1]
            if plan.clinician_of[session] < 0 and plan.fits(session, clinician)[0]:
                plan.give(session, int(clinician[0]))
        return plan.clinician_of
    first = np.searchsorted(edges.session, np.arange(len(problem.sessions.ids) + 1))
    for session in order:
        rows = _queue(baseline, problem, edges, np.arange(first[session], first[session + 1]), draw)
        able = edges.clinician[rows][plan.fits(session, edges.clinician[rows])] if len(rows) else rows
        if len(able):
            plan.give(int(session), int(able[0]))
    return plan.clinician_of


def _order(baseline: Baseline, problem: Problem, edges: Edges, draw: np.random.Generator) -> Iterable[int]:
    if baseline is GREEDY:
        return np.lexsort((draw.random(len(edges.points)), -edges.points))
    return np.lexsort((draw.random(len(problem.sessions.ids)), problem.sessions.posted))


def _queue(
    baseline: Baseline, problem: Problem, edges: Edges, rows: np.ndarray, draw: np.random.Generator
) -> np.ndarray:
    """Those who could take a session, in the order in which they would."""
    luck = draw.random(len(rows))
    if baseline is FIRST_COME:
        return rows[np.argsort(luck)]
    minutes = problem.trip_minutes(edges.session[rows], edges.clinician[rows])
    return rows[np.lexsort((luck, minutes))]
