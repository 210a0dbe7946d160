"""Reserve, release waves, fill first, fair share and equity."""

from datetime import timedelta

import numpy as np
import pytest

from matching import Budget, Problem, Weights, check, solve
from matching.answers.fairness import equity, fair_share, jain, price_of_fairness
from matching.answers.reserve import reserve
from matching.objective.fill_first import fill_first, needed
from matching.objective.scoring import terms
from tests.matching.builders import MONDAY, a_clinician, a_practice, a_problem, a_session, tables


def busy(seed, **more):
    return Problem.from_tables(tables(seed, sessions=30, clinicians=14, practices=5, days=5, **more))


@pytest.mark.parametrize("seed", range(6))
def test_all_stand_ins_can_be_called_at_once(seed):
    """A reserve that breaks when two sessions fall through on one day is no reserve."""
    problem = busy(seed)
    result = solve(problem)
    stand_ins = reserve(problem, result, depth=2)
    for name, names in stand_ins.items():
        assert result.assignment[name] not in names
        assert len(set(names)) == len(names)
    first = {name: names[0] for name, names in stand_ins.items() if names}
    twins = [
        {**row, "session_id": row["session_id"] + "'"} for row in problem.rows["sessions"] if row["session_id"] in first
    ]
    both = Problem.from_tables({**problem.rows, "sessions": [*problem.rows["sessions"], *twins]})
    assert check(both, {**result.assignment, **{name + "'": who for name, who in first.items()}}) == []


def test_the_second_best_is_the_reserve():
    """The nearest of those who are left."""
    people = [a_clinician("C1"), a_clinician("C2", easting=603_000), a_clinician("C3", easting=609_000)]
    problem = a_problem(clinicians=people)
    result = solve(problem)
    stand_ins = reserve(problem, result)
    assert (result.assignment, stand_ins) == ({"S1": "C1"}, {"S1": ("C2",)})


@pytest.mark.parametrize("seed", range(8))
def test_fill_first_never_pays_for_a_wish_with_an_empty_session(seed):
    """The fill points of the plan are the most that any plan can have."""
    problem = busy(seed, fussy=False)
    strict = fill_first(problem, Weights.v1())
    assert strict.fill == needed(problem, strict)
    assert Weights.v1().fill < needed(problem, Weights.v1())
    chosen = solve(problem, weights=strict)
    most = solve(problem, weights=Weights.preset("fill-only"))
    assert chosen.status == most.status == "optimal"
    position = {None: -1, **problem.clinician_index}
    plan = np.array([position[chosen.assignment[name]] for name in problem.sessions.ids])
    assert terms(problem, Weights.v1(), plan)["fill"] == most.objective


def test_fair_share_counts_what_was_possible():
    """C1 could take one of two sessions at a time; C2, of another profession, none."""
    problem = a_problem(
        clinicians=[a_clinician("C1"), a_clinician("C2", profession="Nurse")],
        sessions=[a_session("S1"), a_session("S2")],
    )
    report = fair_share(problem, solve(problem))
    assert [(share.chances, share.got) for share in report.shares] == [(2, 1)]
    assert report.sentence("C1").startswith("1 of 2 wanted sessions (50%), out of 2 possible")
    assert "no session" in report.sentence("C2")


def test_jain_index_at_its_two_ends():
    """All equal is 1, one has all is 1/n."""
    problem = a_problem(availability=[])
    assert fair_share(problem, solve(problem)).jain == 1.0
    assert jain(np.array([0.5, 0.5])) == 1.0
    assert jain(np.array([1.0, 0.0])) == 0.5


def test_equity_is_counted_by_deprivation():
    """One clinician, two sessions at a time: the deprived place is served first, and the report shows it."""
    sites = [a_practice("P1", imd_decile=1), a_practice("P2", imd_decile=9)]
    problem = a_problem(practices=sites, sessions=[a_session("S1"), a_session("S2", practice_id="P2")])
    bands = equity(problem, solve(problem))
    assert bands["most deprived (deciles 1-2)"].fill == 1.0
    assert bands["less deprived (6-10)"].fill == 0.0


def test_the_price_of_fairness_is_printed():
    """A practice with three sessions and one with one: fairness points spread the first fills."""
    sessions = [a_session(f"S{i}", date=MONDAY + timedelta(i)) for i in range(3)]
    problem = a_problem(clinicians=[a_clinician(period_cap=2)], sessions=sessions)
    price = price_of_fairness(problem, solve(problem))
    assert price.filled == 0
    assert str(price).startswith("Without fairness points +0 sessions")


ROUGH = {"operations": 0, "tighten": 0, "effort": 0, "core": 0}
"""Nothing but the flow and its repair."""


@pytest.mark.parametrize("seed", range(8))
def test_a_price_in_a_hurry_is_a_range_that_holds_the_exact_one(seed):
    """However little is spent, and however rough the plan itself: the lower end is a real plan, the upper end a proof."""
    problem = busy(seed)
    for result in (solve(problem), solve(problem, budget=Budget(**ROUGH))):
        exact = price_of_fairness(problem, result)
        rough = price_of_fairness(problem, result, budget=Budget(**ROUGH))
        assert exact.exact
        assert 0 <= rough.points <= exact.points <= rough.at_most


def test_a_price_that_is_not_exact_says_so():
    """Two figures instead of one."""
    problem = busy(1)
    rough = price_of_fairness(problem, solve(problem), budget=Budget(**ROUGH))
    assert not rough.exact
    assert f"{rough.points:,} to {rough.at_most:,} points" in str(rough)


def test_a_plan_that_is_best_without_the_points_too_has_no_price():
    """One clinician, one session: there is nothing to spread."""
    problem = a_problem()
    price = price_of_fairness(problem, solve(problem))
    assert (price.points, price.at_most, price.filled) == (0, 0, 0)
