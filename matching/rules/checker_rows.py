"""The raw rows of a problem as the independent checker reads them: by id, with its own times and journeys."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from functools import lru_cache
from zoneinfo import ZoneInfo

from matching.problem.problem import Problem

LONDON = ZoneInfo("Europe/London")


class Rows:
    """The raw rows by id, with instants instead of wall times."""

    def __init__(self, problem: Problem):
        tables = problem.rows
        self.practices = {row["practice_id"]: row for row in tables["practices"]}
        self.clinicians = {row["clinician_id"]: row for row in tables["clinicians"]}
        self.sessions = {row["session_id"]: row for row in tables["sessions"]}
        self.pairs = {(row["clinician_id"], row["practice_id"]): row for row in tables["pairs"]}
        self.roads = {(row["from_practice_id"], row["to_practice_id"]): row["minutes"] for row in tables["site_travel"]}
        self.shared = {frozenset((row["pool_id"], row["with_pool_id"])) for row in tables["sharing"]}
        self.figures = tables["parameters"][0]
        self.free: dict[str, list] = defaultdict(list)
        for row in tables["availability"]:
            self.free[row["clinician_id"]].append(row)
        self.away: dict[tuple, list[Mapping]] = defaultdict(list)
        for row in tables["elsewhere"]:
            self.away[row["clinician_id"], row["week"].isocalendar()[:2]].append(row)


@lru_cache(maxsize=2)
def rows_of(problem: Problem) -> Rows:
    """The rows of a problem, put in order once for several checks."""
    return Rows(problem)


def instants(row: Mapping) -> tuple[datetime, datetime]:
    """Start and end as instants; an end at or before the start is on the next day."""
    return span(row["date"], row["start"], row["end"])


@lru_cache(maxsize=65_536)
def span(day: date, opens: clock_time, closes: clock_time) -> tuple[datetime, datetime]:
    """Two London wall times of a day as instants."""
    last = day + timedelta(days=1) if closes <= opens else day
    start, end = datetime.combine(day, opens, LONDON), datetime.combine(last, closes, LONDON)
    return start.astimezone(UTC), end.astimezone(UTC)


def road(figures: Mapping, a: Mapping, b: Mapping) -> int:
    """Estimated minutes between two rows with a position, by the figures of the problem."""
    km = math.hypot(a["easting"] - b["easting"], a["northing"] - b["northing"]) / 1000
    return (
        math.floor(figures["travel_base_min"] + figures["travel_factor"] * km ** figures["travel_exponent"] + 0.5)
        if km
        else 0
    )


def home_minutes(rows: Rows, practice: Mapping, clinician: Mapping) -> int:
    """Minutes from home to a practice, as given or estimated."""
    pair = rows.pairs.get((clinician["clinician_id"], practice["practice_id"]))
    given = pair["travel_min"] if pair else None
    return road(rows.figures, clinician, practice) if given is None else given


def same_market(rows: Rows, pool: str, pools: frozenset[str]) -> bool:
    """Whether a pool is one of the clinician's or shares with one of them."""
    return pool in pools or any(frozenset((pool, own)) in rows.shared for own in pools)


def covered(free: Iterable[Mapping], span: tuple[datetime, datetime]) -> bool:
    """Whether stretches of free time, one after another without a break, cover a span."""
    reached = span[0]
    for start, end in sorted(map(instants, free)):
        if start <= reached:
            reached = max(reached, end)
    return reached >= span[1]


def site_minutes(rows: Rows, here: Mapping, there: Mapping) -> int:
    """Minutes from one practice to another: as given, none within a postcode, else estimated."""
    given = rows.roads.get((here["practice_id"], there["practice_id"]))
    if given is not None:
        return given
    codes = [site["postcode"].replace(" ", "").upper() for site in (here, there)]
    return 0 if codes[0] and codes[0] == codes[1] else road(rows.figures, here, there)


def away(rows: Rows, clinician: Mapping, week: tuple[int, int], column: str) -> int:
    """Sessions or minutes that a clinician works outside this problem in an ISO week."""
    return sum(row[column] for row in rows.away.get((clinician["clinician_id"], week), ()))
