"""The exact effect of a change, where the prices of the proof decide it: nothing is solved again.

Each way has a plan with the change in it, and the most that prices let any plan have. Where both are the same number the
answer is exact; otherwise the way says nothing (None). Sessions and clinicians are matched by their ids, because one
more of them moves the positions of others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matching.answers.best_additions import best_set
from matching.answers.differences import more_and_less, nothing_opens, same_rest
from matching.answers.result import OPTIMAL, Result, facts_of_plan
from matching.flow.edges import Edges, find_edges
from matching.objective import scoring
from matching.problem.problem import Problem
from matching.rules.checker import check
from matching.rules.trials import Diary


def foreseen(problem: Problem, other: Problem, before: Result) -> Result | None:
    """The best plan of a changed problem, when the prices of the plan before prove one."""
    if before.status != OPTIMAL or before.proof is None or before.weights.tour or not same_rest(problem, other):
        return None
    edges = find_edges(other, before.weights)
    if not nothing_opens(problem, other, before, edges):
        return None
    return _Sensitivity(problem, other, before, edges).answer()


@dataclass(frozen=True, eq=False)
class _Sensitivity:
    """The plan before, and what is different now; in the changed problem no pair of those in both opens."""

    problem: Problem
    other: Problem
    before: Result
    edges: Edges

    def answer(self) -> Result | None:
        """The way that fits the difference."""
        people = more_and_less(self.problem.clinicians.ids, self.other.clinicians.ids)
        work = more_and_less(self.problem.sessions.ids, self.other.sessions.ids)
        if not any((*people, *work)):
            return self.with_pairs_closed()
        if not people[0] and not work[0]:
            return self.without(people[1], work[1])
        if len(people[0]) == 1 and not people[1] and not any(work):
            return self.with_clinician(self.other.clinician(people[0][0]))
        if len(work[0]) == 1 and not work[1] and not any(people):
            return self.with_session(self.other.session(work[0][0]))
        return None

    def with_pairs_closed(self) -> Result | None:
        """Pairs of the plan taken away: each unit goes the cheapest other way, exactly, while nothing then clashes."""
        if self._slack():
            return None
        residual, size = self.before.state.copy(), np.int64(len(self.problem.clinicians.ids))
        old = residual.network.edges
        gone = np.flatnonzero(
            ~np.isin(old.session * size + old.clinician, self.edges.session * size + self.edges.clinician)
        )
        used = gone[residual.network.flow[gone] > 0]
        residual.network.capacity[np.setdiff1d(gone, used)] = 0
        lost = sum(residual.forbid(arc).regret for arc in used.tolist())
        return self._proven(residual.network.clinician_of(), -lost)

    def without(self, people: list[str], work: list[str]) -> Result | None:
        """Idle clinicians and empty sessions fewer: every plan left was possible before, and ours is among them."""
        if any(self.before.assignment[name] for name in work) or set(people) & set(self.before.assignment.values()):
            return None
        return self._proven(self._plan(), 0)

    def with_clinician(self, newcomer: int) -> Result | None:
        """The most a newcomer can add at the price of each session, if empty sessions alone give as much."""
        own = np.flatnonzero(self.edges.clinician == newcomer)
        session, price = self.edges.session[own], self.before.proof.potential
        node = np.array(
            [self.problem.session(self.other.sessions.ids[row]) for row in session.tolist()], dtype=np.int64
        )
        gain = self.edges.points[own] + price[self.before.state.network.sink] - price[node]
        plan = self._plan()
        picked, most = best_set(self.other, self.before.weights, newcomer, session, gain, plan[session] >= 0)
        if (plan[picked] >= 0).any():
            return None
        plan[picked] = newcomer
        return self._proven(plan, most + self._slack())

    def with_session(self, new: int) -> Result | None:
        """The most a new session can add at the price of each clinician's time, if a free clinician gives as much."""
        price, network = self.before.proof.potential, self.before.state.network
        own = self.edges.session == new
        clinician, points = self.edges.clinician[own], self.edges.points[own]
        sink, week = price[network.sink], np.full(len(clinician), self.other.sessions.week[new])
        gain = points - (sink - price[network.week_nodes(clinician, week)])
        site = network.first_clinician + len(self.problem.clinicians.ids) + self.other.sessions.practice[new]
        empty = int(sink - price[site])
        most = max(int(gain.max(initial=-empty)), -empty) + max(0, empty)
        plan = self._plan()
        held = np.flatnonzero(plan >= 0)
        refused = Diary(self.other, held, plan[held]).trial(np.full(len(clinician), new), clinician).refused()
        free = np.flatnonzero(~np.logical_or.reduce(list(refused.values())))
        if most > 0 and len(free):
            plan[new] = clinician[free[np.argmax(gain[free])]]
        return self._proven(plan, most + self._slack())

    def _slack(self) -> int:
        """What the prices leave open of the plan before, although it is proven to be the best."""
        return self.before.proof.upper_bound - self.before.objective

    def _plan(self) -> np.ndarray:
        """The plan before in the positions of the changed problem, without those who are gone."""
        index = self.other.session_index, self.other.clinician_index
        return self.other.positions(
            {name: who for name, who in self.before.assignment.items() if name in index[0] and who in index[1]}
        )

    def _proven(self, chosen: np.ndarray, most: int) -> Result | None:
        """A plan as a result when it adds as much as any can, and the independent check passes it."""
        other, best = self.other, self.before.objective + most
        terms = scoring.terms(other, self.before.weights, chosen)
        plan = other.assignment_of(chosen)
        if sum(terms.values()) != best or check(other, plan):
            return None
        chances = np.bincount(self.edges.session, minlength=len(chosen))
        return replace(
            self.before,
            **facts_of_plan(other, chosen, chances),
            terms=terms,
            objective=best,
            bound=best,
            regrets=(),
            milestones=(),
            state=None,
            proof=None,
        )
