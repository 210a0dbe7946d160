"""solve(problem) -> Result: the best flow as a bound, prices to tighten it, exact repair, an independent check."""

from __future__ import annotations

from collections.abc import Mapping

from matching.answers.result import Result
from matching.answers.solve_stages import Keep, Solving
from matching.basis.budget import Budget
from matching.basis.errors import PlanError
from matching.basis.stages import Progress
from matching.flow.areas import Areas
from matching.objective.weights import V1, Weights
from matching.problem.problem import Problem
from matching.rules.checker import check


def solve(
    problem: Problem,
    *,
    weights: Weights = V1,
    budget: Budget | None = None,
    seed: int = 0,
    fixed: Mapping[str, str] | None = None,
    previous: Mapping[str, str | None] | None = None,
    progress: Progress | None = None,
    areas: Areas | None = None,
    keep: Keep | None = None,
) -> Result:
    """A checked plan with a proven bound. The same inputs and seed give the same plan.

    `fixed` adds bookings that stay (session to clinician id), `previous` is the plan that is rewarded for being kept.
    `progress` is called with a stage name and a share done (0 to 1), `keep` with each plan that is better than all
    before it, checked. With `areas` the flow is split along their lines, and the caller brings the flows of the parts,
    such as from jobs on a queue.

    Raises PlanError for unknown ids and weights too large for the problem, UnsafePlan when the independent check
    refuses the plan: that is a fault of the engine.
    """
    if fixed or previous:
        problem = problem.with_bookings(fixed, previous)
    return Solving(problem, weights, budget or Budget(), seed, progress, areas, keep).solve()


def evaluate(
    problem: Problem, assignment: Mapping[str, str | None], *, weights: Weights = V1, budget: Budget | None = None
) -> Result:
    """A Result for a plan that exists already: its points, a proven bound, and the state for live questions.

    This is how state is rebuilt when it was lost. Raises PlanError for a plan that breaks a rule or an unknown id.
    """
    broken = check(problem, assignment)
    if broken:
        raise PlanError(f"This plan cannot be used: {broken[0].sentence}")
    return Solving(problem, weights, budget or Budget(tighten=1, effort=0), 0, None).evaluate(assignment)
