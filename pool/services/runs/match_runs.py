"""Matching runs: ask for one, carry it through, publish its plan exactly once.

PostgreSQL holds the truth: a worker owns a run while the run's `attempt` is its own and renews a lease in database
time. Everything a worker writes is fenced by that attempt, so one that was given up on can finish late and change
nothing (docs/adr/0004-runs-survive.md).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, aliased

from pool import clock
from pool.errors import Invalid
from pool.events import RunFailed, RunRequested
from pool.lifecycle import LIVE_RUN_STATES, RUN, advance
from pool.models.clinician import Clinician
from pool.models.match_run import MatchRun, Proposal
from pool.models.pool import Pool
from pool.models.run_part import RunPart
from pool.services.eligibility import refusals
from pool.services.eligibility.snapshot import Tables, Window, active_clinicians, sessions_near, tables_for
from pool.services.pools.policy import policy_of
from pool.services.runs.objective import weights_of
from pool.unit_of_work import UnitOfWork

LEASE = timedelta(seconds=30)
"""Unless the setting POOL_LEASE_SECONDS says otherwise."""

MOST_ATTEMPTS = 5
MOST_DAYS = 92
NOT_STARTED = "Waiting for a free worker"
STOPPED = (
    f"The run was started {MOST_ATTEMPTS} times and its worker stopped each time. Start a new run over fewer days."
)


def horizon(work: UnitOfWork) -> tuple[date, date]:
    """The days that a run of this pool covers unless somebody says otherwise: from today, as far as the policy looks."""
    pool = work.get(Pool, work.pool_id)
    today = clock.london_date(work.now)
    return today, today + timedelta(days=policy_of(pool).horizon_days)


def request(work: UnitOfWork, first_day: date, last_day: date) -> MatchRun:
    """Ask for a run over these days, both included. A pool has one run at a time: while one is live, it is returned.

    Raises Invalid for days that are in the wrong order, over, or too many.
    """
    refuse_days(work, first_day, last_day)
    live = live_run(work)
    if live is not None:
        return live
    pool = work.get(Pool, work.pool_id)
    run = MatchRun(
        pool_id=pool.id,
        state=RUN.initial,
        first_day=first_day,
        last_day=last_day,
        requested_at=work.now,
        requested_by_id=work.actor.person_id,
        weights=weights_of(policy_of(pool)).to_dict(),
        fill_first=policy_of(pool).fill_first,
    )
    return keep_or_join(work, run)


def refuse_days(work: UnitOfWork, first_day: date, last_day: date) -> None:
    """A run looks at the future, in order, and not too far."""
    if first_day > last_day:
        raise Invalid("The last day is before the first.", {"last_day": ["Choose a day on or after the first day"]})
    if last_day < clock.london_date(work.now):
        raise Invalid("These days are over.", {"last_day": ["Choose a day that is not over"]})
    if (last_day - first_day).days >= MOST_DAYS:
        raise Invalid(f"A run covers at most {MOST_DAYS} days.", {"last_day": [f"Choose at most {MOST_DAYS} days"]})


def keep_or_join(work: UnitOfWork, run: MatchRun) -> MatchRun:
    """Write the run; when somebody else's request was a moment faster, theirs is the run."""
    try:
        with work.store.begin_nested():
            work.add(run)
    except IntegrityError:
        live = live_run(work)
        if live is None:
            raise
        return live
    work.record(RunRequested(run.id), pool_id=run.pool_id)
    return run


def live_run(work: UnitOfWork) -> MatchRun | None:
    """The run that is waiting or in progress."""
    return work.first(select(MatchRun).where(MatchRun.state.in_(LIVE_RUN_STATES), MatchRun.pool_id == work.pool_id))


def ran_since(work: UnitOfWork, moment: datetime) -> bool:
    """Has this pool asked for a run by itself since then?"""
    asked = select(MatchRun.id).where(MatchRun.requested_at >= moment, MatchRun.requested_by_id.is_(None))
    return work.first(asked.where(MatchRun.pool_id == work.pool_id)) is not None


