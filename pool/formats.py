"""How dates, times, minutes and amounts are said, the same on pages, in messages and on documents."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time

from pool import clock
from pool.money import Money

DAY_MINUTES = 24 * 60
EXTENSION = re.compile(r"ext(?:ension)?\.?|x|#", re.IGNORECASE)


def money(amount: Money | int) -> str:
    """An amount as people read it, £1,234.50; plain integers are whole pence."""
    return str(amount if isinstance(amount, Money) else Money(amount))


def day(on: date | datetime) -> str:
    """Thu 14 May – for lists, where the year is plain; an instant is read on the London calendar."""
    local = london_day(on)
    return f"{local:%a} {local.day} {local:%b}"


def full_day(on: date | datetime) -> str:
    """Thu 14 May 2026 – where the year matters."""
    return f"{day(on)} {london_day(on).year}"


def long_day(on: date | datetime) -> str:
    """Thursday 14 May 2026 – for headings."""
    local = london_day(on)
    return f"{local:%A} {local.day} {local:%B} {local.year}"


def clock_time(at: time | datetime) -> str:
    """08:30 – London time when given an instant."""
    return f"{clock.london(at) if isinstance(at, datetime) else at:%H:%M}"


def hours(starts: time, ends: time) -> str:
    """Start and end of a session in words, such as "08:30–12:30"."""
    return f"{clock_time(starts)}–{clock_time(ends)}"


def session_time(on: date, starts: time, ends: time) -> str:
    """Thu 14 May 2026, 08:30–12:30 – when a session is."""
    return f"{full_day(on)}, {hours(starts, ends)}"


def moment(at: datetime) -> str:
    """Thu 14 May 2026, 14:05 – when something happened, in London."""
    return f"{full_day(at)}, {clock_time(at)}"


def relative(when: date | datetime) -> str:
    """In 3 days, 2 hours ago, tomorrow: how far something is from now; days are London days."""
    if isinstance(when, datetime):
        minutes_away = clock.minutes_between(clock.now(), when)
        if abs(minutes_away) < DAY_MINUTES / 2:
            return hours_away(minutes_away)
    return days_away((london_day(when) - clock.today()).days)


def hours_away(minutes_away: int) -> str:
    """In 40 minutes, 2 hours ago; now when it is less than a minute."""
    distance = abs(minutes_away)
    if distance == 0:
        return "now"
    amount = plural(distance, "minute") if distance < 60 else plural(round(distance / 60), "hour")
    return f"in {amount}" if minutes_away > 0 else f"{amount} ago"


def days_away(days: int) -> str:
    """Today, tomorrow, in 3 days, 3 days ago."""
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    if days in near:
        return near[days]
    return f"in {days} days" if days > 0 else f"{-days} days ago"


def minutes(amount: int) -> str:
    """45 min, 1 hr 15 min, 2 days 8 hr: two units at the most."""
    hours, rest = divmod(amount, 60)
    days, left = divmod(hours, 24)
    if days >= 2:
        parts = [f"{days} days", f"{left} hr" if left else ""]
    else:
        parts = [f"{hours} hr" if hours else "", f"{rest} min" if rest or not hours else ""]
    return " ".join(part for part in parts if part)


def plural(count: int, singular: str, many: str = "") -> str:
    """1 session, 3 sessions, 0 sessions; `many` for words that do not just take an s."""
    return f"{count:,} {singular if count == 1 else many or singular + 's'}"


def percent(part: int, whole: int) -> str:
    """82% – or "no data" when there is nothing to divide by, which is not the same as 0%."""
    return f"{round(100 * part / whole)}%" if whole else "no data"


def london_day(when: date | datetime) -> date:
    """The London calendar day of an instant; a date is one already."""
    return clock.london_date(when) if isinstance(when, datetime) else when


def listed(words: Sequence[str]) -> str:
    """A, B and C; nothing of nothing."""
    if not words:
        return ""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def dialled(number: str) -> str:
    """A telephone number as phones dial it (RFC 3966): digits only, an extension behind ;ext=."""
    main, *extension = EXTENSION.split(number, maxsplit=1)
    digits = re.sub(r"[^0-9+]", "", main.replace("(0)", ""))
    return f"{digits};ext={extension[0].strip()}" if extension else digits
