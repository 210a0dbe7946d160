"""A plan made pair by pair that keeps every hard rule: for baselines, and where the exact ways have come to their limit."""

from __future__ import annotations

import numpy as np

from matching.problem.problem import Problem
from matching.rules.trials import Trial


class PartialPlan:
    """A plan made pair by pair: what each clinician holds so far, and who can still take a session."""

    def __init__(self, problem: Problem):
        self.problem = problem
        self.clinician_of = problem.sessions.fixed.copy()
        self.held: list[list[int]] = [[] for _ in problem.clinicians.ids]
        for session in np.flatnonzero(self.clinician_of >= 0):
            self.held[self.clinician_of[session]].append(int(session))

    def fits(self, session: int, clinicians: np.ndarray) -> np.ndarray:
        """True for each clinician who can take the session besides what they hold."""
        counts = [len(self.held[who]) for who in clinicians.tolist()]
        other = [held for who in clinicians.tolist() for held in self.held[who]]
        trial = Trial(
            self.problem,
            np.full(len(clinicians), session),
            clinicians,
            np.repeat(np.arange(len(clinicians)), counts),
            np.array(other, dtype=np.int64),
        )
        return ~np.logical_or.reduce(list(trial.refused().values()))

    def give(self, session: int, clinician: int) -> None:
        """Adds a booking to the plan."""
        self.clinician_of[session] = clinician
        self.held[clinician].append(session)
