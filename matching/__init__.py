"""Matching sessions with clinicians: provably near-optimal plans, a reason for everything.

Rules, checks and travel minutes load at once; what needs the solver (`solve`, `explain`, `what_if`, live questions)
loads on first use, so that a web process which only asks "may this clinician take this session?" stays light.
"""

from importlib import import_module

from matching.budget import Budget
from matching.checker import check
from matching.eligibility import reasons_against
from matching.errors import MatchingError, PlanError, ProblemError
from matching.problem import Problem
from matching.reasons import Reason, Violation
from matching.result import Certificate, Result
from matching.travel import travel_minutes
from matching.weights import Weights

_ON_FIRST_USE = {
    "solve": "matching.solver",
    "evaluate": "matching.solver",
    "warm_up": "matching.warmup",
    "explain": "matching.explaining",
    "Explanation": "matching.explaining",
    "State": "matching.live",
    "replacements": "matching.live",
    "repair": "matching.live",
    "what_if": "matching.whatif",
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
