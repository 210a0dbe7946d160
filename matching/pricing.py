"""A tighter bound: a price on "only one of these" moves the flow off clashes instead of taking pairs away.

For a clinician's sessions that pairwise exclude each other (a clique) at most one can be worked. Taking a price for each
of them from the plan's points and giving one price back leaves every real plan at least as good as before, so the best
flow under prices is still an upper bound - and a lower one. Each price is moved exactly as far as the bound falls:
up while two of the clique are worked, down while none is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from matching import pairing
from matching.budget import Budget
from matching.mending import Holdings
from matching.network import Network
from matching.residual import Residual
from matching.tours import most_from_tours

NEIGHBOUR_DAYS = 1
PAIR = 2
PUSHES = (0, 1000, 600, 300, 200, 100, 60, 30, 10)
VISITS = (0, 300)


@dataclass(frozen=True, eq=False)
class Proof:
    """A bound, the prices of nodes and the reduced costs that prove it, how many of these have the wrong sign (none).

    `bound` is that of the flow, to which `tours` can add the points of going on from one session to another.
    """

    bound: int
    tours: int
    potential: np.ndarray
    reduced: np.ndarray
    violations: int
    prices: int

    @property
    def ceiling(self) -> int:
        """Points that no plan can pass, tours included."""
        return self.bound + self.tours

    def open_arcs(self, network: Network, objective: int) -> np.ndarray:
        """Pairs that some plan better than `objective` may use: any other costs more than the gap.

        A pair also stands between two others on a tour, each of which saves at most both ways from home.
        """
        edges = network.edges
        longest = network.problem.trip_minutes(edges.session, edges.clinician).max(initial=0) if network.weights.tour else 0
        most = self.ceiling - objective + 4 * network.weights.tour * int(longest)
        return np.flatnonzero(self.reduced[:len(edges.session)] < most)


@dataclass
class Clique:
    """Arcs of one clinician of which at most one can be used, and the price on them."""

    arcs: tuple[int, ...]
    price: int = 0


@dataclass
class Prices:
    """All cliques priced so far, by their arcs."""

    cliques: dict[tuple[int, ...], Clique] = field(default_factory=dict)

    def total(self) -> int:
        """What the bound gives back: one price per clique."""
        return sum(clique.price for clique in self.cliques.values())

    def idle(self, flow: np.ndarray) -> int:
        """What the bound gives back for cliques of which nothing is used: a part of the gap, besides regrets."""
        return sum(clique.price * (1 - int(flow[list(clique.arcs)].sum())) for clique in self.cliques.values())

    def get(self, arcs: tuple[int, ...]) -> Clique:
        """The clique of these arcs, new when not known yet."""
        return self.cliques.setdefault(arcs, Clique(arcs))


class Pricing:
    """Moves prices and flow together; the flow stays optimal for the prices after every step."""

    def __init__(self, residual: Residual, budget: Budget):
        self.residual, self.budget, self.prices = residual, budget, Prices()
        self.holdings = Holdings(residual)
        edges = residual.network.edges
        self._by_clinician = np.lexsort((np.arange(len(edges.session)), edges.clinician))
        self._first = np.searchsorted(edges.clinician[self._by_clinician],
                                      np.arange(len(residual.network.problem.clinicians.ids) + 1))

    def bound(self) -> int:
        """Points no plan can pass, at the present prices."""
        return self.residual.network.objective() + self.prices.total()

    def run(self, rounds: int, tell: Callable[[float], None], visit: Callable[[bool], bool]) -> Proof:
        """The lowest bound found and its proof; `visit` says when it is low enough, and told so, makes a plan first.

        The first rounds move prices exactly as far as the bound falls. Where that is not at all, because two ways are
        equally good, the next ones go past it, by less and less, so that the flow has to choose.
        """
        self.best = self.proof()
        steps = [(push, last) for push in PUSHES for last in [False] * (rounds - 1) + [True]] if rounds else []
        for number, (push, last) in enumerate(steps):
            tell(number / len(steps))
            if not self.budget.left() or not self._round(push):
                break
            self._keep_better()
            if visit(last and push in VISITS):
                break
        return self.best

    def _keep_better(self) -> None:
        """Makes the present proof the best one when it is."""
        if self.bound() < self.best.bound or self.residual.network.weights.tour:
            self.best = min(self.best, self.proof(), key=lambda proof: proof.ceiling)

    def proof(self) -> Proof:
        """The present bound with what proves it."""
        residual, reduced = self.residual, self.residual.reduced_costs()
        return Proof(self.bound(), most_from_tours(residual.network, reduced), residual.potential.copy(), reduced,
                     residual.certificate_violations(),
                     sum(clique.price > 0 for clique in self.prices.cliques.values()))

    def _round(self, push: int) -> bool:
        """Prices every clash once; whether there was any."""
        clashes = [arcs for arcs in self.holdings.clashes(sorted(self.holdings.of)) if len(arcs) == PAIR]
        for arcs in clashes:
            if self.residual.network.flow[list(arcs)].all():
                self.raise_price(self.prices.get(self._grown(arcs)), push)
        self.lower_idle()
        return bool(clashes)

    def raise_price(self, clique: Clique, push: int) -> None:
        """Raises the price until one more of the clique is better left alone, and by `push` more."""
        regrets = self.residual.detours_outside(clique.arcs)
        self.budget.spend(len(regrets))
        if len(regrets) > 1:
            leaving = min(regrets, key=lambda arc: (regrets[arc], arc))
            self._move(clique, regrets[leaving] + push, leaving)

    def lower_idle(self) -> None:
        """Lowers prices of cliques of which nothing is used, until one of them pays or the price is gone."""
        flow = self.residual.network.flow
        for clique in self.prices.cliques.values():
            if clique.price and not flow[list(clique.arcs)].any():
                self.budget.spend(1)
                less, entering = self.residual.entry(clique.arcs, clique.price)
                self._move(clique, -less, entering)

    def _move(self, clique: Clique, more: int, turning: int | None = None) -> None:
        """Changes the price of a clique, in an order that lets the unit of one arc, `turning`, move when it is a tie."""
        flow = self.residual.network.flow
        clique.price += more
        for arc in sorted(clique.arcs, key=lambda arc: (bool(flow[arc]) == (more > 0), arc != turning, arc)):
            self.holdings.follow(self.residual.reprice(arc, more, eager=arc == turning))

    def _grown(self, arcs: tuple[int, ...]) -> tuple[int, ...]:
        """The clashing arcs and, cheapest first, every other arc of the clinician that clashes with all of them."""
        net = self.residual.network
        work, who = net.problem.sessions, int(net.edges.clinician[arcs[0]])
        own = self._by_clinician[self._first[who]:self._first[who + 1]]
        days = work.day[net.edges.session[list(arcs)]]
        day = work.day[net.edges.session[own]]
        near = own[(day >= days.min() - NEIGHBOUR_DAYS) & (day <= days.max() + NEIGHBOUR_DAYS)]
        reduced = net.cost[near] + self.residual.potential[net.tail[near]] - self.residual.potential[net.head[near]]
        order = np.r_[arcs, near[np.lexsort((near, reduced))]]
        order = order[np.sort(np.unique(order, return_index=True)[1])]
        clash = self._clash_table(order, who)
        members = [0, 1]
        for row in range(2, len(order)):
            if clash[row, members].all():
                members.append(row)
        return tuple(sorted(order[members].tolist()))

    def _clash_table(self, arcs: np.ndarray, who: int) -> np.ndarray:
        problem, session = self.residual.network.problem, self.residual.network.edges.session[arcs]
        one, two = (grid.ravel() for grid in np.meshgrid(session, session, indexing="ij"))
        couples = pairing.couples_of(problem, one, two, np.full(len(one), who))
        return pairing.conflicting(couples).reshape(len(arcs), len(arcs))
