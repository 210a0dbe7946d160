"""Branch and bound on the flow: of two pairs that clash, every plan does without one.

So a problem whose flow still clashes is two: one in which a pair is not worked, and one in which it is, and nothing that
clashes with it. The flow of each is a few cheapest ways from the one before (`residual.py`) and, with prices moved again
(`dual_prices.py`), an upper bound on all plans of that node. Nodes that hold no better plan are left; at the scale of a place
a handful of decisions prove the best plan.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from heapq import heappop, heappush

import numpy as np

from matching.exact.dual_prices import Pricing
from matching.exact.repair import Clash
from matching.flow.residual import NEVER

NO_WAY = NEVER // 2
LOOKED_AT = 8


@dataclass(frozen=True, eq=False)
class Node:
    """All plans that agree with some decisions: none of them has more points than `bound`. `regrets` is what the
    decisions have cost."""

    bound: int
    pricing: Pricing
    regrets: tuple[int, ...] = ()

    def tightened(self, floor: int) -> Node:
        """The same after a round of prices, when its bound is above `floor`."""
        if self.bound > floor:
            self.pricing.round(0)
        return replace(self, bound=min(self.bound, self.pricing.bound()))

    def without(self, arcs: list[int]) -> Node | None:
        """The plans among these that use none of the arcs; None when there are none."""
        pricing, paid = self.pricing.copy(), []
        network = pricing.residual.network
        for arc in arcs:
            if network.flow[arc]:
                detour = pricing.residual.forbid(arc)
                if detour.regret > NO_WAY:
                    return None
                pricing.holdings.follow((~arc, *detour.way))
                paid.append(detour.regret)
            network.capacity[arc] = 0
        return Node(min(self.bound, pricing.bound()), pricing, (*self.regrets, *paid))

    def unpriced(self) -> Node:
        """The same without idle prices (of cliques of which no pair is used)."""
        self.pricing.drop_idle()
        return replace(self, bound=min(self.bound, self.pricing.bound()))


@dataclass(frozen=True, eq=False)
class Leaf:
    """A plan without clashes: its points, one clinician position per session, and what decisions have cost it."""

    objective: int
    clinician_of: np.ndarray
    """int64[sessions], position of the clinician, -1 unfilled"""
    regrets: tuple[int, ...]


class Branching:
    """A search for the best plan: `best` is the best so far, `bound` what no plan can pass.

    It starts from a plan, when there is one, and ends when the two are at most `enough` points apart, or after `most`
    decisions. `note` is told of both.
    """

    def __init__(self, pricing: Pricing, best: Leaf | None, enough: int, most: int, note: Callable[[int, int], object]):
        self.enough, self.most, self.note = enough, most, note
        network = pricing.residual.network
        pairs = len(network.edges.session)
        self._step = max(1, int(np.gcd.reduce(np.r_[network.edges.points, network.cost[pairs:]])))
        self._unfilled = {int(network.tail[arc]): int(arc) for arc in network.levels[0]}
        self._open: list[tuple[int, int, int, Node]] = []
        self._left = -NEVER
        self.best = best
        self.decided = 0
        self.bound = pricing.bound()
        self._root = Node(self.bound, pricing.copy())

    def run(self) -> Leaf | None:
        """Follows the better half of each decision down to a plan, then goes on with the most promising half left.

        Gives the best plan, which can be the one it started from; None when the budget came to its limits before the
        first one.
        """
        node: Node | None = self._root
        while node is not None and self._may_go_on():
            self.decided += 1
            children = self._children(node)
            for number, other in enumerate(children[1:]):
                heappush(self._open, (-other.bound, self.decided, number, other))
            node = children[0] if children else self._most_promising()
            self._conclude(node)
        if self.best is None and node is None:
            raise ArithmeticError("decisions ended without a plan")
        return self.best

    def _may_go_on(self) -> bool:
        budget = self._root.pricing.budget
        return (self.decided < self.most and budget.left()) if self.best else not budget.over()

    def _floor(self) -> int:
        """A node none of whose plans has more points than this can be left."""
        return self.best.objective + max(self.enough, self._step - 1) if self.best else -NEVER

    def _most_promising(self) -> Node | None:
        """The open node with the highest bound; None when all can be left."""
        if self._open and -self._open[0][0] > self._floor():
            return heappop(self._open)[-1]
        return None

    def _conclude(self, node: Node | None) -> None:
        """What all nodes together prove now."""
        if self.best is None:
            return
        bounds = [self._left, self.best.objective, *(-top[0] for top in self._open[:1])]
        highest = max(*bounds, node.bound) if node else max(bounds)
        steps = (highest - self.best.objective) // self._step
        self.bound = min(self.bound, self.best.objective + steps * self._step)
        self.note(self.bound, self.best.objective)

    def _children(self, node: Node) -> list[Node]:
        """What one more decision makes of a node, the most promising first."""
        node = node.tightened(self._floor())
        if node.bound <= self._floor():
            return self._worth_while([node])
        clashes = node.pricing.clashes()
        if not clashes:
            return self._worth_while(self._plan(node))
        children = [node.without(arcs) for arcs in self._decision(node, clashes)]
        return self._worth_while([child for child in children if child is not None])

    def _worth_while(self, nodes: list[Node]) -> list[Node]:
        """Those that may hold a better plan; what the others may hold at most is remembered."""
        floor = self._floor()
        self._left = max([self._left, *(node.bound for node in nodes if node.bound <= floor)])
        return sorted((node for node in nodes if node.bound > floor), key=lambda node: -node.bound)

    def _plan(self, node: Node) -> list[Node]:
        """Keeps the plan of a flow without clashes. Idle prices are between it and the bound."""
        pricing = node.pricing
        network, idle = pricing.residual.network, pricing.idle()
        objective = pricing.bound() - idle
        if self.best is None or objective > self.best.objective:
            self.best = Leaf(objective, network.clinician_of(), node.regrets)
        return [node.unpriced()] if idle else []

    def _decision(self, node: Node, clashes: list[Clash]) -> list[list[int]]:
        """What is ruled out in each half: of the clash that costs most either way, the dearer pair or all against it.

        Of more than two pairs (a week with too many hours) each in turn, with all against those before it.
        """
        most = min(NO_WAY, node.pricing.bound() - self._floor())
        costs = [[node.pricing.residual.detour(arc, most).regret for arc in clash] for clash in clashes[:LOOKED_AT]]
        cost, clash = max(zip(costs, clashes, strict=False), key=lambda both: (min(both[0]), max(both[0]), both[1]))
        order = sorted(range(len(clash)), key=lambda place: (-cost[place], place))
        return [
            [clash[place], *(arc for before in order[:turn] for arc in self._against(node.pricing, clash[before]))]
            for turn, place in enumerate(order)
        ]

    def _against(self, pricing: Pricing, arc: int) -> list[int]:
        """Arcs that are impossible beside this pair: its session with another clinician or unfilled, and clashing pairs."""
        network = pricing.residual.network
        session = int(network.edges.session[arc])
        same = np.arange(*np.searchsorted(network.edges.session, [session, session + 1]))
        others = [*same[same != arc].tolist(), self._unfilled[session], *pricing.clashing_with(arc)]
        return [other for other in others if network.capacity[other]]
