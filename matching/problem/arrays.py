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
    easting: np.ndarray
    northing: np.ndarray
    system: np.ndarray
    imd: np.ndarray
    postcode: np.ndarray
    members: np.ndarray


@dataclass(frozen=True, eq=False)
class Clinicians:
    """Who can take sessions, their limits and their private floor."""

    ids: tuple[str, ...]
    pools: np.ndarray
    easting: np.ndarray
    northing: np.ndarray
    profession: np.ndarray
    skills: np.ndarray
    systems: np.ndarray
    max_travel: np.ndarray
    weekly_cap: np.ndarray
    period_cap: np.ndarray
    minimum: np.ndarray
    floor: np.ndarray
    compliant_until: np.ndarray
    rest_hard: np.ndarray
    contracted: np.ndarray
    weekly_minutes: np.ndarray
    appointment: np.ndarray


@dataclass(frozen=True, eq=False)
class Sessions:
    """What has to be filled: place, time in minutes, needs, and bookings that stay."""

    ids: tuple[str, ...]
    practice: np.ndarray
    day: np.ndarray
    week: np.ndarray
    start: np.ndarray
    end: np.ndarray
    profession: np.ndarray
    skills: np.ndarray
    system_required: np.ndarray
    remote: np.ndarray
    urgency: np.ndarray
    fee: np.ndarray
    posted: np.ndarray
    fixed: np.ndarray
    previous: np.ndarray
    appointment: np.ndarray


@dataclass(frozen=True, eq=False)
class Availability:
    """Merged stretches of free time, sorted by clinician and start."""

    clinician: np.ndarray
    start: np.ndarray
    end: np.ndarray


@dataclass(frozen=True, eq=False)
class Elsewhere:
    """Sessions and minutes that clinicians work outside this problem, sorted by key (clinician and ISO week); the last
    row stands for every clinician and week not named."""

    key: np.ndarray
    sessions: np.ndarray
    minutes: np.ndarray

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
    blocked: np.ndarray
    preference: np.ndarray
    continuity: np.ndarray
    minutes: np.ndarray
    declined: np.ndarray
    barred: np.ndarray
    outsiders: np.ndarray
