"""Fill first: weights under which no other wish is ever paid for with an empty session."""

from __future__ import annotations

from dataclasses import replace
from math import gcd

from matching.objective.weights import LARGEST, Weights
from matching.problem.problem import Problem


def fill_first(problem: Problem, weights: Weights) -> Weights:
    """The same weights with filling so dear that all other terms together cannot outweigh its smallest step.

    The plan then has the most fill points possible, and among those plans the best of the other terms. Falls back to
    the largest weight allowed on problems so large that the exact factor would not fit: `needed` is then above that.
    """
    return replace(weights, fill=min(LARGEST, needed(problem, weights)))


def needed(problem: Problem, weights: Weights) -> int:
    """The least fill weight at which one smallest step of fill outweighs everything else in the problem."""
    step = max(1, gcd(weights.urgency, weights.deprived, weights.deprived_next))
    longest = int(min(problem.clinicians.max_travel.max(initial=0), 1_440))
    one = (
        (weights.travel + 2 * weights.tour) * longest
        + weights.preferred
        + weights.avoided
        + weights.continuity
        + weights.kept
        + weights.minimum
        + weights.contracted
        + weights.first_third
    )
    return one * len(problem.sessions.ids) // step + 1
