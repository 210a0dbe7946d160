"""Publishing a plan: every pair is looked at again with the rows as they are now, then all of it becomes visible at once.

What changed since the snapshot is left out with its reason, never forced. Runs in one transaction that holds the run
and its sessions; a worker that no longer owns the run changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import func, select

from matching import Problem, check, reasons_against
from pool.events import RunPublished
from pool.lifecycle import PROPOSAL, RUN, SESSION, advance
from pool.models.clinician import Clinician
from pool.models.match_run import MatchRun, Proposal, UnfilledReason
from pool.models.pool import Pool
from pool.models.session import PracticeSession
from pool.services.eligibility.eligibility import without_engagement
from pool.services.eligibility.snapshot import OPEN, active_clinicians
from pool.services.plans import release
from pool.services.pools import unplaced_practices
from pool.services.pools.policy import policy_of
from pool.services.runs import match_runs, run_parts
from pool.services.runs.drafts import Draft, Drafted, LeftEmpty
from pool.services.runs.whole_problem import Whole, persons
from pool.unit_of_work import UnitOfWork

CHANGED = "A clinician was found, but before the plan was published something changed:"
GONE = "The clinician has left the pool."
CLASH = "It no longer fits with the clinician's other sessions."


def publish(work: UnitOfWork, run_id: UUID, attempt: int, by_pool: Mapping[UUID, Draft]) -> bool:
    """Make the draft of each pool of a run the pool's plan, all or none. False, and nothing changes, when the run is no
    longer this worker's."""
    run = work.first(match_runs.held(run_id, attempt))
    if run is None:
        return False
    runs = match_runs.group_of(work, run)
    by_pool = {run.pool_id: with_unplaced(work, run, by_pool[run.pool_id]) for run in runs}
    drafts = [by_pool[run.pool_id] for run in runs]
    sessions = still_open(work, drafts)
    dropped = look_again(work, run, sessions, [one for draft in drafts for one in draft.proposals])
    proposals = [put_up(work, run, by_pool[run.pool_id], sessions, dropped) for run in runs]
    run_parts.empty(work, [run.id for run in runs])
    work.store.flush()
    for each, proposed in zip(runs, proposals, strict=True):
        if policy_of(work.get(Pool, each.pool_id)).auto_release:
            release.send_offers(work, proposed, against={})
    return True


def with_unplaced(work: UnitOfWork, run: MatchRun, draft: Draft) -> Draft:
    """The draft with the sessions that the engine was not given, because nobody knows where they are."""
    known = {proposal.session_id for proposal in draft.proposals} | {each.session_id for each in draft.empty}
    found = [each for each in unplaced_practices.unreachable(work, run, OPEN) if each.id not in known]
    left = (
        LeftEmpty(each.id, (unplaced_practices.unknown(each).sentence,), {unplaced_practices.PLACE: 1})
        for each in found
    )
    return replace(draft, empty=(*draft.empty, *left))


def put_up(
    work: UnitOfWork, run: MatchRun, draft: Draft, sessions: Mapping[UUID, PracticeSession], dropped: Mapping[UUID, str]
) -> list[Proposal]:
    """The plan of one pool as rows; what the second look dropped stays empty with its reason."""
    kept = [proposal for proposal in draft.proposals if proposal.session_id not in dropped]
    supersede(work, run, {proposal.session_id for proposal in kept})
    proposals = [propose(work, run, sessions[proposal.session_id], proposal) for proposal in kept]
    left = list(left_out(draft, dropped))
    empty = [*draft.empty, *left]
    for each in empty:
        if each.session_id in sessions:
            work.add(unfilled(run, sessions[each.session_id], each))
    finish(work, run, draft, len(proposals), len(empty), len(left))
    return proposals


def still_open(work: UnitOfWork, drafts: Iterable[Draft]) -> dict[UUID, PracticeSession]:
    """The sessions of the drafts that may still be matched, held until the end of the transaction."""
    ids = [proposal.session_id for draft in drafts for proposal in draft.proposals]
    ids += [each.session_id for draft in drafts for each in draft.empty]
    found = select(PracticeSession).where(
        PracticeSession.id.in_(ids), PracticeSession.state.in_(OPEN), PracticeSession.starts_at > work.now
    )
    held = found.order_by(PracticeSession.id).with_for_update(of=PracticeSession)
    return {option.id: option for option in work.all(held.execution_options(populate_existing=True))}


def look_again(
    work: UnitOfWork, run: MatchRun, sessions: Mapping[UUID, PracticeSession], proposed: Sequence[Drafted]
) -> dict[UUID, str]:
    """Every rule once more, over the whole plan of all pools, with current rows: what does not stay, with the reason.

    First as each pool sees its members, then with all work of a person together.
    """
    clinicians = {clinician.id: clinician for clinician in active_clinicians(work)}
    dropped = {each.session_id: why for each in proposed if (why := plainly_gone(each, sessions, clinicians))}
    tables = match_runs.tables_of(work, run, list(clinicians.values()))
    whole = Whole.of(tables, persons(clinicians.values(), run))
    dropped |= clashing(whole.memberships, pairs_left(proposed, dropped))
    if whole.is_joint:
        dropped |= clashing(whole.problem, whole.as_persons(pairs_left(proposed, dropped)))
    return dropped


