"""Decisions on the flow, one clash after another: without prices before them and without CP-SAT after them."""

import numpy as np
import pytest

from matching import Budget, Problem, Weights, check, solve
from matching.exact.branch_and_bound import Branching
from matching.exact.dual_prices import Pricing
from matching.flow import network_building as networks
from matching.flow.edges import find_edges
from matching.flow.min_cost_flow import solve_flow
from matching.flow.residual import Residual
from matching.rules import pairing
from matching.rules.clashes import Clashes
from tests.matching.builders import tables

FOR_EVER = 100_000


def middling(seed):
    return Problem.from_tables(tables(seed, sessions=30, clinicians=10, practices=5, days=4, fixed=0.1))


def unpriced(problem):
    """The best flow of a problem, no price moved yet."""
    network = networks.build(problem, Weights.v1(), find_edges(problem, Weights.v1()))
    solve_flow(network)
    return Pricing(Residual(network), Budget())


def named(problem, clinician_of):
    return {
        name: problem.clinicians.ids[who] if who >= 0 else None
        for name, who in zip(problem.sessions.ids, clinician_of.tolist(), strict=True)
    }


@pytest.mark.parametrize("seed", range(60))
def test_decisions_alone_prove_the_optimum(seed):
    """The same points as CP-SAT finds on the whole core; the bound meets the plan; the plan breaks no rule."""
    problem = middling(seed)
    bounds = []
    search = Branching(unpriced(problem), None, 0, FOR_EVER, lambda bound, points: bounds.append(bound))
    plan = search.run()
    assert plan.objective == search.bound == solve(problem, budget=Budget(decisions=0, effort=60.0)).objective
    assert bounds == sorted(bounds, reverse=True)
    assert check(problem, named(problem, plan.clinician_of)) == []


@pytest.mark.parametrize("seed", range(20))
def test_decisions_stop_when_the_plan_is_near_enough(seed):
    """Not before the bound is so near, and with fewer decisions than the optimum takes."""
    problem = middling(seed)
    best = solve(problem).objective
    exact, near = (
        Branching(unpriced(problem), None, enough, FOR_EVER, lambda bound, points: None) for enough in (0, 5_000)
    )
    exact.run()
    plan = near.run()
    assert plan.objective <= best <= near.bound <= plan.objective + 5_000
    assert near.decided <= exact.decided


@pytest.mark.parametrize("seed", range(10))
def test_the_table_of_clashes_says_what_the_rules_say(seed):
    """For every clinician and every two sessions."""
    problem = middling(seed)
    session, other, clinician = (grid.ravel() for grid in np.indices((30, 30, 10)))
    apart = session != other
    session, other, clinician = session[apart], other[apart], clinician[apart]
    rules, said = Clashes(problem), pairing.conflicting(pairing.couples_of(problem, session, other, clinician))
    assert rules.tabled
    assert (rules.between(session, other, clinician) == said).all()
    resting = problem.clinicians.rest_hard[clinician].tolist()
    assert [
        rules.exclude(*three) for three in zip(session.tolist(), other.tolist(), resting, strict=True)
    ] == said.tolist()
