"""What if: answered from the prices only when that is exactly what solving again would give."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from matching import Problem, Weights, check, solve, what_if
from matching.answers.what_if import FROM_PRICES, SOLVED_AGAIN
from matching.problem.changes import (
    Change,
    changed,
    fee_change,
    notice_change,
    travel_limit_change,
)
from tests.matching.builders import MONDAY, a_clinician, a_practice, a_problem, a_session, free, tables


def a_newcomer(seed):
    days = tuple(free("C99", MONDAY + timedelta(day)) for day in range(-1, 6))
    person = a_clinician("C99", easting=602_000 + 500 * seed, min_sessions=seed % 3, weekly_cap=1 + seed % 3)
    return Change("clinicians", add={"clinicians": (person,), "availability": days})


def a_new_session(seed):
    row = a_session("S99", practice_id="P1", date=MONDAY + timedelta(seed % 4), urgency=1 + seed % 3)
    return Change("sessions", add={"sessions": (row,)})


CHANGES = {
    "one more clinician": lambda problem, result, seed: a_newcomer(seed),
    "one more session": lambda problem, result, seed: a_new_session(seed),
    "an idle clinician leaves": lambda problem, result, seed: Change(
        "clinicians", leave_out=frozenset(sorted(set(problem.clinicians.ids) - set(result.assignment.values()))[:1])
    ),
    "somebody leaves": lambda problem, result, seed: Change("clinicians", leave_out=frozenset({"C1"})),
    "an empty session goes": lambda problem, result, seed: Change(
        "sessions", leave_out=frozenset([name for name, who in result.assignment.items() if who is None][:1])
    ),
    "lower rates": lambda problem, result, seed: fee_change(lambda row: row["session_id"] in {"S1", "S2"}, -9_000),
    "higher rates": lambda problem, result, seed: fee_change(lambda row: True, 5_000),
    "a shorter way": lambda problem, result, seed: travel_limit_change(lambda row: row["clinician_id"] == "C1", -40),
    "a longer way": lambda problem, result, seed: travel_limit_change(lambda row: True, 20),
    "notice": lambda problem, result, seed: notice_change(problem, 3),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", CHANGES)
def test_an_answer_is_exact_and_says_how_it_was_found(kind):
    """Thirty random problems each: the difference is that of two proven optima, the plan passes the independent check."""
    ways = Counter()
    for seed in range(30):
        given = tables(seed, sessions=14, clinicians=5, days=4)
        for number, row in enumerate(given["sessions"]):
            row["posted_at"] = datetime(2026, 11, 23, tzinfo=UTC) - timedelta(number % 6)
        problem = Problem.from_tables(given)
        base = solve(problem)
        change = CHANGES[kind](problem, base, seed)
        answer = what_if(problem, change, base=base)
        other = changed(problem, change)
        best = solve(other)
        assert answer.exact
        assert (answer.objective, answer.result.objective) == (best.objective - base.objective, best.objective)
        assert answer.result.bound == best.bound
        assert check(other, answer.result.assignment) == []
        ways[answer.how, answer.objective != 0] += 1
    assert ways[FROM_PRICES, True] + ways[FROM_PRICES, False] > 0


def test_a_newcomer_for_an_empty_session_is_worth_what_the_prices_say():
    """Two sessions at a time, one clinician: the empty one is all that a second could take. Nothing is solved again."""
    problem = a_problem(
        sessions=[a_session("S1"), a_session("S2", practice_id="P2")], practices=[a_practice(), a_practice("P2")]
    )
    twin = (a_clinician("C2"),)
    answer = what_if(problem, Change("clinicians", add={"clinicians": twin, "availability": (free("C2"),)}))
    assert (answer.filled, answer.objective, answer.exact, answer.how) == (1, 10_000, True, FROM_PRICES)
    assert set(answer.result.assignment.values()) == {"C1", "C2"}


def test_a_withdrawal_moves_the_next_best_in():
    """C1 no longer goes to P1: C2, 9 minutes further, does; the chain is the answer."""
    problem = a_problem(clinicians=[a_clinician("C1"), a_clinician("C2", easting=602_000)])
    answer = what_if(
        problem, Change("pairs", add={"pairs": ({"clinician_id": "C1", "practice_id": "P1", "blocked": 1},)})
    )
    assert (answer.result.assignment, answer.how) == ({"S1": "C2"}, FROM_PRICES)
    assert answer.objective == -10 * 10


def test_with_tours_everything_is_solved_again():
    """The prices know nothing of tours."""
    problem = a_problem()
    change = travel_limit_change(lambda row: True, 5)
    assert what_if(problem, change).how == FROM_PRICES
    assert what_if(problem, change, weights=Weights.preset("v1-tours")).how == SOLVED_AGAIN
