"""London wall-clock times as whole minutes on one line, so that lengths are right on the days the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=65536)
def minute_of(day: date, clock: time) -> int:
    """Minutes since 1970 (UTC) of a London wall time; a time that happens twice is its first one.

    Raises ValueError for a time that the spring clock change skips.
    """
    local = datetime.combine(day, clock, tzinfo=LONDON)
    instant = local.astimezone(UTC)
    if instant.astimezone(LONDON).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValueError(f"{clock:%H:%M} does not exist on {day:%d %B %Y}: the clocks go forward that night")
    return (instant - EPOCH) // timedelta(minutes=1)


def span_of(day: date, start: time, end: time) -> tuple[int, int]:
    """First and last minute of a stretch of work; an end at or before the start is on the next day."""
    last_day = day if end > start else day + timedelta(days=1)
    return minute_of(day, start), minute_of(last_day, end)


def week_of(day: date) -> int:
    """ISO week of a London date as one number, for example 202648."""
    year, week, _ = day.isocalendar()
    return year * 100 + week


def wall(minute: int) -> datetime:
    """The London wall time of a minute, for sentences."""
    return (EPOCH + timedelta(minutes=int(minute))).astimezone(LONDON)
