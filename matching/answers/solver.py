"""solve(problem) -> Result: the best flow as a bound, prices to tighten it, exact repair, an independent check."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from matching.answers.result import FEASIBLE, OPTIMAL, Certificate, Result, figures
from matching.basis.budget import Budget
from matching.basis.errors import MatchingError, PlanError
from matching.basis.reasons import Violation
from matching.basis.stages import Milestone, Progress, Stages
from matching.exact.branch_and_bound import Branching, Leaf
from matching.exact.dual_prices import Pricing, Proof
from matching.exact.improve import Polished, polish
from matching.exact.repair import take_out_clashes
from matching.flow import network as networks
from matching.flow.areas import Areas
from matching.flow.edges import find_edges
from matching.flow.fallback_plan import hasty_plan
from matching.flow.min_cost_flow import solve_flow
from matching.flow.residual import NEVER, Residual
from matching.flow.stitching import Cut, solve_split, stitch
from matching.objective import scoring
from matching.objective.weights import V1, Weights
from matching.problem.problem import Problem
from matching.rules.checker import check

FAR_OFF = 0.001

Keep = Callable[[Mapping[str, str | None]], None]
"""Hears of each better plan: session to clinician."""


class UnsafePlan(MatchingError):
    """The independent check refused a plan; nothing is given back."""


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

    `fixed` adds bookings that stay, `previous` is the plan that is rewarded for being kept, `progress` is called with
    a stage name and a share done (0 to 1). With `areas` the flow is split along their lines and somebody else
    brings the flows of the parts, such as jobs on a queue. `keep` is given each plan that is better than all before it,
    checked. Raises PlanError for unknown ids.
    """
    if fixed or previous:
        problem = problem.with_bookings(fixed, previous)
    return _Solving(problem, weights, budget or Budget(), seed, progress, areas, keep).solve()


def evaluate(
    problem: Problem, assignment: Mapping[str, str | None], *, weights: Weights = V1, budget: Budget | None = None
) -> Result:
    """A Result for a plan that exists already: its points, a proven bound, and the state for live questions.

    This is how state is rebuilt when it was lost. Raises PlanError for a plan that breaks a rule or an unknown id.
    """
    broken = check(problem, assignment)
    if broken:
        raise PlanError(f"This plan cannot be used: {broken[0].sentence}")
    return _Solving(problem, weights, budget or Budget(tighten=1, effort=0), 0, None).evaluate(assignment)


class _Solving:
    """One solve, stage by stage."""

    def __init__(
        self,
        problem: Problem,
        weights: Weights,
        budget: Budget,
        seed: int,
        progress: Progress | None,
        areas: Areas | None = None,
        keep: Keep | None = None,
    ):
        scoring.refuse_too_large(problem, weights)
        self.problem, self.weights, self.budget, self.seed, self.areas = problem, weights, budget, seed, areas
        self.stages = Stages(progress, self.budget.ceiling)
        self.keep = keep
        self.plans: list[Leaf] = []
        self.hurried = False
        self.ceiling = NEVER

    def solve(self) -> Result:
        """The best plan the budget allows."""
        pricing, proof = self._bound(self._good_enough)
        self.ceiling = min(self.ceiling, proof.ceiling)
        with self.stages.stage("repair", 0.6):
            best = self._best_plan(pricing)
            self.regrets = best.regrets
        with self.stages.stage("polish", 0.7):
            plan = polish(
                self.network,
                best.clinician_of,
                proof,
                self.ceiling,
                self.budget,
                self.seed,
                self.stages.within(0.7, 0.9),
            )
        self.stages.note(plan.bound, plan.objective)
        return self._result(plan, proof, pricing.residual)

    def evaluate(self, assignment: Mapping[str, str | None]) -> Result:
        """A given plan, measured against the bound."""
        pricing, proof = self._bound(lambda pricing, pause: False)
        self.regrets = ()
        chosen = self.problem.positions(assignment)
        points = scoring.terms(self.problem, self.weights, chosen)
        return self._result(Polished(chosen, sum(points.values()), proof.ceiling), proof, pricing.residual)

    def _bound(self, enough: Callable[[Pricing, bool], bool]) -> tuple[Pricing, Proof]:
        """The flow and the prices on top of it, until that is enough."""
        with self.stages.stage("edges", 0.0):
            self.network = networks.build(self.problem, self.weights, find_edges(self.problem, self.weights))
        self.budget.ceiling.pairs = len(self.network.edges.session)
        with self.stages.stage("flow", 0.1):
            residual = _best_flow(self.network, self.budget, self.stages.within(0.1, 0.2), self.areas)
            self.flow_bound = self.network.objective()
        with self.stages.stage("tighten", 0.2):
            pricing = Pricing(residual, self.budget)
            return pricing, pricing.run(
                self.budget.tighten, self.stages.within(0.2, 0.6), lambda pause: enough(pricing, pause)
            )

    def _good_enough(self, pricing: Pricing, pause: bool) -> bool:
        """Whether the best plan so far is proven as near to the best possible as was asked for.

        At a pause a plan is made, unless there is one within `FAR_OFF` of the bound.
        """
        if pause and (not self.plans or self._proven(pricing).gap > FAR_OFF):
            self._take(clear(pricing, self.budget))
        return bool(self.plans) and self._proven(pricing).gap <= self.budget.gap

    def _proven(self, pricing: Pricing) -> Milestone:
        """What the best plan and the best bound so far prove."""
        self.ceiling = min(self.ceiling, pricing.best.ceiling)
        return self.stages.note(self.ceiling, max(plan.objective for plan in self.plans))

    def _best_plan(self, pricing: Pricing) -> Leaf:
        """The best of the plans made on the way and of one made now, unless an earlier one is good enough."""
        if not self.plans or not self._good_enough(pricing, False):
            if self._is_small():
                self._take(self._decided(pricing))
            elif not self.hurried:
                self._take(clear(pricing, self.budget))
        return max(self.plans, key=lambda plan: plan.objective)

    def _take(self, plan: Leaf | None) -> None:
        """Adds a plan to those made so far; where the exact way to one came to its ceiling, one made in haste."""
        if plan is None:
            self.hurried = True
            chosen = hasty_plan(self.network, self.budget.ceiling.most_seconds())
            plan = Leaf(sum(scoring.terms(self.problem, self.weights, chosen).values()), chosen, ())
        if self.keep and plan.objective > max((each.objective for each in self.plans), default=-NEVER):
            assignment = _named(self.problem, plan.clinician_of)
            _checked(self.problem, assignment)
            self.keep(assignment)
        self.plans.append(plan)

    def _is_small(self) -> bool:
        """Whether the problem is small enough to be decided pair by pair."""
        return len(self.network.edges.session) <= self.budget.core and self.budget.effort > 0 and not self.weights.tour

    def _decided(self, pricing: Pricing) -> Leaf | None:
        """The best plan of a small problem, and the bound that decisions prove. Raises UnsafePlan when its points are
        not those of the flow it ended with."""
        best = max(self.plans, key=lambda plan: plan.objective, default=None)
        enough = int(self.budget.gap * abs(pricing.bound()))
        search = Branching(pricing, best, enough, self.budget.decisions, self.stages.note)
        plan = search.run()
        if plan is None:
            return None
        if (
            plan is not best
            and sum(scoring.terms(self.problem, self.weights, plan.clinician_of).values()) != plan.objective
        ):
            raise UnsafePlan("The plan was thrown away because its points are not those of its flow.")
        self.ceiling = min(self.ceiling, search.bound)
        return plan

    def _result(self, plan: Polished, proof: Proof, residual: Residual) -> Result:
        """The plan checked, with everything that is published about it."""
        problem, network = self.problem, self.network
        residual.adopt(network.flow_of(plan.clinician_of))
        with self.stages.stage("check", 0.9):
            assignment = _named(problem, plan.clinician_of)
            conflicts = _checked(problem, assignment)
        chances = np.bincount(network.edges.session, minlength=len(problem.sessions.ids))
        return Result(
            assignment=assignment,
            travel=_travel(problem, plan.clinician_of),
            objective=plan.objective,
            terms=scoring.terms(problem, self.weights, plan.clinician_of),
            bound=plan.bound,
            status=OPTIMAL if plan.objective == plan.bound else FEASIBLE,
            certificate=Certificate(
                len(network.tail), proof.violations, self.flow_bound, proof.bound, proof.prices, proof.tours
            ),
            regrets=self.regrets,
            fixed_conflicts=conflicts,
            timings=self.stages.finish(),
            seed=self.seed,
            weights=self.weights,
            figures=figures(problem, plan.clinician_of, chances > 0),
            open_to=dict(zip(problem.sessions.ids, chances.tolist(), strict=True)),
            state=residual,
            proof=proof,
            milestones=tuple(self.stages.milestones),
            stopped=tuple(self.budget.ceiling.stopped),
        )


