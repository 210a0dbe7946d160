"""Rest, parking and the estimate of journeys are given with a problem; rules, checker and journeys follow them."""

from datetime import timedelta

import numpy as np
import pytest

from matching import Problem, ProblemError, check, reasons_against, solve
from matching.answers.plan_files import write_problem
from matching.problem.exchange_format import FORMAT, TABLES
from matching.problem.parameters import Parameters
from matching.problem.tables import read_tables
from tests.matching.builders import MONDAY, a_clinician, a_practice, a_problem, a_session

EVENING = {"start": "13:00", "end": "20:00"}
NEXT_MORNING = {"date": MONDAY + timedelta(1), "start": "07:30", "end": "11:30"}
"""11 hours and a half after the evening."""


def two_sessions(first, second, figures, **clinician):
    """One clinician, two sessions, and what the problem says about rest, parking and journeys."""
    return a_problem(
        practices=[a_practice("P1"), a_practice("P2", easting=610_000)],
        clinicians=[a_clinician("C1", max_travel_min=90, **clinician)],
        sessions=[a_session("S1", **first), a_session("S2", **second)],
        parameters=[figures],
    )


@pytest.mark.parametrize(
    ("code", "first", "second", "enough", "too_much"),
    [
        ("rest", EVENING, NEXT_MORNING, {"rest_min": 690}, {"rest_min": 691}),
        (
            "remote_gap",
            {},
            {"start": "13:00", "end": "15:00", "remote": 1},
            {"remote_gap_min": 30},
            {"remote_gap_min": 31},
        ),
        (
            "between_sites",
            {},
            {"practice_id": "P2", "start": "13:00", "end": "15:00"},
            {"parking_min": 8},
            {"parking_min": 9},
        ),
        (
            "between_sites",
            {},
            {"practice_id": "P2", "start": "13:00", "end": "15:00"},
            {"travel_base_min": 7.8},
            {"travel_base_min": 8.8},
        ),
    ],
)
def test_a_figure_that_is_given_decides_in_rule_plan_and_check(code, first, second, enough, too_much):
    """One minute more refuses what was allowed, and the independent checker says the same."""
    both = {"S1": "C1", "S2": "C1"}
    allowed = two_sessions(first, second, enough, rest_hard=1)
    assert solve(allowed).assignment == both
    assert check(allowed, both) == []
    refused = two_sessions(first, second, too_much, rest_hard=1)
    assert [reason.code for reason in reasons_against(refused, "S2", "C1", {"S1": "C1"})] == [code]
    assert solve(refused).filled == 1
    assert [violation.code for violation in check(refused, both)] == [code]


def test_the_reason_gives_the_hours_of_rest_that_are_needed():
    """Not those of a constant."""
    problem = two_sessions(EVENING, NEXT_MORNING, {"rest_min": 750}, rest_hard=1)
    (reason,) = reasons_against(problem, "S2", "C1", {"S1": "C1"})
    assert reason.sentence == "Under 12.5 hours of rest between two days of work (690 minutes)."
    assert reason.numbers == {"gap": 690, "need": 750}


def test_a_slower_road_makes_the_journey_longer():
    """Twice the factor: 10 km take 38 minutes instead of 22, and the problem is another one."""
    usual, slow = (two_sessions({}, {"practice_id": "P2"}, figures) for figures in ({}, {"travel_factor": 6.94}))
    home, away = np.array([0]), np.array([1])
    assert [int(problem.home_minutes(home, away)[0]) for problem in (usual, slow)] == [22, 38]
    assert usual.hash() != slow.hash()


def test_without_the_table_the_format_has_its_defaults(tmp_path):
    """A folder of before the table means the same as it did, and a written one says its figures."""
    problem = a_problem()
    defaults = Parameters.of_row({column.name: column.default for column in TABLES["parameters"]})
    assert problem.parameters == defaults
    write_problem(tmp_path, problem.rows)
    assert (tmp_path / "parameters.csv").read_text().splitlines()[1].startswith(f"{FORMAT},660,5,30,4.8,")
    assert Problem.from_tables(tmp_path).hash() == problem.hash()


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{}, {}], "has more than one row"),
        ([{"format": 2}], "must lie between 1 and 1"),
        ([{"travel_factor": "a lot"}], "must be a number such as 3.47"),
        ([{"travel_exponent": float("nan")}], "must lie between 0.1 and 2"),
        ([{"rest_min": -1}], "must lie between 0 and 1440"),
    ],
)
def test_figures_that_make_no_sense_are_refused(rows, words):
    """A later format, two rows, letters: the table and the column are named."""
    with pytest.raises(ProblemError, match=words) as refused:
        read_tables({**dict.fromkeys(("practices", "clinicians", "sessions", "availability"), ()), "parameters": rows})
    assert refused.value.table == "parameters"
