"""The plan against every possible plan, on problems small enough to try them all."""

import random

import pytest

from matching import Problem, Weights, check, solve
from matching.objective.scoring import terms
from tests.matching.builders import a_clinician, a_practice, a_problem, a_session, tables


def best_by_trying_all(problem, weights):
    """Points of the best plan the checker lets pass, by depth-first search over all of them."""
    people = [None, *problem.clinicians.ids]
    index = {None: -1, **problem.clinician_index}
    order = list(problem.sessions.ids)
    best = [None]

    def visit(position, plan):
        if check(problem, {**kept, **plan}):
            return
        if position == len(order):
            chosen = problem.sessions.fixed.copy()
            for name, who in plan.items():
                chosen[problem.session_index[name]] = index[who]
            value = sum(terms(problem, weights, chosen).values())
            best[0] = value if best[0] is None else max(best[0], value)
            return
        name = order[position]
        fixed = problem.sessions.fixed[position]
        for who in [problem.clinicians.ids[fixed]] if fixed >= 0 else people:
            visit(position + 1, {**plan, name: who})

    kept = {
        name: problem.clinicians.ids[who]
        for name, who in zip(problem.sessions.ids, problem.sessions.fixed, strict=True)
        if who >= 0
    }
    visit(0, {})
    return best[0]


@pytest.mark.parametrize("hundred", range(10))
def test_the_plan_is_the_best_of_all_plans_and_proves_it(hundred):
    """plan = best of all plans = bound; the certificate holds, also before the exact core; nothing is broken."""
    for seed in range(100 * hundred, 100 * hundred + 100):
        prove(Problem.from_tables(tables(seed, sessions=4, fixed=0.1 if seed % 3 == 0 else 0.0)))


def prove(problem):
    """Solves a tiny problem and compares with all its plans."""
    result = solve(problem)
    best = best_by_trying_all(problem, Weights.v1())
    assert result.objective == best == result.bound
    assert result.status == "optimal"
    assert best <= result.certificate.priced_bound <= result.certificate.flow_bound
    assert result.certificate.holds
    assert check(problem, result.assignment) == []


def test_the_same_inputs_give_the_same_plan_in_any_order_of_rows():
    """Nobody may get a session because of the order in which a database returns rows."""
    given = tables(5, sessions=40, clinicians=12, practices=6, days=5)
    mixed = {name: random.Random(1).sample(rows, len(rows)) for name, rows in given.items()}
    one, two = Problem.from_tables(given), Problem.from_tables(mixed)
    assert one.hash() == two.hash()
    assert solve(one).assignment == solve(two).assignment


def test_an_empty_problem_has_an_empty_plan():
    """A pool on its first day."""
    result = solve(a_problem(practices=[], clinicians=[], sessions=[]))
    assert (result.assignment, result.objective, result.status) == ({}, 0, "optimal")


def test_nobody_available_leaves_all_empty_and_proves_it():
    """A plan with nothing in it can still be the best."""
    result = solve(a_problem(availability=[]))
    assert result.assignment == {"S1": None}
    assert result.status == "optimal"
    assert result.figures["unfillable"] == 1


def test_a_thousand_identical_clinicians_are_no_harder_than_one():
    """Ties must not slow the search down or change the value."""
    result = solve(
        a_problem(
            clinicians=[a_clinician(f"C{i:04}") for i in range(1000)], sessions=[a_session(f"S{i}") for i in range(30)]
        )
    )
    assert result.filled == 30
    assert result.status == "optimal"


def test_two_short_sessions_of_one_morning_can_both_be_worked():
    """Half-days are not slots."""
    sessions = [a_session("S1", start="08:30", end="10:00"), a_session("S2", start="10:30", end="12:00")]
    assert solve(a_problem(sessions=sessions)).filled == 2


def test_an_impossible_booking_is_kept_and_reported():
    """A manager booked it by hand: the plan must not undo it, and must say what is wrong."""
    problem = a_problem(sessions=[a_session("S1", fixed_clinician_id="C1"), a_session("S2", fixed_clinician_id="C1")])
    result = solve(problem)
    assert result.assignment == {"S1": "C1", "S2": "C1"}
    assert [conflict.code for conflict in result.fixed_conflicts] == ["overlap"]


def test_bookings_and_a_previous_plan_can_be_given_to_solve():
    """A re-solve keeps what people were told unless something better is worth the change."""
    problem = a_problem(clinicians=[a_clinician("C1"), a_clinician("C2")])
    assert solve(problem, fixed={"S1": "C2"}).assignment == {"S1": "C2"}
    for who in ("C1", "C2"):
        assert solve(problem, previous={"S1": who}).assignment == {"S1": who}


def test_contracted_sessions_come_first():
    """A salaried clinician is paid in any case."""
    people = [a_clinician("C1"), a_clinician("C2", contracted_sessions=1, easting=605_000)]
    assert solve(a_problem(clinicians=people)).assignment == {"S1": "C2"}


def test_progress_is_told_from_start_to_end():
    """The portal shows it live."""
    seen = []
    solve(a_problem(), progress=lambda stage, done: seen.append((stage, done)))
    assert [stage for stage, _ in seen][:2] == ["edges", "flow"]
    assert seen[-1] == ("done", 1.0)
    assert [done for _, done in seen] == sorted(done for _, done in seen)


def test_urgent_and_deprived_places_are_filled_first():
    """Fill points: 10 x urgency, + 5 in the two most deprived deciles."""
    sites = [a_practice("P1", imd_decile=9), a_practice("P2", imd_decile=1)]
    sessions = [a_session("S1"), a_session("S2", practice_id="P2")]
    assert solve(a_problem(practices=sites, sessions=sessions)).assignment["S2"] == "C1"
    calm = Weights.preset("v1-without-deprivation")
    urgent = [a_session("S1", urgency=2), a_session("S2", practice_id="P2")]
    assert solve(a_problem(practices=sites, sessions=urgent), weights=calm).assignment["S1"] == "C1"
