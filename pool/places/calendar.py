"""Bank holidays of England and Wales, core hours and enhanced access: what to warn about when a session is posted."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache

from pool import dated

CORE = "core"
ENHANCED = "enhanced_access"


@dataclass(frozen=True)
class OpenHours:
    """Hours of one kind on some days of the week (0 = Monday), London wall time."""

    weekdays: frozenset[int]
    starts: time
    ends: time

    def hold(self, on: date, starts: time, ends: time) -> bool:
        """Does the whole session lie inside these hours? A session over midnight never does."""
        return on.weekday() in self.weekdays and self.starts <= starts < ends <= self.ends


@cache
def _holidays() -> dict[date, str]:
    return {date.fromisoformat(row["date"]): row["title"] for row in dated.table("bank_holidays_england_wales")}


def bank_holiday(on: date) -> str | None:
    """The name of the bank holiday on a day, or None."""
    return _holidays().get(on)


def bank_holidays_known_until() -> date:
    """The last day the table speaks for: the end of its last year."""
    return date(max(_holidays()).year, 12, 31)


def is_working_day(on: date) -> bool:
    """Monday to Friday, unless it is a bank holiday of England and Wales."""
    return on.weekday() < 5 and bank_holiday(on) is None


def working_days_after(day: date, count: int) -> date:
    """The working day that is so many working days after a day; asked on a Saturday, Monday is the first."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def open_hours(kind: str, *, on: date) -> list[OpenHours]:
    """The hours of a kind ("core" or "enhanced_access") in force on a day (domain 2.5)."""
    rows = [row for row in dated.table("opening_hours") if row["kind"] == kind]
    return [_open_hours(row) for row in dated.in_force(rows, on=on)]


def _open_hours(row: dated.Row) -> OpenHours:
    weekdays = frozenset(int(day) for day in row["weekdays"].split(";"))
    return OpenHours(weekdays, time.fromisoformat(row["starts"]), time.fromisoformat(row["ends"]))


def is_core_hours(on: date, starts: time, ends: time) -> bool:
    """Does the whole session lie in core hours (08:00 to 18:30 on a working day), by London wall time?"""
    return _inside(CORE, on, starts, ends)


def is_enhanced_access(on: date, starts: time, ends: time) -> bool:
    """Does the whole session lie in enhanced access (weekday evenings, Saturday), by London wall time?"""
    return _inside(ENHANCED, on, starts, ends)


def _inside(kind: str, on: date, starts: time, ends: time) -> bool:
    return bank_holiday(on) is None and any(hours.hold(on, starts, ends) for hours in open_hours(kind, on=on))


def posting_warnings(
    on: date, starts: time, ends: time, *, profession: str = "gp", remote: bool = False, by_practice: bool = False
) -> list[str]:
    """Sentences for the person who posts a session at an unusual time; `by_practice` when a practice engages for itself."""
    if is_core_hours(on, starts, ends):
        return _unknown_calendar(on)
    if is_enhanced_access(on, starts, ends):
        return _unknown_calendar(on) + _enhanced_access_warnings(profession, remote=remote, by_practice=by_practice)
    return _unknown_calendar(on) + [_outside_hours(on)]


def _unknown_calendar(on: date) -> list[str]:
    last = bank_holidays_known_until()
    return [] if on <= last else [f"Bank holidays after {last.year} are not published here yet. Check the date."]


def _enhanced_access_warnings(profession: str, *, remote: bool, by_practice: bool) -> list[str]:
    found = []
    if remote and profession == "gp":
        found.append("Enhanced access expects a GP at the site. Check with your network before you post it as remote.")
    if by_practice:
        found.append("These are enhanced access hours. Choose the network or federation that contracts for them.")
    return found


def _outside_hours(on: date) -> str:
    day, holiday = f"{on:%A} {on.day} {on:%B %Y}", bank_holiday(on)
    if holiday:
        return f"{day} is a bank holiday ({holiday}). Check that the site is open."
    return f"This session on {day} is outside core hours and enhanced access. Check the date and the times."
