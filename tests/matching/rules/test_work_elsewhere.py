"""Work outside the problem: it counts in its clinician's week, in every part of the engine, and nowhere else."""

from datetime import timedelta

import pytest

from matching import Problem, ProblemError, Weights, check, explain, reasons_against, solve, what_if
from matching.flow.edges import find_edges
from matching.flow.network_building import build
from matching.problem.changes import Change
from matching.study.reference_mip import reference_answer
from tests.matching.builders import MONDAY, a_clinician, a_problem, a_session, tables

SUNDAY = MONDAY + timedelta(6)


def away(week=MONDAY, sessions=0, minutes=0, name="C1"):
    return {"clinician_id": name, "week": week, "sessions": sessions, "minutes": minutes}


FULL = {
    "weekly_cap": ({"weekly_cap": 3}, [away(sessions=3)], [away(sessions=2)]),
    "weekly_hours": ({"weekly_hours_cap": 10}, [away(minutes=361)], [away(minutes=360)]),
}


@pytest.mark.parametrize("code", FULL)
def test_a_week_that_is_full_elsewhere_takes_no_more(code):
    """A session of four hours beside three others, and beside six hours; one less of either leaves room."""
    terms, full, room = FULL[code]
    problem = a_problem(clinicians=[a_clinician(**terms)], elsewhere=full)
    assert [reason.code for reason in reasons_against(problem, "S1", "C1")] == [code]
    assert [violation.code for violation in check(problem, {"S1": "C1"})] == [code]
    assert solve(problem).filled == 0
    assert reference_answer(problem, Weights.v1()).optimum == solve(problem).objective
    problem = a_problem(clinicians=[a_clinician(**terms)], elsewhere=room)
    assert reasons_against(problem, "S1", "C1") == ()
    assert solve(problem).filled == 1


def test_the_reason_names_the_limit_and_nothing_of_the_work_elsewhere():
    """How much of a week is taken elsewhere is not for every reader."""
    problem = a_problem(clinicians=[a_clinician(weekly_cap=7)], elsewhere=[away(sessions=9)])
    reason = reasons_against(problem, "S1", "C1")[0]
    assert (
        reason.sentence == "The clinician has reached the most sessions a week that they set (7), counting all pools."
    )
    told = " ".join(str(explain(problem, solve(problem), session="S1")).split())
    assert "9" not in told.replace("2026", "")


def test_days_of_one_iso_week_add_up_and_the_next_week_is_free():
    """Monday and Sunday are one week; the Monday after is another."""
    given = [away(sessions=1), away(SUNDAY, sessions=1)]
    people = [a_clinician(weekly_cap=2)]
    assert solve(a_problem(clinicians=people, elsewhere=given)).filled == 0
    later = [a_session(date=SUNDAY + timedelta(1))]
    assert solve(a_problem(clinicians=people, elsewhere=given, sessions=later)).filled == 1


def test_work_elsewhere_is_its_clinicians_alone_and_no_part_of_the_period():
    """Another clinician of the same week is free; the cap of the period counts this problem's sessions."""
    people = [a_clinician("C1", weekly_cap=1), a_clinician("C2", weekly_cap=1, period_cap=1, easting=605_000)]
    problem = a_problem(clinicians=people, elsewhere=[away(sessions=1), away(MONDAY - timedelta(7), 1, name="C2")])
    assert solve(problem).assignment == {"S1": "C2"}


def test_the_flow_itself_knows_the_room_of_a_week():
    """The bound counts it: five sessions, three of the week taken, two can be filled."""
    sessions = [a_session(f"S{i}", date=MONDAY + timedelta(i)) for i in range(5)]
    problem = a_problem(clinicians=[a_clinician(weekly_cap=5)], sessions=sessions, elsewhere=[away(sessions=3)])
    network = build(problem, Weights.v1(), find_edges(problem, Weights.v1()))
    week = network.tail == network.first_week
    assert network.capacity[week].tolist() == [2]
    result = solve(problem)
    assert (result.filled, result.objective) == (2, result.bound)


def test_bookings_and_work_elsewhere_over_a_limit_are_reported_not_dropped():
    """Both were agreed; the plan adds nothing to them."""
    sessions = [a_session("S1", fixed_clinician_id="C1"), a_session("S2", date=MONDAY + timedelta(1))]
    problem = a_problem(clinicians=[a_clinician(weekly_cap=2)], sessions=sessions, elsewhere=[away(sessions=2)])
    result = solve(problem)
    assert result.assignment == {"S1": "C1", "S2": None}
    assert [conflict.code for conflict in result.fixed_conflicts] == ["weekly_cap"]


@pytest.mark.parametrize("seed", range(12))
def test_more_work_elsewhere_never_raises_the_optimum_or_the_bound(seed):
    """And a problem with it is the problem without it for whoever has a wide limit."""
    given = tables(seed, sessions=20, clinicians=8, practices=4, days=5)
    more = {
        **given,
        "elsewhere": [away(sessions=2, minutes=300, name=row["clinician_id"]) for row in given["clinicians"]],
    }
    none = {**given, "elsewhere": []}
    before, after = solve(Problem.from_tables(none)), solve(Problem.from_tables(more))
    assert after.objective <= before.objective
    assert after.certificate.flow_bound <= before.certificate.flow_bound
    assert check(Problem.from_tables(more), after.assignment) == []
    assert reference_answer(Problem.from_tables(more), Weights.v1()).optimum == after.objective


def test_what_if_sees_that_a_week_is_taken_elsewhere():
    """The prices of the plan before know nothing of it."""
    problem = a_problem(clinicians=[a_clinician(weekly_cap=1)])
    taken = Change("clinicians", add={"elsewhere": (away(sessions=1),)})
    assert what_if(problem, taken).filled == -1


def test_another_table_is_another_problem():
    """A part that was solved for one is not put together with the other."""
    assert a_problem().hash() != a_problem(elsewhere=[away(sessions=1)]).hash()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (away(name="C9"), "“C9” is not in the table"),
        (away(sessions=-1), "must lie between 0"),
        (away(minutes=10_081), "must lie between 0 and 10080"),
        (away(week="Monday"), "must be a date"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(row, words):
    """Table, row and column, as everywhere."""
    with pytest.raises(ProblemError, match=words) as refused:
        a_problem(elsewhere=[row])
    assert "elsewhere" in str(refused.value)
