"""Areas solved apart and stitched together give the optimum of the whole."""

import numpy as np
import pytest

from matching import Budget, Problem, Weights, check, solve
from matching.flow import network_building as networks
from matching.flow.areas import Areas, draw_areas
from matching.flow.edges import find_edges
from matching.flow.min_cost_flow import solve_flow
from matching.flow.stitching import Cut, solve_part, solve_split
from matching.problem.generate import Maker
from matching.problem.scales import SCALES
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
    cut = Cut(apart)
    parts = list(cut.parts())
    assert len(parts) == 3
    assert len(cut.crossing) > 100
    assert sum(len(part.arcs) for part in parts) + len(cut.crossing) == len(apart.tail)
    solve_flow(whole)
    residual = solve_split(apart, 1, lambda done: None)
    assert apart.objective() == whole.objective()
    assert residual.certificate_violations() == 0


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.parametrize("most", [40, 150])
def test_others_may_solve_areas_that_were_drawn_on_the_map(most):
    """One pool, cut into areas; a queue solves the parts and hands their flows in: the same optimum."""
    problem = Problem.from_tables({**small_region(3).rows, **one_pool(small_region(3))})
    practice, clinician = draw_areas(problem, most)
    sizes = np.bincount(practice[problem.sessions.practice])
    assert len(sizes) > 2
    assert sizes.max() <= most + np.bincount(problem.sessions.practice).max()
    areas = Areas(practice, clinician, lambda parts: [solve_part(part) for part in parts])
    apart, whole = solve(problem, areas=areas), solve(problem)
    assert apart.certificate.flow_bound == whole.certificate.flow_bound
    assert apart.certificate.violations == 0
    assert check(problem, apart.assignment) == []


@pytest.mark.parametrize("most", [10_000, 60])
def test_an_area_is_of_one_pool(most):
    """Pools matched together: a part for each, more where a pool is large; stitched to the optimum of the whole."""
    given = small_region(3).rows
    people = [
        {**row, "pool_id": {"ICS00", "ICS01"} if index % 5 == 0 else row["pool_id"]}
        for index, row in enumerate(given["clinicians"])
    ]
    fenced = [{**row, "members_only": True} for row in given["practices"]]
    problem = Problem.from_tables({**given, "clinicians": people, "practices": fenced})
    practice, clinician = draw_areas(problem, most)
    pools = {row["practice_id"]: row["pool_id"] for row in fenced}
    of_area = {(area, pools[name]) for area, name in zip(practice.tolist(), problem.practices.ids, strict=True)}
    assert len(of_area) == practice.max() + 1
    assert (len(of_area) == 3) == (most == 10_000)
    areas = Areas(practice, clinician, lambda parts: [solve_part(part) for part in parts])
    apart, whole = solve(problem, areas=areas), solve(problem)
    assert apart.certificate.flow_bound == whole.certificate.flow_bound
    assert check(problem, apart.assignment) == []


def one_pool(problem):
    """Its practices and clinicians as members of a single pool."""
    return {name: [{**row, "pool_id": "all"} for row in problem.rows[name]] for name in ("practices", "clinicians")}
