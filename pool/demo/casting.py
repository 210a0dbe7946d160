"""Who took which session in the weeks before the demo opens: first come, first served, as pools work without an engine."""

import random
from collections import defaultdict
from datetime import date, datetime, timedelta
from functools import cache

from pool import clock
from pool.demo import settings
from pool.demo.clinicians import DemoClinician
from pool.demo.demand import DemoSession
from pool.demo.practices import DemoPractice
from pool.demo.settings import DemoPool
from pool.places import facts

REST = timedelta(hours=12)


class Casting:
    """Gives each session to somebody who may take it and is still free; remembers what everybody has.

    Somebody who declines or cancels is not free for another session of that day either.
    """

    def __init__(self, pool: DemoPool, people: list[DemoClinician], practices: list[DemoPractice]):
        self.people = people
        self.practices = {practice.ods_code: practice for practice in practices}
        self.chance = random.Random(f"{settings.SEED}-{pool.slug}-casting")
        self.taken: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
        self.week: dict[tuple[str, date], int] = defaultdict(int)
        self.knows: dict[tuple[str, str], int] = defaultdict(int)

    def choose(self, session: DemoSession) -> DemoClinician | None:
        """Somebody for this session, rather one who has been to the practice before; None when nobody can."""
        able = [person for person in self.people if self._can(person, session)]
        if not able:
            return None
        chosen = max(able, key=lambda person: (self._likes(person, session), person.email))
        self._book(chosen, session)
        return chosen

    def _can(self, person: DemoClinician, session: DemoSession) -> bool:
        practice = self.practices[session.ods_code]
        return (
            person.profession == session.profession
            and person.blocked != session.ods_code
            and set(session.skills) <= set(person.skills)
            and practice.system in person.systems
            and session.appointment_minutes >= person.shortest_appointment
            and session.fee_pence >= person.floor_pence
            and person.compliant_until >= session.on
            and (session.remote or _minutes(person, practice) <= person.travel_limit)
            and person.usually_free(session.on, session.starts, session.ends)
            and self.week[person.email, clock.week_of(session.on)] < person.weekly_cap
            and self._rested(person, session)
        )

    def _rested(self, person: DemoClinician, session: DemoSession) -> bool:
        """One session a day and a night between: simpler and stricter than the rules."""
        starts, ends = _span(session)
        return all(ends + REST <= first or last + REST <= starts for first, last in self.taken[person.email])

    def _likes(self, person: DemoClinician, session: DemoSession) -> float:
        """Half of the visits go to a practice that one knows, the rest to whoever sees it first."""
        known = self.knows[person.email, session.ods_code]
        return (1 + min(known, 3)) * self.chance.random()

    def _book(self, person: DemoClinician, session: DemoSession) -> None:
        self.taken[person.email].append(_span(session))
        self.week[person.email, clock.week_of(session.on)] += 1
        self.knows[person.email, session.ods_code] += 1


def _span(session: DemoSession) -> tuple[datetime, datetime]:
    return clock.span(session.on, session.starts, session.ends)


def _minutes(person: DemoClinician, practice: DemoPractice) -> int:
    return _drive((person.easting, person.northing), (practice.easting, practice.northing))


@cache
def _drive(home: tuple[int, int], place: tuple[int, int]) -> int:
    return int(facts.travel_parameters(on=clock.today()).formula.minutes(*home, *place))
