"""solve(problem) -> Result: the best flow as a bound, prices to tighten it, exact repair, an independent check."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import contextmanager

import numpy as np

from matching import network as networks
from matching import scoring
from matching.budget import Budget
from matching.checker import check
from matching.edges import find_edges
from matching.errors import MatchingError
from matching.flow import solve_flow
from matching.mending import take_out_clashes
from matching.polish import polish
from matching.pricing import Pricing
from matching.problem import Problem
from matching.reasons import Violation
from matching.residual import Residual
from matching.result import FEASIBLE, OPTIMAL, Certificate, Result, figures
from matching.stitching import solve_split
from matching.weights import V1, Weights

Progress = Callable[[str, float], None]


class UnsafePlan(MatchingError):
    """The independent check refused a plan; nothing is given back."""


class _Stages:
    """Times each stage and tells whoever watches."""

    def __init__(self, progress: Progress | None):
        self.tell = progress or (lambda stage, done: None)
        self.began = (time.perf_counter(), time.process_time())
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str, done: float):
        self.now = name
        self.tell(name, done)
        began = time.process_time()
        yield
        self.seconds[name] = time.process_time() - began

    def within(self, low: float, high: float) -> Callable[[float], None]:
        """Tells progress inside a stage that takes long."""
        return lambda share: self.tell(self.now, low + share * (high - low))

    def finish(self) -> dict[str, float]:
        self.tell("done", 1.0)
        return {**self.seconds, "total_cpu": time.process_time() - self.began[1],
                "total_wall": time.perf_counter() - self.began[0]}


def solve(problem: Problem, *, weights: Weights = V1, budget: Budget | None = None, seed: int = 0,
          fixed: Mapping[str, str] | None = None, previous: Mapping[str, str | None] | None = None,
          progress: Progress | None = None) -> Result:
    """A checked plan with a proven bound. The same inputs and seed give the same plan.

    `fixed` adds bookings that stay, `previous` is the plan that is rewarded for being kept, `progress` is called with
    a stage name and a share done (0 to 1). Raises PlanError for unknown ids.
    """
    if fixed or previous:
        problem = problem.with_bookings(fixed, previous)
    stages, budget = _Stages(progress), budget or Budget()
    with stages.stage("edges", 0.0):
        network = networks.build(problem, weights, find_edges(problem, weights))
    with stages.stage("flow", 0.1):
        residual = _best_flow(network, budget, stages.within(0.1, 0.2))
        flow_bound = network.objective()
    with stages.stage("tighten", 0.2):
        pricing = Pricing(residual, budget)
        proof = pricing.run(budget.tighten, stages.within(0.2, 0.6))
    with stages.stage("repair", 0.6):
        regrets = clear(pricing, budget)
    with stages.stage("polish", 0.7):
        plan = polish(network, proof, budget, seed, stages.within(0.7, 0.9))
        residual.adopt(network.flow_of(plan.clinician_of))
    with stages.stage("check", 0.9):
        assignment = _named(problem, plan.clinician_of)
        conflicts = _checked(problem, assignment)
    bound = plan.objective if plan.proven else proof.bound
    return Result(
        assignment=assignment, travel=_travel(problem, plan.clinician_of), objective=plan.objective,
        terms=scoring.terms(problem, weights, plan.clinician_of), bound=bound,
        status=OPTIMAL if plan.objective == bound else FEASIBLE,
        certificate=Certificate(len(network.tail), proof.violations, flow_bound, proof.bound, proof.prices),
        regrets=regrets, fixed_conflicts=conflicts, timings=stages.finish(), seed=seed, weights=weights,
        figures=figures(problem, plan.clinician_of, _chances(network) > 0),
        open_to=dict(zip(problem.sessions.ids, _chances(network).tolist(), strict=True)), state=residual, proof=proof)


def _best_flow(network: networks.Network, budget: Budget, tell: Callable[[float], None]) -> Residual:
    """The optimum of the flow, area by area when the network is large."""
    if len(network.tail) >= budget.split_from:
        return solve_split(network, budget.processes, tell)
    solve_flow(network)
    return Residual(network)


def clear(pricing: Pricing, budget: Budget) -> tuple[int, ...]:
    """Takes every clash out of the priced flow; gives the regrets. Raises UnsafePlan when the sums do not agree.

    What is left is a plan worth the bound at these prices, minus the regrets, minus prices that nobody pays.
    """
    network, before = pricing.residual.network, pricing.bound()
    regrets = take_out_clashes(pricing.residual, pricing.holdings, budget)
    worth = before - sum(regrets) - pricing.prices.idle(network.flow)
    points = scoring.terms(network.problem, network.weights, network.clinician_of())
    if sum(points.values()) != worth:
        raise UnsafePlan("The plan was thrown away because its points are not the bound minus the regrets.")
    return tuple(regrets)


def _checked(problem: Problem, assignment: Mapping[str, str | None]) -> tuple[Violation, ...]:
    """Conflicts of fixed bookings; raises UnsafePlan when the plan itself breaks a rule."""
    violations = check(problem, assignment, fixed_too=True)
    broken = [violation for violation in violations if not violation.fixed]
    if broken:
        raise UnsafePlan(f"The plan was thrown away because it breaks a rule: {broken[0].sentence}")
    return tuple(violations)


def _named(problem: Problem, clinician_of: np.ndarray) -> dict[str, str | None]:
    names = problem.clinicians.ids
    return {session: names[who] if who >= 0 else None
            for session, who in zip(problem.sessions.ids, clinician_of.tolist(), strict=True)}


def _travel(problem: Problem, clinician_of: np.ndarray) -> dict[str, int]:
    filled = np.flatnonzero(clinician_of >= 0)
    minutes = problem.trip_minutes(filled, clinician_of[filled])
    return {problem.sessions.ids[session]: int(minute) for session, minute in zip(filled, minutes, strict=True)}


def _chances(network: networks.Network) -> np.ndarray:
    """Number of clinicians who meet every rule, for each session."""
    return np.bincount(network.edges.session, minlength=len(network.problem.sessions.ids))
