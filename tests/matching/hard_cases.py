"""Valid instances on which the exact ways to a plan take very long: weekly hours that bind, very many sessions at one time."""

import random
from datetime import date, timedelta

MONDAY = date(2027, 2, 1)


def practice(name, east=0):
    return {
        "practice_id": name,
        "pool_id": "K",
        "easting": 500_000 + east,
        "northing": 200_000,
        "system": "EMIS",
        "imd_decile": 8,
    }


def clinician(name, east=0, north=0, **more):
    return {
        "clinician_id": name,
        "pool_id": "K",
        "easting": 500_000 + east,
        "northing": 200_000 + north,
        "profession": "GP",
        "systems": {"EMIS"},
        "max_travel_min": 60,
        "weekly_cap": 5,
        "compliant_until": date(2199, 1, 1),
        "rest_hard": 1,
        **more,
    }


def session(name, at, on, starts, ends, **more):
    return {
        "session_id": name,
        "practice_id": at,
        "date": on,
        "start": starts,
        "end": ends,
        "profession": "GP",
        "urgency": 1,
        "fee_pence": 40_000,
        **more,
    }


def tables(practices, clinicians, sessions, days):
    free = [
        {
            "clinician_id": person["clinician_id"],
            "date": MONDAY + timedelta(days=number),
            "start": "00:00",
            "end": "00:00",
        }
        for person in clinicians
        for number in range(-1, days + 1)
    ]
    return {"practices": practices, "clinicians": clinicians, "sessions": sessions, "availability": free}


def salaried_week(people=4, hours=37):
    """A few salaried GPs of one practice, three sessions a day for each, and weekly hours that bind."""
    times = [("08:30", "12:30"), ("13:30", "18:00"), ("18:30", "20:30")]
    sessions = [
        session(f"S{day}{time}{n}", "P0", MONDAY + timedelta(days=day), *times[time], urgency=1 + (day + time + n) % 3)
        for day in range(5)
        for time in range(3)
        for n in range(people)
    ]
    staff = [
        clinician(f"C{n}", 300 * n, weekly_cap=None, weekly_hours_cap=hours, contracted_sessions=8)
        for n in range(people)
    ]
    return tables([practice("P0")], staff, sessions, 5)


def one_hour_of_one_practice(people=60, posted=100, next_door=20):
    """Very many sessions of one practice at one time, and some next door ten minutes after it."""
    chance = random.Random(2)
    staff = [
        clinician(f"C{n}", chance.randrange(20_000), chance.randrange(20_000), min_sessions=chance.choice([0, 1, 2]))
        for n in range(people)
    ]
    sessions = [
        session(f"S{n:03d}", "P0", MONDAY, "08:30", "12:30", urgency=chance.choice([1, 2, 3])) for n in range(posted)
    ]
    sessions += [session(f"T{n}", "P1", MONDAY, "12:40", "16:40") for n in range(next_door)]
    return tables([practice("P0"), practice("P1", 9_000)], staff, sessions, 2)
