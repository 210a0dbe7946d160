"""The only reader of the clock. London wall time is the promise; UTC instants are derived from it (design D9)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


class NoSuchTime(ValueError):
    """A wall time that the spring clock change skips, such as 01:30 on 28 March 2027."""


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Today's date in London."""
    return london_date(now())


def instant(on: date, at: time) -> datetime:
    """The UTC instant of a London wall time; the first one when the autumn change makes it ambiguous.

    Raises NoSuchTime when the spring change skips that time.
    """
    local = datetime.combine(on, at, tzinfo=LONDON)
    derived = local.astimezone(UTC)
    if derived.astimezone(LONDON).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NoSuchTime(f"The clocks go forward on {on:%d %B %Y}: {at:%H:%M} does not exist. Choose another time.")
    return derived


def span(on: date, starts: time, ends: time) -> tuple[datetime, datetime]:
    """Start and end instants of a session; an end at or before the start is on the next day."""
    last_day = on if ends > starts else on + timedelta(days=1)
    return instant(on, starts), instant(last_day, ends)


def minutes_between(start: datetime, end: datetime) -> int:
    """Real minutes between two instants: a night over the autumn change is an hour longer than its wall times."""
    return round((end - start).total_seconds() / 60)


def london(moment: datetime) -> datetime:
    """The London wall time of an instant."""
    return moment.astimezone(LONDON)


def london_date(moment: datetime) -> date:
    """The London date of an instant."""
    return london(moment).date()


def week_of(day: date) -> date:
    """The Monday of the week that holds this day."""
    return day - timedelta(days=day.weekday())


def weekly_days(first: date, last: date) -> list[date]:
    """The same weekday from first to last."""
    return [first + timedelta(weeks=number) for number in range((last - first).days // 7 + 1)]
