"""A network with its best flow, ready for exact changes: forbid a pair, and the rest re-arranges at the least loss."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matching.flow.network import Network
from matching.flow.shortest_path import FAR, Graph, Side, relax, search

NEVER = int(FAR) - 2


@dataclass(frozen=True, order=True)
class Detour:
    """The cheapest way round an arc: points lost, and the arcs whose flow changes (~arc where a unit is taken off)."""

    regret: int
    way: tuple[int, ...]


class Residual:
    """The residual network of an optimal flow with node potentials that certify it.

    `potential` is int64[nodes], points: the price of a unit at a node. `entries` (int32[2 * arcs]) and `first`
    (int64[nodes + 1]) say which arcs meet a node (`shortest_path`).
    """

    def __init__(
        self,
        network: Network,
        potential: np.ndarray | None = None,
        adjacency: tuple[np.ndarray, np.ndarray] | None = None,
    ):
        self.network = network
        self.entries, self.first = adjacency or _adjacency(network)
        self.potential = _prices(network) if potential is None else potential
        arcs = network.tail, network.head, network.capacity, network.cost, network.flow
        self._graph = Graph(self.entries, self.first, *arcs, self.potential)
        self._ahead, self._behind = _clean_side(network.nodes), _clean_side(network.nodes)

    def copy(self) -> Residual:
        """The same state, free to be changed."""
        net = self.network
        return Residual(
            replace(net, capacity=net.capacity.copy(), cost=net.cost.copy(), flow=net.flow.copy()),
            self.potential.copy(),
            (self.entries, self.first),
        )

    def hold(self, points: int) -> None:
        """Makes every pair in use worth more by this many points, so that changes leave it alone unless it pays."""
        pairs = len(self.network.edges.session)
        self.network.cost[:pairs] -= points * self.network.flow[:pairs]

    def reduced_cost(self, arc: int) -> int:
        """Cost of an arc after the prices of its ends; below zero only on a full arc."""
        net = self.network
        return int(net.cost[arc] + self.potential[net.tail[arc]] - self.potential[net.head[arc]])

    def reduced_costs(self) -> np.ndarray:
        """Reduced costs of all arcs."""
        net = self.network
        return net.cost + self.potential[net.tail] - self.potential[net.head]

    def certificate_violations(self) -> int:
        """Residual arcs of negative reduced cost; 0 proves that the flow is optimal."""
        reduced, net = self.reduced_costs(), self.network
        return int(((net.flow < net.capacity) & (reduced < 0)).sum() + ((net.flow > 0) & (reduced > 0)).sum())

    def detour(self, arc: int, most: int | None = None) -> Detour:
        """What it would cost to take the unit off an arc, looked for up to `most` points; nothing changes."""
        reduced = self.reduced_cost(arc)
        length, way = self._around(arc, limit=NEVER if most is None else min(NEVER, most + reduced), mend=False)
        return Detour(length - reduced, way)

    def detours_outside(self, arcs: tuple[int, ...]) -> dict[int, int]:
        """Regret of each used arc when none of the others of the set may be taken instead; exact for the least one."""
        net, chosen = self.network, np.array(arcs)
        used, unused = chosen[net.flow[chosen] > 0], chosen[net.flow[chosen] == 0]
        room = net.capacity[unused]
        net.capacity[unused] = 0
        regrets, least = {}, NEVER
        for arc in used.tolist():
            reduced = self.reduced_cost(arc)
            regrets[arc] = self._around(arc, limit=min(NEVER, least + reduced), mend=False)[0] - reduced
            least = min(least, regrets[arc])
        net.capacity[unused] = room
        return regrets

    def entry(self, arcs: tuple[int, ...], most: int) -> tuple[int, int | None]:
        """The least cost (up to `most`) of using one of these free arcs, and that arc; None when all cost more."""
        best, least = None, most
        for arc in arcs:
            reduced = self.reduced_cost(arc)
            if reduced < least and self.network.capacity[arc] and not self.network.flow[arc]:
                length = self._around(arc, limit=least - reduced, mend=False)[0]
                if length + reduced < least:
                    best, least = arc, length + reduced
        return least, best

    def forbid(self, arc: int, regret: int | None = None) -> Detour:
        """Takes the unit off an arc for good and moves it the cheapest other way; quicker when the regret is known."""
        reduced = self.reduced_cost(arc)
        length, way = self._around(arc, limit=NEVER if regret is None else regret + reduced, mend=True)
        self.network.capacity[arc] = self.network.flow[arc] = 0
        self._push(way)
        return Detour(length - reduced, way)

    def force(self, arc: int) -> Detour | None:
        """What it would cost to put a unit on a free arc out of a session; nothing changes. None when impossible."""
        if self.network.flow[arc] or not self.network.capacity[arc]:
            return None
        length, way = self._around(arc, limit=NEVER, mend=False)
        return Detour(length + self.reduced_cost(arc), (arc, *way)) if length < NEVER else None

    def reprice(self, arc: int, more: int, *, eager: bool = False) -> tuple[int, ...]:
        """Changes the cost of an arc and moves flow where that has become better; gives the arcs that changed.

        With `eager` the unit of this arc also moves when that is only just as good.
        """
        net = self.network
        net.cost[arc] += more
        reduced, used = self.reduced_cost(arc), bool(net.flow[arc])
        wrong = reduced if used else -reduced
        if wrong < 0 or (wrong == 0 and not eager) or not net.capacity[arc]:
            return ()
        length, way = self._around(arc, limit=wrong, mend=True)
        if length > wrong or (length == wrong and not eager):
            return ()
        net.flow[arc] = not used
        self._push(way)
        return (~arc if used else arc, *way)

    def adopt(self, flow: np.ndarray) -> None:
        """Makes another plan the present one: what would undo it loses its room or its advantage.

        The prices stay those of the proof, so later questions are answered as near to the best plan as this one is.
        """
        net, reduced = self.network, self.reduced_costs()
        net.flow[:] = flow
        net.capacity[:] = np.where(reduced < 0, flow, net.capacity)
        net.cost -= np.where((flow > 0) & (reduced > 0), reduced, 0)

    def _around(self, arc: int, limit: int, mend: bool) -> tuple[int, tuple[int, ...]]:
        """Length and way of the shortest detour round an arc: from its tail when it is used, else from its head."""
        net = self.network
        used, room = net.flow[arc], net.capacity[arc]
        ends = (net.tail[arc], net.head[arc]) if used else (net.head[arc], net.tail[arc])
        net.capacity[arc] = net.flow[arc] = 0
        length, way = search(*ends, *self._graph, *self._ahead, *self._behind, np.int64(limit), mend)
        net.flow[arc], net.capacity[arc] = used, room
        return int(length), tuple(map(int, way))

    def _push(self, way: tuple[int, ...]) -> None:
        flow = self.network.flow
        for entry in way:
            flow[entry if entry >= 0 else ~entry] += 1 if entry >= 0 else -1


def _prices(network: Network) -> np.ndarray:
    """int64[nodes], potentials that certify the network's flow."""
    net = network
    return shortest_distances(net.tail, net.head, net.capacity, net.cost, net.flow, net.nodes)


