"""What the pages about runs and plans show."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from pool.models.clinician import Clinician
from pool.models.match_run import MatchRun, Proposal, UnfilledReason
from pool.models.run_part import RunPart
from pool.services import run_parts, waves
from pool.unit_of_work import UnitOfWork


class Plan(NamedTuple):
    """A run with what became of each session; `parts` are its areas when it was divided, `unanswered` counts
    sessions for which nobody is asked any more although somebody could be."""

    run: MatchRun
    proposals: Sequence[Proposal]
    unfilled: Sequence[UnfilledReason]
    to_release: int
    names: dict[str, str]
    parts: Sequence[RunPart]
    unanswered: int


def how_many(work: UnitOfWork) -> int:
    """All runs of the pool."""
    return work.store.scalar(select(func.count()).select_from(MatchRun)) or 0


def newest(work: UnitOfWork, offset: int, size: int) -> Sequence[MatchRun]:
    """A stretch of the list of runs, newest first."""
    return work.all(select(MatchRun).order_by(MatchRun.requested_at.desc()).offset(offset).limit(size))


def plan_of(work: UnitOfWork, run_id: UUID, text: str = "") -> Plan:
    """The plan of a run; `text` narrows it to practices and clinicians whose name holds it."""
    run = work.get(MatchRun, run_id)
    proposals = sorted(work.all(select(Proposal).where(Proposal.run_id == run_id)), key=by_start)
    unfilled = sorted(work.all(select(UnfilledReason).where(UnfilledReason.run_id == run_id)), key=by_start)
    waiting = sum(each.state == "proposed" for each in proposals)
    return Plan(
        run,
        [each for each in proposals if matches(text, each.session.practice.name, each.clinician.name)],
        [each for each in unfilled if matches(text, each.session.practice.name)],
        waiting,
        clinician_names(work),
        run_parts.of_run(work, run_id),
        len(waves.unanswered(work, run_id)),
    )


def by_start(row: Proposal | UnfilledReason) -> tuple[datetime, str]:
    """The order of a plan: by start, then by practice."""
    return row.session.starts_at, row.session.practice.name


def matches(text: str, *names: str) -> bool:
    """Does a name hold the text that was searched for?"""
    return not text or any(text.casefold() in name.casefold() for name in names)


def clinician_names(work: UnitOfWork) -> dict[str, str]:
    """Names by id, as the alternatives of a proposal refer to them."""
    return {str(each.id): each.name for each in work.all(select(Clinician))}
