"""The first step of a run: read what it is solved from, once, and keep it with the run of each pool.

A run whose parts are solved is read from what was kept, so that the parts fit together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from sqlalchemy import select

from matching import Problem, Result, Weights
from pool.models.clinician import Clinician
from pool.models.pool import Pool
from pool.services.eligibility.snapshot import Tables
from pool.services.pools.policy import policy_of
from pool.services.runs import joint_problem, objective, run_leases, run_parts, run_snapshots, run_stops, run_tables
from pool.services.runs.drafts import StandIns
from pool.services.runs.joint_problem import JointProblem, PersonOf
from pool.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class RunInput:
    """What a run is solved from: the engine's tables of all its pools, and what a plan is worth.

    `reserve_depths` says for each pool how many stand-ins a session gets. `person_of` names the person behind each
    membership; it is empty for a run over one pool. `part_answers` holds the answers of the run's parts by the digest of the
    part; it is empty unless the run was divided.
    """

    tables: Tables
    weights: Weights
    fills_first: bool
    reserve_depths: Mapping[UUID, int]
    seed: int
    person_of: PersonOf = field(default_factory=dict)
    part_answers: Mapping[str, bytes] = field(default_factory=dict)

    @cached_property
    def joint(self) -> JointProblem:
        """The problem of all pools. Raises matching.ProblemError."""
        return JointProblem.of(self.tables, self.person_of)

    @property
    def problem(self) -> Problem:
        """The problem that is solved: one clinician for each person."""
        return self.joint.problem

    @cached_property
    def points(self) -> Weights:
        """What the engine counts."""
        return objective.for_solving(self.problem, self.weights, filling_first=self.fills_first)

    def share_of(self, pool_id: UUID, result: Result, stand_ins: StandIns) -> tuple[Problem, Result, StandIns]:
        """One pool's problem, plan and stand-ins, with what the pool may see of the others."""
        problem, plan = self.joint.of_pool(pool_id, result)
        return problem, plan, self.joint.reserve_of(problem, stand_ins, self.reserve_depths[pool_id])


def read_run(work: UnitOfWork, run_id: UUID, attempt: int) -> RunInput:
    """Read what a run is solved from, and keep it. Raises Dropped when the run was stopped before it had a plan, and Lost
    when it is no longer the worker's."""
    run = run_leases.owned_run(work, run_id, attempt)
    run_stops.refuse_stopped(work, run_id)
    answers = run_parts.answers(work, run_id)
    tables = run_snapshots.kept(work, run) if answers else run_tables.tables_of(work, run)
    run_input = RunInput(
        tables=tables,
        weights=Weights.from_dict(run.weights),
        fills_first=run.fill_first,
        reserve_depths={pool_id: policy_of(work.get(Pool, pool_id)).reserve_depth for pool_id in run.pool_ids},
        seed=run.seed,
        person_of=joint_problem.persons(work.all(select(Clinician)), run) if run.together else {},
        part_answers=answers,
    )
    if not answers:
        run_snapshots.keep(work, run, attempt, tables)
    return run_input
