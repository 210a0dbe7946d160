"""A pool's plan as it stands, from the rows, ready for questions. It holds nothing that is not in the rows."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import matching
from matching import Problem, Result, Weights
from pool.clock import london_date
from pool.models.pool import Pool
from pool.services.eligibility.pool_facts import Window
from pool.services.plans.fingerprint import fingerprint
from pool.services.pools.policy import policy_of
from pool.services.runs import objective, run_requests, run_tables
from pool.unit_of_work import UnitOfWork

MOST_READS = 3


class Moving(Exception):
    """The rows changed each time they were read; the question may be asked again."""


class PlanState:
    """The problem of the coming weeks and the plan in it: proposals, offers, bookings. `fingerprint` is that of its
    rows. The engine is loaded with the first question."""

    def __init__(self, rows_fingerprint: str, problem: Problem, weights: Weights, kept: Mapping[str, str]):
        self.fingerprint = rows_fingerprint
        self.problem = problem
        self.weights = weights
        self.kept = kept

    @property
    def open_sessions(self) -> int:
        """How many sessions the engine may give."""
        return int((self.problem.sessions.fixed < 0).sum())

    @cached_property
    def present(self) -> Result:
        """The plan as it stands, measured."""
        return matching.evaluate(self.problem, without_clashes(self.problem, self.kept), weights=self.weights)

    @cached_property
    def state(self) -> Any:
        """The plan ready for questions about replacements (matching.State)."""
        return matching.State(self.problem, self.present)

    @cached_property
    def best(self) -> Result:
        """The best plan of these rows, which a what-if is compared with."""
        return matching.solve(self.problem, weights=self.weights)


def read(work: UnitOfWork) -> PlanState:
    """The state of the actor's pool; read again when a row changed meanwhile. Raises Moving when they never stand still."""
    for _ in range(MOST_READS):
        before = fingerprint(work)
        work.store.expire_all()
        pool = work.get(Pool, work.pool_id)
        policy = policy_of(pool)
        today, last = london_date(work.now), run_requests.horizon(work)[1]
        tables = run_tables.tables_between(work, Window(today, last))
        if fingerprint(work) == before:
            problem = Problem.from_tables(tables)
            weights = objective.for_solving(problem, objective.weights_of(policy), filling_first=policy.fill_first)
            return PlanState(before, problem, weights, planned(problem))
    raise Moving


def planned(problem: Problem) -> dict[str, str]:
    """Who has what now: what is booked, offered or chosen by a person, and what is proposed.

    The engine is told proposals as the plan to keep, everything else as fixed; a plan names both.
    """
    sessions, people = problem.sessions, problem.clinicians.ids
    pairs = zip(sessions.ids, sessions.fixed.tolist(), sessions.previous.tolist(), strict=True)
    holders = {name: fixed if fixed >= 0 else proposed for name, fixed, proposed in pairs}
    return {name: people[clinician] for name, clinician in holders.items() if clinician >= 0}


def without_clashes(problem: Problem, plan: Mapping[str, str]) -> dict[str, str]:
    """The plan without proposals that break a rule by now; what is booked stays."""
    kept, fixed = dict(plan), problem.sessions.fixed
    movable = {name for name in plan if fixed[problem.session(name)] < 0}
    while broken := [name for names in clashes(problem, kept) for name in names if name in movable]:
        movable.discard(broken[-1])
        kept.pop(broken[-1])
    return kept


def clashes(problem: Problem, plan: Mapping[str, str]) -> list[Sequence[str]]:
    """The sessions of each rule that a plan breaks."""
    return [violation.session_ids for violation in matching.check(problem, plan)]
