"""What a run is solved from, over one pool or over several, and what each pool is told of its plan."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

import matching
from matching import Problem, Result
from pool.models.clinician import Clinician
from pool.models.match_run import MatchRun
from pool.services.eligibility.snapshot import Tables
from pool.services.runs.drafts import StandIns
from pool.services.runs.persons import PersonOf, united
from pool.services.runs.pool_view import view


@dataclass(frozen=True)
class JointProblem:
    """`memberships` has a clinician for each membership of a pool, `problem` one for each person; for a run over one pool
    both are the same, and `person_of` is empty."""

    memberships: Problem
    problem: Problem
    person_of: PersonOf

    @classmethod
    def of(cls, tables: Tables, person_of: PersonOf) -> "JointProblem":
        """From the tables of all pools of a run. Raises ProblemError."""
        memberships = Problem.from_tables(tables)
        return cls(memberships, united(memberships, person_of) if person_of else memberships, person_of)

    @property
    def is_joint(self) -> bool:
        """Does the run cover several pools?"""
        return bool(self.person_of)

    def views(self) -> list[tuple[Problem, Callable[[Mapping[str, str]], dict[str, str]]]]:
        """Every problem whose rules a plan has to keep, and how it names the plan: that of the memberships, and for several
        pools that of the persons."""
        alone: list[tuple[Problem, Callable[[Mapping[str, str]], dict[str, str]]]] = [(self.memberships, dict)]
        return [*alone, (self.problem, self.as_persons)] if self.is_joint else alone

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
    """Persons to members of one pool; the same for a run over one pool."""
    return {person_of.get(clinician, clinician): clinician for clinician in seen.clinicians.ids}


def as_members(seen: Problem, person_of: PersonOf, plan: Mapping[str, str | None]) -> dict[str, str | None]:
    """One pool's share of a plan of persons."""
    member = members(seen, person_of)
    return {session: member[who] if (who := plan.get(session)) else None for session in seen.session_index}


def persons(clinicians: Iterable[Clinician], run: MatchRun) -> dict[str, str]:
    """The person behind each membership, for a run over several pools; nothing otherwise."""
    return {str(clinician.id): str(clinician.person_id) for clinician in clinicians} if run.together else {}
