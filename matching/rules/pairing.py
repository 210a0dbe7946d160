"""May one clinician work these sessions together? Rules about two sessions of a clinician, and about how many.

PAIR_RULES look at two sessions in the order of their start; each is written once, for arrays. COUNT_RULES look at all
sessions of a clinician in a week or in the whole period.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matching.problem.problem import Problem


@dataclass(frozen=True, eq=False)
class Couples:
    """Two sessions of one clinician, side by side; `first` starts no later than `second`."""

    problem: Problem
    first: np.ndarray
    """int64[couples], position of the session that starts first"""
    second: np.ndarray
    """int64[couples], position of the session that starts second"""
    clinician: np.ndarray
    """int64[couples], position of the clinician"""

    def gap(self) -> np.ndarray:
        """Minutes between the end of the first and the start of the second."""
        work = self.problem.sessions
        return work.start[self.second] - work.end[self.first]

    def both(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """A column of the sessions for both."""
        column = getattr(self.problem.sessions, name)
        return column[self.first], column[self.second]


@dataclass(frozen=True)
class PairRule:
    """A hard rule on two sessions of one clinician; the sentence may use {gap} and {need} in minutes, {hours} of need."""

    code: str
    broken: Callable[[Couples], np.ndarray]
    need: Callable[[Couples], np.ndarray]
    sentence: str


def no_need(couples: Couples) -> np.ndarray:
    """A rule that only asks for no overlap needs no minutes in between."""
    return np.zeros(len(couples.first), dtype=np.int64)


def overlap(couples: Couples) -> np.ndarray:
    """The two sessions share at least a minute."""
    return couples.gap() < 0


def journey(couples: Couples) -> np.ndarray:
    """Minutes needed from one site to another, parking included."""
    first, second = couples.both("practice")
    return couples.problem.site_minutes(first, second) + couples.problem.parameters.parking_min


def too_little_travel_time(couples: Couples) -> np.ndarray:
    """Two on-site sessions at different practices with less than the journey between them."""
    gap, sites, remote = couples.gap(), couples.both("practice"), couples.both("remote")
    on_site = ~remote[0] & ~remote[1] & (sites[0] != sites[1])
    return on_site & (gap >= 0) & (gap < journey(couples))


def change_over(couples: Couples) -> np.ndarray:
    """Minutes needed between a remote and an on-site session."""
    return np.full(len(couples.first), couples.problem.parameters.remote_gap_min, dtype=np.int64)


def too_little_change_over(couples: Couples) -> np.ndarray:
    """A remote and an on-site session too close together."""
    gap, remote = couples.gap(), couples.both("remote")
    return (remote[0] != remote[1]) & (gap >= 0) & (gap < couples.problem.parameters.remote_gap_min)


def rest(couples: Couples) -> np.ndarray:
    """Minutes of rest between days."""
    return np.full(len(couples.first), couples.problem.parameters.rest_min, dtype=np.int64)


def too_little_rest(couples: Couples) -> np.ndarray:
    """Too little rest between sessions of different days, for clinicians to whom the rule is binding."""
    gap, day = couples.gap(), couples.both("day")
    bound = couples.problem.clinicians.rest_hard[couples.clinician]
    return bound & (day[0] != day[1]) & (gap >= 0) & (gap < couples.problem.parameters.rest_min)


PAIR_RULES = (
    PairRule("overlap", overlap, no_need, "It overlaps another session the clinician has."),
    PairRule(
        "between_sites",
        too_little_travel_time,
        journey,
        "Only {gap} minutes to reach it from, or go on to, another practice; {need} are needed.",
    ),
    PairRule(
        "remote_gap",
        too_little_change_over,
        change_over,
        "Only {gap} minutes between a remote and an on-site session; {need} are needed.",
    ),
    PairRule("rest", too_little_rest, rest, "Under {hours:g} hours of rest between two days of work ({gap} minutes)."),
)


@dataclass(frozen=True)
class CountRule:
    """A hard limit on a clinician's sessions in a span: how much each session weighs and what the limit is. What counts
    in a week includes what is taken `elsewhere`, a column of that table."""

    code: str
    weight: Callable[[Problem], np.ndarray]
    limit: Callable[[Problem], np.ndarray]
    weekly: bool
    sentence: str
    elsewhere: str = ""

    def taken(self, problem: Problem, clinician: np.ndarray, week: np.ndarray) -> np.ndarray:
        """What clinicians work elsewhere in these weeks, side by side."""
        if not self.elsewhere:
            return np.zeros(len(clinician), dtype=np.int64)
        return getattr(problem.elsewhere, self.elsewhere)[problem.elsewhere.rows(clinician, week)]


def one_each(problem: Problem) -> np.ndarray:
    """Every session counts once."""
    return np.ones(len(problem.sessions.ids), dtype=np.int64)


def minutes_each(problem: Problem) -> np.ndarray:
    """Every session counts its minutes."""
    return problem.sessions.end - problem.sessions.start


def hours_limit(problem: Problem) -> np.ndarray:
    """Minutes a week, unlimited where none is given."""
    limit = problem.clinicians.weekly_minutes
    return np.where(limit > 0, limit, np.iinfo(np.int64).max)


COUNT_RULES = (
    CountRule(
        "weekly_cap",
        one_each,
        lambda problem: problem.clinicians.weekly_cap,
        True,
        "The clinician has reached the most sessions a week that they set ({limit}), counting all pools.",
        "sessions",
    ),
    CountRule(
        "period_cap",
        one_each,
        lambda problem: problem.clinicians.period_cap,
        False,
        "The clinician has reached the most sessions that they set for this period.",
    ),
    CountRule(
        "weekly_hours",
        minutes_each,
        hours_limit,
        True,
        "It would be more than the {hours} hours of work a week that bind this clinician, counting all pools.",
        "minutes",
    ),
)


CODES = (*(rule.code for rule in PAIR_RULES), *(rule.code for rule in COUNT_RULES))
"""Codes of the rules about a clinician's other sessions, in the order in which they are asked."""


def conflicting(couples: Couples) -> np.ndarray:
    """True where two sessions of a clinician cannot both be worked."""
    mask = np.zeros(len(couples.first), dtype=bool)
    for rule in PAIR_RULES:
        mask |= rule.broken(couples)
    return mask


def couples_of(problem: Problem, session: np.ndarray, other: np.ndarray, clinician: np.ndarray) -> Couples:
    """Pairs of sessions put in the order of their start, and of their position when they start together."""
    start = problem.sessions.start
    swap = (start[session] > start[other]) | ((start[session] == start[other]) & (session > other))
    return Couples(problem, np.where(swap, other, session), np.where(swap, session, other), clinician)
