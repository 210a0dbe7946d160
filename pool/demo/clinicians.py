"""Synthetic clinicians: every family name is a bird or a tree, every registration number is refused outside demo mode."""

import random
from dataclasses import dataclass
from datetime import date, time, timedelta

from pool import clock
from pool.demo import settings
from pool.demo.settings import DemoPool, Scenario
from pool.places.postcodes import Postcodes

MORNING, AFTERNOON = (time(8), time(13, 30)), (time(13, 30), time(18, 30))
EVENING, SATURDAY = (time(18, 30), time(20)), (time(9), time(13))
SKILLS = {
    "minor_surgery": 0.3,
    "coil_fitting": 0.3,
    "joint_injections": 0.35,
    "baby_checks": 0.5,
    "care_home": 0.4,
    "training": 0.15,
}


@dataclass(frozen=True)
class WeeklySlot:
    """A half-day somebody can usually work; weekday 0 is Monday."""

    weekday: int
    starts: time
    ends: time


@dataclass(frozen=True)
class DemoClinician:
    """One synthetic clinician as the demo will register them. Minutes by car; the private fee floor in pence, for any session."""

    given: str
    family: str
    profession: str
    registration: str
    email: str
    postcode: str
    easting: int
    northing: int
    travel_limit: int
    engagement: str
    skills: tuple[str, ...]
    systems: tuple[str, ...]
    slots: tuple[WeeklySlot, ...]
    away: tuple[tuple[date, date], ...]
    weekly_cap: int
    minimum_sessions: int
    floor_pence: int

    @property
    def name(self) -> str:
        """Dr Priya Avocet; Erin Ruff."""
        return f"Dr {self.given} {self.family}" if self.profession == "gp" else f"{self.given} {self.family}"

    def usually_free(self, on: date, starts: time, ends: time) -> bool:
        """Does the weekly pattern, without the days away, hold the whole session? Halves of a day that touch join up."""
        if ends <= starts or any(first <= on <= last for first, last in self.away):
            return False
        reached = starts
        for slot in self.slots:
            if slot.weekday == on.weekday() and slot.starts <= reached < slot.ends:
                reached = slot.ends
        return reached >= ends


def clinicians_of(pool: DemoPool, scenario: Scenario, *, today: date, postcodes: Postcodes) -> list[DemoClinician]:
    """The pool's clinicians, drawn anew from the seed; days away are counted from `today`."""
    chance = random.Random(f"{settings.SEED}-{pool.slug}-{scenario.name}-clinicians")
    homes = [(postcode, district) for district in pool.homes for postcode in postcodes.in_district(district)]
    families = pool.families.split()[: pool.clinicians]
    given = chance.sample(settings.GIVEN.split(), len(families))
    return [
        _clinician(
            number,
            name,
            chance,
            pool=pool,
            scenario=scenario,
            home=_home(chance, pool, homes),
            today=today,
            postcodes=postcodes,
        )
        for number, name in enumerate(zip(given, families, strict=True), start=1)
    ]


def _home(chance: random.Random, pool: DemoPool, homes: list[tuple[str, str]]) -> str:
    """A district first, then a postcode in it: the towns weigh alike however many streets they have."""
    district = chance.choice(pool.homes)
    return chance.choice([postcode for postcode, outward in homes if outward == district])


def _clinician(number, name, chance, *, pool, scenario, home, today, postcodes) -> DemoClinician:
    given, family = name
    position = postcodes.resolve(home)
    profession = _drawn(chance, settings.PROFESSION_SHARES)
    slots = _slots(chance, scenario)
    return DemoClinician(
        given=given,
        family=family,
        profession=profession,
        registration=f"DEMO-{pool.first_number + number}",
        email=f"{given}.{family}@{settings.DOMAIN}".lower(),
        postcode=home,
        easting=position.easting,
        northing=position.northing,
        travel_limit=chance.choice(settings.TRAVEL_LIMITS),
        engagement=_drawn(chance, settings.ENGAGEMENT_SHARES) if profession == "gp" else "bank_worker",
        skills=tuple(skill for skill, share in SKILLS.items() if profession == "gp" and chance.random() < share),
        systems=_systems(chance, pool),
        slots=slots,
        away=_away(chance, today),
        weekly_cap=max(1, min(len(slots), 8)),
        minimum_sessions=chance.choice((0, 0, 2, 4)),
        floor_pence=_floor(chance, profession, slots),
    )


def _drawn(chance: random.Random, shares: dict[str, int]) -> str:
    return chance.choices(list(shares), weights=list(shares.values()))[0]


def _systems(chance: random.Random, pool: DemoPool) -> tuple[str, ...]:
    """Most know the system of the area, half know both; a few only the other one."""
    other = "emis_web" if pool.main_system == "systmone" else "systmone"
    return tuple(
        sorted(chance.choices([(pool.main_system,), (pool.main_system, other), (other,)], weights=[45, 50, 5])[0])
    )


def _slots(chance: random.Random, scenario: Scenario) -> tuple[WeeklySlot, ...]:
    """A weekly pattern: half-days on weekdays around the scenario's usual number, sometimes an evening or Saturday."""
    low, usual, high = scenario.half_days_a_week
    half_days = [WeeklySlot(day, *half) for day in range(5) for half in (MORNING, AFTERNOON)]
    chosen = chance.sample(half_days, round(chance.triangular(low, high, usual)))
    if chance.random() < 0.15:
        chosen.append(WeeklySlot(chance.randrange(5), *EVENING))
    if chance.random() < 0.10:
        chosen.append(WeeklySlot(5, *SATURDAY))
    return tuple(sorted(chosen, key=lambda slot: (slot.weekday, slot.starts)))


def _floor(chance: random.Random, profession: str, slots: tuple[WeeklySlot, ...]) -> int:
    """Half ask for a lowest fee: most of the usual fee of the shortest slot they offer, in whole five pounds."""
    if chance.random() < 0.5:
        return 0
    shortest = 1.5 if any((slot.starts, slot.ends) == EVENING for slot in slots) else 4
    return round(settings.FEE_PER_HOUR_PENCE[profession] * shortest * chance.uniform(0.7, 0.97) / 500) * 500


def _away(chance: random.Random, today: date) -> tuple[tuple[date, date], ...]:
    """Two thirds have a few days away in the next eight weeks."""
    if chance.random() < 0.35:
        return ()
    first = clock.week_of(today) + timedelta(days=chance.randrange(3, 56))
    return ((first, first + timedelta(days=chance.choice((0, 1, 4, 6)))),)
