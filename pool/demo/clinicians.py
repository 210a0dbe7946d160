"""Synthetic clinicians: every family name is a bird or a tree, every registration number is refused outside demo mode."""

import random
from dataclasses import dataclass
from datetime import date, time, timedelta

from pool import clock
from pool.demo import settings
from pool.demo.practices import DemoPractice
from pool.demo.settings import DemoPool, Scenario
from pool.places.postcodes import Position, Postcodes

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
    """One synthetic clinician as the demo will register them. Minutes by car; the private fee floor in pence, for any session;
    the ODS code of a practice that is liked and of one that is blocked, or nothing."""

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
    compliant_until: date
    likes: str
    blocked: str

    @property
    def name(self) -> str:
        """Dr Priya Avocet; Erin Ruff."""
        return f"Dr {self.given} {self.family}" if self.profession == "gp" else f"{self.given} {self.family}"

    @property
    def shortest_appointment(self) -> int:
        """Minutes; every ninth asks for more than ten."""
        return 12 if int(self.registration[-3:]) % 9 == 4 else 0

    def usually_free(self, on: date, starts: time, ends: time) -> bool:
        """Does the weekly pattern, without the days away, hold the whole session? Halves of a day that touch join up."""
        if ends <= starts or any(first <= on <= last for first, last in self.away):
            return False
        reached = starts
        for slot in self.slots:
            if slot.weekday == on.weekday() and slot.starts <= reached < slot.ends:
                reached = slot.ends
        return reached >= ends


def clinicians_of(
    pool: DemoPool, scenario: Scenario, practices: list[DemoPractice], *, today: date, postcodes: Postcodes
) -> list[DemoClinician]:
    """The pool's clinicians, drawn anew from the seed; days away are counted from `today`."""
    draw = _Draw(pool, scenario, [practice.ods_code for practice in practices], today, postcodes)
    families = pool.families.split()[: pool.clinicians]
    given = draw.chance.sample(settings.GIVEN.split(), len(families))
    return [draw.clinician(number, *name) for number, name in enumerate(zip(given, families, strict=True), start=1)]


class _Draw:
    """One seeded drawing of a pool's clinicians."""

    def __init__(self, pool: DemoPool, scenario: Scenario, codes: list[str], today: date, postcodes: Postcodes):
        self.pool, self.scenario, self.codes, self.today, self.postcodes = pool, scenario, codes, today, postcodes
        self.chance = random.Random(f"{settings.SEED}-{pool.slug}-{scenario.name}-clinicians")
        self.professions = _spread(self.chance, settings.PROFESSION_SHARES, pool.clinicians)
        self.engagements = _spread(self.chance, settings.ENGAGEMENT_SHARES, pool.clinicians)
        self.homes = [postcodes.in_district(district) for district in pool.homes]

    def clinician(self, number: int, given: str, family: str) -> DemoClinician:
        """The next clinician; the order of the draws must not change, or everybody does."""
        chance = self.chance
        home, (easting, northing) = self._home()
        profession, engagement = self.professions[number - 1], self.engagements[number - 1]
        slots = _slots(chance, self.scenario)
        liked, avoided = chance.sample(self.codes, 2)
        return DemoClinician(
            given=given,
            family=family,
            profession=profession,
            registration=f"DEMO-{self.pool.first_number + number}",
            email=f"{given}.{family}@{settings.DOMAIN}".lower(),
            postcode=home,
            easting=easting,
            northing=northing,
            travel_limit=chance.choice(settings.TRAVEL_LIMITS),
            engagement=engagement if profession == "gp" else "bank_worker",
            skills=tuple(skill for skill, share in SKILLS.items() if profession == "gp" and chance.random() < share),
            systems=_systems(chance, self.pool),
            slots=slots,
            away=_away(chance, self.today),
            weekly_cap=max(1, min(len(slots), 8)),
            minimum_sessions=chance.choice((0, 0, 2, 4)),
            floor_pence=_floor(chance, profession, slots),
            compliant_until=_compliant_until(chance, self.today),
            likes=liked if chance.random() < settings.LIKES_SHARE else "",
            blocked=avoided if chance.random() < settings.BLOCKED_SHARE else "",
        )

    def _home(self) -> tuple[str, Position]:
        """A district first, then a postcode in it: the towns weigh alike however many streets they have."""
        postcode = self.chance.choice(self.chance.choice(self.homes))
        return postcode, self.postcodes.resolve(postcode) or Position(0, 0)


def _spread(chance: random.Random, shares: dict[str, int], count: int) -> list[str]:
    """Each kind in its share of `count`, at least once, in a random order."""
    whole = sum(shares.values())
    every = [kind for kind, share in shares.items() for _ in range(max(1, round(count * share / whole)))]
    every = (every + [max(shares, key=lambda kind: shares[kind])] * count)[:count]
    chance.shuffle(every)
    return every


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


def _compliant_until(chance: random.Random, today: date) -> date:
    """One in fifty has lapsed, one in twelve lapses within six weeks, as pools see it (domain 10)."""
    drawn = chance.random()
    if drawn < settings.LAPSED_SHARE:
        return today - timedelta(days=10)
    if drawn < settings.LAPSED_SHARE + settings.LAPSING_SHARE:
        return today + timedelta(days=chance.randint(10, 42))
    return today + timedelta(days=chance.randint(150, 700))


def _away(chance: random.Random, today: date) -> tuple[tuple[date, date], ...]:
    """Two thirds have a few days away in the next eight weeks."""
    if chance.random() < 0.35:
        return ()
    first = clock.week_of(today) + timedelta(days=chance.randrange(3, 56))
    return ((first, first + timedelta(days=chance.choice((0, 1, 4, 6)))),)
