"""Runs of several pools in one go: one run leads, those of the other pools follow it (docs/adr/0008).

A manager's request writes the run of their own pool only. Whoever starts it looks which pools agreed, and brings their
runs under this one: a run of theirs that waits as well becomes part of it, one that is under way is waited for, and
where there is none it is written. From then on all of them end together.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.exc import IntegrityError

from pool.events import RunRequested
from pool.formats import listed
from pool.lifecycle import LIVE_RUN_STATES, RUN
from pool.models.match_run import MatchRun
from pool.models.pool import Pool
from pool.services.runs import agreements
from pool.unit_of_work import UnitOfWork

WAITS = "Waiting until the run of {} has ended, because the pools are matched together"


def pools_of(work: UnitOfWork, run_id: UUID) -> list[UUID]:
    """The pools whose rows a run needs: those it was brought together with, or those that would be now."""
    run = work.first(select(MatchRun).where(MatchRun.id == run_id))
    if run is None:
        return list(work.actor.pool_ids)
    if run.together or run.attempt:
        return run.pool_ids
    return [pool.id for pool in agreements.group(work, run.pool_id)]


def gather(work: UnitOfWork, run_id: UUID) -> bool:
    """Bring the other pools of the actor under a run that was never started. False when it has to wait for one of them."""
    if len(work.actor.pool_ids) == 1:
        return True
    live = work.all(live_runs())
    run = next((run for run in live if run.id == run_id), None)
    if run is None or run.together or started(run):
        return True
    if busy := [work.get(Pool, run.pool_id).name for run in live if started(run)]:
        say(work, run, WAITS.format(listed(busy)))
        return False
    return bring_together(work, run)


def bring_together(work: UnitOfWork, run: MatchRun) -> bool:
    """Hold the waiting runs of all pools and write those that are missing. False, and nothing changes, when another
    transaction holds one of them: locked rows are skipped, so two that gather at once never wait for each other."""
    expected = work.all(live_runs())
    held = live_runs().with_for_update(of=MatchRun, skip_locked=True).execution_options(populate_existing=True)
    live = work.all(held)
    if len(live) < len(expected) or any(started(option) for option in live):
        return False
    try:
        with work.store.begin_nested():
            lead(work, run, [*live, *missing(work, run, live)])
    except IntegrityError:
        return False
    return True


def live_runs() -> Select[MatchRun]:
    """The live runs of the actor's pools."""
    return select(MatchRun).where(MatchRun.state.in_(LIVE_RUN_STATES)).order_by(MatchRun.id)


def say(work: UnitOfWork, run: MatchRun, stage: str) -> None:
    """What people read while a run waits, unless a worker starts it at this moment."""
    waiting = (MatchRun.id == run.id, MatchRun.state == RUN.initial, MatchRun.stage != stage)
    work.store.execute(update(MatchRun).where(*waiting).values(stage=stage))


def started(run: MatchRun) -> bool:
    """Has a worker taken it, or does another run lead it?"""
    return run.state != RUN.initial or run.attempt > 0 or run.led_by_id is not None


def missing(work: UnitOfWork, run: MatchRun, live: Sequence[MatchRun]) -> list[MatchRun]:
    """New runs for the pools without a live one. Raises IntegrityError when another request for one is written at this moment."""
    there = {other.pool_id for other in live}
    days = {"first_day": run.first_day, "last_day": run.last_day}
    rows = [
        MatchRun(pool_id=pool_id, state=RUN.initial, requested_at=run.requested_at, **days)
        for pool_id in work.actor.pool_ids
        if pool_id not in there
    ]
    for row in rows:
        work.add(row)
    work.store.flush()
    for row in rows:
        work.record(RunRequested(row.id), pool_id=row.pool_id)
    return rows


def lead(work: UnitOfWork, run: MatchRun, runs: Sequence[MatchRun]) -> None:
    """One run leads the others: the same days (all that anybody asked for), the same points, one seed."""
    first_day, last_day = min(run.first_day for run in runs), max(run.last_day for run in runs)
    order = [run, *(member for member in runs if member is not run)]
    for member in order:
        member.led_by_id = None if member is run else run.id
        member.together = [str(other.pool_id) for other in order]
        member.first_day, member.last_day = first_day, last_day
        member.weights, member.fill_first, member.seed = run.weights, run.fill_first, run.seed
    work.store.flush()


def partners(work: UnitOfWork, run: MatchRun) -> list[Pool]:
    """The other pools that a run covers, the asking one first."""
    return [work.get(Pool, pool_id) for pool_id in run.pool_ids if pool_id != run.pool_id]
