"""A solve that would not end is ended: each stage leaves the best plan that it has, checked, and the result says so."""

from itertools import count

import numpy as np
import pytest

from matching import Budget, Problem, check, solve
from matching.basis.stage_limits import StageLimits, StopReason, never
from matching.exact.exact_core import solve_core
from matching.objective.weights import V1, Weights
from matching.problem.generate import generate
from tests.matching.hard_cases import one_hour_of_one_practice, salaried_week

HARD = {"salaried week": salaried_week, "one hour": one_hour_of_one_practice}
AT_ONCE = 0.0


@pytest.fixture(params=HARD)
def hard(request) -> Problem:
    """An instance whose exact plan takes long."""
    return Problem.from_tables(HARD[request.param]())


@pytest.mark.slow
@pytest.mark.parametrize("core", [0, 6_000], ids=["repair", "decisions"])
def test_a_stage_at_its_ceiling_leaves_a_checked_plan_and_says_so(hard, core):
    result = solve(hard, budget=Budget(stage_seconds=AT_ONCE, core=core))
    assert check(hard, result.assignment) == []
    assert 0 < result.objective <= result.bound
    assert result.filled > 0
    assert {stop.why for stop in result.stopped} == {StopReason.CPU}
    assert "CPU seconds that it may take" in str(result)
    assert result.summary()["stopped"] == [reason.sentence for reason in result.stopped]


@pytest.mark.slow
def test_a_search_that_used_up_its_work_says_so(hard):
    """No ceiling was reached, and still nothing is proven: a gap without a word looks like a fault."""
    result = solve(hard, budget=Budget(operations=0, decisions=1, effort=0))
    assert (result.status, result.stopped) == ("feasible", ())
    assert "ended when it had done the work that it may do" in str(result)
    assert solve(Problem.from_tables(generate("place", "shortage", 3))).why_it_ended == []


def test_a_plan_in_haste_is_no_worse_than_half_of_the_best():
    """It starts from the pairs of the best flow and fills what they leave empty."""
    problem = Problem.from_tables(generate("place", "shortage", 3))
    best, hasty = solve(problem), solve(problem, budget=Budget(stage_seconds=AT_ONCE))
    assert (best.status, best.stopped) == ("optimal", ())
    assert 0.5 * best.objective < hasty.objective <= best.objective
    assert hasty.bound >= best.objective


@pytest.mark.parametrize("looks", [0, 1, 5, 25, 100])
def test_whoever_asks_to_stop_gets_the_best_plan_so_far(hard, looks):
    """Counted in looks at the ceiling, so that each stage is stopped somewhere."""
    looked = count()
    result = solve(hard, budget=Budget(asked=lambda: next(looked) >= looks))
    assert check(hard, result.assignment) == []
    assert {stop.why for stop in result.stopped} == {StopReason.ASKED}
    assert "because somebody asked for it" in result.stopped[0].sentence


def test_memory_is_a_ceiling_too(hard):
    result = solve(hard, budget=Budget(megabytes=-1))
    assert check(hard, result.assignment) == []
    assert StopReason.MEMORY in {stop.why for stop in result.stopped}


def test_an_exact_core_is_stopped_in_native_code():
    """CP-SAT looks nowhere: another thread tells it. Without that it would go on for hours."""
    network = solve(Problem.from_tables(salaried_week(8)), budget=Budget(stage_seconds=AT_ONCE)).state.network
    before, looked = network.clinician_of(), []
    solve_core(
        network,
        before,
        np.arange(len(network.edges.session)),
        network.open_sessions,
        effort=1e9,
        seed=0,
        over=lambda: looked.append("look") or True,
    )
    assert looked


def test_each_better_plan_is_handed_out_checked(hard):
    """What a supervisor publishes when the process that solves is ended."""
    kept = []
    result = solve(hard, budget=Budget(stage_seconds=AT_ONCE), keep=kept.append)
    assert kept
    for plan in kept:
        assert check(hard, plan) == []
    assert sum(who is not None for who in kept[-1].values()) <= result.filled


def test_ceilings_grow_with_the_problem_unless_they_are_given():
    ceiling, given = StageLimits(None, None, never), StageLimits(3.0, 64, never)
    small = ceiling.most_seconds(), ceiling.most_megabytes()
    ceiling.pairs = given.pairs = 1_000_000
    assert ceiling.most_seconds() > 5 * small[0]
    assert ceiling.most_megabytes() > small[1]
    assert (given.most_seconds(), given.most_megabytes()) == (3.0, 64)


def test_a_usual_place_comes_to_no_ceiling():
    for weights in (V1, Weights.preset("v1-tours")):
        result = solve(Problem.from_tables(generate("place", "surplus", 1)), weights=weights)
        assert result.stopped == ()
