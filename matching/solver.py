"""solve(problem) -> Result: the best flow as a bound, then exact repair, then an independent check."""

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
from matching.pricing import Pricing
from matching.problem import Problem
from matching.reasons import Violation
from matching.residual import Residual
from matching.result import FEASIBLE, OPTIMAL, Certificate, Result, figures
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
        self.tell(name, done)
        began = time.process_time()
        yield
        self.seconds[name] = time.process_time() - began

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
    with stages.stage("flow", 0.15):
        solve_flow(network)
        residual = Residual(network)
        flow_bound = network.objective()
    with stages.stage("tighten", 0.4):
        pricing = Pricing(residual, budget)
        pricing.run(budget.tighten)
        bound = pricing.bound()
        certificate = Certificate(len(network.tail), residual.certificate_violations(), flow_bound,
                                  len(pricing.prices.cliques))
    with stages.stage("repair", 0.5):
        regrets = take_out_clashes(residual, budget)
    with stages.stage("check", 0.9):
        assignment = _named(problem, network.clinician_of())
        terms, conflicts = _checked(problem, weights, network, assignment, bound - sum(regrets) - pricing.prices.idle(network.flow))
    objective = sum(terms.values())
    return Result(
        assignment=assignment, travel=_travel(problem, network.clinician_of()), objective=objective, terms=terms,
        bound=bound, status=OPTIMAL if objective == bound else FEASIBLE, certificate=certificate,
        regrets=tuple(regrets), fixed_conflicts=conflicts, timings=stages.finish(), seed=seed, weights=weights,
        figures=figures(problem, network.clinician_of(), _chances(network) > 0),
        open_to=dict(zip(problem.sessions.ids, _chances(network).tolist(), strict=True)), state=residual)


def _checked(problem: Problem, weights: Weights, network: networks.Network, assignment: Mapping[str, str | None],
             expected: int) -> tuple[dict[str, int], tuple[Violation, ...]]:
    """Terms of the plan and the conflicts of fixed bookings; raises UnsafePlan when rows and arrays disagree."""
    violations = check(problem, assignment, fixed_too=True)
    broken = [violation for violation in violations if not violation.fixed]
    if broken:
        raise UnsafePlan(f"The plan was thrown away because it breaks a rule: {broken[0].sentence}")
    terms = scoring.terms(problem, weights, network.clinician_of())
    if sum(terms.values()) != expected:
        raise UnsafePlan("The plan was thrown away because its points are not the bound minus the regrets.")
    return terms, tuple(violations)


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
