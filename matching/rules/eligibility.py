"""May this clinician take this session? One table of named rules, used by the solver, the Accept button and "why not".

A rule of this file looks at one session and one clinician alone; rules about the clinician's other sessions are in
`pairing.py`. Each rule is written once: `broken` answers for whole arrays of pairs, `sentence` explains one pair.
Sentences are read by clinicians and practices: they never name another person, a fee or a floor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from matching.basis import bits
from matching.basis.london_time import wall
from matching.problem.problem import Problem
from matching.rules.candidates import Candidates


@dataclass(frozen=True)
class Rule:
    """One hard rule: `broken` is true where a pair is refused, `explain` gives one pair's sentence and numbers."""

    code: str
    broken: Callable[[Candidates], np.ndarray]
    explain: Callable[[Problem, int, int], tuple[str, Mapping[str, int]]]


def wrong_profession(pairs: Candidates) -> np.ndarray:
    """The session is for another profession."""
    return pairs.of_session("profession") != pairs.of_clinician("profession")


def say_profession(problem: Problem, session: int, clinician: int) -> tuple[str, Mapping[str, int]]:
    """Names the profession the session needs."""
    needed = problem.professions[problem.sessions.profession[session]]
    return f"The session needs a {needed}.", {}


def missing_skill(pairs: Candidates) -> np.ndarray:
    """A required skill is not held."""
    return bits.lacks(pairs.of_session("skills"), pairs.of_clinician("skills"))


def say_skill(problem: Problem, session: int, clinician: int) -> tuple[str, Mapping[str, int]]:
    """Names the skills that are missing."""
    missing = _names(problem.skills, problem.sessions.skills[session] & ~problem.clinicians.skills[clinician])
    return f"The session needs {' and '.join(missing)}.", {"missing": len(missing)}


def unknown_system(pairs: Candidates) -> np.ndarray:
    """The session requires knowing the practice's clinical system."""
    return pairs.of_session("system_required") & bits.lacks(pairs.of_practice("system"), pairs.of_clinician("systems"))


def say_system(problem: Problem, session: int, clinician: int) -> tuple[str, Mapping[str, int]]:
    """Names the clinical system."""
    system = _names(problem.systems, problem.practices.system[problem.sessions.practice[session]])
    return f"The practice uses {' and '.join(system)} and the session requires knowing it.", {}


def not_compliant(pairs: Candidates) -> np.ndarray:
    """A document the clinician must hold has run out by the session's date, or none is recorded."""
    return pairs.of_clinician("compliant_until") < pairs.of_session("day")


def say_compliance(problem: Problem, session: int, clinician: int) -> tuple[str, Mapping[str, int]]:
    """Says until when the documents are valid."""
    until = int(problem.clinicians.compliant_until[clinician])
    if not until:
        return "The documents needed to work are not complete.", {}
    short = int(problem.sessions.day[session]) - until
    return f"A document needed to work runs out on {date.fromordinal(until):%-d %B %Y}, before the session.", {
        "days_short": short
    }


def not_available(pairs: Candidates) -> np.ndarray:
    """The clinician has not said they are free for the whole session."""
    free = pairs.problem.availability
    if not len(free.clinician):
        return np.ones(len(pairs.session), dtype=bool)
    start, end = pairs.of_session("start"), pairs.of_session("end")
    origin, length = int(free.start.min()), int(free.end.max() - free.start.min()) + 1
    key = free.clinician * length + (free.start - origin)
    wanted = pairs.clinician * length + np.clip(start - origin, 0, length - 1)
    row = np.searchsorted(key, wanted, side="right") - 1
    return (row < 0) | (free.clinician[row] != pairs.clinician) | (free.start[row] > start) | (free.end[row] < end)


def say_available(problem: Problem, session: int, clinician: int) -> tuple[str, Mapping[str, int]]:
    """Says the hours that would have to be free."""
    begins, ends = wall(problem.sessions.start[session]), wall(problem.sessions.end[session])
    return f"Not marked as free for all of {begins:%H:%M} to {ends:%H:%M} on {begins:%-d %B %Y}.", {}


def fee_too_low(pairs: Candidates) -> np.ndarray:
    """The session pays less than the clinician's private floor."""
    return pairs.of_session("fee") < pairs.of_clinician("floor")


def say_fee(problem: Problem, session: int, clinician: int) -> tuple[str, Mapping[str, int]]:
    """Says only that the fee does not reach what was asked for; the floor is private."""
    return "The fee is below the lowest this clinician accepts.", {}


