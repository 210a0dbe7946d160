"""Reports of a plan are plain values that add up."""

import json

import pytest

from matching import Problem, Weights, solve
from pool.services.runs import plan_figures
from tests.matching.builders import tables


@pytest.mark.parametrize("seed", range(5))
def test_shares_and_bands_add_up(seed):
    """Everybody's sessions together are the filled ones, and so are those of all bands."""
    problem = Problem.from_tables(tables(seed, sessions=25, clinicians=8, practices=5, days=3))
    result = solve(problem)
    found = json.loads(json.dumps(plan_figures.report(problem, result, divided=False)))
    assert sum(share["got"] for share in found["shares"]) == result.filled
    assert sum(band["filled"] for band in found["bands"]) == result.filled
    assert sum(band["posted"] for band in found["bands"]) == len(problem.sessions.ids)
    assert 0 <= found["price"]["points"] <= found["price"]["at_most"]


def test_without_points_for_fairness_there_is_no_price():
    problem = Problem.from_tables(tables(1, sessions=10, clinicians=4, practices=2, days=2))
    result = solve(problem, weights=Weights.preset("fill-only"))
    assert plan_figures.report(problem, result, divided=False)["price"] is None
