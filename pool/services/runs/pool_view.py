"""What one pool may see of a plan that was made for several: its own rows, and its members' time that is taken elsewhere.

Of work in the other pools only times are known, as of any booking there (services/eligibility/work_in_other_pools.py): they are
taken out of availability and count against the limits of weeks and of the period. The rest around planned work is not
taken out: whether it is kept is asked of the rows when a clinician is proposed, offered or accepts.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from matching import Problem
from pool import clock
from pool.services.runs.persons import PersonOf, Row, Rows, limited

Plan = Mapping[str, str | None]
OF_CLINICIANS = ("availability", "pairs", "elsewhere")


class WorkElsewhere(NamedTuple):
    """Work of a member in another pool: booked, offered or planned."""

    clinician_id: str
    session: Row

    @property
    def minutes(self) -> int:
        """Minutes from start to end, with a change of the clocks counted."""
        return clock.minutes_between(*clock.span(self.session["date"], self.session["start"], self.session["end"]))


def view(memberships: Problem, person_of: PersonOf, pool_id: str, plan: Plan) -> Problem:
    """The problem as one pool sees it beside a plan of sessions to persons."""
    rows = own_rows(memberships, pool_id)
    outside = list(outside_work(rows, memberships, person_of, plan))
    rows["clinicians"] = with_limits(rows["clinicians"], outside)
    rows["availability"] = without_times(rows["availability"], outside)
    rows["elsewhere"] = with_weeks(rows["elsewhere"], outside)
    return Problem.from_rows(rows)


def own_rows(problem: Problem, pool_id: str) -> Rows:
    """The rows of one pool."""
    rows = problem.rows
    practices = [row for row in rows["practices"] if row["pool_id"] == pool_id]
    clinicians = [row for row in rows["clinicians"] if pool_id in row["pool_id"]]
    places, people = {row["practice_id"] for row in practices}, {row["clinician_id"] for row in clinicians}
    of_people = {name: [row for row in rows[name] if row["clinician_id"] in people] for name in OF_CLINICIANS}
    sessions = [row for row in rows["sessions"] if row["practice_id"] in places]
    roads = [row for row in rows["site_travel"] if {row["from_practice_id"], row["to_practice_id"]} <= places]
    own = {"practices": practices, "clinicians": clinicians, "sessions": sessions, "site_travel": roads}
    return {**rows, **own, **of_people}


def outside_work(rows: Rows, memberships: Problem, person_of: PersonOf, plan: Plan) -> Iterator[WorkElsewhere]:
    """What the members of a pool work in the other pools of the run."""
    members = {person_of[row["clinician_id"]]: row["clinician_id"] for row in rows["clinicians"]}
    own = {row["session_id"] for row in rows["sessions"]}
    for row in memberships.rows["sessions"]:
        person = plan.get(row["session_id"])
        if row["session_id"] not in own and person in members:
            yield WorkElsewhere(members[person], row)


def with_limits(clinicians: Iterable[Row], outside: Iterable[WorkElsewhere]) -> list[Row]:
    """Members with what is left of their period and of the sessions that they asked for."""
    taken = Counter(work.clinician_id for work in outside)
    return [
        row
        | {
            "period_cap": limited(row["period_cap"], taken[row["clinician_id"]]),
            "min_sessions": max(0, row["min_sessions"] - taken[row["clinician_id"]]),
        }
        for row in clinicians
    ]


def with_weeks(elsewhere: Iterable[Row], outside: Iterable[WorkElsewhere]) -> list[Row]:
    """The sessions and minutes of each ISO week that work outside the pool takes."""
    weeks: dict[tuple[str, date], list[int]] = defaultdict(lambda: [0, 0])
    for row in elsewhere:
        add(weeks[row["clinician_id"], clock.week_of(row["week"])], row["sessions"], row["minutes"])
    for work in outside:
        add(weeks[work.clinician_id, clock.week_of(work.session["date"])], 1, work.minutes)
    return [
        {"clinician_id": clinician, "week": week, "sessions": sessions, "minutes": minutes}
        for (clinician, week), (sessions, minutes) in sorted(weeks.items())
    ]


def add(week: list[int], sessions: int, minutes: int) -> None:
    """Count work in a week."""
    week[0] += sessions
    week[1] += minutes


def without_times(availability: Iterable[Row], outside: Iterable[WorkElsewhere]) -> list[Row]:
    """Free times with the work outside cut out, on the clock on the wall."""
    taken: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for work in outside:
        taken[work.clinician_id].append(wall_times(work.session))
    return [piece for row in availability for piece in pieces(row, taken[row["clinician_id"]])]


def pieces(row: Row, taken: Iterable[tuple[datetime, datetime]]) -> Iterator[Row]:
    """What is left of one free time, as rows."""
    left = [wall_times(row)]
    for busy_from, busy_to in taken:
        left = [piece for span in left for piece in cut(span, busy_from, busy_to)]
    for starts, ends in left:
        yield row | {"date": starts.date(), "start": starts.time(), "end": ends.time()}


def cut(span: tuple[datetime, datetime], busy_from: datetime, busy_to: datetime) -> list[tuple[datetime, datetime]]:
    """A span without one that is taken."""
    starts, ends = span
    if busy_to <= starts or busy_from >= ends:
        return [span]
    return [(a, b) for a, b in ((starts, busy_from), (busy_to, ends)) if a < b]


def wall_times(row: Row) -> tuple[datetime, datetime]:
    """Start and end on the wall; an end at or before the start is on the next day."""
    starts, ends = at(row["date"], row["start"]), at(row["date"], row["end"])
    return starts, ends if ends > starts else ends + timedelta(days=1)


def at(day: date, moment: time) -> datetime:
    """A moment of a day on the wall."""
    return datetime.combine(day, moment)
