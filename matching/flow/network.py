"""The problem as one min-cost flow: session -> slot -> week -> clinician -> sink, or session -> practice -> sink.

The caps are nested (slot within week within period) and the fairness terms are concave, so all of the objective and
nearly all rules are arcs. A unit at a session either reaches a clinician or its practice's "unfilled" node. Costs are
points with the sign turned. What two sessions of one clinician forbid each other is left to `repair`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.flow.edges import Edges
from matching.objective.weights import Weights
from matching.problem.arrays import WEEKS
from matching.problem.problem import Problem


@dataclass(eq=False)
class Network:
    """Arcs and their flow. The first arcs are the feasible pairs, in the order of `edges`; `levels` are the others."""

    problem: Problem
    weights: Weights
    edges: Edges
    tail: np.ndarray
    """int32[arcs], node"""
    head: np.ndarray
    """int32[arcs], node"""
    capacity: np.ndarray
    """int64[arcs], units"""
    cost: np.ndarray
    """int64[arcs], points with the sign turned, per unit"""
    nodes: int
    """Number of nodes."""
    sink: int
    """The last node."""
    open_sessions: np.ndarray
    """int64[open sessions], positions of sessions without a booking, which are nodes of the same number"""
    constant: int
    """Points that no choice changes: those of fixed bookings, and of every practice being full."""
    flow: np.ndarray
    """int64[arcs], units"""
    levels: tuple[np.ndarray, ...]
    """int64[arcs of a level] five times: arcs from sessions, slots, weeks, clinicians, practices"""
    first_week: int
    """Node of the first week; the others follow in the order of `week_key`."""
    first_clinician: int
    """Node of the first clinician; the others follow, then the practices, then the sink."""
    week_key: np.ndarray
    """int64[weeks], clinician * WEEKS + ISO week of each week node, ascending"""

    def objective(self) -> int:
        """Points of the current flow, fixed bookings included."""
        return self.constant - int(self.cost @ self.flow)

    def clinician_of(self) -> np.ndarray:
        """The clinician position of each session in the current flow, -1 for unfilled, fixed bookings included."""
        chosen = self.problem.sessions.fixed.copy()
        used = np.flatnonzero(self.flow[: len(self.edges.session)])
        chosen[self.edges.session[used]] = self.edges.clinician[used]
        return chosen

    def week_nodes(self, clinician: np.ndarray, week: np.ndarray) -> np.ndarray:
        """The node of each clinician and week; the clinician's own where the week has none."""
        key = clinician * WEEKS + week
        if not len(self.week_key):
            return self.first_clinician + clinician
        row = np.minimum(np.searchsorted(self.week_key, key), len(self.week_key) - 1)
        return np.where(self.week_key[row] == key, self.first_week + row, self.first_clinician + clinician)

    def week_clinician(self) -> np.ndarray:
        """The clinician of each week node."""
        return self.week_key // WEEKS

    def flow_of(self, clinician_of: np.ndarray) -> np.ndarray:
        """The flow of a plan given as one clinician position per session."""
        edges = self.edges
        flow = np.zeros(len(self.tail), dtype=np.int64)
        flow[: len(edges.session)] = clinician_of[edges.session] == edges.clinician
        arriving = np.bincount(self.head, weights=flow, minlength=self.nodes).astype(np.int64)
        empty = self.open_sessions[clinician_of[self.open_sessions] < 0]
        arriving[empty] = 1
        for group in self.levels:
            flow[group] = _poured(arriving, self.tail[group], self.capacity[group], self.cost[group])
            arriving += np.bincount(self.head[group], weights=flow[group], minlength=self.nodes).astype(np.int64)
        return flow


def _poured(arriving: np.ndarray, tail: np.ndarray, capacity: np.ndarray, cost: np.ndarray) -> np.ndarray:
    """What each arc takes of what arrives at its tail, the cheapest arc first."""
    order = np.lexsort((cost, tail))
    tail, capacity = tail[order], capacity[order]
    before = np.cumsum(capacity) - capacity
    opens = np.flatnonzero(np.r_[True, tail[1:] != tail[:-1]]) if len(tail) else np.zeros(0, dtype=np.int64)
    before -= np.repeat(before[opens], np.diff(np.r_[opens, len(tail)]))
    taken = np.zeros(len(tail), dtype=np.int64)
    taken[order] = np.clip(arriving[tail] - before, 0, capacity)
    return taken
