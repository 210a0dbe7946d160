"""The report of a plan for its manager: shares, equity, the price of fairness. Groups of fewer than five are not told."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from pool.formats import plural
from pool.models.clinician import Clinician
from pool.models.match_run import MatchRun, Proposal
from pool.models.offer import Offer
from pool.privacy import SMALLEST_GROUP, Ratio
from pool.unit_of_work import UnitOfWork

GONE = "Somebody who has left the pool"
NO_PRICE = (
    "This plan has no such price: either no points of the pool spread the work, or the run was ended before the price was "
    "worked out, or it was divided into areas when the price was not worked out for those. Start a new run to see it."
)
FREE = "Spreading the work cost nothing in this plan: without its points nothing else would be met better."
FREE_WITHIN = (
    "Spreading the work cost nothing that could be found: no better plan without its points is known, and it is proven "
    "that everything else could be met better by {high:,} points at most."
)
EXACT = "Everything else that counts would be met better by {low:,} points."
WITHIN = (
    "Everything else that counts would be met better by at least {low:,} points, and it is proven that no plan could "
    "do better than {high:,}. With so many sessions the two are not brought closer together, to save time."
)
LESS_SPREAD = (
    "In return the share filled differs less between practices: Gini coefficient {having} instead of {without} "
    "(0: all have the same share filled)."
)
NOT_LESS_SPREAD = (
    "The share filled would not differ more between practices: Gini coefficient {without}, with the points {having} "
    "(0: all have the same share filled)."
)
HIDDEN = f"not shown: fewer than {SMALLEST_GROUP}"


class Share(NamedTuple):
    """One clinician: sessions of the plan that met every rule, how many were wanted, got, and offers of the plan so far."""

    name: str
    chances: int
    wanted: int
    got: int
    offers: int

    @property
    def of_wanted(self) -> Ratio:
        """Got of wanted."""
        return Ratio(self.got, self.wanted)


class Band(NamedTuple):
    """Practices of like deprivation; the counts are None when fewer than five practices are behind them."""

    name: str
    fill: Ratio | None


class PlanReport(NamedTuple):
    """Everything on the page; `jain`, `gini` and `median` are None when fewer than five clinicians had a chance."""

    run: MatchRun
    shares: Sequence[Share]
    median: float | None
    jain: float | None
    gini: float | None
    bands: Sequence[Band]
    price: Sequence[str]


def of_run(work: UnitOfWork, run_id: UUID) -> PlanReport:
    """The report of a plan; empty for a run without one."""
    run = work.get(MatchRun, run_id)
    kept = run.report
    shares = sorted(shares_of(work, run), key=lambda share: (share.got / share.wanted, -share.chances, share.name))
    told = len(shares) >= SMALLEST_GROUP
    return PlanReport(
        run=run,
        shares=shares,
        median=kept["median"] if told else None,
        jain=kept["jain"] if told else None,
        gini=kept["gini"] if told else None,
        bands=[band(kept_band) for kept_band in kept.get("bands", ()) if kept_band["posted"]],
        price=price_words(kept),
    )


def shares_of(work: UnitOfWork, run: MatchRun) -> Iterator[Share]:
    """Every clinician with at least one chance in the plan."""
    names = {str(clinician.id): clinician.name for clinician in work.all(select(Clinician))}
    offers = offers_of(work, run)
    for share in run.report.get("shares", ()):
        who = share["clinician_id"]
        yield Share(names.get(who, GONE), share["chances"], share["wanted"], share["got"], offers[who])


def offers_of(work: UnitOfWork, run: MatchRun) -> Counter[str]:
    """Offers of the plan's sessions since it was made, all waves, by clinician."""
    planned = select(Proposal.session_id).where(Proposal.run_id == run.id)
    since = (Offer.session_id.in_(planned), Offer.sent_at >= (run.finished_at or run.requested_at))
    found = work.store.execute(select(Offer.clinician_id, func.count()).where(*since).group_by(Offer.clinician_id))
    return Counter({str(clinician_id): count for clinician_id, count in found})


def band(kept: Mapping[str, Any]) -> Band:
    """One band of deprivation."""
    shown = kept["practices"] >= SMALLEST_GROUP
    return Band(kept["name"].capitalize(), Ratio(kept["filled"], kept["posted"]) if shown else None)


def price_words(kept: Mapping[str, Any]) -> list[str]:
    """What the fairness points cost, in sentences; why it is not known, otherwise."""
    if not kept:
        return ["Runs made before reports were kept have none."]
    price = kept["price"]
    if price is None:
        return [NO_PRICE]
    low, high = price["points"], price.get("at_most", price["points"])
    if not low and not price["filled"]:
        return [FREE if not high else FREE_WITHIN.format(high=high)]
    with_points, without = f"{price['gini_with']:.3f}", f"{price['gini_without']:.3f}"
    gain = LESS_SPREAD if with_points < without else NOT_LESS_SPREAD
    return [
        f"Without the points for spreading the work, the plan would {filled_words(price)}, and {journey_words(price)}.",
        (EXACT if low == high else WITHIN).format(low=low, high=high),
        gain.format(having=with_points, without=without),
    ]


def filled_words(price: Mapping[str, Any]) -> str:
    """Fill 2 sessions more."""
    more = price["filled"]
    return f"fill {plural(abs(more), 'session')} {'more' if more > 0 else 'fewer'}" if more else "fill as many sessions"


def journey_words(price: Mapping[str, Any]) -> str:
    """The mean journey would be 1.2 minutes longer."""
    minutes = round(price["travel_min"], 1)
    change = f"{abs(minutes):.1f} minutes {'longer' if minutes > 0 else 'shorter'}" if minutes else "as long as now"
    return f"the mean journey would be {change}"


def latest_price(work: UnitOfWork) -> list[str]:
    """The price of fairness in the newest plan of the pool; nothing when there is no plan."""
    newest = select(MatchRun).where(MatchRun.state == "published").order_by(MatchRun.requested_at.desc())
    run = work.first(newest)
    return price_words(run.report) if run else []


SHARE_COLUMNS = (
    "Clinician",
    "Sessions that met every rule",
    "Sessions wanted",
    "Sessions in this plan",
    "Offers since",
)
EQUITY_COLUMNS = ("Deprivation of the practice", "Sessions", "Filled")


def share_rows(report: PlanReport) -> list[tuple[str | int, ...]]:
    """The shares as a table to download."""
    return [(share.name, share.chances, share.wanted, share.got, share.offers) for share in report.shares]


def equity_rows(report: PlanReport) -> list[tuple[str | int, ...]]:
    """The bands as a table to download; small groups say so."""
    return [
        (band.name, band.fill.whole, band.fill.part) if band.fill else (band.name, HIDDEN, HIDDEN)
        for band in report.bands
    ]
