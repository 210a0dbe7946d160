"""Dates, times and amounts read the same everywhere."""

from datetime import UTC, date, datetime, time

import pytest
import time_machine

from pool import formats
from pool.money import Money


def test_a_session_is_named_by_its_london_wall_time():
    """The promise that both sides read."""
    assert formats.session_time(date(2026, 5, 14), time(8, 30), time(12, 30)) == "Thu 14 May 2026, 08:30–12:30"


def test_an_instant_is_shown_in_london():
    """Half past eleven at night in UTC is the next day in a British summer."""
    at = datetime(2026, 5, 13, 23, 30, tzinfo=UTC)
    assert (formats.moment(at), formats.day(at), formats.clock_time(at)) == (
        "Thu 14 May 2026, 00:30",
        "Thu 14 May",
        "00:30",
    )
    assert formats.long_day(at) == "Thursday 14 May 2026"


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (date(2026, 5, 14), "today"),
        (date(2026, 5, 15), "tomorrow"),
        (date(2026, 5, 13), "yesterday"),
        (date(2026, 5, 17), "in 3 days"),
        (date(2026, 5, 4), "10 days ago"),
        (datetime(2026, 5, 14, 9, 40, tzinfo=UTC), "in 40 minutes"),
        (datetime(2026, 5, 14, 7, 0, tzinfo=UTC), "2 hours ago"),
        (datetime(2026, 5, 14, 8, 59, tzinfo=UTC), "1 minute ago"),
        (datetime(2026, 5, 14, 9, 0, 5, tzinfo=UTC), "now"),
        (datetime(2026, 5, 15, 8, 0, tzinfo=UTC), "tomorrow"),
    ],
)
def test_how_far_away_something_is(when, words):
    """Counted from now, in London days."""
    with time_machine.travel(datetime(2026, 5, 14, 9, 0, tzinfo=UTC), tick=False):
        assert formats.relative(when) == words


@pytest.mark.parametrize(("amount", "words"), [(0, "0 min"), (14, "14 min"), (60, "1 hr"), (75, "1 hr 15 min")])
def test_minutes(amount, words):
    """Travel and length of a session."""
    assert formats.minutes(amount) == words


def test_amounts_counts_and_shares():
    """Nothing divided by nothing is not 0%."""
    assert (formats.money(123450), formats.money(Money(-5))) == ("£1,234.50", "-£0.05")
    assert (formats.plural(1, "session"), formats.plural(1200, "session")) == ("1 session", "1,200 sessions")
    assert formats.plural(2, "practice nurse", "practice nurses") == "2 practice nurses"
    assert (formats.percent(41, 50), formats.percent(0, 0)) == ("82%", "no data")
