"""What is pointed out before posting, and what may never be typed."""

from datetime import date, time

import pytest

from pool.rules.session_plan import SessionPlan
from pool.schemas.patients import nhs_number_in
from pool.services.sessions.posting_checks import check

ORDINARY = {
    "starts": time(8, 30),
    "ends": time(12, 40),
    "profession": "gp",
    "remote": False,
    "contract_context": "core",
    "engaging_org": "",
    "funding_source": "practice",
    "cover_reason": "annual_leave",
    "plan": SessionPlan(appointments=12, minutes_each=15),
}
THURSDAY = date(2026, 12, 3)
CHRISTMAS = date(2026, 12, 25)


def warned(days=(THURSDAY,), **changes):
    """Everything that is pointed out."""
    checked = check(ORDINARY | changes, list(days))
    return [*checked.warnings, *(sentence for day in checked.days for sentence in day.warnings)]


def test_an_ordinary_day_is_posted_without_a_word():
    """A question that is always asked is never read."""
    checked = check(ORDINARY, [THURSDAY])
    assert (checked.warnings, checked.worth_a_look) == ([], False)


def test_several_days_are_always_shown():
    """One slip would be multiplied."""
    assert check(ORDINARY, [THURSDAY, date(2026, 12, 10)]).worth_a_look


def test_a_bank_holiday_is_marked_on_its_day():
    """The surgery is closed; perhaps the repeat ran into it unseen."""
    checked = check(ORDINARY, [date(2026, 12, 18), CHRISTMAS])
    assert [day.holiday for day in checked.days] == ["", "Christmas Day"]
    assert "bank holiday" in checked.days[1].warnings[0]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"plan": SessionPlan(appointments=19, minutes_each=10)}, "3 hours of consulting"),
        ({"plan": SessionPlan(appointments=24, minutes_each=5, visits=2)}, "26 patient contacts"),
        ({"funding_source": "arrs", "cover_reason": "vacancy"}, "Additional Roles money"),
        ({"starts": time(18, 30), "ends": time(20), "remote": True}, "expects a GP at the site"),
        ({"starts": time(18, 30), "ends": time(20)}, "network or federation"),
        ({"starts": time(5), "ends": time(8)}, "outside core hours"),
    ],
)
def test_what_is_unusual_is_said(changes, sentence):
    """A warning, never a refusal: the practice decides."""
    (warning,) = [change for change in warned(**changes) if sentence in change]
    assert warning


def test_a_network_that_engages_for_enhanced_access_is_not_warned():
    """This is how it should be (domain 2.5)."""
    evening = {"starts": time(18, 30), "ends": time(20), "contract_context": "pcn_enhanced_access"}
    assert warned(**evening) == []


def test_the_same_warning_is_said_once_for_all_days():
    """Ten evenings, one sentence."""
    checked = check(
        ORDINARY | {"starts": time(18, 30), "ends": time(20)}, [THURSDAY, date(2026, 12, 10), date(2026, 12, 17)]
    )
    assert len(checked.warnings) == 1
    assert [day.warnings for day in checked.days] == [[], [], []]


@pytest.mark.parametrize(
    "text",
    [
        "943 476 5919",
        "Ring 9434765919 first",
        "401-023-2137",
        "943–476–5919",
        "943.476.5919",
        "943\u00a0476\u00a05919",
        "Fwd: 943 476\u200b 5919",
        "CHI 0101010001",
        "943/476/5919",
        "943_476_5919",
        "(943) 476 5919",
        "943, 476, 5919",
        "943\n476\r\n5919",
    ],
)
def test_an_nhs_number_is_found_however_it_is_written(text):
    """The check digit fits (mod 11); these are the published test numbers."""
    assert nhs_number_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "01632 960001",
        "07700 900123",
        "943 476 5918",
        "room 12, 15 x 10",
        "+447700900123",
        "Ring the bell or call +44 161 496 0003",
        "0044 161 496 0003",
        "+44 (0)161 496 0003",
        "+44 (0) 161-496-0003",
        "+44 401 023 2137",
        "+353 161 496 0003",
        "016977 0001",
        "01632 960001\n01632 960002",
        "(0161) 496 0003",
        "943 476\n\n\n\n5919",
    ],
)
def test_other_numbers_may_be_typed(text):
    """Phone numbers and wrong check digits are not NHS numbers."""
    assert nhs_number_in(text) == ""
