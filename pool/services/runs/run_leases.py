"""Who works on a run: claimed by one worker at a time, for as long as its lease is renewed, and ended once.

PostgreSQL holds the truth: a worker owns a run while the run's `attempt` is its own and renews a lease in database
time. Everything a worker writes is fenced by that attempt, so one that was given up on can finish late and change
nothing (docs/adr/0004-runs-survive.md).
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, aliased

from pool.events import RunFailed
from pool.lifecycle import RUN, advance
from pool.models.match_run import MatchRun
from pool.models.run_part import RunPart
from pool.unit_of_work import UnitOfWork

LEASE = timedelta(seconds=30)
"""Unless the setting POOL_LEASE_SECONDS says otherwise."""

MOST_ATTEMPTS = 5
NOT_STARTED = "Waiting for a free worker"
STOPPED = (
    f"The run was started {MOST_ATTEMPTS} times and its worker stopped each time. Start a new run over fewer days."
)


class Lost(Exception):
    """The run was given to another worker; whatever this one still does changes nothing."""


def is_free() -> ColumnElement[bool]:
    """Waiting, abandoned (the lease has run out, database time), or divided with all of its parts solved or stopped
    by a manager. A run that another one leads is never taken by itself."""
    abandoned = (MatchRun.state == "running") & (MatchRun.lease_until <= func.now())
    own = (RunPart.run_id == MatchRun.id) | RunPart.run_id.in_(led_by(MatchRun.id))
    unsolved = select(RunPart.id).where(own, RunPart.state != "solved").correlate(MatchRun).exists()
    divided = (MatchRun.state == "divided") & (~unsolved | (MatchRun.stop != "") | stopped_by_another(MatchRun.id))
    free = (MatchRun.state == "pending") | abandoned | divided
    return MatchRun.led_by_id.is_(None) & free


def stopped_by_another(run_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Was a run that this one leads stopped?"""
    led = aliased(MatchRun)
    return select(led.id).where(led.led_by_id == run_id, led.stop != "").correlate(MatchRun).exists()


def led_by(run_id: UUID | InstrumentedAttribute[UUID]) -> Select[UUID]:
    """The ids of the runs that a run leads."""
    led = aliased(MatchRun)
    return select(led.id).where(led.led_by_id == run_id).correlate(MatchRun)


def group_of(work: UnitOfWork, run: MatchRun) -> list[MatchRun]:
    """A run and those it leads, each held until the end: what happens to one happens to all."""
    led = select(MatchRun).where(MatchRun.led_by_id == run.id).order_by(MatchRun.id).with_for_update(of=MatchRun)
    return [run, *(work.all(led.execution_options(populate_existing=True)) if run.together else ())]


def waiting(work: UnitOfWork) -> Sequence[tuple[UUID, UUID]]:
    """Pool and id of every run that needs a worker, oldest first."""
    found = select(MatchRun.pool_id, MatchRun.id).where(is_free()).order_by(MatchRun.requested_at)
    return [(pool_id, run_id) for pool_id, run_id in work.store.execute(found)]


def claim(work: UnitOfWork, run_id: UUID, lease: timedelta = LEASE) -> MatchRun | None:
    """Take a run: the attempt that its writes will be fenced with, and a lease. None when another worker owns it or it is over.

    A run that has been taken too often fails for good.
    """
    run = work.first(select(MatchRun).where(MatchRun.id == run_id, is_free()).with_for_update(of=MatchRun))
    if run is None or not acts_for_all(work, run):
        return None
    if run.attempt >= MOST_ATTEMPTS:
        end_as_failed(work, run, STOPPED)
        return None
    for member in group_of(work, run):
        advance(RUN, member, "start")
        member.started_at = member.started_at or work.now
        member.stage, member.progress = "Reading sessions and clinicians", 0.0
    run.attempt += 1
    run.lease_until = func.now() + lease
    work.store.flush()
    return run


def acts_for_all(work: UnitOfWork, run: MatchRun) -> bool:
    """Does the actor see the rows of every pool of the run? Nobody else may carry it through."""
    return set(run.together) <= {str(pool_id) for pool_id in work.actor.pool_ids}


def is_owned(run_id: UUID, attempt: int) -> ColumnElement[bool]:
    """The fence: still running, and still this attempt's."""
    return (MatchRun.id == run_id) & (MatchRun.attempt == attempt) & (MatchRun.state == "running")


def update_owned(work: UnitOfWork, run_id: UUID, attempt: int, **columns: object) -> bool:
    """Write columns of the run inside the fence; False when it has been given to another worker."""
    done = work.store.execute(update(MatchRun).where(is_owned(run_id, attempt)).values(**columns))
    return done.rowcount == 1  # type: ignore[attr-defined]


def renew_lease(work: UnitOfWork, run_id: UUID, attempt: int, lease: timedelta = LEASE) -> bool:
    """Say that the worker is alive; False when the run is no longer its own."""
    return update_owned(work, run_id, attempt, lease_until=func.now() + lease)


def report_progress(work: UnitOfWork, run_id: UUID, attempt: int, stage: str, progress: float) -> None:
    """What people see while they wait: words and a share from 0 to 1. Raises Lost."""
    if not update_owned_group(work, run_id, attempt, stage=stage, progress=min(1.0, max(0.0, progress))):
        raise Lost


def update_owned_group(work: UnitOfWork, run_id: UUID, attempt: int, **columns: object) -> bool:
    """The same columns of the run, inside the fence, and of those it leads."""
    ours = update_owned(work, run_id, attempt, **columns)
    if ours:
        work.store.execute(update(MatchRun).where(MatchRun.led_by_id == run_id).values(**columns))
    return ours


def release(work: UnitOfWork, run_id: UUID, attempt: int, failure: str) -> bool:
    """The worker cannot go on; another one may claim the run at once. False when it is no longer the worker's."""
    ours = update_owned(work, run_id, attempt, lease_until=func.now(), failure=failure)
    return ours and update_owned_group(work, run_id, attempt, stage=NOT_STARTED)


def owned_run(work: UnitOfWork, run_id: UUID, attempt: int) -> MatchRun:
    """The run for its owner alone. Raises Lost."""
    run = work.first(select(MatchRun).where(is_owned(run_id, attempt)))
    if run is None:
        raise Lost
    return run


def owned_run_for_update(work: UnitOfWork, run_id: UUID, attempt: int) -> MatchRun:
    """The run for its owner alone, locked until the end of the transaction. Raises Lost."""
    owned = select(MatchRun).where(is_owned(run_id, attempt))
    run = work.first(owned.with_for_update(of=MatchRun).execution_options(populate_existing=True))
    if run is None:
        raise Lost
    return run


def fail(work: UnitOfWork, run_id: UUID, attempt: int, reason: str) -> None:
    """End a run that cannot be solved, with a sentence for the manager. Raises Lost."""
    end_as_failed(work, owned_run_for_update(work, run_id, attempt), reason)


def end_as_failed(work: UnitOfWork, run: MatchRun, reason: str) -> None:
    """A run, and those it leads, that will not be tried again."""
    for member in group_of(work, run):
        advance(RUN, member, "fail")
        member.failure, member.finished_at, member.stage, member.lease_until = reason, work.now, "Failed", None
        work.record(RunFailed(member.id, reason), pool_id=member.pool_id)
