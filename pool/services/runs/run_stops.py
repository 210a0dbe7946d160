"""A manager stops a run: with the best checked plan found by then, or with none. All pools of a run end together.

A run that nobody is at ends at once. Otherwise the wish stands in the row, and whoever is at it, or takes it next, ends it.
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
from pool.services.runs import match_runs, run_parts
from pool.unit_of_work import UnitOfWork

KEEP, DROP = "keep", "drop"
WISHES = (KEEP, DROP)
OVER = "This run is over already. Refresh the page to see what became of it."
NO_PLAN = "It had no plan yet"
NONE_WANTED = "No plan was wanted"


def ask(work: UnitOfWork, run_id: UUID, wish: str) -> MatchRun:
    """Stop a run of the actor's pool. Raises Conflict when it is over."""
    run = work.get(MatchRun, run_id, lock=True)
    if not allows(RUN, run, "stop"):
        raise Conflict(OVER)
    run.stop, run.stop_asked_at, run.stop_asked_by_id = wish, work.now, work.actor.person_id
    work.record(RunStopAsked(run.id, wish), pool_id=run.pool_id)
    work.store.flush()
    if run.led_by_id is None and len(run.together) <= 1 and is_nobody_at(work, run):
        end(work, run)
    return run


def is_nobody_at(work: UnitOfWork, run: MatchRun) -> bool:
    """Does no worker hold the run itself? A running one is free again once its lease has run out (database time)."""
    if run.state != "running":
        return True
    now: datetime = work.store.execute(select(func.now())).scalar_one()
    return run.lease_until is None or run.lease_until <= now


def wish(work: UnitOfWork, run_id: UUID) -> str:
    """What was asked for a run or for one that it leads: `drop` before `keep`, empty when nobody asked."""
    ours = (MatchRun.id == run_id) | (MatchRun.led_by_id == run_id)
    asked = set(work.store.scalars(select(MatchRun.stop).where(ours, MatchRun.stop != "")))
    return DROP if DROP in asked else KEEP if asked else ""


def end_owned(work: UnitOfWork, run_id: UUID, attempt: int) -> None:
    """End the run that this worker owns; nothing happens when it is no longer its own."""
    run = work.first(match_runs.held(run_id, attempt))
    if run is not None:
        end(work, run)


def end(work: UnitOfWork, run: MatchRun) -> None:
    """A run, and those that it leads, without a plan."""
    runs = match_runs.group_of(work, run)
    reason = why(work, runs)
    for each in runs:
        advance(RUN, each, "stop")
        each.failure, each.finished_at, each.stage, each.lease_until = reason, work.now, "Stopped", None
        work.record(RunStopped(each.id, reason), pool_id=each.pool_id)
    run_parts.empty(work, [run.id for run in runs])


def why(work: UnitOfWork, runs: list[MatchRun]) -> str:
    """Which pool stopped the run, when, and why there is no plan."""
    asked = next(run for run in runs if run.stop)
    reason, at = NONE_WANTED if asked.stop == DROP else NO_PLAN, asked.stop_asked_at or work.now
    return f"{work.get(Pool, asked.pool_id).name} stopped it on {formats.moment(at)}. {reason}."
