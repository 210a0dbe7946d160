"""Matching sessions with clinicians: provably near-optimal plans, a reason for everything.

The product imports these names and nothing below them. Rules, checks and the travel formula load at once; what needs the
solver loads on first use, so that a web process which only asks "may this clinician take this session?" stays light.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from matching.basis.budget import Budget
from matching.basis.errors import MatchingError, PlanError, ProblemError
from matching.basis.reasons import Reason, Violation
from matching.basis.stage_limits import Stopped, StopReason
from matching.basis.travel import TravelFormula
from matching.objective.fill_first import fill_first
from matching.objective.weights import Weights
from matching.problem.changes import Change, fee_change, notice_change, travel_limit_change
from matching.problem.exchange_format import UNLIMITED
from matching.problem.problem import Problem
from matching.rules.checker import check
from matching.rules.verdicts import RULE_CODES, reasons_against, refused
from matching.rules.wording import clinician_count, refusal_count

if TYPE_CHECKING:
    from matching.answers.explanations import Explanation, explain
    from matching.answers.fairness import DEPRIVATION_BANDS, equity, fair_share, price_of_fairness
    from matching.answers.replacements import State, repair, replacements
    from matching.answers.reserve import reserve
    from matching.answers.result import Certificate, Result
    from matching.answers.solver import evaluate, solve
    from matching.answers.warmup import warm_up
    from matching.answers.what_if import what_if
    from matching.flow.areas import Areas, draw_areas
    from matching.flow.stitching import Part, PartFlow, divide, solve_part

_ON_FIRST_USE = {
    "matching.answers.explanations": ("Explanation", "explain"),
    "matching.answers.fairness": ("DEPRIVATION_BANDS", "equity", "fair_share", "price_of_fairness"),
    "matching.answers.replacements": ("State", "repair", "replacements"),
    "matching.answers.reserve": ("reserve",),
    "matching.answers.result": ("Certificate", "Result"),
    "matching.answers.solver": ("evaluate", "solve"),
    "matching.answers.warmup": ("warm_up",),
    "matching.answers.what_if": ("what_if",),
    "matching.flow.areas": ("Areas", "draw_areas"),
    "matching.flow.stitching": ("Part", "PartFlow", "divide", "solve_part"),
}
_MODULE_OF = {name: module for module, names in _ON_FIRST_USE.items() for name in names}
__all__ = [
    "DEPRIVATION_BANDS",
    "RULE_CODES",
    "UNLIMITED",
    "Areas",
    "Budget",
    "Certificate",
    "Change",
    "Explanation",
    "MatchingError",
    "Part",
    "PartFlow",
    "PlanError",
    "Problem",
    "ProblemError",
    "Reason",
    "Result",
    "State",
    "StopReason",
    "Stopped",
    "TravelFormula",
    "Violation",
    "Weights",
    "check",
    "clinician_count",
    "divide",
    "draw_areas",
    "equity",
    "evaluate",
    "explain",
    "fair_share",
    "fee_change",
    "fill_first",
    "notice_change",
    "price_of_fairness",
    "reasons_against",
    "refusal_count",
    "refused",
    "repair",
    "replacements",
    "reserve",
    "solve",
    "solve_part",
    "travel_limit_change",
    "warm_up",
    "what_if",
]


def __getattr__(name: str):
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULE_OF[name]), name)