def free_to_take() -> ColumnElement[bool]:
    """Waiting, abandoned (the lease has run out, database time), or divided with all of its parts solved or with somebody
    who stopped it. A run that another one leads is never taken by itself."""
    abandoned = (MatchRun.state == "running") & (MatchRun.lease_until <= func.now())
    own = (RunPart.run_id == MatchRun.id) | RunPart.run_id.in_(led_by(MatchRun.id))
    unsolved = select(RunPart.id).where(own, RunPart.state != "solved").correlate(MatchRun).exists()
    divided = (MatchRun.state == "divided") & (~unsolved | (MatchRun.stop != "") | stopped_by_another(MatchRun.id))
    free = (MatchRun.state == "pending") | abandoned | divided
    return MatchRun.led_by_id.is_(None) & free


def stopped_by_another(run_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Did somebody stop a run that this one leads?"""
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
    found = select(MatchRun.pool_id, MatchRun.id).where(free_to_take()).order_by(MatchRun.requested_at)
    return [(pool_id, run_id) for pool_id, run_id in work.store.execute(found)]


def claim(work: UnitOfWork, run_id: UUID, lease: timedelta = LEASE) -> MatchRun | None:
    """Take a run: the attempt that its writes will be fenced with, and a lease. None when it is not to be had.

    A run that has been taken too often fails for good.
    """
    run = work.first(select(MatchRun).where(MatchRun.id == run_id, free_to_take()).with_for_update(of=MatchRun))
    if run is None or not acts_for_all(work, run):
        return None
    if run.attempt >= MOST_ATTEMPTS:
        end_as_failed(work, run, STOPPED)
        return None
    for each in group_of(work, run):
        advance(RUN, each, "start")
        each.started_at = each.started_at or work.now
        each.stage, each.progress = "Reading sessions and clinicians", 0.0
    run.attempt += 1
    run.lease_until = func.now() + lease
    work.store.flush()
    return run


def acts_for_all(work: UnitOfWork, run: MatchRun) -> bool:
    """Does the actor see the rows of every pool of the run? Nobody else may carry it through."""
    return set(run.together) <= {str(pool_id) for pool_id in work.actor.pool_ids}


def mine(run_id: UUID, attempt: int) -> ColumnElement[bool]:
    """The fence: still running, and still this attempt's."""
    return (MatchRun.id == run_id) & (MatchRun.attempt == attempt) & (MatchRun.state == "running")


def write(work: UnitOfWork, run_id: UUID, attempt: int, **columns: object) -> bool:
    """Write columns of the run inside the fence; False when it has been given to somebody else."""
    done = work.store.execute(update(MatchRun).where(mine(run_id, attempt)).values(**columns))
    return done.rowcount == 1  # type: ignore[attr-defined]


def renew_lease(work: UnitOfWork, run_id: UUID, attempt: int, lease: timedelta = LEASE) -> bool:
    """Say that the worker is alive; False when the run is no longer its own."""
    return write(work, run_id, attempt, lease_until=func.now() + lease)


def report_progress(work: UnitOfWork, run_id: UUID, attempt: int, stage: str, progress: float) -> bool:
    """What people see while they wait: words and a share from 0 to 1. False when the run is no longer the worker's."""
    return write_all(work, run_id, attempt, stage=stage, progress=min(1.0, max(0.0, progress)))


def write_all(work: UnitOfWork, run_id: UUID, attempt: int, **columns: object) -> bool:
    """The same columns of the run, inside the fence, and of those it leads."""
    ours = write(work, run_id, attempt, **columns)
    if ours:
        work.store.execute(update(MatchRun).where(MatchRun.led_by_id == run_id).values(**columns))
    return ours


def keep_snapshot(work: UnitOfWork, run_id: UUID, attempt: int, snapshot_gz: bytes) -> bool:
    """Keep what the run was solved from (gzipped JSON of the tables), so that it can be solved again."""
    return write(work, run_id, attempt, snapshot_gz=snapshot_gz)


def keep_snapshots(work: UnitOfWork, run_id: UUID, attempt: int, by_pool: Mapping[UUID, bytes]) -> bool:
    """Keep what each pool of a run was solved from with the pool's own run: nobody reads rows of another pool there."""
    run = work.first(held(run_id, attempt))
    for each in group_of(work, run) if run else ():
        each.snapshot_gz = by_pool[each.pool_id]
    return run is not None


def snapshots(work: UnitOfWork, run: MatchRun) -> dict[UUID, bytes]:
    """What each pool of a run was solved from, as it was kept."""
    ours = (MatchRun.id == run.id) | (MatchRun.led_by_id == run.id)
    found = work.store.execute(select(MatchRun.pool_id, MatchRun.snapshot_gz).where(ours))
    return {pool_id: kept for pool_id, kept in found if kept is not None}


def tables_of(work: UnitOfWork, run: MatchRun, clinicians: Sequence[Clinician] | None = None) -> Tables:
    """What a run is solved from."""
    return tables_between(work, Window(run.first_day, run.last_day), clinicians)


def tables_between(work: UnitOfWork, window: Window, clinicians: Sequence[Clinician] | None = None) -> Tables:
    """Open sessions of these days, clinicians, what is fixed. The manager's own choices stay as they are.

    The rest of the present plan is kept where nothing better is lost by it.
    """
    clinicians = clinicians if clinicians is not None else active_clinicians(work)
    people = {clinician.id: clinician for clinician in clinicians}
    plan = [
        proposal
        for proposal in work.all(select(Proposal).where(Proposal.state == "proposed"))
        if proposal.clinician_id in people
    ]
    previous = {proposal.session_id: proposal.clinician_id for proposal in plan}
    tables = tables_for(work, window, clinicians=clinicians, previous=previous)
    leave_out(tables, sorted(refusals.said_no(work, sessions_near(window))), people.keys())
    fix(tables, {str(proposal.session_id): str(proposal.clinician_id) for proposal in plan if proposal.changed_by_id})
    tables["availability"] = [row for row in tables["availability"] if engaged(people[UUID(row["clinician_id"])], row)]
    return tables


def leave_out(tables: Tables, said_no: Sequence[tuple[UUID, UUID]], people: Collection[UUID]) -> None:
    """A run asks nobody twice for a session that they have said no to; it counts for no other session (design D13)."""
    rows = {row["session_id"]: row for row in tables["sessions"]}
    for session_id, clinician_id in said_no:
        if str(session_id) in rows and clinician_id in people:
            rows[str(session_id)].setdefault("declined_by", []).append(str(clinician_id))


def fix(tables: Tables, chosen: Mapping[str, str]) -> None:
    """Sessions for which a person chose the clinician are no longer the engine's to give."""
    for row in tables["sessions"]:
        if row["session_id"] in chosen:
            row["fixed_clinician_id"] = chosen[row["session_id"]]


def engaged(clinician: Clinician, row: Mapping[str, Any]) -> bool:
    """Has the clinician an engagement on the day of an availability row? Without one nobody can be booked."""
    return clinician.engagement_on(row["date"]) is not None


def give_back(work: UnitOfWork, run_id: UUID, attempt: int, failure: str) -> bool:
    """The worker cannot go on; somebody else may try at once."""
    ours = write(work, run_id, attempt, lease_until=func.now(), failure=failure)
    return ours and write_all(work, run_id, attempt, stage=NOT_STARTED)


def held(run_id: UUID, attempt: int) -> Select[MatchRun]:
    """The run for its owner alone, locked."""
    return select(MatchRun).where(mine(run_id, attempt)).with_for_update(of=MatchRun)


def fail(work: UnitOfWork, run_id: UUID, attempt: int, reason: str) -> bool:
    """End a run that cannot be solved, with a sentence for the manager. False when it is no longer the worker's."""
    run = work.first(held(run_id, attempt))
    if run is None:
        return False
    end_as_failed(work, run, reason)
    return True


def end_as_failed(work: UnitOfWork, run: MatchRun, reason: str) -> None:
    """A run, and those it leads, that will not be tried again."""
    for each in group_of(work, run):
        advance(RUN, each, "fail")
        each.failure, each.finished_at, each.stage, each.lease_until = reason, work.now, "Failed", None
        work.record(RunFailed(each.id, reason), pool_id=each.pool_id)
