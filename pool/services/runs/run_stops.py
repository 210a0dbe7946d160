"""A manager stops a run: with the best checked plan found by then, or with none. All pools of a run end together.

A run that no worker owns ends at once. Otherwise the wish stands in the row, and the worker that owns it, or claims it next,
ends it.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from pool import formats
from pool.errors import Conflict
from pool.events import RunStopAsked, RunStopped
from pool.lifecycle import RUN, advance, allows
from pool.models.match_run import MatchRun
from pool.models.pool import Pool
from pool.services.runs import run_leases, run_parts
from pool.unit_of_work import UnitOfWork

KEEP, DROP = "keep", "drop"
OVER = "This run is over already. Refresh the page to see what became of it."
NO_PLAN = "It had no plan yet"
NONE_WANTED = "No plan was wanted"


class Dropped(Exception):
    """The run was stopped before it had a plan, or none is wanted of it."""


def ask(work: UnitOfWork, run_id: UUID, wish: str) -> MatchRun:
    """Stop a run of the actor's pool. Raises Conflict when it is over."""
    run = work.get(MatchRun, run_id, lock=True)
    if not allows(RUN, run, "stop"):
        raise Conflict(OVER)
    run.stop, run.stop_asked_at, run.stop_asked_by_id = wish, work.now, work.actor.person_id
    work.record(RunStopAsked(run.id, wish), pool_id=run.pool_id)
    work.store.flush()
    if run.led_by_id is None and len(run.together) <= 1 and has_no_worker(work, run):
        end(work, run)
    return run


def has_no_worker(work: UnitOfWork, run: MatchRun) -> bool:
    """Does no worker hold the run itself? A running one is free again once its lease has run out (database time)."""
    if run.state != "running":
        return True
    now: datetime = work.store.execute(select(func.now())).scalar_one()
    return run.lease_until is None or run.lease_until <= now


def wish(work: UnitOfWork, run_id: UUID) -> str:
    """What was asked for a run or for one that it leads: `drop` before `keep`, empty when neither was asked."""
    ours = (MatchRun.id == run_id) | (MatchRun.led_by_id == run_id)
    asked = set(work.store.scalars(select(MatchRun.stop).where(ours, MatchRun.stop != "")))
    return DROP if DROP in asked else KEEP if asked else ""


def refuse_stopped(work: UnitOfWork, run_id: UUID) -> None:
    """Raises Dropped when the run was stopped before this attempt began: there is no plan to keep."""
    if wish(work, run_id):
        raise Dropped


def end_owned(work: UnitOfWork, run_id: UUID, attempt: int) -> None:
    """End the run that this worker owns. Raises Lost."""
    end(work, run_leases.owned_run_for_update(work, run_id, attempt))


def end(work: UnitOfWork, run: MatchRun) -> None:
    """A run, and those that it leads, without a plan."""
    runs = run_leases.group_of(work, run)
    reason = why(work, runs)
    for member in runs:
        advance(RUN, member, "stop")
        member.failure, member.finished_at, member.stage, member.lease_until = reason, work.now, "Stopped", None
        work.record(RunStopped(member.id, reason), pool_id=member.pool_id)
    run_parts.empty(work, [run.id for run in runs])


def why(work: UnitOfWork, runs: list[MatchRun]) -> str:
    """Which pool stopped the run, when, and why there is no plan."""
    asked = next(run for run in runs if run.stop)
    reason, at = NONE_WANTED if asked.stop == DROP else NO_PLAN, asked.stop_asked_at or work.now
    return f"{work.get(Pool, asked.pool_id).name} stopped it on {formats.moment(at)}. {reason}."
