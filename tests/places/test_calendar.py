"""Bank holidays, core hours and enhanced access, as they were on the day."""

from datetime import date, time

import pytest

from pool.places import calendar

MONDAY, SATURDAY, SUNDAY = date(2026, 11, 30), date(2026, 12, 5), date(2026, 12, 6)
BOXING_DAY_OFF = date(2026, 12, 28)


@pytest.mark.parametrize(
    ("on", "title"),
    [
        (date(2026, 12, 25), "Christmas Day"),
        (BOXING_DAY_OFF, "Boxing Day"),
        (date(2026, 12, 26), None),
        (date(2027, 12, 25), None),
        (date(2023, 5, 8), "Bank holiday for the coronation of King Charles III"),
    ],
)
def test_bank_holidays_are_the_published_ones(on, title):
    """Generic calendars add weekend days that gov.uk moves to a substitute day."""
    assert calendar.bank_holiday(on) == title


@pytest.mark.parametrize(
    ("on", "starts", "ends", "core", "enhanced"),
    [
        (MONDAY, time(8, 30), time(12, 40), True, False),
        (MONDAY, time(8, 0), time(18, 30), True, False),
        (MONDAY, time(18, 30), time(20, 0), False, True),
        (MONDAY, time(17, 0), time(19, 0), False, False),
        (MONDAY, time(22, 0), time(2, 0), False, False),
        (SATURDAY, time(9, 0), time(13, 0), False, True),
        (SATURDAY, time(8, 0), time(12, 0), False, False),
        (SUNDAY, time(9, 0), time(13, 0), False, False),
        (BOXING_DAY_OFF, time(8, 30), time(12, 40), False, False),
        (date(2022, 9, 26), time(18, 30), time(20, 0), False, False),
        (date(2026, 6, 29), time(8, 0), time(12, 0), True, False),
    ],
)
def test_hours_are_told_apart_by_london_wall_time(on, starts, ends, core, enhanced):
    """Funding, engaging body and pension route follow from the hours; enhanced access began on 1 October 2022."""
    assert calendar.is_core_hours(on, starts, ends) is core
    assert calendar.is_enhanced_access(on, starts, ends) is enhanced


def test_an_ordinary_morning_warns_of_nothing():
    """A warning that always shows is read by nobody."""
    assert calendar.posting_warnings(MONDAY, time(8, 30), time(12, 40), by_practice=True) == []


def test_a_bank_holiday_is_named():
    """Practices post repeats weeks ahead and step on bank holidays without noticing."""
    (warning,) = calendar.posting_warnings(BOXING_DAY_OFF, time(8, 30), time(12, 40))
    assert warning == "Monday 28 December 2026 is a bank holiday (Boxing Day). Check that the site is open."


def test_a_remote_gp_in_enhanced_access_is_questioned():
    """NHS England's stated position is that a GP is physically present throughout (domain 2.5)."""
    evening = (MONDAY, time(18, 30), time(20, 0))
    assert "GP at the site" in " ".join(calendar.posting_warnings(*evening, remote=True))
    assert calendar.posting_warnings(*evening, profession="pharmacist", remote=True) == []


def test_enhanced_access_posted_by_a_practice_is_questioned():
    """The network or federation contracts for these hours, and the pension form depends on it."""
    (warning,) = calendar.posting_warnings(SATURDAY, time(9, 0), time(13, 0), by_practice=True)
    assert "Choose the network or federation" in warning


def test_odd_hours_are_questioned():
    """A session at 03:00 is nearly always a slip of the keyboard."""
    (warning,) = calendar.posting_warnings(SUNDAY, time(3, 0), time(7, 0))
    assert warning.startswith("This session on Sunday 6 December 2026 is outside core hours")


def test_a_year_without_a_published_calendar_says_so():
    """Silence about an unknown year would look like a year without bank holidays."""
    (warning,) = calendar.posting_warnings(date(2029, 3, 5), time(8, 30), time(12, 40))
    assert "after 2028" in warning


@pytest.mark.parametrize(
    ("asked", "days", "answer"),
    [
        (MONDAY, 5, date(2026, 12, 7)),
        (SATURDAY, 1, date(2026, 12, 7)),
        (date(2026, 12, 23), 2, date(2026, 12, 29)),
        (date(2026, 4, 2), 5, date(2026, 4, 13)),
        (MONDAY, 0, MONDAY),
    ],
)
def test_working_days_leave_out_weekends_and_bank_holidays(asked, days, answer):
    """Asked before Christmas or Easter, somebody has as many days at the desk as at any other time."""
    assert calendar.working_days_after(asked, days) == answer
