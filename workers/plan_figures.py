"""What is reported about a plan: who got which share, how deprived places fared, and what spreading the work costs."""

from typing import Any

from matching import Problem, Result
from matching.fairness import BANDS, equity, fair_share, price_of_fairness

Report = dict[str, Any]


def report(problem: Problem, result: Result, *, priced: bool) -> Report:
    """The figures as plain values. The price needs another solve, so it is left out where that takes long."""
    found = fair_share(problem, result)
    return {
        "shares": [
            {"clinician_id": each.clinician_id, "chances": each.chances, "wanted": each.wanted, "got": each.got}
            for each in found.shares
        ],
        "median": found.median, "jain": found.jain, "gini": found.gini,
        "bands": bands(problem, result),
        "price": price(problem, result) if priced else None,
    }  # fmt: skip


def bands(problem: Problem, result: Result) -> list[Report]:
    """Sessions by deprivation of the practice, with the number of practices behind each band."""
    with_sessions = problem.practices.imd[sorted(set(problem.sessions.practice.tolist()))]
    practices = {
        name: int(((with_sessions >= low) & (with_sessions <= high)).sum()) for name, (low, high) in BANDS.items()
    }
    return [
        {"name": name, "practices": practices[name], "posted": band.posted, "filled": band.filled}
        for name, band in equity(problem, result).items()
    ]


def price(problem: Problem, result: Result) -> Report | None:
    """What the fairness points of a plan cost; nothing when it has none."""
    weights = result.weights
    if not (weights.minimum or weights.first_third or weights.second_third):
        return None
    found = price_of_fairness(problem, result)
    return {
        "filled": found.filled, "points": found.points, "travel_min": found.travel_min,
        "gini_with": found.gini_with, "gini_without": found.gini_without,
    }  # fmt: skip
