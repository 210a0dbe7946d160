"""Small problems for tests: name only what matters."""

from __future__ import annotations

import random
from datetime import date, timedelta

from matching import Problem

MONDAY = date(2026, 11, 23)


def a_practice(name="P1", **more):
    return {
        "practice_id": name,
        "pool_id": "pool",
        "easting": 600_000,
        "northing": 300_000,
        "system": "EMIS",
        "imd_decile": 8,
        **more,
    }


def a_clinician(name="C1", **more):
    return {
        "clinician_id": name,
        "pool_id": "pool",
        "easting": 600_000,
        "northing": 300_000,
        "profession": "GP",
        "systems": {"EMIS"},
        "max_travel_min": 60,
        "weekly_cap": 9,
        "period_cap": 40,
        "compliant_until": date(2027, 12, 31),
        **more,
    }


def a_session(name="S1", **more):
    return {
        "session_id": name,
        "practice_id": "P1",
        "date": MONDAY,
        "start": "08:30",
        "end": "12:30",
        "profession": "GP",
        "fee_pence": 40_000,
        **more,
    }


def free(name="C1", day=MONDAY, start="00:00", end="00:00"):
    return {"clinician_id": name, "date": day, "start": start, "end": end}


def a_problem(*, practices=None, clinicians=None, sessions=None, availability=None, **more):
    """One GP free for a week, one practice, one session, unless said otherwise."""
    clinicians = [a_clinician()] if clinicians is None else clinicians
    everyday = [free(row["clinician_id"], MONDAY + timedelta(days)) for row in clinicians for days in range(-1, 15)]
    return Problem.from_tables(
        {
            "practices": [a_practice()] if practices is None else practices,
            "clinicians": clinicians,
            "sessions": [a_session()] if sessions is None else sessions,
            "availability": everyday if availability is None else availability,
            **more,
        }
    )


HOURS = (
    ("08:30", "12:30"),
    ("13:30", "17:30"),
    ("08:30", "17:30"),
    ("09:00", "11:00"),
    ("11:30", "13:00"),
    ("14:00", "18:30"),
    ("20:00", "02:00"),
    ("22:00", "06:00"),
)


def some_figures(dice):
    """Rest, parking and an estimate of journeys other than those of the format."""
    return {
        "rest_min": dice.choice([600, 660, 720]),
        "parking_min": dice.choice([0, 5, 15]),
        "remote_gap_min": dice.choice([0, 30, 45]),
        "travel_base_min": dice.choice([0, 4.8, 9.5]),
        "travel_factor": dice.choice([2.5, 3.47]),
        "travel_exponent": dice.choice([0.685, 0.8]),
    }


def tables(seed, *, sessions=6, clinicians=3, practices=3, days=2, spread=15_000, fixed=0.0, remote=0.1, fussy=True):
    """A random instance that uses every column of the exchange format."""
    dice, fences, figures = (random.Random(name) for name in (seed, f"fences {seed}", f"figures {seed}"))
    names = [f"P{i}" for i in range(practices)]
    people = [f"C{i}" for i in range(clinicians)]

    def spot():
        return {"easting": 600_000 + dice.randrange(spread), "northing": 300_000 + dice.randrange(spread)}

    return {
        "practices": [
            a_practice(
                name,
                **spot(),
                system=dice.choice(["EMIS", "TPP"]),
                imd_decile=dice.randint(1, 10),
                postcode=dice.choice(["", "NR1 1AA"]),
                pool_id=dice.choice(["pool", "pool", "other"]),
                members_only=fences.random() < 0.3,
            )
            for name in names
        ],
        "clinicians": [
            a_clinician(
                name,
                **spot(),
                profession=dice.choice(["GP", "GP", "GP", "Nurse"]),
                skills=set(dice.sample(["IUD", "minor"], dice.randint(0, 2))),
                systems={"EMIS", "TPP"} if dice.random() < 0.7 else {"EMIS"},
                max_travel_min=dice.choice([15, 25, 60]),
                weekly_cap=dice.randint(1, 5),
                period_cap=dice.randint(1, 6),
                min_sessions=dice.randint(0, 3),
                min_fee_pence=dice.randrange(20_000, 36_000),
                rest_hard=dice.random() < 0.5,
                contracted_sessions=dice.choice([0, 0, 0, 2]) if fussy else 0,
                weekly_hours_cap=dice.choice([0, 0, 10, 14]) if fussy else 0,
                min_appointment_min=dice.choice([0, 0, 12]) if fussy else 0,
            )
            for name in people
        ],
        "sessions": [
            {
                **a_session(
                    f"S{i}",
                    practice_id=dice.choice(names),
                    date=MONDAY + timedelta(dice.randrange(days)),
                    profession=dice.choice(["GP", "GP", "GP", "Nurse"]),
                    skills={"IUD"} if dice.random() < 0.1 else set(),
                    urgency=dice.choice([1, 1, 2, 3]),
                    fee_pence=dice.randrange(30_000, 42_000),
                    system_required=dice.random() < 0.3,
                    remote=dice.random() < remote,
                    fixed_clinician_id=dice.choice(people) if dice.random() < fixed else "",
                    previous_clinician_id=dice.choice([*people, ""]),
                    appointment_min=dice.choice([0, 10, 15]),
                    declined_by=set(dice.sample(people, 1)) if dice.random() < 0.1 else set(),
                    barred=set(dice.sample(people, 1)) if dice.random() < 0.1 else set(),
                    outsiders=set(fences.sample(people, 1)) if fences.random() < 0.1 else set(),
                ),
                **dict(zip(("start", "end"), dice.choice(HOURS), strict=True)),
            }
            for i in range(sessions)
        ],
        "availability": [
            free(name, MONDAY + timedelta(day), "07:00", "07:00" if dice.random() < 0.8 else "13:00")
            for name in people
            for day in range(-1, days + 1)
            if dice.random() < 0.9
        ],
        "pairs": [
            {
                "clinician_id": name,
                "practice_id": site,
                "blocked": dice.random() < 0.05,
                "preference": dice.choice([-1, 0, 1]),
                "continuity": dice.random() < 0.3,
                "travel_min": dice.choice([None, None, 5, 30]),
            }
            for name in people
            for site in names
            if dice.random() < 0.4
        ],
        "parameters": figures.choice(([], [some_figures(figures)])),
        "site_travel": [{"from_practice_id": names[0], "to_practice_id": names[-1], "minutes": 7}],
        "elsewhere": [
            {
                "clinician_id": name,
                "week": MONDAY + timedelta(dice.randrange(7)),
                "sessions": dice.randint(0, 3),
                "minutes": dice.choice([0, 180, 420, 720]),
            }
            for name in people
            if dice.random() < 0.25
        ],
    }
