"""Better plans from exact cores: the whole problem when it is small, otherwise one neighbourhood after another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from matching.basis.budget import Budget
from matching.exact.dual_prices import Proof
from matching.exact.exact_core import solve_core
from matching.flow.network import Network
from matching.objective import scoring

NEIGHBOURHOOD = 12_000
NEIGHBOURHOOD_EFFORT = 2.0
LIKELY = 1_000
TOUR_SIZE = 4


@dataclass(frozen=True)
class ImprovedPlan:
    """A plan as one clinician position per session, its points, and the points that no plan can pass."""

    clinician_of: np.ndarray
    """int64[sessions], position of the clinician, -1 unfilled"""
    objective: int
    bound: int


def improve(
    network: Network,
    clinician_of: np.ndarray,
    proof: Proof,
    upper_bound: int,
    budget: Budget,
    seed: int,
    tell: Callable[[float], None],
) -> ImprovedPlan:
    """The best plan found from a given one with what the budget allows, and the lowest bound.

    `clinician_of` is int64[sessions], positions, -1 for unfilled; `tell` hears the share that is done.
    """
    plan = ImprovedPlan(clinician_of, _points(network, clinician_of), upper_bound)
    if not len(network.edges.session):
        return replace(plan, bound=plan.objective)
    if plan.bound - plan.objective <= budget.gap * abs(plan.bound) or budget.over():
        return plan
    arcs = proof.open_arcs(network, plan.objective)
    if len(arcs) <= (budget.core // TOUR_SIZE if network.weights.tour else budget.core) and budget.effort > 0:
        return _whole_core(network, plan, arcs, budget, seed)
    likely = np.flatnonzero(proof.reduced[: len(network.edges.session)] < LIKELY)
    return _by_neighbourhoods(network, plan, likely, budget, seed, tell)


def _whole_core(network: Network, plan: ImprovedPlan, arcs: np.ndarray, budget: Budget, seed: int) -> ImprovedPlan:
    """All that can still make a better plan, solved at once; the solver's bound is one for the problem."""
    core = solve_core(
        network, plan.clinician_of, arcs, network.open_sessions, effort=budget.effort, seed=seed, over=budget.over
    )
    better = _better(network, plan, core.clinician_of)
    return replace(better, bound=min(plan.bound, better.objective + core.spare))


def _by_neighbourhoods(
    network: Network, plan: ImprovedPlan, arcs: np.ndarray, budget: Budget, seed: int, tell: Callable[[float], None]
) -> ImprovedPlan:
    """Large neighbourhood search: the sessions around one practice after another, solved again."""
    for number, sessions in enumerate(_neighbourhoods(network, arcs, budget.neighbourhoods, seed)):
        if not budget.left():
            break
        tell(number / budget.neighbourhoods)
        core = solve_core(
            network, plan.clinician_of, arcs, sessions, effort=NEIGHBOURHOOD_EFFORT, seed=seed, over=budget.over
        )
        plan = _better(network, plan, core.clinician_of)
    return plan


def _points(network: Network, clinician_of: np.ndarray) -> int:
    return sum(scoring.terms(network.problem, network.weights, clinician_of).values())


def _better(network: Network, before: ImprovedPlan, clinician_of: np.ndarray) -> ImprovedPlan:
    points = _points(network, clinician_of)
    return replace(before, clinician_of=clinician_of, objective=points) if points > before.objective else before


def _neighbourhoods(network: Network, arcs: np.ndarray, count: int, seed: int) -> Iterator[np.ndarray]:
    """Open sessions of practices around a random one, as many as NEIGHBOURHOOD pairs allow."""
    sites, work = network.problem.practices, network.problem.sessions
    pairs = np.bincount(work.practice[network.edges.session[arcs]], minlength=len(sites.ids))
    draw = np.random.default_rng(seed)
    for _ in range(count):
        centre = draw.integers(len(sites.ids))
        distance = np.hypot(sites.easting - sites.easting[centre], sites.northing - sites.northing[centre])
        nearest = np.argsort(distance, kind="stable")
        inside = nearest[: max(1, int(np.searchsorted(np.cumsum(pairs[nearest]), NEIGHBOURHOOD)))]
        chosen = np.zeros(len(sites.ids), dtype=bool)
        chosen[inside] = True
        yield np.flatnonzero(chosen[work.practice] & (work.fixed < 0))
