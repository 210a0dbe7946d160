"""All rules together: which pairs are feasible, and every reason against one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from matching.basis.reasons import Reason
from matching.problem.problem import Problem
from matching.rules import pairing, trials
from matching.rules.candidates import Candidates
from matching.rules.eligibility import RULES

RULE_CODES = (*(rule.code for rule in RULES), *pairing.CODES)
"""Codes of all hard rules, in the order in which they are asked: of a pair alone, of two sessions, of a span."""


def feasible(pairs: Candidates) -> Candidates:
    """The pairs that break no rule; each rule sees only what the ones before it left."""
    for rule in RULES:
        pairs = pairs.kept(~rule.broken(pairs))
    return pairs


def refused(problem: Problem, session: np.ndarray, clinician: np.ndarray) -> np.ndarray:
    """bool[n]: whether a rule on the pair alone refuses session[i] to clinician[i]; both are int64[n], positions."""
    pairs = Candidates(problem, session, clinician)
    return np.logical_or.reduce([rule.broken(pairs) for rule in RULES])


def reasons_against(
    problem: Problem, session_id: str, clinician_id: str, assignment: Mapping[str, str | None] | None = None
) -> tuple[Reason, ...]:
    """Every reason why this clinician may not take this session; empty means they may.

    With an `assignment` (session id to clinician id) the clinician's other sessions in it count too; fixed bookings
    always do. Raises PlanError for an unknown id.
    """
    session, clinician = problem.session(session_id), problem.clinician(clinician_id)
    pair = Candidates(problem, np.array([session]), np.array([clinician]))
    alone = [Reason(rule.code, *rule.explain(problem, session, clinician)) for rule in RULES if rule.broken(pair)[0]]
    return (*alone, *trials.clashes(problem, session, clinician, assignment or {}))
