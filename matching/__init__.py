"""Matching sessions with clinicians: provably near-optimal plans, a reason for everything.

Rules, checks and travel minutes load at once; what needs the solver (`solve`, `explain`, `what_if`, live questions)
loads on first use, so that a web process which only asks "may this clinician take this session?" stays light.
"""

from importlib import import_module

from matching.answers.result import Certificate, Result
from matching.basis.budget import Budget
from matching.basis.errors import MatchingError, PlanError, ProblemError
from matching.basis.reasons import Reason, Violation
from matching.basis.travel import travel_minutes
from matching.objective.weights import Weights
from matching.problem.problem import Problem
from matching.rules.checker import check
from matching.rules.eligibility import reasons_against

_ON_FIRST_USE = {
    "solve": "matching.answers.solver",
    "evaluate": "matching.answers.solver",
    "warm_up": "matching.answers.warmup",
    "explain": "matching.answers.explaining",
    "Explanation": "matching.answers.explaining",
    "State": "matching.answers.live",
    "replacements": "matching.answers.live",
    "repair": "matching.answers.live",
    "what_if": "matching.answers.whatif",
}
__all__ = [
    "Budget",
    "Certificate",
    "Explanation",
    "MatchingError",
    "PlanError",
    "Problem",
    "ProblemError",
    "Reason",
    "Result",
    "State",
    "Violation",
    "Weights",
    "check",
    "evaluate",
    "explain",
    "reasons_against",
    "repair",
    "replacements",
    "solve",
    "travel_minutes",
    "warm_up",
    "what_if",
]


def __getattr__(name: str):
    if name not in _ON_FIRST_USE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_ON_FIRST_USE[name]), name)
