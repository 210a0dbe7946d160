"""Areas solved apart and stitched together give the optimum of the whole."""

import numpy as np
import pytest

from matching import Budget, Problem, Weights, solve
from matching import network as networks
from matching.edges import find_edges
from matching.flow import solve_flow
from matching.generate import SCALES, Maker
from matching.stitching import solve_part, solve_split, split
from tests.matching.builders import tables


def small_region(seed):
    """Three pools whose clinicians live near each other's borders."""
    scale = SCALES["region"].__class__(pools=3, practices=30, clinicians=120, sessions=400, days=7, spread_km=30)
    return Problem.from_tables(Maker(scale, 0.92, seed, None).tables())


def built(problem):
    return networks.build(problem, Weights.v1(), find_edges(problem, Weights.v1()))


@pytest.mark.parametrize("seed", range(5))
def test_stitched_areas_are_as_good_as_the_whole(seed):
    """To the unit, with a certificate without a violation."""
    problem = small_region(seed)
    whole, apart = built(problem), built(problem)
    parts, crossing = split(apart)
    assert len(parts) == 3
    assert len(crossing) > 100
    assert sum(len(part.arcs) for part in parts) + len(crossing) == len(apart.tail)
    solve_flow(whole)
    residual = solve_split(apart, 1, lambda done: None)
    assert apart.objective() == whole.objective()
    assert residual.certificate_violations() == 0


def test_areas_can_be_solved_in_other_processes():
    """Parts travel as plain arrays."""
    one, two = (built(small_region(1)) for _ in range(2))
    solve_split(one, 1, lambda done: None)
    solve_split(two, 2, lambda done: None)
    assert np.array_equal(one.flow, two.flow)


@pytest.mark.parametrize("seed", range(10))
def test_a_split_solve_is_proven_like_any_other(seed):
    """Pools, remote sessions, bookings: the same optimum whichever way the flow was found."""
    problem = Problem.from_tables(tables(seed, sessions=25, clinicians=8, practices=5, days=3, fixed=0.1, remote=0.3))
    assert solve(problem, budget=Budget(split_from=0)).objective == solve(problem).objective


def test_others_may_solve_the_areas():
    """A queue solves the parts and hands their flows in: the same plan as in one go."""
    problem = small_region(3)
    apart = solve(problem, areas=lambda parts: [solve_part(part) for part in parts])
    assert apart.assignment == solve(problem, budget=Budget(split_from=0)).assignment
