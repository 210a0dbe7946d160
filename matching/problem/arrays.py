"""The kinds of arrays a problem is made of. Everything is a whole number: minutes, metres, pence, positions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

WEEKS = np.int64(1_000_000)
"""More than any ISO week's number (202648): clinician * WEEKS + week is one key."""


@dataclass(frozen=True, eq=False)
class Practices:
    """Where sessions take place. `imd` is the deprivation decile, 1 the most deprived, 0 not given; `members` is true where
    on-site sessions, too, are for the pool and those it shares with."""

    ids: tuple[str, ...]
    pool: np.ndarray
    """int64[practices, pool words], bit mask: the practice's pool"""
    easting: np.ndarray
    """int64[practices], metres of the OS grid"""
    northing: np.ndarray
    """int64[practices], metres of the OS grid"""
    system: np.ndarray
    """int64[practices, system words], bit mask: its clinical system, empty if not given"""
    imd: np.ndarray
    """int64[practices], deprivation decile, 1 the most deprived, 0 not given"""
    postcode: np.ndarray
    """int64[practices], number of the postcode, -1 not given"""
    members: np.ndarray
    """bool[practices], on-site sessions, too, are for members of the pool and those it shares with"""


@dataclass(frozen=True, eq=False)
class Clinicians:
    """Who can take sessions, their limits and their private floor."""

    ids: tuple[str, ...]
    pools: np.ndarray
    """int64[clinicians, pool words], bit mask: own pools and those that share with them"""
    easting: np.ndarray
    """int64[clinicians], metres of the OS grid, home"""
    northing: np.ndarray
    """int64[clinicians], metres of the OS grid, home"""
    profession: np.ndarray
    """int64[clinicians], index of Problem.professions"""
    skills: np.ndarray
    """int64[clinicians, skill words], bit mask of Problem.skills"""
    systems: np.ndarray
    """int64[clinicians, system words], bit mask of Problem.systems"""
    max_travel: np.ndarray
    """int64[clinicians], minutes one way"""
    weekly_cap: np.ndarray
    """int64[clinicians], sessions in an ISO week"""
    period_cap: np.ndarray
    """int64[clinicians], sessions in the whole problem"""
    minimum: np.ndarray
    """int64[clinicians], sessions asked for at least"""
    floor: np.ndarray
    """int64[clinicians], pence a session, private"""
    compliant_until: np.ndarray
    """int64[clinicians], ordinal day (date.toordinal), 0 not compliant"""
    rest_hard: np.ndarray
    """bool[clinicians], rest between days binds"""
    contracted: np.ndarray
    """int64[clinicians], sessions that a salary already pays"""
    weekly_minutes: np.ndarray
    """int64[clinicians], minutes in an ISO week, 0 without a limit"""
    appointment: np.ndarray
    """int64[clinicians], least minutes of an appointment, 0 any"""


@dataclass(frozen=True, eq=False)
class Sessions:
    """What has to be filled: place, time in minutes, needs, and bookings that stay."""

    ids: tuple[str, ...]
    practice: np.ndarray
    """int64[sessions], position of the practice"""
    day: np.ndarray
    """int64[sessions], ordinal day (date.toordinal), London"""
    week: np.ndarray
    """int64[sessions], ISO week as year * 100 + week"""
    start: np.ndarray
    """int64[sessions], minutes since 1970 UTC"""
    end: np.ndarray
    """int64[sessions], minutes since 1970 UTC"""
    profession: np.ndarray
    """int64[sessions], index of Problem.professions"""
    skills: np.ndarray
    """int64[sessions, skill words], bit mask of Problem.skills that are needed"""
    system_required: np.ndarray
    """bool[sessions], the practice's clinical system must be known"""
    remote: np.ndarray
    """bool[sessions], worked from anywhere"""
    urgency: np.ndarray
    """int64[sessions], 1 routine, 2 urgent, 3 critical"""
    fee: np.ndarray
    """int64[sessions], pence"""
    posted: np.ndarray
    """int64[sessions], minutes since 1970 UTC, the start when not given"""
    fixed: np.ndarray
    """int64[sessions], position of the clinician booked, -1 open"""
    previous: np.ndarray
    """int64[sessions], position of the clinician in the previous plan, -1 none"""
    appointment: np.ndarray
    """int64[sessions], minutes of an appointment, 0 not given"""


@dataclass(frozen=True, eq=False)
class Availability:
    """Merged stretches of free time, sorted by clinician and start."""

    clinician: np.ndarray
    """int64[stretches], position of the clinician"""
    start: np.ndarray
    """int64[stretches], minutes since 1970 UTC"""
    end: np.ndarray
    """int64[stretches], minutes since 1970 UTC"""


@dataclass(frozen=True, eq=False)
class Elsewhere:
    """Sessions and minutes that clinicians work outside this problem, sorted by key (clinician and ISO week); the last
    row stands for every clinician and week not named."""

    key: np.ndarray
    """int64[rows + 1], clinician * WEEKS + ISO week, ascending, the last the largest int64"""
    sessions: np.ndarray
    """int64[rows + 1], sessions in that week"""
    minutes: np.ndarray
    """int64[rows + 1], minutes in that week"""

    def rows(self, clinician: np.ndarray, week: np.ndarray) -> np.ndarray:
        """The row of each clinician and week, side by side."""
        key = clinician * WEEKS + week
        row = np.searchsorted(self.key, key)
        return np.where(self.key[row] == key, row, len(self.key) - 1)


@dataclass(frozen=True, eq=False)
class Pairs:
    """What is known of a clinician and a practice, sorted by key; the last row stands for every pair not named.

    `declined` holds session * clinicians + clinician for everybody who has said no to a session, `barred` the same for
    everybody whose company may not be engaged for it, `outsiders` for everybody who does not count as a member for it.
    """

    key: np.ndarray
    """int64[rows + 1], clinician * practices + practice, ascending, the last the largest int64"""
    blocked: np.ndarray
    """bool[rows + 1], never matched with each other"""
    preference: np.ndarray
    """int64[rows + 1], -1 rather not, 0, 1 preferred"""
    continuity: np.ndarray
    """bool[rows + 1], worked there within 90 days"""
    minutes: np.ndarray
    """int64[rows + 1], minutes one way from home, -1 not given"""
    declined: np.ndarray
    """int64[declined], session * clinicians + clinician: has said no"""
    barred: np.ndarray
    """int64[barred], session * clinicians + clinician: the company may not be engaged"""
    outsiders: np.ndarray
    """int64[outsiders], session * clinicians + clinician: does not count as a member"""
