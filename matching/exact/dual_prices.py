"""A tighter bound: a price on "only one of these" moves the flow off clashes instead of taking pairs away.

For a clinician's sessions that pairwise exclude each other (a clique) at most one can be worked. Taking a price for each
of them from the plan's points and giving one price back leaves every real plan at least as good as before, so the best
flow under prices is still an upper bound - and a lower one. Each price is moved exactly as far as the bound falls:
up while two of the clique are worked, down while none is.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass

import numpy as np

from matching.basis.budget import Budget
from matching.exact.repair import Clash, Holdings
from matching.exact.tours import most_from_tours
from matching.flow.network import Network
from matching.flow.residual import Residual
from matching.rules.clashes import Clashes

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
    """int64[nodes], points: price of a unit at a node"""
    reduced: np.ndarray
    """int64[arcs], points: cost after the prices of both ends"""
    violations: int
    prices: int

    @property
    def upper_bound(self) -> int:
        """Points that no plan can pass, tours included."""
        return self.bound + self.tours

    def open_arcs(self, network: Network, objective: int) -> np.ndarray:
        """Pairs that some plan better than `objective` may use: any other costs more than the gap.

        A pair also stands between two others on a tour, each of which saves at most both ways from home.
        """
        edges = network.edges
        longest = (
            network.problem.trip_minutes(edges.session, edges.clinician).max(initial=0) if network.weights.tour else 0
        )
        most = self.upper_bound - objective + 4 * network.weights.tour * int(longest)
        return np.flatnonzero(self.reduced[: len(edges.session)] < most)


class Pricing:
    """Moves prices and flow together; the flow stays optimal for the prices after every step."""

    def __init__(self, residual: Residual, budget: Budget):
        self.residual, self.budget = residual, budget
        self.prices: dict[Clash, int] = {}
        self.rules = Clashes(residual.network.problem)
        self.holdings = Holdings(residual, self.rules)
        edges = residual.network.edges
        self._by_clinician = np.lexsort((np.arange(len(edges.session)), edges.clinician))
        self._first = np.searchsorted(
            edges.clinician[self._by_clinician], np.arange(len(residual.network.problem.clinicians.ids) + 1)
        )

    def copy(self) -> Pricing:
        """The same state, free to be changed."""
        twin = copy(self)
        twin.residual, twin.holdings, twin.prices = self.residual.copy(), self.holdings.copy(), self.prices.copy()
        return twin

    def bound(self) -> int:
        """Points no plan can pass, at the present prices: each is given back once."""
        return self.residual.network.objective() + sum(self.prices.values())

    def idle(self) -> int:
        """Sum of the prices of cliques of which no pair is used: a part of the gap, besides regrets."""
        return sum(price for clique, price in self.prices.items() if price and not self._used(clique))

    def _used(self, clique: Clash) -> frozenset[int]:
        """The arcs of one clinician that are in use, of these."""
        return self.holdings.of[int(self.residual.network.edges.clinician[clique[0]])].intersection(clique)

    def run(self, rounds: int, tell: Callable[[float], None], visit: Callable[[bool], bool]) -> Proof:
        """The lowest bound found and its proof; `visit` says when it is low enough, and told so, makes a plan first.

        The first rounds move prices exactly as far as the bound falls. Where that is not at all, because two ways are
        equally good, the next ones go past it, by less and less, so that the flow has to choose.
        """
        self.best = self.proof()
        steps = [(push, last) for push in PUSHES for last in [False] * (rounds - 1) + [True]] if rounds else []
        for number, (push, last) in enumerate(steps):
            tell(number / len(steps))
            if not self.budget.left() or not self.round(push):
                break
            self._keep_better()
            if visit(last and push in VISITS):
                break
        return self.best

    def _keep_better(self) -> None:
        """Makes the present proof the best one when it is."""
        if self.bound() < self.best.bound or self.residual.network.weights.tour:
            self.best = min(self.best, self.proof(), key=lambda proof: proof.upper_bound)

    def proof(self) -> Proof:
        """The present bound with what proves it."""
        residual, reduced = self.residual, self.residual.reduced_costs()
        return Proof(
            self.bound(),
            most_from_tours(residual.network, reduced),
            residual.potential.copy(),
            reduced,
            residual.certificate_violations(),
            sum(price > 0 for price in self.prices.values()),
        )

    def round(self, push: int) -> bool:
        """Prices every clash once; whether there was any."""
        clashes = [arcs for arcs in self.clashes() if len(arcs) == PAIR]
        for arcs in clashes:
            if self.budget.over():
                break
            if len(self._used(arcs)) == PAIR:
                self.raise_price(self._grown(arcs), push)
        self.lower_idle()
        return bool(clashes)

    def clashes(self) -> list[Clash]:
        """Everything that is wrong with the flow."""
        return list(self.holdings.clashes(sorted(self.holdings.of)))

    def raise_price(self, clique: Clash, push: int) -> None:
        """Raises the price until one more of the clique is better left alone, and by `push` more."""
        regrets = self.residual.detours_outside(clique)
        self.budget.spend(len(regrets))
        if len(regrets) > 1:
            leaving = min(regrets, key=lambda arc: (regrets[arc], arc))
            self._move(clique, regrets[leaving] + push, leaving)

    def lower_idle(self) -> None:
        """Lowers prices of cliques of which nothing is used, until one of them pays or the price is gone."""
        for clique, price in self.prices.items():
            if self.budget.over():
                break
            if price and not self._used(clique):
                self.budget.spend(1)
                less, entering = self.residual.entry(clique, price)
                self._move(clique, -less, entering)

    def drop_idle(self) -> None:
        """Sets to 0 the price of every clique of which no pair is used."""
        for clique, price in self.prices.items():
            if price and not self._used(clique):
                self._move(clique, -price)

    def _move(self, clique: Clash, more: int, turning: int | None = None) -> None:
        """Changes the price of a clique, in an order that lets the unit of one arc, `turning`, move when it is a tie."""
        flow = self.residual.network.flow
        self.prices[clique] = self.prices.get(clique, 0) + more
        for arc in sorted(clique, key=lambda arc: (bool(flow[arc]) == (more > 0), arc != turning, arc)):
            if way := self.residual.reprice(arc, more, eager=arc == turning):
                self.holdings.follow(way)

    def clashing_with(self, arc: int) -> list[int]:
        """The clinician's other pairs that cannot be worked beside this one."""
        edges, who = self.residual.network.edges, int(self.residual.network.edges.clinician[arc])
        own = self._by_clinician[self._first[who] : self._first[who + 1]]
        clash = self.rules.between(edges.session[own], np.full(len(own), edges.session[arc]), np.full(len(own), who))
        return own[clash & (own != arc)].tolist()

    def _grown(self, arcs: Clash) -> Clash:
        """The clashing arcs and, cheapest first, every other arc of the clinician that clashes with all of them."""
        net, (one, two) = self.residual.network, arcs
        who, others = int(net.edges.clinician[one]), self._near(arcs)
        session, anyone = net.edges.session[others], np.full(len(others), who)
        with_both = np.logical_and(
            *(self.rules.between(session, np.full(len(others), net.edges.session[arc]), anyone) for arc in arcs)
        )
        others = others[with_both & (others != one) & (others != two)]
        if not len(others):
            return tuple(sorted(arcs))
        price = self.residual.potential
        reduced = net.cost[others] + price[net.tail[others]] - price[net.head[others]]
        others = others[np.lexsort((others, reduced))]
        members = _clique(self.rules.among(net.edges.session[others], who))
        return tuple(sorted([*arcs, *others[members].tolist()]))

    def _near(self, arcs: Clash) -> np.ndarray:
        """All arcs of the clinician on the days around those of these."""
        net = self.residual.network
        who, days = int(net.edges.clinician[arcs[0]]), net.problem.sessions.day[net.edges.session[list(arcs)]]
        own = self._by_clinician[self._first[who] : self._first[who + 1]]
        day = net.problem.sessions.day[net.edges.session[own]]
        return own[(day >= days.min() - NEIGHBOUR_DAYS) & (day <= days.max() + NEIGHBOUR_DAYS)]


def _clique(clash: np.ndarray) -> list[int]:
    """The first row, then each next one that clashes with all before it; `clash` is bool[rows, rows]."""
    members, free = [], np.ones(len(clash), dtype=bool)
    while free.any():
        members.append(int(free.argmax()))
        free &= clash[members[-1]]
        free[members[-1]] = False
    return members
