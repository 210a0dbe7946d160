"""Every pair of a plan looked at once more before it is written, with the rows as they are now."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from matching import Problem, check, reasons_against
from pool.models.clinician import Clinician
from pool.models.match_run import MatchRun
from pool.models.session import PracticeSession
from pool.rules.rule_words import stopped_now, to_manager
from pool.services.eligibility.session_rules import without_engagement
from pool.services.eligibility.snapshot import active_clinicians
from pool.services.pools import unplaced_practices
from pool.services.runs import joint_problem, run_tables
from pool.services.runs.drafts import Drafted
from pool.services.runs.joint_problem import JointProblem
from pool.unit_of_work import UnitOfWork

GONE = "The clinician has left the pool."
CLASH = "It no longer fits with the clinician's other sessions."


def broken_pairs(
    work: UnitOfWork, run: MatchRun, sessions: Mapping[UUID, PracticeSession], proposed: Sequence[Drafted]
) -> dict[UUID, str]:
    """Every rule once more, over the whole plan of all pools, with current rows: what does not stay, with the reason.

    First as each pool sees its members, then with all work of a person together.
    """
    clinicians = {clinician.id: clinician for clinician in active_clinicians(work)}
    dropped = {pair.session_id: why for pair in proposed if (why := plainly_gone(pair, sessions, clinicians))}
    tables = run_tables.tables_of(work, run, list(clinicians.values()))
    joint = JointProblem.of(tables, joint_problem.persons(clinicians.values(), run))
    for problem, named in joint.views():
        dropped |= clashing(problem, named(pairs_left(proposed, dropped)))
    return dropped


def pairs_left(proposed: Iterable[Drafted], dropped: Mapping[UUID, str]) -> dict[str, str]:
    """Session to clinician, as the engine names them, without those that are gone."""
    return {str(pair.session_id): str(pair.clinician_id) for pair in proposed if pair.session_id not in dropped}


def plainly_gone(
    pair: Drafted, sessions: Mapping[UUID, PracticeSession], clinicians: Mapping[UUID, Clinician]
) -> str | None:
    """What can be seen without the engine: the session is not open any more, the clinician has gone."""
    session, clinician = sessions.get(pair.session_id), clinicians.get(pair.clinician_id)
    if session is None:
        return "The session is no longer open."
    if clinician is None:
        return GONE
    if not unplaced_practices.is_reachable(session):
        return to_manager(unplaced_practices.unknown(session.practice))
    return next((stopped_now(refusal.code) for refusal in without_engagement(session, clinician)), None)


def clashing(problem: Problem, candidates: Mapping[str, str]) -> dict[UUID, str]:
    """Sessions whose pair breaks a rule now, with the reason. Taking one out can only free others, so it ends."""
    booked = {
        name: problem.clinicians.ids[who]
        for name, who in zip(problem.sessions.ids, problem.sessions.fixed.tolist(), strict=True)
        if who >= 0
    }
    plan = dict(candidates)
    dropped: dict[UUID, str] = {}
    while broken := [names for names in violated(problem, booked | plan) if plan.keys() & set(names)]:
        for names in broken:
            movable = [name for name in names if name in plan]
            if movable:
                clinician = plan.pop(movable[-1])
                dropped[UUID(movable[-1])] = why_not(problem, movable[-1], clinician, booked | plan)
    return dropped


def violated(problem: Problem, plan: Mapping[str, str]) -> list[tuple[str, ...]]:
    """The sessions of each violation of a rule."""
    return [tuple(violation.session_ids) for violation in check(problem, plan)]


def why_not(problem: Problem, session: str, clinician: str, plan: Mapping[str, str]) -> str:
    """The first reason against a pair, as the report of a run says it."""
    against = reasons_against(problem, session, clinician, plan)
    return stopped_now(against[0].code) if against else CLASH
