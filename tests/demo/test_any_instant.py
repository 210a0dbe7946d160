"""Whenever the demo is loaded, its story holds what the README's tour asks for, for each persona. Drawn, nothing is written."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from functools import cache

import pytest

from pool import clock
from pool.demo import settings
from pool.demo.clinicians import clinicians_of
from pool.demo.load import story_of
from pool.demo.practices import practices_of
from pool.demo.timeline import ANSWERS
from pool.places import calendar
from pool.places.postcodes import Postcodes

MAIN = settings.POOLS[0]
SHORTAGE = settings.SCENARIOS["shortage"]
TIMES = (time(0, 30), time(7), time(9, 45), time(13), time(18, 10), time(23, 50))
MONDAY = date(2026, 11, 30)
WEEK = tuple(MONDAY + timedelta(days=number) for number in range(7))
CHRISTMAS = (date(2026, 12, 25), date(2026, 12, 28), date(2026, 12, 29), date(2027, 12, 29))
NEW_YEAR = (date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 4))
EASTER = (date(2027, 3, 26), date(2027, 3, 28), date(2027, 3, 29), date(2027, 3, 30))
OTHER_HOLIDAYS = (date(2027, 5, 3), date(2027, 8, 30))
CLOCKS_BACK = (date(2027, 10, 31), date(2027, 11, 1))
MONTH_ENDS = (date(2027, 2, 28), date(2028, 2, 29), date(2027, 4, 30), date(2027, 5, 31))
TAX_YEAR = (date(2027, 4, 5), date(2027, 4, 6))
FEW_OFFERS = (date(2027, 3, 16), date(2027, 4, 18))
"""Days on which chance alone left fewer than three."""

DAYS = (*WEEK, *CHRISTMAS, *NEW_YEAR, *EASTER, *OTHER_HOLIDAYS, *CLOCKS_BACK, *MONTH_ENDS, *TAX_YEAR, *FEW_OFFERS)

UNHURRIED = timedelta(hours=12)
"""For so long an offer stays open, and hours wait, after somebody has come in."""

SILENCE = timedelta(days=5)
ANSWERED_WITHIN = timedelta(hours=24)
A_HANDFUL = 3


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The story of the main pool at an instant: the beats of each session, in order."""
    postcodes = Postcodes(tmp_path_factory.mktemp("postcodes"))

    @cache
    def people(day):
        return clinicians_of(MAIN, SHORTAGE, practices_of(MAIN), today=day, postcodes=postcodes)

    def told(now):
        lives = {}
        for beat in story_of(MAIN, SHORTAGE, people(clock.london_date(now)), now=now):
            if beat.verb != "lapse":
                lives.setdefault(beat.session, []).append(beat)
        return lives

    return told


def stages(lives):
    """How many sessions are at which of their beats."""
    return Counter(life[-1].verb for life in lives.values())


def hours_waiting(lives, now):
    """Practices whose hours wait, with how much time they leave; the one that the practice manager's persona runs first."""
    posted = Counter(session.ods_code for session in lives)
    waiting = [life[-1] for life in lives.values() if life[-1].verb == "submit"]
    ends = {beat.session.ods_code: beat.at + SILENCE - now for beat in sorted(waiting, key=lambda beat: beat.at)}
    return dict(sorted(ends.items(), key=lambda pair: -posted[pair[0]]))


def open_offers(lives, now):
    """Offers to self-employed clinicians that they can answer for some time yet."""
    asked = [life[-1] for life in lives.values() if life[-1].verb == "offer"]
    late = now - ANSWERED_WITHIN + UNHURRIED
    soon = clock.london_date(now) + timedelta(days=2)
    return [
        beat for beat in asked if beat.person.engagement == "sole_trader" and beat.at > late and beat.session.on >= soon
    ]


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_step_of_the_tour_is_there_at_any_hour(told, day):
    """A newcomer comes on a Monday after half past nine, on Christmas Day, on the night on which the clocks change."""
    missing = {f"{at:%H:%M}": words for at in TIMES if (words := missing_at(told, clock.instant(day, at)))}
    assert missing == {}


def missing_at(told, now):
    """What the tour cannot show at an instant, step by step."""
    lives = told(now)
    stage, waiting = stages(lives), hours_waiting(lives, now)
    persona = next(iter(waiting), "")
    billed = [session for session, life in lives.items() if life[-1].verb == "draw" and session.ods_code == persona]
    verbs = Counter(beat.verb for life in lives.values() for beat in life)
    steps = {
        "a run: open sessions of the coming weeks": stage["post"] > A_HANDFUL,
        "offers of the clinician": len(open_offers(lives, now)) >= A_HANDFUL,
        "bookings to come": stage["accept"] > A_HANDFUL,
        "hours to confirm": waiting.get(persona, timedelta()) > UNHURRIED,
        "invoices of the practice": bool(billed),
        "invoices that are paid": stage["pay"] > A_HANDFUL,
        "cancelled bookings": bool(verbs["cancel_by_practice"]),
        "declined offers": bool(verbs["decline"]),
    }
    return [step for step, is_there in steps.items() if not is_there]


@pytest.mark.parametrize("day", [WEEK[0], CHRISTMAS[2], EASTER[3], CLOCKS_BACK[0]], ids=str)
def test_nothing_happens_before_its_time(told, day):
    """Every beat is over, follows the one before it, and nobody is paid or answered on a day without post."""
    for at in TIMES:
        now = clock.instant(day, at)
        for life in told(now).values():
            instants = [beat.at for beat in life]
            assert instants == sorted(instants)
            assert instants[-1] <= now
            assert all(calendar.is_working_day(clock.london_date(beat.at)) for beat in life if by_post(beat))


def by_post(beat):
    """Done by a practice or a bank in office hours; clinicians settle a query in the evening."""
    return beat.verb in ANSWERS - {"settle"}


def test_the_last_hours_of_each_practice_wait_for_whoever_comes_in(told):
    """Not of one practice only: people try the product as somebody they know, too."""
    now: datetime = clock.instant(MONDAY, time(9, 45))
    lives = told(now)
    worked = {session.ods_code for session, life in lives.items() if any(beat.verb == "submit" for beat in life)}
    assert len(hours_waiting(lives, now)) > len(worked) / 2
