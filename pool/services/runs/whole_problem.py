"""What a run is solved from, over one pool or over several, and what each pool is told of its plan."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

import matching
from matching import Problem, Result
from pool.models.clinician import Clinician
from pool.models.match_run import MatchRun
from pool.services.eligibility.snapshot import Tables
from pool.services.runs.drafts import StandIns
from pool.services.runs.one_person import PersonOf, united
from pool.services.runs.pool_view import view

OWNER = {
    "practices": "practice_id",
    "clinicians": "clinician_id",
    "sessions": "practice_id",
    "availability": "clinician_id",
    "pairs": "clinician_id",
    "elsewhere": "clinician_id",
}
"""The column of each table that says whose row it is."""


@dataclass(frozen=True)
class Whole:
    """`memberships` has a clinician for each membership of a pool, `problem` one for each person; for a run over one pool
    both are the same, and `person_of` is empty."""

    memberships: Problem
    problem: Problem
    person_of: PersonOf

    @classmethod
    def of(cls, tables: Tables, person_of: PersonOf) -> "Whole":
        """From the tables of all pools of a run. Raises ProblemError."""
        memberships = Problem.from_tables(tables)
        return cls(memberships, united(memberships, person_of) if person_of else memberships, person_of)

    @property
    def is_joint(self) -> bool:
        """Does the run cover several pools?"""
        return bool(self.person_of)

    def as_persons(self, plan: Mapping[str, str]) -> dict[str, str]:
        """A plan of memberships as a plan of persons."""
        return {session: self.person_of[clinician] for session, clinician in plan.items()}

    def of_pool(self, pool_id: UUID, result: Result) -> tuple[Problem, Result]:
        """The problem as one pool sees it, and its share of the plan measured there. The plan as it is, for a run over one
        pool."""
        if not self.is_joint:
            return self.problem, result
        seen = view(self.memberships, self.person_of, str(pool_id), result.assignment)
        share = as_members(seen, self.person_of, result.assignment)
        return seen, matching.evaluate(seen, share, weights=result.weights)

    def reserve_of(self, seen: Problem, stand_ins: StandIns, depth: int) -> StandIns:
        """The stand-ins of one pool's sessions as its members, as many as the pool wants."""
        member = members(seen, self.person_of)
        return {session: [member[who] for who in stand_ins.get(session, ())[:depth]] for session in seen.session_index}


def members(seen: Problem, person_of: PersonOf) -> dict[str, str]:
    """Persons to members of one pool; everybody is themselves when the run covers one pool."""
    return {person_of.get(clinician, clinician): clinician for clinician in seen.clinicians.ids}


def as_members(seen: Problem, person_of: PersonOf, plan: Mapping[str, str | None]) -> dict[str, str | None]:
    """One pool's share of a plan of persons."""
    member = members(seen, person_of)
    return {session: member[who] if (who := plan.get(session)) else None for session in seen.session_index}


def persons(clinicians: Iterable[Clinician], run: MatchRun) -> dict[str, str]:
    """The person behind each membership, for a run over several pools; nothing otherwise."""
    return {str(clinician.id): str(clinician.person_id) for clinician in clinicians} if run.together else {}


def by_pool(tables: Tables, pool_ids: Iterable[UUID]) -> dict[UUID, Tables]:
    """The tables of a run pool by pool: no row of one stands among those of another."""
    owner = {row["practice_id"]: row["pool_id"] for row in tables["practices"]}
    owner |= {row["clinician_id"]: row["pool_id"] for row in tables["clinicians"]}
    found: dict[UUID, Tables] = {pool_id: {name: [] for name in OWNER} for pool_id in pool_ids}
    for name, column in OWNER.items():
        for row in tables[name]:
            found[UUID(owner[row[column]])][name].append(row)
    return found


def put_together(parts: Iterable[Tables]) -> Tables:
    """The tables of several pools as one."""
    parts = list(parts)
    return {name: [row for part in parts for row in part[name]] for name in OWNER}
