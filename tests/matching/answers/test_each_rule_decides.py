"""Completeness: each rule decides between two clinicians and two sessions, each term of v1 decides alone."""

from datetime import date, timedelta

import pytest

from matching import Weights, check, solve
from matching.objective.weights import V1
from tests.matching.builders import MONDAY, a_clinician, a_practice, a_problem, a_session, free
from tests.matching.rules.test_rules import ALONE, COUNTED, SECOND, TOGETHER

NOON = {"start": "13:30", "end": "17:30"}
SPARE = {"skills": "IUD;minor", "systems": "TPP;EMIS", "profession": "GP", "easting": 600_100}


def two_people(code):
    """S1 breaks the rule with C1 and not with C2; S2, in the afternoon, is open to both."""
    session, clinician, more = ALONE[code]
    people = [a_clinician("C1", **clinician), a_clinician("C2", **SPARE)]
    rows = {"availability": [free("C1", start="08:31", end="19:00"), free("C2")]} if "availability" in more else more
    plain = {key: value for key, value in session.items() if key == "fee_pence"}
    if code in {"profession"}:
        people[1]["profession"] = "Nurse"
    if code == "compliance":
        people[0]["compliant_until"] = MONDAY - timedelta(1)
    return a_problem(clinicians=people, sessions=[a_session("S1", **session), a_session("S2", **NOON, **plain)], **rows)


@pytest.mark.parametrize("code", ALONE)
def test_each_rule_decides_between_two_clinicians_and_two_sessions(code):
    """The engine gives the session to the clinician whom the rule allows, and the other one is refused by that rule alone."""
    problem = two_people(code)
    result = solve(problem)
    assert result.assignment["S1"] == "C2"
    assert result.status == "optimal"
    assert [violation.code for violation in check(problem, {"S1": "C1"})] == [code]


@pytest.mark.parametrize("code", TOGETHER)
def test_each_rule_on_two_sessions_sends_the_second_clinician(code):
    """Two clinicians and two sessions that one cannot work together: both are filled, by different people."""
    other, _, clinician = TOGETHER[code]
    people = [a_clinician(name, **clinician) for name in ("C1", "C2")]
    problem = a_problem(practices=SECOND, clinicians=people, sessions=[a_session("S1"), a_session("S2", **other)])
    result = solve(problem)
    assert set(result.assignment.values()) == {"C1", "C2"}
    assert [violation.code for violation in check(problem, dict.fromkeys(("S1", "S2"), "C1"))] == [code]


@pytest.mark.parametrize("code", COUNTED)
def test_each_limit_sends_the_second_clinician(code):
    """Weekly cap, period cap and weekly hours of two clinicians with two sessions of one day."""
    people = [a_clinician(name, **COUNTED[code][0]) for name in ("C1", "C2")]
    problem = a_problem(practices=SECOND, clinicians=people, sessions=[a_session("S1"), a_session("S2", **NOON)])
    assert set(solve(problem).assignment.values()) == {"C1", "C2"}
    assert [violation.code for violation in check(problem, dict.fromkeys(("S1", "S2"), "C1"))] == [code]


def wish(**wanted):
    return {"pairs": [{"clinician_id": "C2", "practice_id": "P1", **wanted}]}


TERMS = {
    "travel": ({"easting": 610_000}, {}, {}, {}, -10 * 22),
    "preference": ({}, {}, wish(preference=1), {}, 100),
    "continuity": ({}, {}, wish(continuity=1), {}, 80),
    "kept": ({}, {}, {}, {"previous_clinician_id": "C2"}, 300),
    "minimum": ({}, {"min_sessions": 1}, {}, {}, 1_500),
    "contracted": ({}, {"contracted_sessions": 1}, {}, {}, 2_000),
}


