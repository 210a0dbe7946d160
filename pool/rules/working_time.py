"""Working time of people whom the host employs (domain 4.4): weekly hours, the opt-out, rest between days.

The law averages the 48 hours over 17 weeks. The product asks for them in every single week: then every average holds too,
whichever weeks are looked at, and nobody has to wait for the end of a reference period. Pure: facts in, figures out.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from pool import dated

TABLE = "working_time"


@dataclass(frozen=True)
class OptOut:
    """A written opt-out from the weekly hours: from a day, and until the day before it was withdrawn."""

    since: date | None = None
    until: date | None = None

    def covers(self, first: date, last: date) -> bool:
        """Does it hold on all of these days?"""
        return self.since is not None and self.since <= first and (self.until is None or last <= self.until)


def weekly_hours(on: date) -> int:
    """The hours a week that the law allows without an opt-out, by the dated table."""
    return int(dated.figure(TABLE, on=on, figure="weekly_hours")["value"])


def daily_rest(on: date) -> timedelta:
    """The rest between two days of work, by the dated table."""
    return timedelta(hours=int(dated.figure(TABLE, on=on, figure="daily_rest_hours")["value"]))


def hours_limit(agreed: int | None, opt_out: OptOut, first: date, last: date) -> int | None:
    """Most hours in a week of these days: the law's unless opted out, fewer when that was agreed; None without a limit."""
    lawful = None if opt_out.covers(first, last) else weekly_hours(first)
    return min((hours for hours in (lawful, agreed) if hours is not None), default=None)
