"""A feasible plan at once, for a solve that came to its limits: the pairs of the flow that fit, then a greedy filling.

Every rule holds, as in any other plan; only its points are further from the best.
"""

from __future__ import annotations

import time

import numpy as np

from matching.flow.network import Network
from matching.rules.partial_plan import PartialPlan

FILLING_SHARE = 0.5
"""Of the CPU seconds of a stage, what may be spent on sessions that the flow's pairs leave empty."""


def fallback_plan(network: Network, most_seconds: float) -> np.ndarray:
    """int64[sessions], clinician positions, -1 for unfilled; spends at most a share of `most_seconds` of CPU on filling."""
    plan, edges = PartialPlan(network.problem), network.edges
    used = np.flatnonzero(network.flow[: len(edges.session)])
    for row in used[np.argsort(-edges.points[used], kind="stable")].tolist():
        if plan.fits(int(edges.session[row]), edges.clinician[row : row + 1])[0]:
            plan.give(int(edges.session[row]), int(edges.clinician[row]))
    until = time.process_time() + FILLING_SHARE * most_seconds
    for session in _empty(network, plan.clinician_of):
        if time.process_time() >= until:
            break
        _fill(network, plan, session)
    return plan.clinician_of


def _empty(network: Network, clinician_of: np.ndarray) -> list[int]:
    """Sessions without a clinician, those worth most first."""
    edges = network.edges
    most = np.full(len(clinician_of), np.iinfo(np.int64).min)
    np.maximum.at(most, edges.session, edges.points)
    empty = np.intersect1d(np.flatnonzero(clinician_of < 0), edges.session)
    return empty[np.argsort(-most[empty], kind="stable")].tolist()


def _fill(network: Network, plan: PartialPlan, session: int) -> None:
    """Gives a session to the clinician worth most among those who can take it, if there is one."""
    edges = network.edges
    rows = np.arange(*np.searchsorted(edges.session, [session, session + 1]))
    fits = rows[plan.fits(session, edges.clinician[rows])]
    if len(fits):
        plan.give(session, int(edges.clinician[fits[edges.points[fits].argmax()]]))
