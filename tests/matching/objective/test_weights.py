"""Weights: whole points within bounds, refused where the sums of a problem would no longer be whole numbers."""

import pytest

from matching import MatchingError, Problem, Weights, evaluate, solve
from matching.objective.scoring import MOST_POINTS, most_points
from matching.objective.weights import LARGEST
from tests.matching.builders import tables

EVERYTHING = dict.fromkeys(Weights().to_dict(), LARGEST)


@pytest.mark.parametrize("value", [-1, 1.5, True, "1000", LARGEST + 1, 10**30, float("nan"), None])
def test_a_weight_is_a_whole_number_within_bounds(value):
    """Nothing is rounded in silence."""
    with pytest.raises(MatchingError, match="must be a whole number from 0"):
        Weights(fill=value)


def test_weights_too_large_for_the_problem_are_refused():
    """Each is within its bounds, together they overflow: a sentence, no plan with a wrong bound and no endless run."""
    problem, weights = Problem.from_tables(tables(1)), Weights.from_dict(EVERYTHING)
    for ask in (lambda: solve(problem, weights=weights), lambda: evaluate(problem, {}, weights=weights)):
        with pytest.raises(MatchingError, match="Divide all weights by"):
            ask()


@pytest.mark.parametrize("name", EVERYTHING)
def test_one_term_may_be_as_large_as_it_can_be(name):
    """A term that outweighs all others is a choice; its plan has a bound that holds."""
    weights = Weights.from_dict({name: LARGEST, **({"first_third": LARGEST} if name == "second_third" else {})})
    result = solve(Problem.from_tables(tables(1)), weights=weights)
    assert result.objective <= result.bound


def test_the_largest_weights_that_are_taken_are_counted_exactly():
    """Just under the limit: twice the weights, twice the points."""
    problem = Problem.from_tables(tables(1))
    things = len(problem.sessions.ids) + len(problem.clinicians.ids) + len(problem.practices.ids)
    factor = 2
    while most_points(Weights(fill=LARGEST, urgency=2 * factor)) * things <= MOST_POINTS:
        factor *= 2
    one, two = (
        solve(
            problem,
            weights=Weights(
                fill=LARGEST,
                urgency=fill,
                deprived=0,
                deprived_next=0,
                travel=0,
                minimum=0,
                first_third=0,
                second_third=0,
                preferred=0,
                avoided=0,
                continuity=0,
                kept=0,
                contracted=0,
            ),
        )
        for fill in (factor // 2, factor)
    )
    assert two.objective == 2 * one.objective
    assert two.objective <= two.bound
