"""From the best flow to a plan: of each clash, take away the pair whose loss is smaller, until none is left.

Each step is exact: the objective falls by the regret of the pair and by nothing else, so at the end it is the bound
minus all regrets, to the unit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np

from matching.budget import Budget
from matching.conflicts import clashing_pairs, overworked_weeks
from matching.residual import NEVER, Residual


class Holdings:
    """Which pairs (arcs) each clinician holds in the flow, kept up to date move by move."""

    def __init__(self, residual: Residual):
        self.edges, self.problem = residual.network.edges, residual.network.problem
        self.of: dict[int, set[int]] = defaultdict(set)
        for arc in np.flatnonzero(residual.network.flow[:len(self.edges.session)]).tolist():
            self.of[int(self.edges.clinician[arc])].add(arc)
        fixed = self.problem.sessions.fixed
        self.booked: dict[int, list[int]] = defaultdict(list)
        for session in np.flatnonzero(fixed >= 0).tolist():
            self.booked[int(fixed[session])].append(session)

    def follow(self, way: Iterable[int]) -> set[int]:
        """Takes over the changes of a move; gives the clinicians who hold something new."""
        changed = set()
        for entry in way:
            arc = entry if entry >= 0 else ~entry
            if arc < len(self.edges.session):
                who = int(self.edges.clinician[arc])
                if entry >= 0:
                    self.of[who].add(arc)
                    changed.add(who)
                else:
                    self.of[who].discard(arc)
        return changed

    def clashes(self, clinicians: Iterable[int]) -> Iterator[tuple[int, ...]]:
        """Sets of arcs of these clinicians of which at least one has to go; fixed bookings never have to."""
        arcs, session, clinician = self._rows(clinicians)
        for one, two in zip(*clashing_pairs(self.problem, session, clinician), strict=True):
            if movable := tuple(int(arc) for arc in (arcs[one], arcs[two]) if arc >= 0):
                yield movable
        for rows in overworked_weeks(self.problem, session, clinician):
            if movable := tuple(int(arc) for arc in arcs[rows] if arc >= 0):
                yield movable

    def _rows(self, clinicians: Iterable[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        rows = [(arc, int(self.edges.session[arc]), who) for who in clinicians for arc in sorted(self.of[who])]
        rows += [(-1, session, who) for who in clinicians for session in self.booked[who]]
        table = np.array(rows, dtype=np.int64).reshape(-1, 3)
        return table[:, 0], table[:, 1], table[:, 2]


def take_out_clashes(residual: Residual, holdings: Holdings, budget: Budget) -> list[int]:
    """Takes clashes out of the flow one by one; gives the regrets in the order they were paid."""
    queue = sorted({int(holdings.edges.clinician[arcs[0]]) for arcs in holdings.clashes(sorted(holdings.of))})
    regrets: list[int] = []
    while queue:
        clinician = queue.pop(0)
        while clash := next(holdings.clashes([clinician]), None):
            budget.spend(len(clash))
            arc, length = cheapest(residual, clash)
            detour = residual.forbid(arc, length)
            holdings.of[clinician].discard(arc)
            regrets.append(detour.regret)
            queue.extend(sorted(holdings.follow(detour.way) - {clinician} - set(queue)))
    return regrets


def cheapest(residual: Residual, arcs: Iterable[int]) -> tuple[int, int]:
    """The arc whose removal loses least, the first of equals, and what that loses."""
    best, least = -1, NEVER
    for arc in sorted(arcs):
        regret = residual.detour(arc, least - 1 if best >= 0 else least).regret
        if regret < least:
            best, least = arc, regret
    return best, least