def blocked(pairs: Candidates) -> np.ndarray:
    """The pair is not matched with each other."""
    problem = pairs.problem
    return problem.pairs.blocked[problem.pair_rows(pairs.clinician, pairs.of_session("practice"))]


def say_blocked(problem: Problem, session: int, clinician: int) -> tuple[str, Mapping[str, int]]:
    """Neutral: does not say who asked for it."""
    return "This clinician and this practice are not matched with each other.", {}


def too_far(pairs: Candidates) -> np.ndarray:
    """The practice is further from home than the clinician's limit; a remote session has no journey."""
    return pairs.problem.trip_minutes(pairs.session, pairs.clinician) > pairs.of_clinician("max_travel")


def say_travel(problem: Problem, session: int, clinician: int) -> tuple[str, Mapping[str, int]]:
    """Gives the journey and the limit."""
    minutes = int(problem.trip_minutes(np.array([session]), np.array([clinician]))[0])
    limit = int(problem.clinicians.max_travel[clinician])
    return f"The journey is {minutes} minutes; the limit set is {limit}.", {"minutes": minutes, "limit": limit}


def outside_pool(pairs: Candidates) -> np.ndarray:
    """A remote session, and any session of a practice for members only, needs the same pool or a sharing agreement."""
    fenced = pairs.of_session("remote") | pairs.of_practice("members")
    return fenced & bits.lacks(pairs.of_practice("pool"), pairs.of_clinician("pools")) | _listed(pairs, "outsiders")


def say_pool(problem: Problem, session: int, clinician: int) -> tuple[str, Mapping[str, int]]:
    """Says what would be needed."""
    kind = "A remote session" if problem.sessions.remote[session] else "This session"
    return f"{kind} needs membership of the practice's pool, or a sharing agreement with it.", {}


def appointments_too_short(pairs: Candidates) -> np.ndarray:
    """The appointments are shorter than the clinician's terms allow; 0 means that the practice did not say."""
    length = pairs.of_session("appointment")
    return (length > 0) & (length < pairs.of_clinician("appointment"))


def say_appointments(problem: Problem, session: int, clinician: int) -> tuple[str, Mapping[str, int]]:
    """Gives both lengths."""
    offered, least = int(problem.sessions.appointment[session]), int(problem.clinicians.appointment[clinician])
    return f"Appointments are {offered} minutes; the clinician's terms ask for at least {least}.", {
        "minutes": offered,
        "least": least,
    }


def declined(pairs: Candidates) -> np.ndarray:
    """The clinician has said no to this very session; it says nothing about any other."""
    return _listed(pairs, "declined")


def say_declined(problem: Problem, session: int, clinician: int) -> tuple[str, Mapping[str, int]]:
    """Says that the clinician declined."""
    return "This session was declined before.", {}


def company_barred(pairs: Candidates) -> np.ndarray:
    """The clinician works through a company that the practice may not engage for this session (off-payroll rules)."""
    return _listed(pairs, "barred")


def say_barred(problem: Problem, session: int, clinician: int) -> tuple[str, Mapping[str, int]]:
    """Says what would be needed; which decision is missing is for the caller to say."""
    return "No status determination lets the practice engage the clinician’s company for this session.", {}


RULES = (
    Rule("profession", wrong_profession, say_profession),
    Rule("skills", missing_skill, say_skill),
    Rule("system", unknown_system, say_system),
    Rule("compliance", not_compliant, say_compliance),
    Rule("available", not_available, say_available),
    Rule("fee", fee_too_low, say_fee),
    Rule("blocked", blocked, say_blocked),
    Rule("travel", too_far, say_travel),
    Rule("pool", outside_pool, say_pool),
    Rule("appointment", appointments_too_short, say_appointments),
    Rule("declined", declined, say_declined),
    Rule("status", company_barred, say_barred),
)


def _listed(pairs: Candidates, column: str) -> np.ndarray:
    """Pairs that the session itself names."""
    listed = getattr(pairs.problem.pairs, column)
    return np.isin(pairs.session * len(pairs.problem.clinicians.ids) + pairs.clinician, listed)


def _names(words: tuple[str, ...], mask: np.ndarray) -> list[str]:
    return [name for number, name in enumerate(words) if mask[number // bits.WORD] >> (number % bits.WORD) & 1]
