"""The exact effect of a change, where the prices of the proof decide it: nothing is solved again.

Each way has a plan with the change in it, and the most that prices let any plan have. Where both are the same number the
answer is exact; otherwise the way says nothing (None). Sessions and clinicians are matched by their ids, because one
more of them moves the positions of others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from matching.answers.result import OPTIMAL, Result, figures
from matching.basis.slots import slot_numbers
from matching.flow.edges import Edges, find_edges
from matching.objective import scoring
from matching.objective.weights import Weights
from matching.problem.problem import Problem
from matching.rules.checker import check
from matching.rules.pairing import Diary

CLINICIAN = ("weekly_cap", "period_cap", "minimum", "contracted", "weekly_minutes", "rest_hard")
SESSION = ("day", "start", "end", "remote", "urgency")
PRACTICE = ("easting", "northing", "imd", "postcode")


def foreseen(problem: Problem, other: Problem, before: Result) -> Result | None:
    """The best plan of a changed problem, when the prices of the plan before prove one."""
    if before.status != OPTIMAL or before.proof is None or before.weights.tour or not _same_rest(problem, other):
        return None
    edges = find_edges(other, before.weights)
    if not _nothing_opens(problem, other, before, edges):
        return None
    return _Foresight(problem, other, before, edges).answer()


def _more_and_less(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[list[str], list[str]]:
    return sorted(set(new) - set(old)), sorted(set(old) - set(new))


def _same_rest(problem: Problem, other: Problem) -> bool:
    """Whether all else that prices rest on is the same for those in both: limits, times, places, thirds, bookings."""
    if problem.practices.ids != other.practices.ids or problem.parameters != other.parameters:
        return False
    columns = [
        *zip(problem.site_travel, other.site_travel, strict=True),
        (scoring.thirds(problem), scoring.thirds(other)),
        *((getattr(problem.practices, name), getattr(other.practices, name)) for name in PRACTICE),
    ]
    both = set(problem.clinicians.ids) & set(other.clinicians.ids)
    return (
        all(np.array_equal(one, two) for one, two in columns)
        and _booked(problem) == _booked(other)
        and _away(problem, both) == _away(other, both)
        and _same_of_both(problem, other, "clinicians", CLINICIAN)
        and _same_of_both(problem, other, "sessions", SESSION)
    )


def _same_of_both(problem: Problem, other: Problem, part: str, names: Iterable[str]) -> bool:
    old, new = getattr(problem, part), getattr(other, part)
    index = {name: row for row, name in enumerate(new.ids)}
    both = [(row, index[name]) for row, name in enumerate(old.ids) if name in index]
    one, two = (np.array(column, dtype=np.int64) for column in (zip(*both, strict=True) if both else ((), ())))
    return all((getattr(old, name)[one] == getattr(new, name)[two]).all() for name in names)


def _away(problem: Problem, names: set[str]) -> set[tuple]:
    """Work elsewhere of these clinicians."""
    return {tuple(row.values()) for row in problem.rows["elsewhere"] if row["clinician_id"] in names}


def _booked(problem: Problem) -> dict[str, str]:
    """Fixed bookings by id."""
    people = problem.clinicians.ids
    return {
        problem.sessions.ids[row]: people[problem.sessions.fixed[row]]
        for row in np.flatnonzero(problem.sessions.fixed >= 0).tolist()
    }


def _nothing_opens(problem: Problem, other: Problem, before: Result, edges: Edges) -> bool:
    """Whether those in both problems have no pair that they did not have before, or for other points."""
    old, size = before.state.network.edges, np.int64(len(problem.clinicians.ids) + 1)
    session = _places(problem.session_index, other.sessions.ids)[edges.session]
    clinician = _places(problem.clinician_index, other.clinicians.ids)[edges.clinician]
    both = (session >= 0) & (clinician >= 0)
    old_key, new_key = old.session * size + old.clinician, session[both] * size + clinician[both]
    row = np.searchsorted(old_key, new_key)
    if (row >= len(old_key)).any():
        return False
    return bool((old_key[row] == new_key).all() and (old.points[row] == edges.points[both]).all())


def _places(index: Mapping[str, int], names: Iterable[str]) -> np.ndarray:
    return np.array([index.get(name, -1) for name in names], dtype=np.int64)


@dataclass(frozen=True, eq=False)
class _Foresight:
    """The plan before, and what is different now; in the changed problem no pair of those in both opens."""

    problem: Problem
    other: Problem
    before: Result
    edges: Edges

    def answer(self) -> Result | None:
        """The way that fits the difference."""
        people = _more_and_less(self.problem.clinicians.ids, self.other.clinicians.ids)
        work = _more_and_less(self.problem.sessions.ids, self.other.sessions.ids)
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
        """The most a new session can add at the price of each clinician's time, if somebody free gives as much."""
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
        return self.before.proof.ceiling - self.before.objective

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
        names = other.clinicians.ids
        plan = {
            name: names[who] if who >= 0 else None
            for name, who in zip(other.sessions.ids, chosen.tolist(), strict=True)
        }
        if sum(terms.values()) != best or check(other, plan):
            return None
        held, chances = np.flatnonzero(chosen >= 0), np.bincount(self.edges.session, minlength=len(chosen))
        trips = other.trip_minutes(held, chosen[held]).tolist()
        return replace(
            self.before,
            assignment=plan,
            objective=best,
            bound=best,
            terms=terms,
            regrets=(),
            milestones=(),
            travel={other.sessions.ids[row]: trip for row, trip in zip(held.tolist(), trips, strict=True)},
            figures=figures(other, chosen, chances > 0),
            state=None,
            proof=None,
            open_to=dict(zip(other.sessions.ids, chances.tolist(), strict=True)),
        )


def best_set(
    problem: Problem, weights: Weights, who: int, session: np.ndarray, gain: np.ndarray, taken_already: np.ndarray
) -> tuple[np.ndarray, int]:
    """The sessions a clinician without any would take at these gains, and what they add at most: the best first, and of
    equals those that nobody has.

    Slots, weeks and the period are nested, and what is asked for at least is worth less with each session, so taking the
    best that still fits is best; clashes between slots are left out.
    """
    work, people = problem.sessions, problem.clinicians
    slot = slot_numbers(work.day[session], work.start[session], work.end[session])
    room = {("all", 0): int(people.period_cap[who])}
    away = problem.elsewhere.sessions[problem.elsewhere.rows(np.full(len(session), who), work.week[session])]
    taken: list[int] = []
    most = 0
    for row in np.lexsort((session, taken_already, -gain)).tolist():
        day, week = int(work.day[session[row]]), int(work.week[session[row]])
        left = int(people.weekly_cap[who] - away[row])
        nest = {("slot", day * 10_000 + int(slot[row])): 1, ("week", week): left, ("all", 0): 0}
        more = (
            int(gain[row])
            + weights.minimum * int(len(taken) < people.minimum[who])
            + weights.contracted * int(len(taken) < people.contracted[who])
        )
        if more > 0 and all(room.setdefault(level, most_of_it) > 0 for level, most_of_it in nest.items()):
            for level in nest:
                room[level] -= 1
            taken.append(row)
            most += more
    return session[taken], most
