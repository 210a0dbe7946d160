"""The problem as one min-cost flow: session -> slot -> week -> clinician -> sink, or session -> practice -> sink.

The caps are nested (slot within week within period) and the fairness terms are concave, so all of the objective and
nearly all rules are arcs. A unit at a session either reaches a clinician or its practice's "unfilled" node. Costs are
points with the sign turned. What two sessions of one clinician forbid each other is left to `repair`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.basis.slots import slot_numbers
from matching.flow.edges import Edges
from matching.objective import scoring
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
    sink: int
    open_sessions: np.ndarray
    """int64[open sessions], positions of sessions without a booking, which are nodes of the same number"""
    constant: int
    flow: np.ndarray
    """int64[arcs], units"""
    levels: tuple[np.ndarray, ...]
    """int64[arcs of a level] five times: arcs from sessions, slots, weeks, clinicians, practices"""
    first_week: int
    first_clinician: int
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


class _Arcs:
    """A growing list of arcs; those without capacity are left out."""

    def __init__(self) -> None:
        self.parts: list[tuple[np.ndarray, ...]] = []

    def add(self, tail, head, capacity, cost) -> None:
        part = [np.broadcast_to(np.asarray(x, dtype=np.int64), np.shape(tail)) for x in (tail, head, capacity, cost)]
        some = part[2] > 0
        self.parts.append(tuple(column[some] for column in part))

    def columns(self) -> list[np.ndarray]:
        return [np.concatenate(column) for column in zip(*self.parts, strict=True)]


def build(problem: Problem, weights: Weights, edges: Edges) -> Network:
    """The network of a problem, without flow yet."""
    sessions, clinicians, practices = problem.size
    slot_of, week_of_slot, week_key = _nesting(problem, edges)
    weeks, slots = len(week_key), len(week_of_slot)
    first_slot, first_week = sessions, sessions + slots
    first_clinician = first_week + weeks
    first_practice = first_clinician + clinicians
    sink = first_practice + practices
    fixed = problem.sessions.fixed
    open_sessions = np.flatnonzero(fixed < 0)
    arcs = _Arcs()
    arcs.add(edges.session, first_slot + slot_of, 1, -edges.points)
    arcs.add(np.arange(slots) + first_slot, first_week + week_of_slot, 1, 0)
    arcs.add(np.arange(weeks) + first_week, first_clinician + week_key // WEEKS, _week_room(problem, week_key), 0)
    for room, cost in _load_steps(problem, weights):
        arcs.add(np.arange(clinicians) + first_clinician, sink, room, cost)
    arcs.add(open_sessions, first_practice + problem.sessions.practice[open_sessions], 1, 0)
    for room, cost in _unfilled_steps(problem, weights):
        arcs.add(np.arange(practices) + first_practice, sink, room, cost)
    tail, head, capacity, cost = arcs.columns()
    tail, head = tail.astype(np.int32), head.astype(np.int32)
    layer = np.searchsorted([first_slot, first_week, first_clinician, first_practice], tail, side="right")
    layer[: len(edges.session)] = -1
    return Network(
        problem,
        weights,
        edges,
        tail,
        head,
        capacity,
        cost,
        sink + 1,
        sink,
        open_sessions,
        _constant(problem, weights),
        np.zeros(len(tail), dtype=np.int64),
        tuple(np.flatnonzero(layer == number) for number in range(5)),
        first_week,
        first_clinician,
        week_key,
    )


def _nesting(problem: Problem, edges: Edges) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Slot of each edge, week of each slot, key of each week (clinician and ISO week)."""
    work = problem.sessions
    day = work.day[edges.session]
    group = edges.clinician * np.int64(4_000_000) + day
    number = slot_numbers(group, work.start[edges.session], work.end[edges.session])
    width = number.max(initial=0) + 1
    _, first_edge, slot_of = np.unique(group * width + number, return_index=True, return_inverse=True)
    key = edges.clinician[first_edge] * WEEKS + work.week[edges.session[first_edge]]
    week_key, week_of_slot = np.unique(key, return_inverse=True)
    return slot_of, week_of_slot, week_key


def _week_room(problem: Problem, week_key: np.ndarray) -> np.ndarray:
    """What each clinician's fixed bookings, and work elsewhere, leave of the weekly cap."""
    booked = np.flatnonzero(problem.sessions.fixed >= 0)
    taken = np.sort(problem.sessions.fixed[booked] * WEEKS + problem.sessions.week[booked])
    used = np.searchsorted(taken, week_key, side="right") - np.searchsorted(taken, week_key, side="left")
    who = week_key // WEEKS
    away = problem.elsewhere.sessions[problem.elsewhere.rows(who, week_key % WEEKS)]
    return np.maximum(problem.clinicians.weekly_cap[who] - used - away, 0)


def _booked(problem: Problem) -> np.ndarray:
    """Number of fixed bookings of each clinician."""
    fixed = problem.sessions.fixed
    return np.bincount(fixed[fixed >= 0], minlength=len(problem.clinicians.ids))


def _load_steps(problem: Problem, weights: Weights) -> list[tuple[np.ndarray, np.ndarray | int]]:
    """Capacity and cost of each clinician's arcs to the sink: the sessions asked for at least are worth more."""
    people, booked = problem.clinicians, _booked(problem)
    room = np.maximum(people.period_cap - booked, 0)
    asked = np.minimum(np.maximum(people.minimum - booked, 0), room)
    owed = np.minimum(np.maximum(people.contracted - booked, 0), room)
    both = np.minimum(asked, owed)
    one = np.maximum(asked, owed) - both
    return [
        (both, -(weights.minimum + weights.contracted)),
        (one, np.where(asked > owed, -weights.minimum, -weights.contracted)),
        (room - both - one, 0),
    ]


def _unfilled_steps(problem: Problem, weights: Weights) -> list[tuple[np.ndarray, int]]:
    """Capacity and cost of each practice's arcs to the sink: the first empty session costs least, the last most."""
    third = scoring.thirds(problem)
    total = np.bincount(problem.sessions.practice, minlength=len(third))
    return [(total - 2 * third, 0), (third, weights.second_third), (third, weights.first_third)]


def _constant(problem: Problem, weights: Weights) -> int:
    """Points that no choice changes: those of fixed bookings, and of every practice being full."""
    booked = np.flatnonzero(problem.sessions.fixed >= 0)
    own = scoring.pair_points(problem, weights, booked, problem.sessions.fixed[booked])
    load = scoring.load_points(problem, weights, _booked(problem))
    full = (weights.first_third + weights.second_third) * scoring.thirds(problem)
    return int(own.sum() + full.sum() + sum(points.sum() for points in load.values()))
