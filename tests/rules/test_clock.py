"""London wall time is the promise; the instants follow, through both clock changes."""

from datetime import UTC, date, datetime, time

import pytest

from pool import clock


@pytest.mark.parametrize(
    ("on", "starts", "ends", "minutes"),
    [
        (date(2026, 11, 3), time(8, 30), time(12, 40), 250),
        (date(2026, 10, 25), time(0), time(6), 7 * 60),
        (date(2027, 3, 28), time(0), time(6), 5 * 60),
        (date(2026, 10, 24), time(22), time(6), 9 * 60),
        (date(2026, 11, 3), time(20), time(8), 12 * 60),
    ],
)
def test_paid_time_is_real_time(on, starts, ends, minutes):
    """A night over the autumn change is an hour longer than its wall times say."""
    assert clock.minutes_between(*clock.span(on, starts, ends)) == minutes


def test_a_time_that_does_not_exist_is_refused_in_words():
    """01:30 on the night the clocks go forward was never on any clock."""
    with pytest.raises(clock.NoSuchTime, match="28 March 2027: 01:30 does not exist"):
        clock.instant(date(2027, 3, 28), time(1, 30))


def test_an_ambiguous_time_is_the_first_one():
    """01:30 on the night the clocks go back happens twice; we mean the first."""
    assert clock.instant(date(2026, 10, 25), time(1, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
