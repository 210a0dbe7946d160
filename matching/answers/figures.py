"""Counts and shares of a plan that are not in the objective."""

from __future__ import annotations

from typing import Any

import numpy as np

from matching.problem.problem import Problem


def figures(problem: Problem, clinician_of: np.ndarray, reachable: np.ndarray) -> dict[str, Any]:
    """Counts and shares of a plan that are not in the objective. `reachable` marks sessions anybody could take."""
    work = problem.sessions
    filled = clinician_of >= 0
    trips = problem.trip_minutes(np.flatnonzero(filled), clinician_of[filled])[~work.remote[filled]]
    load = np.bincount(clinician_of[filled], minlength=len(problem.clinicians.ids))
    asked = problem.clinicians.minimum > 0
    urgent = work.urgency >= 2
    return {
        "unfillable": int((~reachable & ~filled).sum()),
        "urgent_fill": _mean(filled[urgent]),
        "mean_travel_min": _mean(trips),
        "gini_practice_fill": gini(_shares(problem, filled)),
        "min_sessions_met": _mean(load[asked] >= problem.clinicians.minimum[asked]),
    }


def gini(values: np.ndarray) -> float:
    """Gini coefficient: 0 when all are equal, towards 1 when one has everything."""
    ordered = np.sort(np.asarray(values, dtype=float))
    total = ordered.sum()
    if not len(ordered) or total == 0:
        return 0.0
    rank = np.arange(1, len(ordered) + 1)
    return float(2 * (rank * ordered).sum() / (len(ordered) * total) - (len(ordered) + 1) / len(ordered))


def _shares(problem: Problem, filled: np.ndarray) -> np.ndarray:
    """Share of sessions filled, for each practice that posted any."""
    size = len(problem.practices.ids)
    posted = np.bincount(problem.sessions.practice, minlength=size)
    got = np.bincount(problem.sessions.practice[filled], minlength=size)
    return got[posted > 0] / posted[posted > 0]


def _mean(values: np.ndarray) -> float | None:
    return float(np.mean(values)) if len(values) else None
