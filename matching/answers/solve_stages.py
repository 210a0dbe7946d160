"""One solve, stage by stage: edges, flow, prices, repair, improvement, check."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from matching.answers.result import FEASIBLE, OPTIMAL, Certificate, Result, facts_of_plan
from matching.basis.budget import Budget
from matching.basis.errors import UnsafePlan
from matching.basis.reasons import Violation
from matching.basis.stages import Milestone, Progress, Stages
from matching.exact.branch_and_bound import Branching, Leaf
from matching.exact.dual_prices import Pricing, Proof
from matching.exact.improve import ImprovedPlan, improve
from matching.exact.repaired_plan import repaired_plan
from matching.flow.areas import Areas
from matching.flow.best_residual import best_residual
from matching.flow.edges import find_edges
from matching.flow.fallback_plan import fallback_plan
from matching.flow.network_building import build
from matching.flow.residual import NEVER, Residual
from matching.objective import scoring
from matching.objective.weights import Weights
from matching.problem.problem import Problem
from matching.rules.checker import check

FAR_OFF = 0.001
"""Share of the bound; while the best plan is further from it than this, another is made at each pause."""

Keep = Callable[[Mapping[str, str | None]], None]
"""Hears of each better plan: session to clinician."""


class Solving:
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
        self.stages = Stages(progress, self.budget.limits)
        self.keep = keep
        self.plans: list[Leaf] = []
        self.hurried = False
        self.upper_bound = NEVER

    def solve(self) -> Result:
        """The best plan the budget allows."""
        pricing, proof = self._bound(self._good_enough)
        self.upper_bound = min(self.upper_bound, proof.upper_bound)
        with self.stages.stage("repair", 0.6):
            best = self._best_plan(pricing)
            self.regrets = best.regrets
        with self.stages.stage("polish", 0.7):
            plan = improve(
                self.network,
                best.clinician_of,
                proof,
                self.upper_bound,
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
        return self._result(ImprovedPlan(chosen, sum(points.values()), proof.upper_bound), proof, pricing.residual)

    def _bound(self, enough: Callable[[Pricing, bool], bool]) -> tuple[Pricing, Proof]:
        """The flow and the prices on top of it, until that is enough."""
        with self.stages.stage("edges", 0.0):
            self.network = build(self.problem, self.weights, find_edges(self.problem, self.weights))
        self.budget.limits.pairs = len(self.network.edges.session)
        with self.stages.stage("flow", 0.1):
            residual = best_residual(self.network, self.budget, self.stages.within(0.1, 0.2), self.areas)
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
            self._take(repaired_plan(pricing, self.budget))
        return bool(self.plans) and self._proven(pricing).gap <= self.budget.gap

    def _proven(self, pricing: Pricing) -> Milestone:
        """What the best plan and the best bound so far prove."""
        self.upper_bound = min(self.upper_bound, pricing.best.upper_bound)
        return self.stages.note(self.upper_bound, max(plan.objective for plan in self.plans))

    def _best_plan(self, pricing: Pricing) -> Leaf:
        """The best of the plans made on the way and of one made now, unless an earlier one is good enough."""
        if not self.plans or not self._good_enough(pricing, False):
            if self._is_small():
                self._take(self._decided(pricing))
            elif not self.hurried:
                self._take(repaired_plan(pricing, self.budget))
        return max(self.plans, key=lambda plan: plan.objective)

    def _take(self, plan: Leaf | None) -> None:
        """Adds a plan to those made so far; where the exact way to one came to its ceiling, one made in haste."""
        if plan is None:
            self.hurried = True
            chosen = fallback_plan(self.network, self.budget.limits.most_seconds())
            plan = Leaf(sum(scoring.terms(self.problem, self.weights, chosen).values()), chosen, ())
        if self.keep and plan.objective > max((known.objective for known in self.plans), default=-NEVER):
            assignment = self.problem.assignment_of(plan.clinician_of)
            checked(self.problem, assignment)
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
        self.upper_bound = min(self.upper_bound, search.bound)
        return plan

    def _result(self, plan: ImprovedPlan, proof: Proof, residual: Residual) -> Result:
        """The plan checked, with everything that is published about it."""
        problem, network = self.problem, self.network
        residual.adopt(network.flow_of(plan.clinician_of))
        with self.stages.stage("check", 0.9):
            conflicts = checked(problem, problem.assignment_of(plan.clinician_of))
        return Result(
            **facts_of_plan(problem, plan.clinician_of, self._chances()),
            objective=plan.objective,
            terms=scoring.terms(problem, self.weights, plan.clinician_of),
            bound=plan.bound,
            status=OPTIMAL if plan.objective == plan.bound else FEASIBLE,
            certificate=self._certificate(proof),
            regrets=self.regrets,
            fixed_conflicts=conflicts,
            timings=self.stages.finish(),
            seed=self.seed,
            weights=self.weights,
            state=residual,
            proof=proof,
            milestones=tuple(self.stages.milestones),
            stopped=tuple(self.budget.limits.stopped),
        )

    def _chances(self) -> np.ndarray:
        """int64[sessions], the clinicians who meet every rule for each session."""
        return np.bincount(self.network.edges.session, minlength=len(self.problem.sessions.ids))

    def _certificate(self, proof: Proof) -> Certificate:
        arcs = len(self.network.tail)
        return Certificate(arcs, proof.violations, self.flow_bound, proof.bound, proof.prices, proof.tours)


def checked(problem: Problem, assignment: Mapping[str, str | None]) -> tuple[Violation, ...]:
    """Conflicts of fixed bookings; raises UnsafePlan when the plan itself breaks a rule."""
    violations = check(problem, assignment, fixed_too=True)
    broken = [violation for violation in violations if not violation.fixed]
    if broken:
        raise UnsafePlan(f"The plan was thrown away because it breaks a rule: {broken[0].sentence}")
    return tuple(violations)
