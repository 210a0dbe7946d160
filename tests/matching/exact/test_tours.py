"""Two sessions of one day are priced as the real tour home - A - B - home, and the bound stays a bound."""

from dataclasses import replace

import pytest

from matching import Budget, Problem, Weights, check, solve
from matching.objective.fill_first import fill_first, needed
from matching.objective.scoring import terms
from matching.problem.generate import generate
from matching.study.reference_mip import reference_answer
from tests.matching.answers.test_solver import best_by_trying_all
from tests.matching.builders import MONDAY, a_clinician, a_practice, a_problem, a_session, free, tables

TOURS = Weights.preset("v1-tours")
SITES = [a_practice("P1", easting=610_000), a_practice("P2", easting=612_000)]


def of_one_day(*sessions, weights=TOURS, **more):
    """The tour points of a clinician who takes all of these."""
    problem = a_problem(practices=SITES, sessions=sessions, **more)
    result = solve(problem, weights=weights)
    assert result.filled == len(sessions)
    return result.terms["tour"]


def test_a_morning_and_an_afternoon_elsewhere_are_one_tour():
    """Home to P1 is 22 minutes, to P2 24, from P1 to P2 10: 22 + 24 - 10 = 36 minutes saved, 5 points each."""
    afternoon = a_session("S2", practice_id="P2", start="13:30", end="17:30")
    assert of_one_day(a_session("S1"), afternoon) == 5 * (22 + 24 - 10)
    assert of_one_day(a_session("S1"), afternoon, weights=Weights.v1()) == 0


def test_a_day_at_one_practice_is_one_journey():
    """There and back once: the second session costs no way at all."""
    assert of_one_day(a_session("S1"), a_session("S2", start="13:30", end="17:30")) == 5 * (22 + 22)


def test_only_sessions_that_follow_each_other_are_joined():
    """Three sessions: P1, P2, P1; each leg counts once, the first and the last are not joined."""
    sessions = [
        a_session("S1", start="08:00", end="10:00"),
        a_session("S2", practice_id="P2", start="11:00", end="13:00"),
        a_session("S3", start="14:00", end="16:00"),
    ]
    assert of_one_day(*sessions) == 2 * 5 * (22 + 24 - 10)


@pytest.mark.parametrize("other", [{"remote": 1}, {"date": MONDAY.replace(day=24)}])
def test_a_remote_session_or_another_day_saves_no_journey(other):
    """Who works from home has been home."""
    assert of_one_day(a_session("S1"), a_session("S2", practice_id="P2", start="13:30", end="17:30", **other)) == 0


def test_whoever_is_nearer_home_goes_home():
    """A given road between two practices longer than both ways home: never less than two round trips."""
    long_way = [{"from_practice_id": "P1", "to_practice_id": "P2", "minutes": 55}]
    afternoon = a_session("S2", practice_id="P2", start="13:30", end="17:30")
    assert of_one_day(a_session("S1"), afternoon, site_travel=long_way) == 0


def test_a_tour_decides_who_goes_where():
    """A is there in the morning anyway: in the afternoon it is A's next stop, and B, a little nearer, stays at home."""
    problem = a_problem(
        practices=SITES,
        clinicians=[a_clinician("A"), a_clinician("B", easting=600_500)],
        sessions=[a_session("S1"), a_session("S2", practice_id="P2", start="13:30", end="17:30")],
        availability=[free("A"), free("B", start="13:00")],
    )
    assert solve(problem).assignment == {"S1": "A", "S2": "B"}
    result = solve(problem, weights=TOURS)
    assert (result.assignment, result.status) == ({"S1": "A", "S2": "A"}, "optimal")


@pytest.mark.slow
@pytest.mark.parametrize("hundred", range(4))
def test_with_tours_the_plan_is_the_best_of_all_plans_and_proves_it(hundred):
    """Against every possible plan of hundreds of tiny problems, with bookings in some; the bound holds before the core."""
    joined = 0
    for seed in range(100 * hundred, 100 * hundred + 100):
        problem = Problem.from_tables(tables(seed, sessions=4, fixed=0.2 if seed % 3 == 0 else 0.0))
        result, best = solve(problem, weights=TOURS), best_by_trying_all(problem, TOURS)
        assert result.objective == best == result.bound
        rough = solve(problem, weights=TOURS, budget=Budget(effort=0))
        assert rough.objective <= best <= rough.bound
        assert check(problem, result.assignment) == []
        joined += result.terms["tour"] > 0
    assert joined > 3


@pytest.mark.parametrize("seed", [*range(4), 96])
def test_an_outside_solver_finds_the_same_tours(seed):
    """HiGHS on a program written from the raw rows, with its own words for a tour."""
    problem = Problem.from_tables(tables(seed, sessions=40, clinicians=12, practices=6, days=3))
    result = solve(problem, weights=TOURS)
    assert result.status == "optimal"
    assert reference_answer(problem, TOURS).optimum == result.objective
    assert result.terms["tour"] > 0


def test_a_place_week_with_tours_has_a_valid_and_narrow_bound():
    """300 sessions: too many for the exact core, so the bound is that of the flow and what tours can add."""
    problem = Problem.from_tables(generate("place", "shortage", 2))
    joined, apart = solve(problem, weights=TOURS), solve(problem)
    best_apart = sum(terms(problem, TOURS, problem.positions(apart.assignment)).values())
    assert max(best_apart, joined.objective) <= joined.bound
    assert joined.gap < 0.005
    assert joined.bound == joined.certificate.priced_bound + joined.certificate.tours


def test_fill_first_outweighs_tours_too():
    """No empty session for the sake of a shorter day."""
    problem = a_problem()
    heavy = replace(TOURS, tour=1_000)
    strict = fill_first(problem, heavy)
    assert strict.fill == needed(problem, strict)
    assert strict.fill > fill_first(problem, TOURS).fill
