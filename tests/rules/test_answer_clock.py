"""Until when an answer is possible."""

from datetime import date, time

from pool import clock
from pool.rules.answer_clock import answer_by


def test_the_same_time_of_day_by_the_clock_in_london():
    """Asked on the Friday before the clocks go back: 09:00 is 09:00, an hour later by the sun."""
    asked = clock.instant(date(2026, 10, 23), time(9))
    assert answer_by(asked) == clock.instant(date(2026, 10, 30), time(9))


def test_a_pool_may_give_more_days():
    """As many as stand in the terms."""
    asked = clock.instant(date(2026, 11, 2), time(16, 30))
    assert answer_by(asked, 10) == clock.instant(date(2026, 11, 16), time(16, 30))