def _clean_side(nodes: int) -> Side:
    """What a search knows before it starts."""
    return Side(np.full(nodes, FAR), np.zeros(nodes, dtype=np.int64), np.zeros(nodes, dtype=bool))


def _adjacency(network: Network) -> tuple[np.ndarray, np.ndarray]:
    """Entries of all nodes one after another, and where each node's begin. Half as wide as other arrays: the longest."""
    arcs = np.arange(len(network.tail), dtype=np.int32)
    ends = np.concatenate([network.tail, network.head])
    first = np.zeros(network.nodes + 1, dtype=np.int64)
    np.cumsum(np.bincount(ends, minlength=network.nodes), out=first[1:])
    order = np.argsort(ends, kind="stable")
    del ends
    return np.concatenate([arcs, ~arcs])[order], first


def shortest_distances(
    tail: np.ndarray, head: np.ndarray, capacity: np.ndarray, cost: np.ndarray, flow: np.ndarray, nodes: int
) -> np.ndarray:
    """Prices of nodes that certify a flow: shortest distances in its residual network, from anywhere."""
    distance = np.zeros(nodes, dtype=np.int64)
    for _ in range(nodes + 1):
        if not relax(tail, head, capacity, cost, flow, distance):
            return distance
    raise ArithmeticError("the flow is not optimal: it has a cycle of negative cost")
