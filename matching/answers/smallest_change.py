"""The smallest single change that would open an empty session: to its fee, hours, requirements, or a travel limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from matching.problem.problem import Problem
from matching.rules.candidates import Candidates
from matching.rules.eligibility import RULES

FEE_STEP = 1_000
LATEST_SHIFT = 180

Figures = Mapping[str, int]


@dataclass(frozen=True)
class SmallestChange:
    """A change of one thing: the code of the rule it is about, and its figures. `count`: clinicians it would open the
    session to; `later` and `earlier`: minutes that the session starts later and ends earlier; `over`: minutes beyond the
    limit set; `pounds`: how much the fee is higher; `minutes`: the length of appointments."""

    code: str
    figures: Mapping[str, int]


def smallest_change(problem: Problem, session: int, crowd: int) -> SmallestChange | None:
    """None when no single change opens the session.

    A higher fee is only named when it would open the session to at least `crowd` clinicians and is rounded up to whole
    £10, so that no clinician's floor can be read from it.
    """
    near = only_failing(problem, session)
    for code, figures_of in CHANGES.items():
        if len(near[code]) and (figures := figures_of(problem, session, near[code], crowd)):
            return SmallestChange(code, figures)
    return None


def only_failing(problem: Problem, session: int) -> dict[str, np.ndarray]:
    """For each rule, the clinicians whom it alone keeps from the session."""
    pairs = Candidates.everybody(problem, session)
    broken = np.stack([rule.broken(pairs) for rule in RULES])
    once = broken.sum(axis=0) == 1
    return {rule.code: np.flatnonzero(once & broken[row]) for row, rule in enumerate(RULES)}


def _other_hours(problem: Problem, session: int, clinicians: np.ndarray, crowd: int) -> Figures | None:
    """The least total of a later start and an earlier end that fits the free time of at least one clinician."""
    free, work = problem.availability, problem.sessions
    mine = np.isin(free.clinician, clinicians)
    late = np.maximum(free.start[mine] - work.start[session], 0)
    early = np.maximum(work.end[session] - free.end[mine], 0)
    shift = late + early
    if not len(shift) or shift.min() > min(LATEST_SHIFT, (work.end[session] - work.start[session]) // 2):
        return None
    best = int(shift.argmin())
    count = len(np.unique(free.clinician[mine][shift == shift.min()]))
    return {"later": int(late[best]), "earlier": int(early[best]), "count": count}


def _further(problem: Problem, session: int, clinicians: np.ndarray, crowd: int) -> Figures:
    trips = problem.trip_minutes(np.full(len(clinicians), session), clinicians)
    over = trips - problem.clinicians.max_travel[clinicians]
    return {"over": int(over.min()), "count": int((over == over.min()).sum())}


def _more_money(problem: Problem, session: int, clinicians: np.ndarray, crowd: int) -> Figures | None:
    if len(clinicians) < crowd:
        return None
    missing = np.sort(problem.clinicians.floor[clinicians] - problem.sessions.fee[session])[crowd - 1]
    return {"pounds": int(-(-missing // FEE_STEP)) * FEE_STEP // 100, "count": crowd}


def _fewer_demands(problem: Problem, session: int, clinicians: np.ndarray, crowd: int) -> Figures:
    return {"count": len(clinicians)}


def _longer_appointments(problem: Problem, session: int, clinicians: np.ndarray, crowd: int) -> Figures:
    return {"minutes": int(problem.clinicians.appointment[clinicians].min()), "count": len(clinicians)}


CHANGES: Mapping[str, Callable[[Problem, int, np.ndarray, int], Figures | None]] = {
    "available": _other_hours,
    "travel": _further,
    "fee": _more_money,
    "system": _fewer_demands,
    "skills": _fewer_demands,
    "appointment": _longer_appointments,
}
"""For each rule that one change can satisfy, in the order in which they are tried."""
