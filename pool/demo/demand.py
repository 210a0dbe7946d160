"""Synthetic sessions over real practices: how many, when, what work, what fee, how long ahead they are posted."""

import math
import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pool import clock
from pool.demo import settings
from pool.demo.practices import DemoPractice
from pool.demo.settings import DemoPool, Scenario
from pool.places import calendar

TIMES = {
    "am": (time(8, 30), time(12, 40)),
    "pm": (time(14), time(18, 10)),
    "duty": (time(8, 30), time(12, 40)),
    "full_day": (time(8, 30), time(18, 10)),
    "enhanced_access": (time(18, 30), time(20)),
    "saturday": (time(9), time(13)),
}
EXTRA_HOURS = ("enhanced_access", "saturday")
BREAKS = {"full_day": 80}
VISIT_MINUTES, ADMIN_MINUTES = 30, 20
REASONS = {"annual_leave": 40, "sickness": 20, "vacancy": 15, "study_leave": 8, "parental": 7, "surge": 10}
WEEKDAYS = (0, 0, 1, 2, 3, 4)
POSTING_HOUR = time(10, 15)


@dataclass(frozen=True)
class DemoSession:
    """One session as a practice would post it; fee in whole pence, `posted_at` an instant before it starts."""

    ods_code: str
    on: date
    kind: str
    profession: str
    skills: tuple[str, ...]
    remote: bool
    appointments: int
    appointment_minutes: int
    visits: int
    cover_reason: str
    fee_pence: int
    posted_at: datetime

    @property
    def starts(self) -> time:
        """Start of the session, London wall time."""
        return TIMES[self.kind][0]

    @property
    def ends(self) -> time:
        """End of the session, London wall time."""
        return TIMES[self.kind][1]

    @property
    def break_minutes(self) -> int:
        """The protected gap between the two halves of a full day."""
        return BREAKS.get(self.kind, 0)


def sessions_of(
    pool: DemoPool, practices: list[DemoPractice], scenario: Scenario, *, first: date, last: date
) -> list[DemoSession]:
    """All sessions of the pool's practices from `first` to `last`; a week keeps its sessions whatever range is asked for."""
    drawn = []
    monday = clock.week_of(first)
    while monday <= last:
        for practice in practices:
            drawn += _week(pool, practice, scenario, monday)
        monday += timedelta(weeks=1)
    wanted = [session for session in drawn if first <= session.on <= last and calendar.bank_holiday(session.on) is None]
    return sorted(wanted, key=lambda session: (session.posted_at, session.ods_code, session.on, session.starts))


def _week(pool: DemoPool, practice: DemoPractice, scenario: Scenario, monday: date) -> list[DemoSession]:
    chance = random.Random(f"{settings.SEED}-{pool.slug}-{scenario.name}-{practice.ods_code}-{monday}")
    expected = practice.list_size / 10_387 * settings.SESSIONS_PER_10387_PATIENTS * scenario.demand
    count = _poisson(chance, expected * (settings.RURAL_DEMAND if practice.rural else 1))
    found: dict[tuple[date, str], DemoSession] = {}
    for session in (_session(chance, practice, monday) for _ in range(count)):
        found.setdefault((session.on, session.kind), session)
    return list(found.values())


def _poisson(chance: random.Random, mean: float) -> int:
    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


def _session(chance: random.Random, practice: DemoPractice, monday: date) -> DemoSession:
    kind = chance.choices(list(settings.KIND_SHARES), weights=list(settings.KIND_SHARES.values()))[0]
    on = monday + timedelta(days=5 if kind == "saturday" else chance.choice(WEEKDAYS))
    profession = chance.choices(["gp", "nurse", "pharmacist"], weights=[90, 7, 3])[0]
    lead_days = _lead_days(chance)
    profession = "gp" if kind == "duty" else profession
    visits = chance.choice((1, 2)) if kind in ("am", "full_day") and chance.random() < settings.VISITS_SHARE else 0
    minutes_each = 10 if kind == "enhanced_access" else chance.choice((10, 12, 15))
    return DemoSession(
        ods_code=practice.ods_code,
        on=on,
        kind=kind,
        profession=profession,
        skills=_skills(chance, profession),
        remote=kind in ("am", "pm") and not visits and chance.random() < settings.REMOTE_SHARE,
        appointments=_appointments(chance, kind, minutes_each, visits),
        appointment_minutes=minutes_each,
        visits=visits,
        cover_reason="enhanced_access" if kind in EXTRA_HOURS else _reason(chance),
        fee_pence=_fee(chance, practice, kind, profession, short_notice=lead_days < 3),
        posted_at=clock.instant(on - timedelta(days=lead_days), POSTING_HOUR),
    )


def _skills(chance: random.Random, profession: str) -> tuple[str, ...]:
    """A few sessions need something that not every GP does."""
    wanted = profession == "gp" and chance.random() < settings.SKILL_SHARE
    return (chance.choice(("minor_surgery", "coil_fitting", "care_home")),) if wanted else ()


def _reason(chance: random.Random) -> str:
    return chance.choices(list(REASONS), weights=list(REASONS.values()))[0]


def _appointments(chance: random.Random, kind: str, minutes_each: int, visits: int) -> int:
    """Up to three hours of consulting in a half-day less the visits, and 25 contacts in a day (domain 2.3)."""
    consulting = {"enhanced_access": 70, "full_day": 340}.get(kind, 180) - VISIT_MINUTES * visits
    return min(consulting // minutes_each - chance.randint(0, 2), 25 - visits)


def _lead_days(chance: random.Random) -> int:
    """Log-normal with a median of 16 days; at least the day before."""
    return max(1, min(60, round(settings.LEAD_DAYS_MEDIAN * math.exp(chance.gauss(0, settings.LEAD_DAYS_SPREAD)))))


def _fee(chance: random.Random, practice: DemoPractice, kind: str, profession: str, *, short_notice: bool) -> int:
    """Around the county median by the hour, more at short notice and in the country, rounded to five pounds."""
    starts, ends = TIMES[kind]
    hours = ((ends.hour - starts.hour) * 60 + ends.minute - starts.minute - BREAKS.get(kind, 0)) / 60
    pence = settings.FEE_PER_HOUR_PENCE[profession] * chance.gauss(1, 0.07) * hours
    pence *= settings.SHORT_NOTICE_FEE if short_notice else 1
    pence *= settings.RURAL_FEE if practice.rural else 1
    return round(pence / 500) * 500
