"""A pool's plan as it stands, kept in memory for live questions. It holds nothing that is not in the rows.

Whoever wants a state gives the fingerprint of the rows as they are now; a state of other rows is thrown away and built
anew, so a process that was killed, or that missed a change, is never wrong.
"""

import json
from collections import OrderedDict
from collections.abc import Mapping
from functools import cached_property
from uuid import UUID

import matching
from matching import Problem, Result, State, Weights
from pool.actor import Actor
from pool.clock import london_date
from pool.models.pool import Pool
from pool.services import match_runs, objective
from pool.services.fingerprint import fingerprint
from pool.services.policy import policy_of
from pool.services.snapshot import Window
from pool.unit_of_work import UnitOfWork, unit_of_work

MOST_POOLS = 8
MOST_READS = 3


class Moving(Exception):
    """The rows changed each time they were read; the question may be asked again."""


class LiveState:
    """The problem of the coming weeks and the plan in it: proposals, offers, bookings."""

    def __init__(self, mark: str, problem: Problem, weights: Weights, kept: Mapping[str, str]):
        self.mark = mark
        self.problem = problem
        self.weights = weights
        self.kept = kept

    @cached_property
    def present(self) -> Result:
        """The plan as it stands, measured."""
        return matching.evaluate(self.problem, without_clashes(self.problem, self.kept), weights=self.weights)

    @cached_property
    def state(self) -> State:
        """The plan ready for questions about replacements."""
        return State(self.problem, self.present)

    @cached_property
    def best(self) -> Result:
        """The best plan of these rows, which a what-if is compared with."""
        return matching.solve(self.problem, weights=self.weights)


class LiveStates:
    """The states of the pools that were asked about last."""

    def __init__(self) -> None:
        self._states: OrderedDict[UUID, LiveState] = OrderedDict()

    def of(self, pool_id: UUID) -> LiveState:
        """The state of a pool's rows as they are now. Raises Moving when they do not stand still."""
        with unit_of_work(Actor.system(pool_id), read_only=True) as work:
            known = self._states.get(pool_id)
            if known is None or known.mark != fingerprint(work):
                known = read(work)
        self._states[pool_id] = known
        self._states.move_to_end(pool_id)
        while len(self._states) > MOST_POOLS:
            self._states.popitem(last=False)
        return known


def read(work: UnitOfWork) -> LiveState:
    """A state from the rows; read again when one of them changed meanwhile."""
    for _ in range(MOST_READS):
        mark = fingerprint(work)
        work.store.expire_all()
        pool = work.get(Pool, match_runs.only_pool(work))
        policy = policy_of(pool)
        today, last = london_date(work.now), match_runs.horizon(work)[1]
        tables = json.loads(json.dumps(match_runs.tables_between(work, Window(today, last)), default=str))
        if fingerprint(work) == mark:
            problem = Problem.from_tables(tables)
            weights = objective.for_solving(problem, objective.weights_of(policy), filling_first=policy.fill_first)
            return LiveState(mark, problem, weights, planned(problem))
    raise Moving


def planned(problem: Problem) -> dict[str, str]:
    """What is proposed now: the engine is told as the plan to keep."""
    who, open_now = problem.sessions.previous.tolist(), (problem.sessions.fixed < 0).tolist()
    return {
        name: problem.clinicians.ids[clinician]
        for name, clinician, movable in zip(problem.sessions.ids, who, open_now, strict=True)
        if clinician >= 0 and movable
    }


def without_clashes(problem: Problem, plan: Mapping[str, str]) -> dict[str, str]:
    """The pairs of a plan that still keep every rule, beside what is booked."""
    kept = dict(plan)
    while broken := [name for each in matching.check(problem, kept) for name in each.session_ids if name in kept]:
        kept.pop(broken[-1])
    return kept