def pairs_left(proposed: Iterable[Drafted], dropped: Mapping[UUID, str]) -> dict[str, str]:
    """Session to clinician, as the engine names them, without those that are gone."""
    return {str(each.session_id): str(each.clinician_id) for each in proposed if each.session_id not in dropped}


def plainly_gone(
    each: Drafted, sessions: Mapping[UUID, PracticeSession], clinicians: Mapping[UUID, Clinician]
) -> str | None:
    """What can be seen without the engine: the session is not open any more, the clinician has gone."""
    session, clinician = sessions.get(each.session_id), clinicians.get(each.clinician_id)
    if session is None:
        return "The session is no longer open."
    if clinician is None:
        return GONE
    if not unplaced_practices.is_reachable(session):
        return unplaced_practices.unknown(session).sentence
    return next((reason.sentence for reason in without_engagement(session, clinician)), None)


def clashing(problem: Problem, candidates: Mapping[str, str]) -> dict[UUID, str]:
    """Sessions whose pair breaks a rule now, with the reason. Taking one out can only free others, so it ends."""
    booked = {
        name: problem.clinicians.ids[who]
        for name, who in zip(problem.sessions.ids, problem.sessions.fixed.tolist(), strict=True)
        if who >= 0
    }
    plan = dict(candidates)
    dropped: dict[UUID, str] = {}
    while broken := [each.session_ids for each in check(problem, booked | plan) if plan.keys() & set(each.session_ids)]:
        for names in broken:
            movable = [name for name in names if name in plan]
            if movable:
                clinician = plan.pop(movable[-1])
                dropped[UUID(movable[-1])] = why_not(problem, movable[-1], clinician, booked | plan)
    return dropped


def why_not(problem: Problem, session: str, clinician: str, plan: Mapping[str, str]) -> str:
    """The first reason against a pair, as people read it."""
    against = reasons_against(problem, session, clinician, plan)
    return against[0].sentence if against else CLASH


def supersede(work: UnitOfWork, run: MatchRun, proposed_again: set[UUID]) -> None:
    """The engine's earlier proposals for these days give way; sessions without a new one are open again.

    What a person chose stays (match_runs.tables_of told the engine so).
    """
    earlier = (
        select(Proposal)
        .join(PracticeSession, Proposal.session_id == PracticeSession.id)
        .where(
            Proposal.state == "proposed",
            Proposal.pool_id == run.pool_id,
            Proposal.changed_by_id.is_(None),
            PracticeSession.on.between(run.first_day, run.last_day),
        )
        .with_for_update(of=Proposal)
    )
    for proposal in work.all(earlier):
        again = proposal.session_id in proposed_again
        advance(PROPOSAL, proposal, "replace" if again else "drop")
        if not again and proposal.session.state == "matched":
            advance(SESSION, proposal.session, "unmatch")
    work.store.flush()


def propose(work: UnitOfWork, run: MatchRun, session: PracticeSession, each: Drafted) -> Proposal:
    """One session and its clinician, with the reasons."""
    if session.state != "matched":
        advance(SESSION, session, "match")
    proposal = Proposal(
        pool_id=run.pool_id,
        practice_id=session.practice_id,
        clinician_id=each.clinician_id,
        run_id=run.id,
        session_id=session.id,
        state=PROPOSAL.initial,
        travel_minutes=each.travel_minutes,
        reasons=list(each.reasons),
        alternatives=list(each.alternatives),
        reserve=list(each.reserve),
    )
    work.add(proposal)
    return proposal


def left_out(draft: Draft, dropped: Mapping[UUID, str]) -> Iterable[LeftEmpty]:
    """Sessions whose clinician did not survive the second look."""
    for proposal in draft.proposals:
        if proposal.session_id in dropped:
            sentence = f"{CHANGED} {dropped[proposal.session_id]}"
            yield LeftEmpty(proposal.session_id, (sentence,), {"changed": 1}, "", proposal.alternatives)


def unfilled(run: MatchRun, session: PracticeSession, each: LeftEmpty) -> UnfilledReason:
    """Why a session is empty, kept with the run."""
    return UnfilledReason(
        pool_id=run.pool_id,
        practice_id=session.practice_id,
        run_id=run.id,
        session_id=session.id,
        sentences=list(each.sentences),
        counts=each.counts,
        smallest_change=each.smallest_change,
        alternatives=list(each.alternatives),
    )


def finish(work: UnitOfWork, run: MatchRun, draft: Draft, proposed: int, empty: int, dropped: int) -> None:
    """The run is over; its figures stay with it."""
    advance(RUN, run, "publish")
    run.objective, run.bound, run.gap = draft.objective, draft.bound, draft.gap
    run.report = draft.report
    run.summary = draft.summary | {"proposed": proposed, "unfilled": empty, "changed_meanwhile": dropped}
    run.stage, run.progress, run.failure = "Published", 1.0, ""
    run.finished_at, run.lease_until = func.now(), None
    work.record(RunPublished(run.id, proposed, empty, dropped), pool_id=run.pool_id)
