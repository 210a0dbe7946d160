"""The story of the demo as a list of beats: who does what at which instant, up to now. Nothing is written here."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from pool import clock
from pool.demo import settings
from pool.demo.casting import Casting
from pool.demo.clinicians import DemoClinician
from pool.demo.demand import DemoSession
from pool.demo.settings import DemoPool
from pool.places import calendar
from pool.rules.settlement import SOLE_TRADER

VERBS = (
    "post",
    "offer",
    "decline",
    "accept",
    "cancel_by_clinician",
    "cancel_by_practice",
    "miss",
    "submit",
    "lapse",
    "confirm",
    "query",
    "settle",
    "invoice",
    "draw",
    "pay",
)
NOON, MORNING_CALL, EVENING, LATE = time(12, 15), time(11), time(18, 5), time(20, 30)
DESK, POST_ROOM, BANK, NIGHT = time(9), time(9, 30), time(16), time(23)
ANSWERS = frozenset({"confirm", "query", "settle", "invoice", "draw", "pay"})
"""What follows once a practice has looked at hours."""

OFFERS_WAITING = 4
"""At least so many self-employed clinicians have an offer to answer."""

LOOKED_BACK, FRESH = timedelta(days=10), timedelta(days=3)
"""How old the last session of a practice may be for its hours to wait, and from when on they were sent last evening only:
hours that have waited for some days would be taken as agreed while somebody tries the demo."""


@dataclass(frozen=True)
class Beat:
    """Somebody does something to a session; `person` is the clinician it is about."""

    at: datetime
    verb: str
    session: DemoSession
    person: DemoClinician | None = None

    @property
    def order(self) -> tuple[datetime, int, str, str]:
        """Beats of one instant happen in the order of VERBS, those of one practice and person together."""
        return self.at, VERBS.index(self.verb), self.session.ods_code, self.person.email if self.person else ""


class Timeline:
    """Turns the sessions of a pool into beats."""

    def __init__(self, pool: DemoPool, casting: Casting, *, now: datetime):
        self.casting, self.now = casting, now
        self.today = clock.london_date(now)
        self.chance = random.Random(f"{settings.SEED}-{pool.slug}-timeline")

    def beats(self, sessions: list[DemoSession]) -> list[Beat]:
        """All beats until now, in order."""
        told = [beat for session in sessions for beat in self._life(session) if beat.at <= self.now]
        told += self._asked_besides(told)
        until_now = sorted(told, key=lambda beat: beat.order)
        return sorted(self._with_hours_waiting(until_now), key=lambda beat: beat.order)

    def _with_hours_waiting(self, told: list[Beat]) -> Iterator[Beat]:
        """The same story, but no practice has answered the hours of its last session yet: whoever comes in can."""
        sent = [beat for beat in told if beat.verb == "submit" and beat.at > self.now - LOOKED_BACK]
        waiting = set({beat.session.ods_code: beat.session for beat in sent}.values())
        for beat in told:
            if beat.session in waiting and beat.verb == "submit" and beat.at < self.now - FRESH:
                yield replace(beat, at=self._last_evening())
            elif beat.session not in waiting or beat.verb not in ANSWERS:
                yield beat

    def _asked_besides(self, told: list[Beat]) -> Iterator[Beat]:
        """More offers that wait, where the draw left too few for self-employed clinicians, as the persona is."""
        done = {beat.session for beat in told if beat.verb == "offer"}
        missing = OFFERS_WAITING - sum(_waits_for_persona(beat) for beat in told if beat.at == self._just_now())
        for session in (beat.session for beat in told if beat.verb == "post" and beat.session not in done):
            if missing <= 0:
                return
            asked = list(self._asked(session))
            missing -= sum(map(_waits_for_persona, asked))
            yield from asked

    def _just_now(self) -> datetime:
        """When the offers that wait were sent."""
        return self.now - timedelta(hours=2)

    def _last_evening(self) -> datetime:
        """When people last sat down to their paperwork."""
        tonight = clock.instant(self.today, LATE)
        return tonight if tonight <= self.now else clock.instant(self.today - timedelta(days=1), LATE)

    def _life(self, session: DemoSession) -> Iterator[Beat]:
        posted = min(session.posted_at, self.now - timedelta(hours=self.chance.randint(3, 60)))
        yield Beat(posted, "post", session)
        ahead, drawn = session.on >= self.today, self.chance.random()
        if not ahead or drawn < settings.BOOKED_AHEAD_SHARE:
            yield from self._taken(session, _first_noon(posted))
        elif drawn < settings.BOOKED_AHEAD_SHARE + settings.OFFERED_AHEAD_SHARE:
            yield from self._asked(session)
        yield Beat(clock.instant(session.on, NIGHT), "lapse", session)

    def _asked(self, session: DemoSession) -> Iterator[Beat]:
        """An offer that waits for an answer when the demo opens."""
        person = self.casting.choose(session) if session.on > self.today + timedelta(days=2) else None
        if person:
            yield Beat(self._just_now(), "offer", session, person)

    def _taken(self, session: DemoSession, soonest: date) -> Iterator[Beat]:
        """Offered some days after it was posted, taken that evening; sometimes the second one asked takes it."""
        asked = soonest + timedelta(days=self.chance.randint(0, max(0, min(2, (session.on - soonest).days - 1))))
        if asked >= session.on:
            return
        if self.chance.random() < settings.DECLINES and asked + timedelta(days=2) < session.on:
            yield from self._declined(session, asked)
            asked += timedelta(days=1)
        person = self.casting.choose(session)
        if person is None:
            return
        yield from self._agreed(session, person, asked)
        yield from self._kept(session, person, asked)

    def _declined(self, session: DemoSession, asked: date) -> Iterator[Beat]:
        other = self.casting.choose(session)
        if other:
            yield Beat(clock.instant(asked, NOON), "offer", session, other)
            yield Beat(clock.instant(asked, EVENING), "decline", session, other)

    def _agreed(self, session: DemoSession, person: DemoClinician, asked: date) -> Iterator[Beat]:
        yield Beat(clock.instant(asked, NOON), "offer", session, person)
        yield Beat(clock.instant(asked, EVENING), "accept", session, person)

    def _kept(self, session: DemoSession, person: DemoClinician, asked: date) -> Iterator[Beat]:
        """Booked: cancelled by one side two days before, or worked."""
        drawn, call = self.chance.random(), session.on - timedelta(days=2)
        if call <= asked:
            yield from self._worked(session, person)
        elif drawn < settings.PRACTICE_CANCELS:
            yield Beat(clock.instant(call, MORNING_CALL), "cancel_by_practice", session, person)
        elif drawn < settings.PRACTICE_CANCELS + settings.CLINICIAN_CANCELS:
            yield Beat(clock.instant(call, MORNING_CALL), "cancel_by_clinician", session, person)
            yield from self._replaced(session, call)
        else:
            yield from self._worked(session, person)

    def _replaced(self, session: DemoSession, call: date) -> Iterator[Beat]:
        other = self.casting.choose(session)
        if other:
            yield from self._agreed(session, other, call)
            yield from self._worked(session, other)

    def _worked(self, session: DemoSession, person: DemoClinician) -> Iterator[Beat]:
        if self.chance.random() < settings.MISSES:
            yield Beat(clock.instant(session.on, LATE), "miss", session, person)
            return
        yield Beat(clock.instant(session.on, LATE), "submit", session, person)
        answered = _working_day(session.on + timedelta(days=self.chance.choice((1, 1, 2, 3))))
        if self.chance.random() < settings.QUERIES:
            yield Beat(clock.instant(answered, DESK), "query", session, person)
            yield Beat(clock.instant(answered + timedelta(days=1), LATE), "settle", session, person)
        else:
            yield Beat(clock.instant(answered, DESK), "confirm", session, person)
        yield Beat(clock.instant(answered, POST_ROOM), "invoice", session, person)
        yield Beat(clock.instant(answered, POST_ROOM), "draw", session, person)
        if self.chance.random() < 0.85:
            paid = _working_day(answered + timedelta(days=self.chance.randint(9, 28)))
            yield Beat(clock.instant(paid, BANK), "pay", session, person)


def _waits_for_persona(beat: Beat) -> bool:
    """Is it an offer to a self-employed clinician?"""
    return beat.verb == "offer" and beat.person is not None and beat.person.engagement == SOLE_TRADER


def _first_noon(posted: datetime) -> date:
    """The first day whose noon comes after a session was posted."""
    day = clock.london_date(posted)
    return day if posted < clock.instant(day, NOON) else day + timedelta(days=1)


def _working_day(day: date) -> date:
    """The day, or the next one on which practices and banks work."""
    return day if calendar.is_working_day(day) else calendar.working_days_after(day, 1)
