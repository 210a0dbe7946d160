"""Asking for a matching run. A pool has one live run at a time; a second request joins it."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from pool import clock
from pool.errors import Invalid
from pool.events import RunRequested
from pool.lifecycle import LIVE_RUN_STATES, RUN
from pool.models.match_run import MatchRun
from pool.models.pool import Pool
from pool.services.pools.policy import policy_of
from pool.services.runs.objective import weights_of
from pool.unit_of_work import UnitOfWork

MOST_DAYS = 92


def horizon(work: UnitOfWork) -> tuple[date, date]:
    """The days that a run of this pool covers unless the request names others: from today, as far as the policy looks."""
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
    """Write the run; when another request was written a moment before, its run is returned."""
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
