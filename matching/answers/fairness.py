"""Who got what: fair share among clinicians, equity among practices, and what the fairness points cost.

No protected characteristic and no history of accepting enters; shares are of this plan alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from matching.answers.figures import gini
from matching.answers.result import Result
from matching.answers.solver import solve
from matching.basis.budget import Budget
from matching.problem.problem import Problem

DEPRIVATION_BANDS = {
    "most deprived (deciles 1-2)": (1, 2),
    "deprived (3-5)": (3, 5),
    "less deprived (6-10)": (6, 10),
    "not known": (0, 0),
}

SPREADING = ("minimum", "fairness")
"""The terms of the objective that spread work instead of filling sessions."""


@dataclass(frozen=True)
class Share:
    """One clinician: sessions they met every rule for, the most they wanted, what they got, got of wanted."""

    clinician_id: str
    chances: int
    wanted: int
    got: int
    share: float


@dataclass(frozen=True)
class FairShare:
    """Everybody with at least one chance. `jain` is 1 when all shares are equal, `gini` 0."""

    shares: tuple[Share, ...]
    median: float
    jain: float
    gini: float

    def sentence(self, clinician_id: str) -> str:
        """How one clinician did against the pool, without naming anybody else."""
        own = next((share for share in self.shares if share.clinician_id == clinician_id), None)
        if own is None:
            return "There was no session in this plan that met every rule."
        return (
            f"{own.got} of {own.wanted} wanted sessions ({own.share:.0%}), out of {own.chances} possible; "
            f"half of the pool got {self.median:.0%} or more of what they wanted."
        )


@dataclass(frozen=True)
class Band:
    """Practices of like deprivation: sessions posted, filled, and the share filled."""

    posted: int
    filled: int
    fill: float | None


def fair_share(problem: Problem, result: Result) -> FairShare:
    """Sessions received against chances and wishes, clinician by clinician."""
    edges, size = result.state.network.edges, len(problem.clinicians.ids)
    booked = problem.sessions.fixed[problem.sessions.fixed >= 0]
    chances = np.bincount(edges.clinician, minlength=size) + np.bincount(booked, minlength=size)
    got = np.bincount([problem.clinician_index[who] for who in result.assignment.values() if who], minlength=size)
    wanted = np.minimum(problem.clinicians.period_cap, chances)
    counts = np.stack([chances, wanted, got], axis=1)[wanted > 0].tolist()
    names = [problem.clinicians.ids[who] for who in np.flatnonzero(wanted > 0)]
    shares = tuple(
        Share(name, possible, most, own, own / most) for name, (possible, most, own) in zip(names, counts, strict=True)
    )
    values = np.array([share.share for share in shares])
    return FairShare(shares, float(np.median(values)) if len(values) else 0.0, jain(values), gini(values))


def jain(values: np.ndarray) -> float:
    """Jain's index: (sum x)^2 / (n sum x^2); 1 when all are equal, 1/n when one has everything."""
    squares = float((values**2).sum())
    return float(values.sum() ** 2 / (len(values) * squares)) if squares else 1.0


def equity(problem: Problem, result: Result) -> Mapping[str, Band]:
    """Share of sessions filled by deprivation of the practice's place."""
    decile = problem.practices.imd[problem.sessions.practice]
    filled = np.array([result.assignment[name] is not None for name in problem.sessions.ids], dtype=bool)
    bands = {}
    for name, (low, high) in DEPRIVATION_BANDS.items():
        inside = (decile >= low) & (decile <= high)
        posted, done = int(inside.sum()), int(filled[inside].sum())
        bands[name] = Band(posted, done, done / posted if posted else None)
    return bands


@dataclass(frozen=True)
class Price:
    """What the plan without fairness points would have: more sessions filled, another mean journey, how unequal
    practices would fare, and by how many points all other wishes together would be met better: at least `points`, as a
    checked plan shows, and at most `at_most`, as the proven bound says."""

    filled: int
    travel_min: float
    gini_with: float
    gini_without: float
    points: int
    at_most: int

    @property
    def exact(self) -> bool:
        """Whether the plan compared with is proven the best possible."""
        return self.points == self.at_most

    def __str__(self) -> str:
        better = f"{self.points:,} points" if self.exact else f"{self.points:,} to {self.at_most:,} points"
        return (
            f"Without fairness points {self.filled:+d} sessions would be filled, the mean journey change by "
            f"{self.travel_min:+.1f} minutes, and all other wishes be met better by {better}; "
            f"the Gini coefficient of practices' fill would go from "
            f"{self.gini_with:.3f} to {self.gini_without:.3f}."
        )


def price_of_fairness(problem: Problem, result: Result, *, budget: Budget | None = None) -> Price:
    """Solves again without the points for practices' thirds and for minimum sessions, and compares.

    The plan itself is a plan without these points too, so the price is never below nothing.
    """
    without = replace(result.weights, first_third=0, second_third=0, minimum=0)
    other = solve(problem, weights=without, seed=result.seed, budget=budget)
    own = result.objective - sum(result.terms.get(term, 0) for term in SPREADING)
    spread = result.figures["gini_practice_fill"]
    if other.objective <= own:
        return Price(0, 0.0, spread, spread, 0, max(0, other.bound - own))
    journeys = [plan.figures["mean_travel_min"] or 0.0 for plan in (other, result)]
    points, at_most = other.objective - own, other.bound - own
    unequal = other.figures["gini_practice_fill"]
    return Price(other.filled - result.filled, journeys[0] - journeys[1], spread, unequal, points, at_most)
