"""What is reported about a plan: who got which share, how deprived places fared, and what spreading the work costs."""

from typing import Any

from matching import DEPRIVATION_BANDS, Budget, Problem, Result, equity, fair_share, price_of_fairness

Report = dict[str, Any]


PRICE_GAP = 0.0005
"""How near to the best possible the plan that a large plan is compared with is proven to be, as a share of all points."""
PRICE_OPERATIONS = 100_000
PRICE_SECONDS = 120.0


def report(problem: Problem, result: Result, *, divided: bool, is_priced: bool = True) -> Report:
    """The figures as plain values; what spreading costs needs another solve, and only when it `is_priced`."""
    found = fair_share(problem, result)
    return {
        "shares": [
            {"clinician_id": share.clinician_id, "chances": share.chances, "wanted": share.wanted, "got": share.got}
            for share in found.shares
        ],
        "median": found.median,
        "jain": found.jain,
        "gini": found.gini,
        "bands": bands(problem, result),
        "price": price(problem, result, price_budget(divided=divided)) if is_priced else None,
    }


def bands(problem: Problem, result: Result) -> list[Report]:
    """Sessions by deprivation of the practice, with the number of practices behind each band."""
    with_sessions = problem.practices.imd[sorted(set(problem.sessions.practice.tolist()))]
    practices = {
        name: int(((with_sessions >= low) & (with_sessions <= high)).sum())
        for name, (low, high) in DEPRIVATION_BANDS.items()
    }
    return [
        {"name": name, "practices": practices[name], "posted": band.posted, "filled": band.filled}
        for name, band in equity(problem, result).items()
    ]


def price_budget(*, divided: bool) -> Budget:
    """The price needs another solve. After a run that was divided into areas it stops when it is near enough."""
    return Budget(PRICE_OPERATIONS, PRICE_SECONDS, gap=PRICE_GAP if divided else 0.0)


def price(problem: Problem, result: Result, budget: Budget) -> Report | None:
    """What the fairness points of a plan cost, from `points` to `at_most`; nothing when it has no such points."""
    weights = result.weights
    if not (weights.minimum or weights.first_third or weights.second_third):
        return None
    found = price_of_fairness(problem, result, budget=budget)
    return {
        "filled": found.filled,
        "points": found.points,
        "at_most": found.at_most,
        "travel_min": found.travel_min,
        "gini_with": found.gini_with,
        "gini_without": found.gini_without,
    }
