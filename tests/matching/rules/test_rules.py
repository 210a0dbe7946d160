"""Each hard rule alone: the smallest case in which it refuses, its twin in which it does not, and its sentence."""

from datetime import date, timedelta

import pytest

from matching import PlanError, check, reasons_against, solve
from matching.rules.eligibility import RULES
from matching.rules.pairing import COUNT_RULES, PAIR_RULES
from matching.rules.wording import CLOSED, STOPPED, closed_count, refusal_count
from tests.matching.builders import MONDAY, a_clinician, a_practice, a_problem, a_session, free

FAR = {"easting": 640_000}

ALONE = {
    "profession": ({"profession": "Nurse"}, {}, {}),
    "skills": ({"skills": "IUD;minor"}, {"skills": "minor"}, {}),
    "system": ({"system_required": 1}, {"systems": "TPP"}, {}),
    "compliance": ({}, {"compliant_until": MONDAY - timedelta(1)}, {}),
    "available": ({}, {}, {"availability": [free(start="08:31", end="19:00")]}),
    "fee": ({"fee_pence": 39_999}, {"min_fee_pence": 40_000}, {}),
    "blocked": ({}, {}, {"pairs": [{"clinician_id": "C1", "practice_id": "P1", "blocked": 1}]}),
    "travel": ({}, {"max_travel_min": 20, **FAR}, {}),
    "pool": ({"remote": 1}, {"pool_id": "elsewhere"}, {}),
    "appointment": ({"appointment_min": 10}, {"min_appointment_min": 15}, {}),
    "declined": ({"declined_by": "C1"}, {}, {}),
    "status": ({"barred": "C1"}, {}, {}),
}
TWINS = {
    "profession": ({}, {}, {}),
    "skills": ({"skills": "IUD;minor"}, {"skills": ["minor", "IUD", "other"]}, {}),
    "system": ({"system_required": 0}, {"systems": "TPP"}, {}),
    "compliance": ({}, {"compliant_until": MONDAY}, {}),
    "available": ({}, {}, {"availability": [free(start="08:30", end="10:00"), free(start="10:00", end="12:30")]}),
    "fee": ({"fee_pence": 40_000}, {"min_fee_pence": 40_000}, {}),
    "blocked": ({}, {}, {"pairs": [{"clinician_id": "C1", "practice_id": "P1", "preference": -1}]}),
    "travel": ({"remote": 1}, {"max_travel_min": 20, **FAR}, {}),
    "pool": ({"remote": 1}, {"pool_id": "elsewhere"}, {"sharing": [{"pool_id": "pool", "with_pool_id": "elsewhere"}]}),
    "appointment": ({}, {"min_appointment_min": 15}, {}),
    "declined": ({"declined_by": ""}, {}, {}),
    "status": ({"barred": ""}, {}, {}),
}


def of_one(session, clinician, more):
    return a_problem(sessions=[a_session(**session)], clinicians=[a_clinician(**clinician)], **more)


@pytest.mark.parametrize("code", ALONE)
def test_a_rule_refuses_and_says_so(code):
    """Solver, checker and sentence must refuse for the same reason, and for no other."""
    problem = of_one(*ALONE[code])
    reasons = reasons_against(problem, "S1", "C1")
    assert [reason.code for reason in reasons] == [code]
    assert reasons[0].sentence.endswith(".")
    assert [violation.code for violation in check(problem, {"S1": "C1"})] == [code]


@pytest.mark.parametrize("code", TWINS)
def test_a_rule_lets_its_nearest_twin_pass(code):
    """A rule that refuses too much costs clinicians their work."""
    problem = of_one(*TWINS[code])
    assert reasons_against(problem, "S1", "C1") == ()
    assert check(problem, {"S1": "C1"}) == []


PLACES = [a_practice(members_only=1)]


@pytest.mark.parametrize(
    ("session", "clinician", "more"),
    [
        ({}, {"pool_id": "elsewhere"}, {"practices": PLACES}),
        ({"outsiders": "C1"}, {}, {}),
        ({"outsiders": "C1"}, {}, {"practices": PLACES}),
    ],
)
def test_a_session_for_members_is_refused_to_others(session, clinician, more):
    """On site too, where the practice says so; and to whoever does not count as a member for this very session."""
    problem = of_one(session, clinician, more)
    assert [reason.code for reason in reasons_against(problem, "S1", "C1")] == ["pool"]
    assert [violation.code for violation in check(problem, {"S1": "C1"})] == ["pool"]
    assert solve(problem).filled == 0


@pytest.mark.parametrize(
    ("session", "clinician", "more"),
    [
        ({}, {"pool_id": "elsewhere"}, {}),
        ({}, {"pool_id": "elsewhere;pool"}, {"practices": PLACES}),
        (
            {},
            {"pool_id": "elsewhere"},
            {"practices": PLACES, "sharing": [{"pool_id": "elsewhere", "with_pool_id": "pool"}]},
        ),
        ({"outsiders": "C2"}, {}, {"practices": PLACES, "clinicians": [a_clinician(), a_clinician("C2")]}),
    ],
)
def test_a_session_for_members_is_open_to_members_and_those_the_pool_shares_with(session, clinician, more):
    """The nearest twins of the refusals above."""
    problem = a_problem(**{"sessions": [a_session(**session)], "clinicians": [a_clinician(**clinician)], **more})
    assert reasons_against(problem, "S1", "C1") == ()
    assert check(problem, {"S1": "C1"}) == []
    assert solve(problem).assignment == {"S1": "C1"}


