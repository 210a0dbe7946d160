"""One row for each rule of the engine and of the product: with words for every reader, made of what the reason carries."""

from datetime import date, time
from string import Formatter

import pytest

import matching
from pool.models.clinician import Clinician
from pool.models.practice import Practice
from pool.models.session import PracticeSession
from pool.rules.rule_words import (
    CALLED_OFF,
    ENGAGEMENT,
    MAY_BE_ASKED,
    PLACE,
    RULES,
    USUAL,
    WORKED_OUT,
    Refusal,
    stopped,
    stopped_now,
    to_clinician,
    to_manager,
    told_with_care,
)
from pool.services.eligibility.session_rules import CASES, told

MONDAY = date(2026, 5, 11)
SESSION = {
    "session_id": "s",
    "practice_id": "here",
    "date": MONDAY,
    "start": time(8, 30),
    "end": time(12, 30),
    "profession": "gp",
    "fee_pence": 35700,
}
HELD = {"session_id": "held", "fixed_clinician_id": "c"}
EVERY_HOUR = [
    {"clinician_id": "c", "date": date(2026, 5, day), "start": time(), "end": time(23, 59)} for day in range(10, 14)
]
BREAKS = {
    "profession": {"clinicians": {"profession": "nurse"}},
    "skills": {"sessions": {"skills": ["coil_fitting"]}},
    "system": {"sessions": {"system_required": True}},
    "compliance": {"clinicians": {"compliant_until": date(2026, 5, 10)}},
    "available": {"availability": []},
    "fee": {"clinicians": {"min_fee_pence": 40000}},
    "blocked": {"pairs": [{"clinician_id": "c", "practice_id": "here", "blocked": True}]},
    "travel": {"clinicians": {"easting": 90_000, "max_travel_min": 10}},
    "pool": {"clinicians": {"pool_id": ["another"]}},
    "appointment": {"sessions": {"appointment_min": 10}, "clinicians": {"min_appointment_min": 15}},
    "declined": {"sessions": {"declined_by": ["c"]}},
    "status": {"sessions": {"barred": ["c"]}},
    "overlap": {"held": {"start": time(11), "end": time(14)}},
    "between_sites": {"held": {"practice_id": "there", "start": time(12, 30), "end": time(14)}},
    "remote_gap": {"held": {"remote": True, "start": time(12, 30), "end": time(14)}},
    "rest": {
        "held": {"date": date(2026, 5, 10), "start": time(18), "end": time(23)},
        "clinicians": {"rest_hard": True},
    },
    "weekly_cap": {"clinicians": {"weekly_cap": 0}},
    "period_cap": {"clinicians": {"period_cap": 0}},
    "weekly_hours": {"clinicians": {"weekly_hours_cap": 1}},
}
"""What breaks each rule of the engine: changes of the rows of a pair that fits."""


def reason(code):
    """The engine's own reason for a pair that breaks one rule."""
    change = BREAKS[code]
    held = [SESSION | HELD | change["held"]] if "held" in change else []
    practice = {"pool_id": "pool", "northing": 0, "system": "emis_web", "members_only": True}
    tables = {
        "practices": [
            practice | {"practice_id": "here", "easting": 0},
            practice | {"practice_id": "there", "easting": 40_000},
        ],
        "clinicians": [
            {
                "clinician_id": "c",
                "pool_id": ["pool"],
                "easting": 0,
                "northing": 0,
                "profession": "gp",
                "compliant_until": date(2027, 1, 1),
            }
            | change.get("clinicians", {})
        ],
        "sessions": [SESSION | change.get("sessions", {}), *held],
        "availability": change.get("availability", EVERY_HOUR),
        "pairs": change.get("pairs", []),
    }
    found = matching.reasons_against(matching.Problem.from_tables(tables), "s", "c")
    return next(found_one for found_one in found if found_one.code == code)


def a_pair():
    """A session and a clinician that were never written, with everything that words may name."""
    session = PracticeSession(
        on=MONDAY, starts=time(8, 30), ends=time(12, 30), profession="gp", skills=["minor_surgery"], remote=False
    )
    session.practice = Practice(clinical_system="emis_web")
    return session, Clinician(skills=[], compliant_until=MONDAY)


def fields(template):
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_every_rule_has_a_row_and_every_row_a_rule():
    """A rule of the engine that nobody can read about would stop people in silence."""
    assert set(RULES) == {*matching.RULE_CODES, PLACE, ENGAGEMENT, CALLED_OFF}


@pytest.mark.parametrize("code", RULES)
def test_every_reader_has_words(code):
    """The manager, the clinician, the report of a run, the counts for a practice; and a limit that may be asked beyond has
    the name by which its owner knows it."""
    rule = RULES[code]
    for words in rule.words.values():
        assert words.manager.endswith(".")
        assert words.you.endswith(".")
    assert all(rule.stopped)
    assert rule.counted
    assert bool(rule.limit) is (code in MAY_BE_ASKED)


@pytest.mark.parametrize("code", RULES)
def test_a_clinician_reads_nothing_about_the_clinician(code):
    """What is said to them says "you"."""
    for words in RULES[code].words.values():
        assert "clinician" not in words.you.lower()
        assert " they " not in words.you


@pytest.mark.parametrize("code", RULES)
def test_words_use_only_what_the_row_says_they_may(code):
    """A figure or a name that a reason does not carry would fail on somebody's page."""
    rule = RULES[code]
    made = {name for name, (of, _) in WORKED_OUT.items() if of in rule.figures}
    for words in rule.words.values():
        assert fields(words.manager) | fields(words.you) <= {*rule.figures, *rule.names, *made}


@pytest.mark.parametrize("code", matching.RULE_CODES)
def test_the_engine_brings_the_figures_of_every_row(code):
    """Each rule is broken once, and its reason said to both."""
    found = reason(code)
    assert set(RULES[code].figures) <= found.numbers.keys()
    refusal = told(found, *a_pair())
    if USUAL in RULES[code].words:
        assert set(RULES[code].names) <= refusal.names.keys()
        assert "{" not in to_manager(refusal) + to_clinician(refusal)


def test_cases_are_told_apart_for_rules_that_have_words_for_them():
    """Nobody names what no words use, and every case that is told has its words."""
    session, clinician = a_pair()
    for code, case_of in CASES.items():
        assert case_of(session, clinician)[0] in RULES[code].words
    session.remote, clinician.compliant_until = True, None
    assert CASES["pool"](session, clinician)[0] in RULES["pool"].words
    assert CASES["compliance"](session, clinician)[0] in RULES["compliance"].words


def test_figures_become_words():
    """Whole hours of minutes, one session or several."""
    assert to_clinician(Refusal("weekly_cap", figures={"limit": 1})).startswith("You have reached the 1 session a week")
    assert "more than 48 hours of work" in to_clinician(Refusal("weekly_hours", figures={"limit": 2880}))
    assert to_manager(Refusal("rest", figures={"need": 660})) == "Under 11 hours of rest between two days of work."


def test_counts_are_told_with_care():
    """What is private is told of a crowd only; one person is told about nothing that is theirs alone."""
    counts = {"fee": 2, "travel": 1, "compliance": 3, "could": 1}
    assert told_with_care(counts, 3) == {"travel": 1, "compliance": 3, "could": 1}
    assert stopped("travel", 1) == "1 lives too far away"
    assert stopped("could", 2) == "2 could take it"
    assert stopped_now("available") == "The clinician is not free for the whole session."
    assert stopped_now("fee") == stopped_now("blocked") == "The clinician cannot take it any more."
