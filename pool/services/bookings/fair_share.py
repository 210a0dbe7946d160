"""How the work is shared out: what a clinician was offered and worked, next to the pool's median. Counts only (design D13)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from statistics import median
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from pool.catalogue import PROFESSIONS
from pool.formats import plural
from pool.lifecycle import LIVE_BOOKING_STATES
from pool.models.booking import Booking
from pool.models.clinician import Clinician
from pool.models.match_run import MatchRun
from pool.models.offer import Offer
from pool.models.pool import Pool
from pool.privacy import SMALLEST_GROUP
from pool.services.clinicians.availability import own_clinicians
from pool.unit_of_work import UnitOfWork, whole_pool

SPAN = timedelta(days=28)


class Share(NamedTuple):
    """The reader's counts of the last 28 days in one pool; the medians are None when too few people are behind them.

    `plan` says what the newest plan gave the reader, against what they could and wanted to do.
    """

    pool: str
    profession: str
    people: int
    offers: int
    worked: int
    median_offers: float | None
    median_worked: float | None
    plan: str = ""

    @property
    def is_told(self) -> bool:
        """Are there enough people for a median?"""
        return self.median_offers is not None

    @staticmethod
    def words(middle: float | None) -> str:
        """Median in the pool: 3.5 – or nothing."""
        return "" if middle is None else f"median in the pool: {middle:g}"


def shares(work: UnitOfWork) -> list[Share]:
    """The reader's share in each of their pools."""
    return [share(work, clinician) for clinician in own_clinicians(work)]


def share(work: UnitOfWork, own: Clinician) -> Share:
    """Own counts and medians over the active clinicians of the same profession and pool."""
    with whole_pool(work, reason="medians over everybody of a profession, never of a few") as everybody:
        peers = peers_of(everybody, own)
        offers, worked = offers_had(everybody), sessions_worked(everybody)
        planned = newest_plan(everybody, own.pool_id)
    return Share(
        pool=work.get(Pool, own.pool_id).name,
        profession=PROFESSIONS[own.profession].title,
        people=len(peers),
        offers=offers[own.id],
        worked=worked[own.id],
        median_offers=middle(offers, peers),
        median_worked=middle(worked, peers),
        plan=plan_words(planned, str(own.id)),
    )


def newest_plan(work: UnitOfWork, pool_id: UUID) -> Mapping[str, Any]:
    """The report of a pool's newest plan; empty when there is none."""
    published = select(MatchRun).where(MatchRun.state == "published", MatchRun.pool_id == pool_id)
    run = work.first(published.order_by(MatchRun.requested_at.desc()))
    return run.report if run else {}


def plan_words(report: Mapping[str, Any], own_id: str) -> str:
    """What one clinician got in a plan, and the median over everybody when enough people are behind it."""
    shares = report.get("shares", [])
    own = next((share for share in shares if share["clinician_id"] == own_id), None)
    if own is None:
        return ""
    got = f"The newest plan proposes {own['got']} of the {own['wanted']} sessions you could and wanted to do"
    chances = f"{got}, out of {plural(own['chances'], 'session')} that meet every rule"
    if len(shares) < SMALLEST_GROUP:
        return f"{chances}."
    return f"{chances}. Half of the clinicians got {report['median']:.0%} or more of what they wanted."


def peers_of(work: UnitOfWork, own: Clinician) -> list[UUID]:
    """The active clinicians of the same profession, the reader among them."""
    same = (Clinician.active, Clinician.profession == own.profession, Clinician.pool_id == own.pool_id)
    return list(work.all(select(Clinician.id).where(*same)))


def offers_had(work: UnitOfWork) -> Counter[UUID]:
    """Offers sent to each clinician in the span, whatever became of them."""
    sent = select(Offer.clinician_id, func.count()).where(Offer.sent_at > work.now - SPAN, Offer.sent_at <= work.now)
    return Counter(dict(work.store.execute(sent.group_by(Offer.clinician_id)).all()))


def sessions_worked(work: UnitOfWork) -> Counter[UUID]:
    """Sessions of the span that each clinician worked."""
    over = (Booking.ends_at > work.now - SPAN, Booking.ends_at <= work.now, Booking.state.in_(LIVE_BOOKING_STATES))
    worked = select(Booking.clinician_id, func.count()).where(*over).group_by(Booking.clinician_id)
    return Counter(dict(work.store.execute(worked).all()))


def middle(counts: Counter[UUID], peers: Iterable[UUID]) -> float | None:
    """The median over these people; None when they are too few."""
    values = [counts[person] for person in peers]
    return median(values) if len(values) >= SMALLEST_GROUP else None