def _best_flow(
    network: networks.Network, budget: Budget, tell: Callable[[float], None], areas: Areas | None
) -> Residual:
    """The optimum of the flow, area by area when the network is large or others solve the areas."""
    if areas is not None:
        cut = Cut(network, areas.practice, areas.clinician)
        parts = list(cut.parts())
        return stitch(cut, zip(parts, areas.solved(parts), strict=True), tell)
    if len(network.tail) >= budget.split_from:
        return solve_split(network, budget.processes, tell)
    solve_flow(network)
    return Residual(network)


def clear(pricing: Pricing, budget: Budget) -> Leaf | None:
    """Takes every clash out of a copy of the priced flow; None when that came to its ceiling. Raises UnsafePlan when the
    sums do not agree.

    What is left is a plan worth the bound at these prices, minus the regrets, minus prices that nobody pays, plus what
    its tours save.
    """
    work, bound = pricing.copy(), pricing.bound()
    network = work.residual.network
    regrets = take_out_clashes(work.residual, work.holdings, budget)
    if regrets is None:
        return None
    worth = bound - sum(regrets) - work.idle()
    chosen = network.clinician_of()
    points = scoring.terms(network.problem, network.weights, chosen)
    if sum(points.values()) != worth + points["tour"]:
        raise UnsafePlan("The plan was thrown away because its points are not the bound minus the regrets.")
    return Leaf(sum(points.values()), chosen, tuple(regrets))


def _checked(problem: Problem, assignment: Mapping[str, str | None]) -> tuple[Violation, ...]:
    """Conflicts of fixed bookings; raises UnsafePlan when the plan itself breaks a rule."""
    violations = check(problem, assignment, fixed_too=True)
    broken = [violation for violation in violations if not violation.fixed]
    if broken:
        raise UnsafePlan(f"The plan was thrown away because it breaks a rule: {broken[0].sentence}")
    return tuple(violations)


def _named(problem: Problem, clinician_of: np.ndarray) -> dict[str, str | None]:
    names = problem.clinicians.ids
    return {
        session: names[who] if who >= 0 else None
        for session, who in zip(problem.sessions.ids, clinician_of.tolist(), strict=True)
    }


def _travel(problem: Problem, clinician_of: np.ndarray) -> dict[str, int]:
    filled = np.flatnonzero(clinician_of >= 0)
    minutes = problem.trip_minutes(filled, clinician_of[filled])
    return {problem.sessions.ids[session]: int(minute) for session, minute in zip(filled, minutes, strict=True)}
