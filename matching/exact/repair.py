"""From the best flow to a plan: of each clash, take away the pair whose loss is smaller, until none is left.

Each step is exact: the objective falls by the regret of the pair and by nothing else, so at the end it is the bound
minus all regrets, to the unit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from copy import copy
from itertools import combinations, zip_longest

import numpy as np

from matching.basis.budget import Budget
from matching.flow.residual import NEVER, Residual
from matching.rules.clashes import Clashes, clashing_pairs, overworked_weeks

Clash = tuple[int, ...]


class Holdings:
    """Which pairs (arcs) each clinician holds in the flow, kept up to date move by move."""

    def __init__(self, residual: Residual, rules: Clashes):
        self.edges, self.problem, self.rules = residual.network.edges, residual.network.problem, rules
        self.of: dict[int, frozenset[int]] = defaultdict(frozenset)
        held: dict[int, list[int]] = defaultdict(list)
        for arc in np.flatnonzero(residual.network.flow[: len(self.edges.session)]).tolist():
            held[int(self.edges.clinician[arc])].append(arc)
        self.of.update((who, frozenset(arcs)) for who, arcs in held.items())
        fixed = self.problem.sessions.fixed
        self.booked: dict[int, list[int]] = defaultdict(list)
        for session in np.flatnonzero(fixed >= 0).tolist():
            self.booked[int(fixed[session])].append(session)
        self._limited = self.problem.clinicians.weekly_minutes > 0
        self._known: dict[int, list[Clash]] = {}

    def copy(self) -> Holdings:
        """The same, free to be changed."""
        twin = copy(self)
        twin.of, twin._known = self.of.copy(), self._known.copy()
        return twin

    def follow(self, way: Iterable[int]) -> set[int]:
        """Takes over the changes of a move; gives the clinicians who hold something new."""
        changed = set()
        for entry in way:
            arc = entry if entry >= 0 else ~entry
            if arc < len(self.edges.session):
                who = int(self.edges.clinician[arc])
                self._known.pop(who, None)
                if entry >= 0:
                    self.of[who] |= {arc}
                    changed.add(who)
                else:
                    self.of[who] -= {arc}
        return changed

    def clashes(self, clinicians: Collection[int]) -> Iterator[Clash]:
        """Sets of arcs of these clinicians of which at least one has to go: the first of each clinician, then the second.

        Fixed bookings never have to go.
        """
        self._look_at([who for who in clinicians if who not in self._known])
        for turn in zip_longest(*filter(None, map(self._known.get, clinicians))):
            yield from filter(None, turn)

    def _look_at(self, clinicians: list[int]) -> None:
        """Finds the clashes of clinicians whose sessions have changed since they were looked at."""
        if self.rules.tabled:
            self._known.update((who, self._pairs(who)) for who in clinicians)
            clinicians = [who for who in clinicians if self._limited[who]]
        else:
            self._known.update((who, []) for who in clinicians)
        if clinicians:
            self._look_at_rows(*self._rows(clinicians))

    def _pairs(self, who: int) -> list[Clash]:
        """Two sessions at a time, from the table; bookings never clash with a pair that is open."""
        session, resting = self.edges.session, bool(self.problem.clinicians.rest_hard[who])
        held = [(arc, int(session[arc])) for arc in sorted(self.of[who])]
        return [
            (one, two)
            for (one, first), (two, second) in combinations(held, 2)
            if self.rules.exclude(first, second, resting)
        ]

    def _look_at_rows(self, arcs: np.ndarray, session: np.ndarray, clinician: np.ndarray) -> None:
        """All of them at once, weeks with too many hours too."""
        pairs = () if self.rules.tabled else zip(*clashing_pairs(self.rules, session, clinician), strict=True)
        for rows in (*map(np.array, pairs), *overworked_weeks(self.problem, session, clinician)):
            if movable := tuple(arcs[rows][arcs[rows] >= 0].tolist()):
                self._known[int(clinician[rows[0]])].append(movable)

    def _rows(self, clinicians: Iterable[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        arcs = np.array([arc for who in clinicians for arc in sorted(self.of[who])], dtype=np.int64)
        booked = [(session, who) for who in clinicians for session in self.booked.get(who, ())]
        fixed = np.array(booked, dtype=np.int64).reshape(-1, 2)
        return (
            np.concatenate([arcs, np.full(len(fixed), -1)]),
            np.concatenate([self.edges.session[arcs], fixed[:, 0]]),
            np.concatenate([self.edges.clinician[arcs], fixed[:, 1]]),
        )


def take_out_clashes(residual: Residual, holdings: Holdings, budget: Budget) -> list[int] | None:
    """Takes clashes out of the flow one by one; gives the regrets in the order they were paid.

    None when the budget came to its ceiling before: then the flow still clashes.
    """
    queue = sorted({int(holdings.edges.clinician[arcs[0]]) for arcs in holdings.clashes(sorted(holdings.of))})
    regrets: list[int] = []
    while queue:
        clinician = queue.pop(0)
        while clash := next(holdings.clashes([clinician]), None):
            if budget.over():
                return None
            budget.spend(len(clash))
            arc, length = cheapest(residual, clash)
            detour = residual.forbid(arc, length)
            regrets.append(detour.regret)
            queue.extend(sorted(holdings.follow((~arc, *detour.way)) - {clinician} - set(queue)))
    return regrets


def cheapest(residual: Residual, arcs: Iterable[int]) -> tuple[int, int]:
    """The arc whose removal loses least, the first of equals, and what that loses."""
    best, least = -1, NEVER
    for arc in sorted(arcs):
        regret = residual.detour(arc, least - 1 if best >= 0 else least).regret
        if regret < least:
            best, least = arc, regret
    return best, least
