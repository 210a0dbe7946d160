"""New sessions beside everything that their clinicians hold: which rules would they break?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from matching.basis.reasons import Reason
from matching.problem.problem import Problem
from matching.rules.pairing import COUNT_RULES, PAIR_RULES, CountRule, Couples, couples_of


class Diary:
    """What each clinician already holds, so that any number of new pairs can be tried against it at once."""

    def __init__(self, problem: Problem, session: np.ndarray, clinician: np.ndarray):
        order = np.lexsort((session, clinician))
        self.problem, self.session, self.clinician = problem, session[order], clinician[order]

    @classmethod
    def of_bookings(cls, problem: Problem) -> Diary:
        """The diary of the fixed bookings alone."""
        booked = np.flatnonzero(problem.sessions.fixed >= 0)
        return cls(problem, booked, problem.sessions.fixed[booked])

    @classmethod
    def of_plan(cls, problem: Problem, assignment: Mapping[str, str | None]) -> Diary:
        """The diary of a plan and of the fixed bookings. Raises PlanError for an unknown id."""
        holder = problem.positions(assignment)
        held = np.flatnonzero(holder >= 0)
        return cls(problem, held, holder[held])

    def trial(self, session: np.ndarray, clinician: np.ndarray) -> Trial:
        """New pairs next to everything their clinicians hold, except the session itself."""
        first = np.searchsorted(self.clinician, clinician, side="left")
        count = np.searchsorted(self.clinician, clinician, side="right") - first
        row = np.repeat(np.arange(len(count)), count)
        other = self.session[
            np.repeat(first, count) + np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        ]
        apart = other != session[row]
        return Trial(self.problem, session, clinician, row[apart], other[apart])


@dataclass(frozen=True, eq=False)
class Trial:
    """New pairs, and beside each (`row`) every other session its clinician holds."""

    problem: Problem
    session: np.ndarray
    """int64[pairs], position of the new session"""
    clinician: np.ndarray
    """int64[pairs], position of the clinician"""
    row: np.ndarray
    """int64[couples], index of the new pair, ascending"""
    other: np.ndarray
    """int64[couples], position of a session that its clinician holds"""

    def couples(self) -> Couples:
        """Each new session with each session already held."""
        return couples_of(self.problem, self.session[self.row], self.other, self.clinician[self.row])

    def used(self, rule: CountRule) -> np.ndarray:
        """What each new pair would bring its clinician to, under a count rule."""
        weight, week = rule.weight(self.problem), self.problem.sessions.week
        same = week[self.other] == week[self.session[self.row]] if rule.weekly else np.ones(len(self.row), dtype=bool)
        held = np.bincount(self.row[same], weights=weight[self.other[same]], minlength=len(self.session))
        before = rule.taken(self.problem, self.clinician, week[self.session])
        return held.astype(np.int64) + before + weight[self.session]

    def refused(self) -> dict[str, np.ndarray]:
        """For each rule code, true where the new pair breaks it."""
        couples, masks = self.couples(), {}
        for rule in PAIR_RULES:
            masks[rule.code] = np.zeros(len(self.session), dtype=bool)
            masks[rule.code][self.row[rule.broken(couples)]] = True
        for count in COUNT_RULES:
            masks[count.code] = self.used(count) > count.limit(self.problem)[self.clinician]
        return masks


def clashes(problem: Problem, session: int, clinician: int, assignment: Mapping[str, str | None]) -> list[Reason]:
    """Reasons from the clinician's other sessions, in a plan and in fixed bookings, against one more."""
    mine = {key: who for key, who in assignment.items() if who == problem.clinicians.ids[clinician]}
    trial = Diary.of_plan(problem, mine).trial(np.array([session]), np.array([clinician]))
    return [*_pair_reasons(trial), *_count_reasons(trial)]


def _pair_reasons(trial: Trial) -> Iterable[Reason]:
    couples = trial.couples()
    gaps = couples.gap()
    for rule in PAIR_RULES:
        hits = np.flatnonzero(rule.broken(couples))
        if len(hits):
            numbers = {"gap": int(gaps[hits[0]]), "need": int(rule.need(couples)[hits[0]])}
            yield Reason(rule.code, rule.sentence.format(hours=numbers["need"] / 60, **numbers), numbers)


def _count_reasons(trial: Trial) -> Iterable[Reason]:
    for rule in COUNT_RULES:
        used, limit = int(trial.used(rule)[0]), int(rule.limit(trial.problem)[trial.clinician[0]])
        if used > limit:
            numbers = {"used": used, "limit": limit}
            yield Reason(rule.code, rule.sentence.format(hours=limit // 60, **numbers), numbers)
