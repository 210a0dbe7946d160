"""The last step: the few pairs that can still make a better plan, solved exactly with CP-SAT.

Under the prices of the proof every pair has a reduced cost: a plan that uses it (or does without it, when the proof uses
it) is at least that much below the bound. Pairs for which this is more than the gap cannot be part of a better plan.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from matching.flow.edges import Edges
from matching.flow.network import Network
from matching.objective import scoring
from matching.rules import pairing, trials

UNKNOWN = 10**15
LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class CorePlan:
    """A plan (one clinician position per session), and how much better one from the same pairs can be at most."""

    clinician_of: np.ndarray
    """int64[sessions], position of the clinician, -1 unfilled"""
    spare: int


def solve_core(
    network: Network,
    clinician_of: np.ndarray,
    arcs: np.ndarray,
    sessions: np.ndarray,
    *,
    effort: float,
    seed: int,
    over: Callable[[], bool],
) -> CorePlan:
    """The best plan in which only these sessions change hands, and only over these pairs.

    `effort` is CP-SAT's deterministic time, so that the same inputs give the same plan on any machine; it also stops
    when `over` says so.
    """
    free = np.zeros(len(clinician_of), dtype=bool)
    free[sessions] = True
    held = np.flatnonzero(clinician_of[network.edges.session] == network.edges.clinician)
    arcs = np.union1d(arcs, held)
    arcs = arcs[free[network.edges.session[arcs]]]
    model = _Model(network, clinician_of, arcs, free)
    return model.solve(effort, seed, over)


class _Model:
    """The core as a CP-SAT model."""

    def __init__(self, network: Network, clinician_of: np.ndarray, arcs: np.ndarray, free: np.ndarray):
        self.network, self.before, self.free = network, clinician_of, free
        self.edges = Edges(network.edges.session[arcs], network.edges.clinician[arcs], network.edges.points[arcs])
        held = np.flatnonzero((clinician_of >= 0) & ~free)
        self.kept = np.bincount(clinician_of[held], minlength=len(network.problem.clinicians.ids))
        self.diary = trials.Diary(network.problem, held, clinician_of[held])
        self._drop_blocked()
        self.model = cp_model.CpModel()
        self.take = [self.model.new_bool_var("") for _ in range(len(self.edges.session))]
        self.points = [(int(point), take) for point, take in zip(self.edges.points, self.take, strict=True)]
        self._one_clinician_each()
        for clinician in np.unique(self.edges.clinician):
            self._clinician(int(clinician), np.flatnonzero(self.edges.clinician == clinician))
        for practice in np.unique(network.problem.sessions.practice[free]):
            self._practice(int(practice))

    def _drop_blocked(self) -> None:
        """Pairs that clash with sessions which stay where they are."""
        refused = self.diary.trial(self.edges.session, self.edges.clinician).refused()
        fine = ~np.logical_or.reduce(list(refused.values()))
        self.edges = Edges(self.edges.session[fine], self.edges.clinician[fine], self.edges.points[fine])

    def _one_clinician_each(self) -> None:
        for session in np.unique(self.edges.session):
            self.model.add_at_most_one(self.take[row] for row in np.flatnonzero(self.edges.session == session))

    def _clinician(self, clinician: int, rows: np.ndarray) -> None:
        """Clashes, caps and the sessions asked for at least, of one clinician."""
        for clique in _cliques(self.network.problem, self.edges.session[rows], clinician):
            self.model.add_at_most_one(self.take[rows[member]] for member in clique)
        trial = self.diary.trial(self.edges.session[rows], np.full(len(rows), clinician))
        for rule in pairing.COUNT_RULES:
            self._limit(rule, clinician, rows, trial.used(rule))
        self._load_reward(clinician, rows)
        if self.network.weights.tour:
            self._tours(clinician, rows)

    def _limit(self, rule: pairing.CountRule, clinician: int, rows: np.ndarray, used: np.ndarray) -> None:
        problem = self.network.problem
        weight, limit = rule.weight(problem)[self.edges.session[rows]], int(rule.limit(problem)[clinician])
        week = problem.sessions.week[self.edges.session[rows]] if rule.weekly else np.zeros(len(rows), dtype=np.int64)
        for number in np.unique(week):
            group = np.flatnonzero(week == number)
            room = limit - int(used[group[0]] - weight[group[0]])
            if weight[group].sum() > room:
                self.model.add(sum(int(weight[g]) * self.take[rows[g]] for g in group) <= room)

    def _load_reward(self, clinician: int, rows: np.ndarray) -> None:
        people, weights = self.network.problem.clinicians, self.network.weights
        for asked, point in ((people.minimum, weights.minimum), (people.contracted, weights.contracted)):
            missing = min(int(asked[clinician]) - int(self.kept[clinician]), len(rows))
            if point and missing > 0:
                reached = self.model.new_int_var(0, missing, "")
                self.model.add(reached <= sum(self.take[row] for row in rows))
                self.points.append((point, reached))

    def _tours(self, clinician: int, rows: np.ndarray) -> None:
        """Points for going on from one session to the next of the same day, with those that stay where they are."""
        problem = self.network.problem
        stays = self.diary.session[self.diary.clinician == clinician]
        session = np.r_[self.edges.session[rows], stays]
        takes = [self.take[row] for row in rows] + [True] * len(stays)
        order = np.lexsort((session, problem.sessions.start[session]))
        one, two = np.triu_indices(len(order), 1)
        first, second = session[order[one]], session[order[two]]
        points = scoring.pair_tours(problem, self.network.weights, first, second, np.full(len(first), clinician))
        for pair in np.flatnonzero(points):
            line = [takes[place] for place in order[one[pair] : two[pair] + 1]]
            self.points.append((int(points[pair]), self._followed(line)))

    def _followed(self, line: list) -> cp_model.IntVar:
        """Whether the first and the last of a line of sessions are worked, and none between them."""
        goes_on = self.model.new_bool_var("")
        for take in (line[0], line[-1]):
            self.model.add_implication(goes_on, take)
        for take in line[1:-1]:
            self.model.add(goes_on + take <= 1)
        return goes_on

    def _practice(self, practice: int) -> None:
        """The two steps of fairness of one practice."""
        problem, weights = self.network.problem, self.network.weights
        third = int(scoring.thirds(problem)[practice])
        own = problem.sessions.practice == practice
        kept = int((own & ~self.free & (self.before >= 0)).sum())
        rows = np.flatnonzero(problem.sessions.practice[self.edges.session] == practice)
        if not third or not len(rows):
            return
        first, second = (self.model.new_int_var(0, third, "") for _ in range(2))
        self.model.add(first + second <= kept + sum(self.take[row] for row in rows))
        self.points += [(weights.first_third, first), (weights.second_third, second)]

    def solve(self, effort: float, seed: int, over: Callable[[], bool]) -> CorePlan:
        """Runs CP-SAT from the present plan; one worker and the strongest linear relaxation prove fastest here."""
        if not self.take:
            return CorePlan(self.before, 0)
        self.model.maximize(sum(point * variable for point, variable in self.points))
        for row, take in enumerate(self.take):
            self.model.add_hint(take, bool(self.before[self.edges.session[row]] == self.edges.clinician[row]))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers, solver.parameters.linearization_level = 1, 2
        solver.parameters.max_deterministic_time, solver.parameters.random_seed = effort, seed
        with _watched(solver, over):
            status = solver.solve(self.model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return CorePlan(self.before, UNKNOWN)
        after = np.where(self.free, self.network.problem.sessions.fixed, self.before)
        chosen = np.array([solver.boolean_value(take) for take in self.take])
        after[self.edges.session[chosen]] = self.edges.clinician[chosen]
        return CorePlan(after, round(solver.best_objective_bound - solver.objective_value))


@contextmanager
def _watched(solver: cp_model.CpSolver, over: Callable[[], bool]) -> Iterator[None]:
    """Asks the solver to stop from another thread: it works in native code, which no signal interrupts."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(LOOK_SECONDS):
            if over():
                solver.stop_search()

    thread = threading.Thread(target=watch, name="limits of CP-SAT", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _cliques(problem, session: np.ndarray, clinician: int) -> list[list[int]]:
    """Sets of the clinician's sessions that pairwise clash, so that every clash is inside one of them."""
    one, two = (grid.ravel() for grid in np.meshgrid(session, session, indexing="ij"))
    near = (one != two) & (np.abs(problem.sessions.day[one] - problem.sessions.day[two]) <= 1)
    clash = np.zeros(len(one), dtype=bool)
    couples = pairing.couples_of(problem, one[near], two[near], np.full(int(near.sum()), clinician))
    clash[near] = pairing.conflicting(couples)
    table = clash.reshape(len(session), len(session))
    missing, cliques = np.triu(table), []
    while missing.any():
        first, second = np.argwhere(missing)[0]
        members = [int(first), int(second)]
        for row in np.flatnonzero(table[first] & table[second]):
            if table[row, members].all():
                members.append(int(row))
        missing[np.ix_(members, members)] = False
        cliques.append(members)
    return cliques
