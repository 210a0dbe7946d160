"""The last step of a run: write its plan, the reasons, the report and the figures of each pool, in one transaction.

Every pair is looked at again with the rows as they are now (recheck.py). What changed since they were read is left out
with its reason, never forced. The transaction holds the run and its sessions; a worker that no longer owns the run
changes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from sqlalchemy import func, select

from pool.events import RunPublished
from pool.lifecycle import PROPOSAL, RUN, SESSION, advance
from pool.models.match_run import MatchRun, Proposal, UnfilledReason
from pool.models.pool import Pool
from pool.models.run_part import RunPart
from pool.models.session import PracticeSession
from pool.rules.rule_words import PLACE, to_manager
from pool.services.bookings import proposal_offers
from pool.services.eligibility.snapshot import OPEN
from pool.services.pools import unplaced_practices
from pool.services.pools.policy import policy_of
from pool.services.runs import recheck, run_leases, run_parts
from pool.services.runs.drafts import Draft, Drafted, LeftEmpty
from pool.services.runs.run_parts import Piece
from pool.unit_of_work import UnitOfWork

CHANGED = "A clinician was found, but before the plan was published something changed:"


def write_run(
    work: UnitOfWork, run_id: UUID, attempt: int, outcome: Mapping[UUID, Draft] | list[Piece]
) -> list[RunPart]:
    """Make the draft of each pool of a run the pool's plan, all or none. Raises Lost, and changes nothing, when the run is
    no longer the worker's.

    The parts of a divided run are written instead, and returned, so that the caller asks for a job for each of them.
    """
    run = run_leases.owned_run_for_update(work, run_id, attempt)
    if isinstance(outcome, list):
        return run_parts.divide(work, run, outcome)
    publish(work, run, outcome)
    return []


def publish(work: UnitOfWork, run: MatchRun, by_pool: Mapping[UUID, Draft]) -> None:
    """The plan of each pool, and its offers where the pool sends them by itself."""
    runs = run_leases.group_of(work, run)
    by_pool = {member.pool_id: with_unplaced(work, member, by_pool[member.pool_id]) for member in runs}
    sessions = still_open(work, by_pool.values())
    dropped = recheck.broken_pairs(
        work, run, sessions, [pair for draft in by_pool.values() for pair in draft.proposals]
    )
    proposals = [write_plan(work, member, by_pool[member.pool_id], sessions, dropped) for member in runs]
    run_parts.empty(work, [member.id for member in runs])
    work.store.flush()
    for member, proposed in zip(runs, proposals, strict=True):
        if policy_of(work.get(Pool, member.pool_id)).auto_release:
            proposal_offers.send_offers(work, proposed, against={})


def with_unplaced(work: UnitOfWork, run: MatchRun, draft: Draft) -> Draft:
    """The draft with the sessions that the engine was not given, because their place is not known."""
    unreachable = unplaced_practices.unreachable(work, run, OPEN)
    left = (
        LeftEmpty(session.id, (to_manager(unplaced_practices.unknown(session.practice)),), {PLACE: 1})
        for session in unreachable
        if session.id not in draft.session_ids
    )
    return replace(draft, empty=(*draft.empty, *left))


def write_plan(
    work: UnitOfWork, run: MatchRun, draft: Draft, sessions: Mapping[UUID, PracticeSession], dropped: Mapping[UUID, str]
) -> list[Proposal]:
    """The plan of one pool as rows; what the second look dropped stays empty with its reason."""
    left = list(left_out(draft, dropped))
    empty = [*draft.empty, *left]
    kept = [proposal for proposal in draft.proposals if proposal.session_id not in dropped]
    supersede(work, run, {proposal.session_id for proposal in kept})
    proposals = [propose(work, run, sessions[proposal.session_id], proposal) for proposal in kept]
    for reason in empty:
        if reason.session_id in sessions:
            leave_empty(work, run, sessions[reason.session_id], reason)
    finish(work, run, draft, len(proposals), len(empty), len(left))
    return proposals


def still_open(work: UnitOfWork, drafts: Iterable[Draft]) -> dict[UUID, PracticeSession]:
    """The sessions of the drafts that may still be matched, held until the end of the transaction."""
    ids = [session_id for draft in drafts for session_id in draft.session_ids]
    found = select(PracticeSession).where(
        PracticeSession.id.in_(ids), PracticeSession.state.in_(OPEN), PracticeSession.starts_at > work.now
    )
    locked = found.order_by(PracticeSession.id).with_for_update(of=PracticeSession)
    return {session.id: session for session in work.all(locked.execution_options(populate_existing=True))}


def supersede(work: UnitOfWork, run: MatchRun, proposed_again: set[UUID]) -> None:
    """The engine's earlier proposals for these days give way; sessions without a new one are open again.

    What a person chose stays (run_tables.py told the engine so).
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


def propose(work: UnitOfWork, run: MatchRun, session: PracticeSession, pair: Drafted) -> Proposal:
    """One session and its clinician, with the reasons."""
    if session.state != "matched":
        advance(SESSION, session, "match")
    proposal = Proposal(
        pool_id=run.pool_id,
        practice_id=session.practice_id,
        clinician_id=pair.clinician_id,
        run_id=run.id,
        session_id=session.id,
        state=PROPOSAL.initial,
        travel_minutes=pair.travel_minutes,
        reasons=[dict(kept) for kept in pair.reasons],
        alternatives=list(pair.alternatives),
        reserve=list(pair.reserve),
    )
    work.add(proposal)
    return proposal


def left_out(draft: Draft, dropped: Mapping[UUID, str]) -> Iterable[LeftEmpty]:
    """Sessions whose clinician did not survive the second look."""
    for proposal in draft.proposals:
        if proposal.session_id in dropped:
            sentence = f"{CHANGED} {dropped[proposal.session_id]}"
            yield LeftEmpty(proposal.session_id, (sentence,), {"changed": 1}, "", proposal.alternatives)


def leave_empty(work: UnitOfWork, run: MatchRun, session: PracticeSession, left: LeftEmpty) -> None:
    """Why a session is empty, kept with the run."""
    reason = UnfilledReason(
        pool_id=run.pool_id,
        practice_id=session.practice_id,
        run_id=run.id,
        session_id=session.id,
        sentences=list(left.sentences),
        counts=left.counts,
        smallest_change=left.smallest_change,
        alternatives=list(left.alternatives),
    )
    work.add(reason)


def finish(work: UnitOfWork, run: MatchRun, draft: Draft, proposed: int, empty: int, dropped: int) -> None:
    """The run is over; its figures stay with it."""
    advance(RUN, run, "publish")
    run.objective, run.bound, run.gap = draft.objective, draft.bound, draft.gap
    run.report = draft.report
    run.summary = draft.summary | {"proposed": proposed, "unfilled": empty, "changed_meanwhile": dropped}
    run.stage, run.progress, run.failure = "Published", 1.0, ""
    run.finished_at, run.lease_until = func.now(), None
    work.record(RunPublished(run.id, proposed, empty, dropped), pool_id=run.pool_id)
