"""The arcs of the network of a problem: pairs, nested caps, and the steps of what counts several sessions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.basis.slots import slot_numbers
from matching.flow.edges import Edges
from matching.flow.network import Network
from matching.objective import scoring
from matching.objective.weights import Weights
from matching.problem.arrays import WEEKS
from matching.problem.problem import Problem


class Arcs:
    """A growing list of arcs; those without capacity are left out."""

    def __init__(self) -> None:
        self.parts: list[tuple[np.ndarray, ...]] = []

    def add(self, tail, head, capacity, cost) -> None:
        """Arcs side by side; a single number holds for all of them."""
        columns = (tail, head, capacity, cost)
        part = [np.broadcast_to(np.asarray(column, dtype=np.int64), np.shape(tail)) for column in columns]
        some = part[2] > 0
        self.parts.append(tuple(column[some] for column in part))

    def columns(self) -> list[np.ndarray]:
        """Tail, head, capacity and cost of all arcs, each int64[arcs]."""
        return [np.concatenate(column) for column in zip(*self.parts, strict=True)]


@dataclass(frozen=True)
class Layout:
    """Where each kind of node begins. Sessions are the first nodes, the sink is the last."""

    slot: int
    week: int
    clinician: int
    practice: int
    sink: int

    @classmethod
    def of(cls, problem: Problem, slots: int, weeks: int) -> Layout:
        """The layout of a problem with so many slots and weeks."""
        sessions, clinicians, practices = problem.size
        first_clinician = sessions + slots + weeks
        first_practice = first_clinician + clinicians
        return cls(sessions, sessions + slots, first_clinician, first_practice, first_practice + practices)

    def levels(self, tail: np.ndarray, pairs: int) -> tuple[np.ndarray, ...]:
        """The arcs after the first `pairs` by what they come from: sessions, slots, weeks, clinicians, practices.

        `tail` is int32[arcs], nodes; the answer holds int64 arrays of arcs.
        """
        layer = np.searchsorted([self.slot, self.week, self.clinician, self.practice], tail, side="right")
        layer[:pairs] = -1
        return tuple(np.flatnonzero(layer == number) for number in range(5))


def build(problem: Problem, weights: Weights, edges: Edges) -> Network:
    """The network of a problem, without flow yet."""
    slot_of, week_of_slot, week_key = _nesting(problem, edges)
    layout = Layout.of(problem, len(week_of_slot), len(week_key))
    open_sessions = np.flatnonzero(problem.sessions.fixed < 0)
    arcs = Arcs()
    arcs.add(edges.session, layout.slot + slot_of, 1, -edges.points)
    _add_time(arcs, problem, layout, week_of_slot, week_key)
    _add_steps(arcs, problem, weights, layout, open_sessions)
    tail, head, capacity, cost = arcs.columns()
    tail, head = tail.astype(np.int32), head.astype(np.int32)
    return Network(
        problem=problem,
        weights=weights,
        edges=edges,
        tail=tail,
        head=head,
        capacity=capacity,
        cost=cost,
        nodes=layout.sink + 1,
        sink=layout.sink,
        open_sessions=open_sessions,
        constant=_constant(problem, weights),
        flow=np.zeros(len(tail), dtype=np.int64),
        levels=layout.levels(tail, len(edges.session)),
        first_week=layout.week,
        first_clinician=layout.clinician,
        week_key=week_key,
    )


def _add_time(arcs: Arcs, problem: Problem, layout: Layout, week_of_slot: np.ndarray, week_key: np.ndarray) -> None:
    """Arcs from slots to weeks, one unit each, and from weeks to clinicians, as many units as the cap leaves."""
    weeks, slots = len(week_key), len(week_of_slot)
    arcs.add(np.arange(slots) + layout.slot, layout.week + week_of_slot, 1, 0)
    room = _week_room(problem, week_key)
    arcs.add(np.arange(weeks) + layout.week, layout.clinician + week_key // WEEKS, room, 0)


def _add_steps(arcs: Arcs, problem: Problem, weights: Weights, layout: Layout, open_sessions: np.ndarray) -> None:
    """Arcs to the sink from clinicians and practices, one for each step of the terms that count several sessions."""
    _, clinicians, practices = problem.size
    for room, cost in _load_steps(problem, weights):
        arcs.add(np.arange(clinicians) + layout.clinician, layout.sink, room, cost)
    arcs.add(open_sessions, layout.practice + problem.sessions.practice[open_sessions], 1, 0)
    for room, cost in _unfilled_steps(problem, weights):
        arcs.add(np.arange(practices) + layout.practice, layout.sink, room, cost)


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
