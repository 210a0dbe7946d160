"""The terms of the objective, each a named function of arrays that gives whole points."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from matching.basis.errors import PlanError
from matching.objective.weights import Weights
from matching.problem.problem import Problem

MOST_URGENT, LONGEST_TRIP = 3, 1_440
MOST_POINTS = 2**58
"""The flow multiplies a cost by its number of nodes, a few for each session, clinician and practice: that must fit int64."""


def fill_points(problem: Problem, weights: Weights, session: np.ndarray) -> np.ndarray:
    """Points for filling each of these sessions: 1000 x (10 x urgency + 5 or 2 for a deprived place)."""
    imd = problem.practices.imd[problem.sessions.practice[session]]
    deprived = np.where(
        (imd >= 1) & (imd <= 2), weights.deprived, np.where((imd >= 3) & (imd <= 5), weights.deprived_next, 0)
    )
    return weights.fill * (weights.urgency * problem.sessions.urgency[session] + deprived)


def refuse_too_large(problem: Problem, weights: Weights) -> None:
    """Raises PlanError for weights whose points would not fit into whole numbers of 64 bits on a problem of this size."""
    one = most_points(weights)
    things = len(problem.sessions.ids) + len(problem.clinicians.ids) + len(problem.practices.ids)
    if one * max(1, things) > MOST_POINTS:
        raise PlanError(
            f"These weights are too large for a problem of this size: one session could count {one:,} points. "
            f"Divide all weights by {-(-one * things // MOST_POINTS):,} or more; only their proportions matter."
        )


def most_points(weights: Weights) -> int:
    """The most that one session can add to or take from the objective, for any clinician."""
    fill = weights.fill * (weights.urgency * MOST_URGENT + max(weights.deprived, weights.deprived_next))
    journey = (weights.travel + 2 * weights.tour) * LONGEST_TRIP
    return (
        fill
        + journey
        + weights.preferred
        + weights.avoided
        + weights.continuity
        + weights.kept
        + weights.minimum
        + weights.contracted
        + weights.first_third
    )


def pair_terms(problem: Problem, weights: Weights, session: np.ndarray, clinician: np.ndarray) -> dict[str, np.ndarray]:
    """Points by term for giving sessions to clinicians, side by side."""
    row = problem.pair_rows(clinician, problem.sessions.practice[session])
    preference = problem.pairs.preference[row]
    return {
        "fill": fill_points(problem, weights, session),
        "travel": -weights.travel * problem.trip_minutes(session, clinician),
        "preference": np.where(preference > 0, weights.preferred, np.where(preference < 0, -weights.avoided, 0)),
        "continuity": weights.continuity * problem.pairs.continuity[row].astype(np.int64),
        "kept": weights.kept * (problem.sessions.previous[session] == clinician).astype(np.int64),
    }


def pair_points(problem: Problem, weights: Weights, session: np.ndarray, clinician: np.ndarray) -> np.ndarray:
    """Points of each pair, all terms together."""
    points = np.zeros(len(session), dtype=np.int64)
    for term in pair_terms(problem, weights, session, clinician).values():
        points += term
    return points


def pair_tours(
    problem: Problem, weights: Weights, first: np.ndarray, second: np.ndarray, clinician: np.ndarray
) -> np.ndarray:
    """Points for going on from the first session to the second instead of going home in between, side by side.

    Each session's own points count its way from home and back. On one day, the real tour is home - first - second - home:
    `Weights.tour` points are given back for each minute that this saves, never less than none, because a clinician nearer home
    goes home. What several sessions of a day save in this way adds up to their whole tour.
    """
    work = problem.sessions
    together = (work.day[first] == work.day[second]) & ~work.remote[first] & ~work.remote[second]
    home = problem.trip_minutes(first, clinician) + problem.trip_minutes(second, clinician)
    between = problem.site_minutes(work.practice[first], work.practice[second])
    return weights.tour * np.where(together, np.maximum(home - between, 0), 0)


def tour_points(problem: Problem, weights: Weights, session: np.ndarray, clinician: np.ndarray) -> int:
    """Points that all tours of a plan save; the arrays say side by side who holds what."""
    if not weights.tour or not len(session):
        return 0
    order = np.lexsort((session, problem.sessions.start[session], clinician))
    session, clinician = session[order], clinician[order]
    next_one = np.flatnonzero(clinician[1:] == clinician[:-1])
    return int(pair_tours(problem, weights, session[next_one], session[next_one + 1], clinician[next_one]).sum())


def thirds(problem: Problem) -> np.ndarray:
    """The size of a third of each practice's sessions, rounded down."""
    return np.bincount(problem.sessions.practice, minlength=len(problem.practices.ids)) // 3


def fairness_points(problem: Problem, weights: Weights, filled: np.ndarray) -> np.ndarray:
    """Points of each practice for its number of filled sessions: more for the first third than for the second."""
    third = thirds(problem)
    first = np.minimum(filled, third)
    second = np.clip(filled - third, 0, third)
    return weights.first_third * first + weights.second_third * second


def load_points(problem: Problem, weights: Weights, load: np.ndarray) -> dict[str, np.ndarray]:
    """Points of each clinician for the sessions they asked for at least, and for contracted ones."""
    people = problem.clinicians
    return {
        "minimum": weights.minimum * np.minimum(load, people.minimum),
        "contracted": weights.contracted * np.minimum(load, people.contracted),
    }


def terms(problem: Problem, weights: Weights, clinician_of: np.ndarray) -> dict[str, int]:
    """Points by term of a plan given as one clinician position per session, -1 for unfilled."""
    session = np.flatnonzero(clinician_of >= 0)
    clinician = clinician_of[session]
    filled = np.bincount(problem.sessions.practice[session], minlength=len(problem.practices.ids))
    load = np.bincount(clinician, minlength=len(problem.clinicians.ids))
    parts: Mapping[str, np.ndarray] = {
        **pair_terms(problem, weights, session, clinician),
        "fairness": fairness_points(problem, weights, filled),
        **load_points(problem, weights, load),
    }
    return {
        **{name: int(points.sum()) for name, points in parts.items()},
        "tour": tour_points(problem, weights, session, clinician),
    }
