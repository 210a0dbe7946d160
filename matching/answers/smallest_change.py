"""The smallest single change that would open an empty session: to its fee, hours, requirements, or a travel limit."""

from __future__ import annotations

import numpy as np

from matching.problem.problem import Problem
from matching.rules.candidates import Candidates
from matching.rules.eligibility import RULES

FEE_STEP = 1_000
LATEST_SHIFT = 180


def smallest_change(problem: Problem, session: int, crowd: int) -> str | None:
    """One sentence, or None when no single change opens the session.

    A higher fee is only named when it would open the session to at least `crowd` clinicians and is rounded up to whole
    £10, so that nobody's floor can be read from it.
    """
    near = only_failing(problem, session)
    for code, say in CHANGES.items():
        if len(near[code]) and (sentence := say(problem, session, near[code], crowd)):
            return sentence
    return None


def only_failing(problem: Problem, session: int) -> dict[str, np.ndarray]:
    """For each rule, the clinicians whom it alone keeps from the session."""
    pairs = Candidates.everybody(problem, session)
    broken = np.stack([rule.broken(pairs) for rule in RULES])
    once = broken.sum(axis=0) == 1
    return {rule.code: np.flatnonzero(once & broken[row]) for row, rule in enumerate(RULES)}


def _people(count: int) -> str:
    return "one clinician" if count == 1 else f"{count} clinicians"


def _other_hours(problem: Problem, session: int, clinicians: np.ndarray, crowd: int) -> str | None:
    """The least total of a later start and an earlier end that fits somebody's free time."""
    free, work = problem.availability, problem.sessions
    mine = np.isin(free.clinician, clinicians)
    late = np.maximum(free.start[mine] - work.start[session], 0)
    early = np.maximum(work.end[session] - free.end[mine], 0)
    shift = late + early
    if not len(shift) or shift.min() > min(LATEST_SHIFT, (work.end[session] - work.start[session]) // 2):
        return None
    best = int(shift.argmin())
    parts = [f"starting {late[best]} minutes later"] if late[best] else []
    parts += [f"ending {early[best]} minutes earlier"] if early[best] else []
    count = len(np.unique(free.clinician[mine][shift == shift.min()]))
    return f"{' and '.join(parts).capitalize()} would open it to {_people(count)}."


def _further(problem: Problem, session: int, clinicians: np.ndarray, crowd: int) -> str:
    trips = problem.trip_minutes(np.full(len(clinicians), session), clinicians)
    over = trips - problem.clinicians.max_travel[clinicians]
    count = int((over == over.min()).sum())
    minutes = "a minute" if over.min() == 1 else f"{over.min()} minutes"
    return f"{_people(count).capitalize()} would reach it with {minutes} more travel than the limit set."


def _more_money(problem: Problem, session: int, clinicians: np.ndarray, crowd: int) -> str | None:
    if len(clinicians) < crowd:
        return None
    missing = np.sort(problem.clinicians.floor[clinicians] - problem.sessions.fee[session])[crowd - 1]
    pounds = int(-(-missing // FEE_STEP)) * FEE_STEP // 100
    return f"A fee about £{pounds} higher would open it to {crowd} or more clinicians."


def _system(problem: Problem, session: int, clinicians: np.ndarray, crowd: int) -> str:
    return f"Not requiring the clinical system would open it to {_people(len(clinicians))}."


def _skill(problem: Problem, session: int, clinicians: np.ndarray, crowd: int) -> str:
    return f"Asking for fewer skills would open it to {_people(len(clinicians))}."


def _appointment(problem: Problem, session: int, clinicians: np.ndarray, crowd: int) -> str:
    least = int(problem.clinicians.appointment[clinicians].min())
    return f"Appointments of {least} minutes would open it to {_people(len(clinicians))}."


CHANGES = {
    "available": _other_hours,
    "travel": _further,
    "fee": _more_money,
    "system": _system,
    "skills": _skill,
    "appointment": _appointment,
}
"""What may be changed where one rule alone stands in the way, by its code; the first that opens the session is said."""