def test_every_rule_has_its_own_test():
    """A new rule without a test must not go unseen."""
    assert [rule.code for rule in RULES] == list(ALONE) == list(TWINS)
    assert {rule.code for rule in (*PAIR_RULES, *COUNT_RULES)} == {*TOGETHER, *COUNTED}


SECOND = [a_practice("P1"), a_practice("P2", easting=610_000)]
TOGETHER = {
    "overlap": ({"start": "12:29", "end": "16:00"}, {"start": "12:30", "end": "16:00"}, {}),
    "between_sites": (
        {"practice_id": "P2", "start": "12:50", "end": "16:00"},
        {"practice_id": "P2", "start": "12:57", "end": "16:00"},
        {},
    ),
    "remote_gap": (
        {"remote": 1, "start": "12:59", "end": "16:00"},
        {"remote": 1, "start": "13:00", "end": "16:00"},
        {},
    ),
    "rest": (
        {"start": "23:00", "end": "23:30", "date": MONDAY - timedelta(1)},
        {"start": "20:00", "end": "21:30", "date": MONDAY - timedelta(1)},
        {"rest_hard": 1},
    ),
}
COUNTED = {
    "weekly_cap": ({"weekly_cap": 1}, {"weekly_cap": 2}),
    "period_cap": ({"period_cap": 1}, {"period_cap": 2}),
    "weekly_hours": ({"weekly_hours_cap": 7}, {"weekly_hours_cap": 8}),
}


def of_two(other, clinician):
    return a_problem(
        practices=SECOND, clinicians=[a_clinician(**clinician)], sessions=[a_session("S1"), a_session("S2", **other)]
    )


@pytest.mark.parametrize("code", TOGETHER)
def test_two_sessions_that_cannot_go_together(code):
    """The journey from P1 to P2 is 22 minutes: 27 with parking are needed, so 12:50 is too early, 12:57 is not."""
    bad, good, clinician = TOGETHER[code]
    problem = of_two(bad, clinician)
    assert [reason.code for reason in reasons_against(problem, "S2", "C1", {"S1": "C1"})] == [code]
    assert [violation.code for violation in check(problem, {"S1": "C1", "S2": "C1"})] == [code]
    problem = of_two(good, clinician)
    assert reasons_against(problem, "S2", "C1", {"S1": "C1"}) == ()
    assert check(problem, {"S1": "C1", "S2": "C1"}) == []


@pytest.mark.parametrize("code", COUNTED)
def test_too_many_sessions(code):
    """Caps count the sessions already held; S1 and S2 are 4 hours each, in one week."""
    tight, wide = COUNTED[code]
    later = {"date": MONDAY + timedelta(1)}
    assert [r.code for r in reasons_against(of_two(later, tight), "S2", "C1", {"S1": "C1"})] == [code]
    assert [v.code for v in check(of_two(later, tight), {"S1": "C1", "S2": "C1"})] == [code]
    assert reasons_against(of_two(later, wide), "S2", "C1", {"S1": "C1"}) == ()
    assert check(of_two(later, wide), {"S1": "C1", "S2": "C1"}) == []


def test_a_weekly_cap_does_not_reach_into_the_next_iso_week():
    """Sunday and Monday are in different weeks."""
    problem = of_two({"date": MONDAY + timedelta(7)}, {"weekly_cap": 1})
    assert reasons_against(problem, "S2", "C1", {"S1": "C1"}) == ()


def test_rest_is_policy_not_law_for_those_not_employed_by_a_host():
    """Eleven hours bind only where rest_hard is set."""
    assert reasons_against(of_two(TOGETHER["rest"][0], {"rest_hard": 0}), "S2", "C1", {"S1": "C1"}) == ()


def test_fixed_bookings_count_without_being_named():
    """The Accept button passes no plan; bookings must clash all the same."""
    problem = a_problem(sessions=[a_session("S1", fixed_clinician_id="C1"), a_session("S2")])
    assert [reason.code for reason in reasons_against(problem, "S2", "C1")] == ["overlap"]
    assert reasons_against(problem, "S1", "C1") == ()


def test_no_sentence_tells_a_floor_or_a_name():
    """Floors are private; a colleague's diary is nobody's business."""
    problem = a_problem(clinicians=[a_clinician("C1", min_fee_pence=43_210), a_clinician("Dr Secret")])
    reasons = reasons_against(problem, "S1", "C1")
    assert "432" not in repr(reasons)
    assert "Secret" not in repr(reasons)


def test_an_unknown_id_is_named():
    """A typing error must not look like a refusal."""
    with pytest.raises(PlanError, match="“S9”"):
        reasons_against(a_problem(), "S9", "C1")


def test_clock_change_nights_have_their_real_length():
    """22:00 to 06:00 is nine hours when the clocks go back: a weekly limit of eight hours must refuse it."""
    night = {"date": date(2026, 10, 24), "start": "22:00", "end": "06:00"}
    awake = [free(day=date(2026, 10, 24)), free(day=date(2026, 10, 25))]
    problem = a_problem(sessions=[a_session(**night)], clinicians=[a_clinician(weekly_hours_cap=8)], availability=awake)
    assert reasons_against(problem, "S1", "C1")[0].numbers == {"used": 540, "limit": 480}


def test_every_rule_has_its_words_in_singular_and_plural():
    """People read these; "1 have" would tell them that nobody did before."""
    codes = [rule.code for rule in RULES]
    assert list(CLOSED) == codes
    assert list(STOPPED) == [*codes, *(rule.code for rule in (*PAIR_RULES, *COUNT_RULES)), "could"]
    assert (refusal_count("travel", 1), refusal_count("travel", 2)) == ("1 lives too far away", "2 live too far away")
    assert closed_count("travel", 1) == "1 session is beyond the travel limit."
