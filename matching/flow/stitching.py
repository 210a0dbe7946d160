"""Large problems: one flow per area, in any process, then the pairs that cross a border, one at a time.

The time of a flow grows faster than its size, and few pairs cross a border. Areas share nothing but the sink, so their
prices fit together when the sink costs 0 in each. Crossing pairs of negative reduced cost are then put in one by one,
each with the cheapest change around it; what comes out is exactly the optimum of the whole.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np

from matching.flow.edges import find_edges
from matching.flow.min_cost_flow import best_flow
from matching.flow.network import Network
from matching.flow.network_building import build
from matching.flow.residual import Residual, shortest_distances
from matching.objective.weights import Weights
from matching.problem.problem import Problem


@dataclass(frozen=True, eq=False)
class Part:
    """One area as a network of its own: plain arrays, so that it can travel to another process."""

    arcs: np.ndarray
    """int64[arcs], index of each arc in the whole network"""
    nodes: np.ndarray
    """int64[nodes], index of each node in the whole network, the sink last"""
    tail: np.ndarray
    """int32[arcs], node of the part"""
    head: np.ndarray
    """int32[arcs], node of the part"""
    capacity: np.ndarray
    """int64[arcs], units"""
    cost: np.ndarray
    """int64[arcs], points with the sign turned, per unit"""
    supply: np.ndarray
    """int64[nodes], units that start at a node, negative at the sink"""


@dataclass(frozen=True, eq=False)
class PartFlow:
    """The best flow of a part and its prices, the sink's being 0."""

    flow: np.ndarray
    """int64[arcs], units"""
    potential: np.ndarray
    """int64[nodes], points: price of a unit at a node"""


class Cut:
    """A network cut along the borders of areas: its parts, each drawn when it is asked for, and the pairs that cross.

    Areas are pools unless they are given by position.
    """

    def __init__(
        self, network: Network, practice_area: np.ndarray | None = None, clinician_area: np.ndarray | None = None
    ):
        self.network, self._area = network, _areas(network, practice_area, clinician_area)
        ends = self._area[network.tail], self._area[network.head]
        crosses = (ends[0] != ends[1]) & (network.head != network.sink)
        self.crossing = np.flatnonzero(crosses)
        self._arc_area = np.where(crosses, -1, ends[0])
        self._open = np.zeros(network.nodes, dtype=np.int64)
        self._open[network.open_sessions] = 1

    def parts(self) -> Iterator[Part]:
        """One network for each area."""
        for number in np.unique(self._area[:-1]).tolist():
            yield self._part(np.flatnonzero(self._arc_area == number), np.flatnonzero(self._area == number))

    def _part(self, arcs: np.ndarray, nodes: np.ndarray) -> Part:
        network, nodes = self.network, np.r_[nodes, self.network.sink]
        number = np.full(network.nodes, -1, dtype=np.int32)
        number[nodes] = np.arange(len(nodes))
        supply = self._open[nodes]
        supply[-1] = -supply[:-1].sum()
        return Part(
            arcs,
            nodes,
            number[network.tail[arcs]],
            number[network.head[arcs]],
            network.capacity[arcs],
            network.cost[arcs],
            supply,
        )


def _areas(network: Network, practice: np.ndarray | None, home: np.ndarray | None) -> np.ndarray:
    """Area of each node: the practice's pool, or the clinician's (the first of several); the sink has none."""
    problem, area = network.problem, np.full(network.nodes, -1, dtype=np.int64)
    practice = _first_bit(problem.practices.pool) if practice is None else practice
    home = _first_bit(problem.clinicians.pools) if home is None else home
    sessions, clinicians, _ = problem.size
    area[:sessions] = practice[problem.sessions.practice]
    area[network.first_clinician : network.first_clinician + clinicians] = home
    area[network.first_clinician + clinicians : network.sink] = practice
    pairs = np.arange(len(network.edges.session))
    area[network.head[pairs]] = home[network.edges.clinician]
    weeks = network.first_week + np.arange(len(network.week_key))
    area[weeks] = home[network.week_clinician()]
    return area


def _first_bit(masks: np.ndarray) -> np.ndarray:
    """Number of the lowest bit set in each row of masks."""
    bits = (masks[:, :, None] >> np.arange(63)) & 1
    return bits.reshape(len(masks), -1).argmax(axis=1)


def solve_part(part: Part) -> PartFlow:
    """The best flow of one area; one job on a queue, or one process."""
    flow = best_flow(part.tail, part.head, part.capacity, part.cost, part.supply)
    potential = shortest_distances(part.tail, part.head, part.capacity, part.cost, flow, len(part.nodes))
    return PartFlow(flow, potential - potential[-1])


def stitch(cut: Cut, answers: Iterable[tuple[Part, PartFlow]], tell: Callable[[float], None]) -> Residual:
    """The optimum of the whole from the optima of its parts."""
    network, potential = cut.network, np.zeros(cut.network.nodes, dtype=np.int64)
    for part, answer in answers:
        network.flow[part.arcs] = answer.flow
        potential[part.nodes] = answer.potential
    room = network.capacity[cut.crossing].copy()
    network.capacity[cut.crossing] = 0
    residual = Residual(network, potential)
    reduced = residual.reduced_costs()[cut.crossing]
    network.capacity[cut.crossing] = np.where(reduced < 0, 0, room)
    better = np.flatnonzero(reduced < 0)
    order = better[np.argsort(reduced[better], kind="stable")]
    for count, row in enumerate(order.tolist()):
        network.capacity[cut.crossing[row]] = room[row]
        residual.reprice(int(cut.crossing[row]), 0)
        if count % 10_000 == 0:
            tell(count / len(order))
    return residual


def divide(problem: Problem, weights: Weights, practice_area: np.ndarray, clinician_area: np.ndarray) -> Iterator[Part]:
    """The network of a problem cut into one part for each area, in the order of the areas' numbers.

    `practice_area` int64[practices] and `clinician_area` int64[clinicians] are area numbers, as `draw_areas` gives them.
    """
    network = build(problem, weights, find_edges(problem, weights))
    return Cut(network, practice_area, clinician_area).parts()


def solve_split(network: Network, processes: int, tell: Callable[[float], None]) -> Residual:
    """Solves a large network area by area, in several processes when asked for."""
    cut = Cut(network)
    return stitch(cut, _solved_apart(cut.parts(), processes), tell)


def _solved_apart(parts: Iterable[Part], processes: int) -> Iterator[tuple[Part, PartFlow]]:
    """Each part with its answer; no more of them are in memory than there are processes, and one."""
    if processes <= 1:
        yield from ((part, solve_part(part)) for part in parts)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        waiting: deque[tuple[Part, Future[PartFlow]]] = deque()
        for part in parts:
            waiting.append((part, pool.submit(solve_part, part)))
            if len(waiting) > processes:
                first, answer = waiting.popleft()
                yield first, answer.result()
        yield from ((part, answer.result()) for part, answer in waiting)
