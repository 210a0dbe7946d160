"""What the pages about runs and plans show."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, select

from pool.events import ProposalDropped
from pool.formats import listed
from pool.models.audit import AuditEntry
from pool.models.clinician import Clinician
from pool.models.match_run import MatchRun, Proposal, UnfilledReason
from pool.models.person import Person
from pool.models.practice import Organisation, Practice
from pool.models.run_part import RunPart
from pool.models.session import PracticeSession
from pool.search import holds, how_many
from pool.services.bookings import offer_waves
from pool.services.runs import run_groups, run_parts
from pool.unit_of_work import UnitOfWork

BY_START = (PracticeSession.starts_at, Organisation.name)
"""The order of a plan: by start, then by practice."""


class Plan(NamedTuple):
    """A run and what became of its sessions; `parts` are its areas when it was divided, `unanswered` counts
    sessions for which nobody is asked any more although somebody could be. `proposed` and `unfilled` count the rows
    that the search found. `partners` names the pools that were matched in the same run. `by_hand` counts the sessions
    that somebody gave to another clinician or took out: the gap was proven for the plan without these changes."""

    run: MatchRun
    proposed: int
    unfilled: int
    to_release: int
    parts: Sequence[RunPart]
    unanswered: int
    partners: str
    by_hand: int


def number_of_runs(work: UnitOfWork) -> int:
    """All runs of the pool."""
    return how_many(work, select(MatchRun))


def newest(work: UnitOfWork, offset: int, size: int) -> Sequence[MatchRun]:
    """A stretch of the list of runs, newest first."""
    return work.all(select(MatchRun).order_by(MatchRun.requested_at.desc()).offset(offset).limit(size))


def plan_of(work: UnitOfWork, run_id: UUID, text: str = "") -> Plan:
    """The plan of a run; `text` narrows it to practices and clinicians whose name holds it."""
    waiting = (Proposal.run_id == run_id, Proposal.state == "proposed")
    run = work.get(MatchRun, run_id)
    return Plan(
        run,
        how_many(work, proposals_found(run_id, text)),
        how_many(work, unfilled_found(run_id, text)),
        how_many(work, select(Proposal).where(*waiting)),
        run_parts.of_run(work, run_id),
        len(offer_waves.unanswered(work, run_id)),
        listed([partner.name for partner in run_groups.partners(work, run)]),
        len(changed_by_hand(work, [run_id]).get(run_id, ())),
    )


def changed_by_hand(work: UnitOfWork, run_ids: Sequence[UUID]) -> dict[UUID, set[UUID]]:
    """The sessions of each run that are not as the run planned them, by run: given to another, or taken out."""
    chosen = select(Proposal.run_id, Proposal.session_id).where(
        Proposal.run_id.in_(run_ids), Proposal.changed_by_id.is_not(None)
    )
    dropped = (
        select(Proposal.run_id, Proposal.session_id)
        .join(AuditEntry, (AuditEntry.subject_id == Proposal.id) & (AuditEntry.name == ProposalDropped.__name__))
        .where(Proposal.run_id.in_(run_ids))
    )
    found: dict[UUID, set[UUID]] = {}
    for run_id, session_id in work.store.execute(chosen.union(dropped)):
        found.setdefault(run_id, set()).add(session_id)
    return found


def asked_by(work: UnitOfWork, run: MatchRun) -> str:
    """Who asked for a run: a person, the pool itself at night, or the pool whose run it follows."""
    if run.requested_by is not None:
        return run.requested_by.name
    return f"Run of {run_groups.partners(work, run)[0].name}" if run.led_by_id else "By itself"


def proposals(work: UnitOfWork, run_id: UUID, text: str, offset: int, size: int) -> Sequence[Proposal]:
    """A stretch of the proposals by start, then by practice."""
    return work.all(proposals_found(run_id, text).order_by(*BY_START, Proposal.id).offset(offset).limit(size))


def unfilled(work: UnitOfWork, run_id: UUID, text: str, offset: int, size: int) -> Sequence[UnfilledReason]:
    """A stretch of the sessions that stay empty, in the same order."""
    return work.all(unfilled_found(run_id, text).order_by(*BY_START, UnfilledReason.id).offset(offset).limit(size))


def proposals_found(run_id: UUID, text: str) -> Select[Proposal]:
    """Proposals whose practice or clinician has a name that holds the text."""
    found = select(Proposal).join(Proposal.session).join(PracticeSession.practice).join(Practice.organisation)
    found = found.join(Proposal.clinician).join(Clinician.person)
    return found.where(Proposal.run_id == run_id, holds(text, Organisation.name, Person.name))


def unfilled_found(run_id: UUID, text: str) -> Select[UnfilledReason]:
    """Sessions that stay empty at practices whose name holds the text."""
    found = (
        select(UnfilledReason).join(UnfilledReason.session).join(PracticeSession.practice).join(Practice.organisation)
    )
    return found.where(UnfilledReason.run_id == run_id, holds(text, Organisation.name))


def clinician_names(work: UnitOfWork) -> dict[str, str]:
    """Names by id, as the alternatives of a proposal refer to them."""
    return {str(clinician.id): clinician.name for clinician in work.all(select(Clinician))}
