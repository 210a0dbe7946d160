"""What a pool manager's home and an ICS lead's page show: the numbers of docs/insight.md over a stretch of days."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from pool.clock import london_date
from pool.lifecycle import RUN, allows
from pool.models.match_run import MatchRun, Proposal, UnfilledReason
from pool.models.pool import Pool
from pool.models.session import PracticeSession
from pool.privacy import SMALLEST_GROUP, Ratio
from pool.services.hours import dispute_pages
from pool.services.insight import kpis
from pool.services.insight.kpis import Demand, FillRates, Members, Overdue, Week
from pool.services.pools import closures
from pool.services.pools.closures import Closure
from pool.services.sessions import cover
from pool.unit_of_work import UnitOfWork

PERIODS = {"28": "The last 4 weeks", "91": "The last 13 weeks", "next28": "The next 4 weeks"}


class Period(NamedTuple):
    """Days that a number is about, both included, and their words."""

    first: date
    last: date
    words: str


def period(chosen: str, today: date) -> Period:
    """The days of a choice in PERIODS; anything else means the last four weeks."""
    if chosen == "next28":
        return Period(today, today + timedelta(days=27), PERIODS["next28"])
    days = 91 if chosen == "91" else 28
    return Period(today - timedelta(days=days), today - timedelta(days=1), PERIODS[str(days)])


class Home(NamedTuple):
    """Everything on the manager's home."""

    period: Period
    fill: FillRates
    time_to_fill: int | None
    cancellations: dict[str, Ratio]
    overdue: Overdue
    hours_waiting: int
    invoiced: Ratio
    members: Members
    weeks: list[Week]
    at_risk: Sequence[PracticeSession]
    reasons: dict[UUID, str]
    run: MatchRun | None
    to_release: int
    to_decide: int
    needing: Sequence[PracticeSession]
    lost: dict[UUID, str]
    closed: Sequence[Closure]


def home(work: UnitOfWork, chosen: str) -> Home:
    """The home of the pool the actor manages."""
    today = london_date(work.now)
    days = period(chosen, today)
    found = kpis.demands(work, days.first, days.last)
    risky = kpis.at_risk(work)
    needing = cover.without_cover(work)
    return Home(
        period=days,
        fill=kpis.fill_rates(found),
        time_to_fill=kpis.median_time_to_fill(work, found),
        cancellations=kpis.cancellations(work, days.first, days.last),
        overdue=kpis.overdue_invoices(work, today),
        hours_waiting=kpis.hours_waiting(work),
        invoiced=kpis.invoiced_within_a_day(work, days.first, days.last),
        members=kpis.members(work),
        weeks=kpis.weekly_fill(found),
        at_risk=risky,
        reasons=latest_reasons(work, [session.id for session in risky]),
        run=latest_run(work),
        to_release=waiting_proposals(work),
        to_decide=dispute_pages.count_own_turn(work),
        needing=needing,
        lost={session.id: cover.last_word(work, session) for session in needing[: cover.MOST_SHOWN]},
        closed=[closure for closure in closures.of_pool(work) if closure.matters],
    )


def latest_run(work: UnitOfWork) -> MatchRun | None:
    """The newest run, whatever became of it."""
    return work.first(select(MatchRun).order_by(MatchRun.requested_at.desc()))


def is_live(run: MatchRun | None) -> bool:
    """Is this run waiting or running?"""
    return run is not None and allows(RUN, run, "fail")


def waiting_proposals(work: UnitOfWork) -> int:
    """Proposals that somebody still has to release."""
    return work.store.scalar(select(func.count()).select_from(Proposal).where(Proposal.state == "proposed")) or 0


def latest_reasons(work: UnitOfWork, session_ids: Sequence[UUID]) -> dict[UUID, str]:
    """For each session that the newest plan left empty, the first sentence why."""
    rows = work.all(
        select(UnfilledReason)
        .join(MatchRun, MatchRun.id == UnfilledReason.run_id)
        .where(UnfilledReason.session_id.in_(session_ids))
        .order_by(MatchRun.requested_at)
    )
    return {row.session_id: row.sentences[0] for row in rows if row.sentences}


class PoolTotals(NamedTuple):
    """One pool's line for an ICS lead; `fill` is None where the group is too small to show."""

    pool: Pool
    members: Members
    fill: FillRates | None
    time_to_fill: int | None
    equity: tuple[Ratio, Ratio] | None


def pool_totals(work: UnitOfWork, pool: Pool, days: Period) -> PoolTotals:
    """Read-only totals; numbers about fewer than five practices are left out (design D12)."""
    found = kpis.demands(work, days.first, days.last)
    practices = {demand.session.practice_id for demand in found}
    shown = len(practices) >= SMALLEST_GROUP
    return PoolTotals(
        pool,
        kpis.members(work),
        kpis.fill_rates(found) if shown else None,
        kpis.median_time_to_fill(work, found) if shown else None,
        equity(found) if shown else None,
    )


def equity(found: Sequence[Demand]) -> tuple[Ratio, Ratio] | None:
    """Fill rate in the practices of the most deprived three tenths, and in all others (design D13)."""
    poor = [demand for demand in found if (demand.session.practice.imd_decile or 10) <= 3]
    rest = [demand for demand in found if (demand.session.practice.imd_decile or 10) > 3]
    enough = all(len({demand.session.practice_id for demand in group}) >= SMALLEST_GROUP for group in (poor, rest))
    return (kpis.fill_rates(poor).sessions, kpis.fill_rates(rest).sessions) if enough else None
