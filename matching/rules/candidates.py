"""Pairs of a session and a clinician that a rule is asked about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.problem.problem import Problem


@dataclass(frozen=True, eq=False)
class Candidates:
    """Sessions and clinicians side by side: the pairs a rule is asked about."""

    problem: Problem
    session: np.ndarray
    """int64[pairs], position of the session"""
    clinician: np.ndarray
    """int64[pairs], position of the clinician"""

    @classmethod
    def everybody(cls, problem: Problem, session: int) -> Candidates:
        """One session and all clinicians."""
        clinicians = np.arange(len(problem.clinicians.ids))
        return cls(problem, np.full(len(clinicians), session), clinicians)

    def kept(self, mask: np.ndarray) -> Candidates:
        """The pairs where the mask is true."""
        return Candidates(self.problem, self.session[mask], self.clinician[mask])

    def of_session(self, name: str) -> np.ndarray:
        """A column of the sessions, pair by pair."""
        return getattr(self.problem.sessions, name)[self.session]

    def of_clinician(self, name: str) -> np.ndarray:
        """A column of the clinicians, pair by pair."""
        return getattr(self.problem.clinicians, name)[self.clinician]

    def of_practice(self, name: str) -> np.ndarray:
        """A column of the sessions' practices, pair by pair."""
        return getattr(self.problem.practices, name)[self.of_session("practice")]