@pytest.mark.parametrize("term", TERMS)
def test_each_term_of_v1_decides_between_two_clinicians(term):
    """Everything else equal, C2 gets the session for this one term, counted with its published points."""
    first, second, more, session, points = TERMS[term]
    people = [a_clinician("C1", **first), a_clinician("C2", **second)]
    problem = a_problem(clinicians=people, sessions=[a_session(**session)], **more)
    result = solve(problem)
    assert result.assignment == {"S1": "C2"}
    if term == "travel":
        only_far = a_problem(clinicians=people[:1])
        assert solve(only_far).terms["travel"] == points
    else:
        assert result.terms[term] == points
    silent = {"travel": "travel", "preference": "preferred"}.get(term, term)
    assert solve(problem, weights=Weights(**{silent: 0})).terms[term] == 0


def test_an_avoided_practice_goes_to_somebody_else():
    """Would rather not: minus 100, so the equal colleague goes."""
    problem = a_problem(
        clinicians=[a_clinician("C1"), a_clinician("C2")],
        pairs=[{"clinician_id": "C1", "practice_id": "P1", "preference": -1}],
    )
    assert solve(problem).assignment == {"S1": "C2"}


def test_the_first_thirds_of_practices_come_before_the_rest():
    """Three sessions at P1, three at P2, capacity for two: one each, 1,500 points for both, not two at one place."""
    sites = [a_practice("P1"), a_practice("P2")]
    sessions = [
        a_session(f"S{row}{site}", practice_id=site, date=MONDAY + timedelta(row))
        for row in range(3)
        for site in ("P1", "P2")
    ]
    result = solve(a_problem(practices=sites, sessions=sessions, clinicians=[a_clinician(period_cap=2)]))
    filled = {name[-2:] for name, who in result.assignment.items() if who}
    assert (filled, result.terms["fairness"]) == ({"P1", "P2"}, 2 * V1.first_third)


def test_a_member_of_several_pools_takes_remote_sessions_of_each():
    """One clinician, two pools: the remote sessions of both are theirs, those of a third are not."""
    sites = [a_practice("P1"), a_practice("P2", pool_id="other"), a_practice("P3", pool_id="third")]
    sessions = [
        a_session(f"S{row}", practice_id=f"P{row}", remote=1, date=MONDAY + timedelta(row)) for row in (1, 2, 3)
    ]
    problem = a_problem(practices=sites, sessions=sessions, clinicians=[a_clinician(pool_id="pool;other")])
    assert solve(problem).assignment == {"S1": "C1", "S2": "C1", "S3": None}
    shared = [{"pool_id": "other", "with_pool_id": "third"}]
    both = a_problem(practices=sites, sessions=sessions, clinicians=[a_clinician(pool_id="pool;other")], sharing=shared)
    assert solve(both).assignment["S3"] == "C1"


@pytest.mark.parametrize(("night", "hours"), [(date(2026, 10, 24), 9), (date(2027, 3, 27), 7)])
def test_a_night_across_either_clock_change_is_planned_with_its_real_hours(night, hours):
    """22:00 to 06:00: nine hours when the clocks go back, seven when they go forward; the weekly limit sees these."""
    for limit, filled in ((hours - 1, 0), (hours, 1)):
        problem = a_problem(
            sessions=[a_session(date=night, start="22:00", end="06:00")],
            clinicians=[a_clinician(weekly_hours_cap=limit, compliant_until=date(2028, 1, 1))],
            availability=[free(day=night), free(day=night + timedelta(1))],
        )
        result = solve(problem)
        assert (result.filled, check(problem, result.assignment)) == (filled, [])


def test_ten_thousand_identical_clinicians_are_no_harder_than_one():
    """Ties must not slow the search down or change the value."""
    result = solve(
        a_problem(
            clinicians=[a_clinician(f"C{i:05}") for i in range(10_000)],
            sessions=[a_session(f"S{i}") for i in range(30)],
            availability=[free(f"C{i:05}") for i in range(10_000)],
        )
    )
    assert (result.filled, result.status) == (30, "optimal")
    assert result.timings["total_cpu"] < 60
