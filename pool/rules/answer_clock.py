"""Until when an answer is possible: working days of England and Wales, counted from the moment of asking (domain 6.6)."""

from datetime import datetime

from pool import clock
from pool.places import calendar

USUAL_DAYS = 5


def answer_by(asked_at: datetime, working_days: int = USUAL_DAYS) -> datetime:
    """The same time of day so many working days later, by the clock in London: weekends and bank holidays do not count."""
    asked = clock.london(asked_at)
    return clock.instant(calendar.working_days_after(asked.date(), working_days), asked.time().replace(tzinfo=None))
