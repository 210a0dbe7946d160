"""The matching problem as frozen arrays, validated once so that no algorithm checks it again.

Rows are sorted by their ids, so the order in which a database gives them changes nothing. Everything is a whole
number: minutes since 1970, metres of the OS grid, pence. A fixed clinician or previous clinician of -1 means none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from matching.basis.errors import PlanError
from matching.problem import array_building
from matching.problem.arrays import Availability, Clinicians, Elsewhere, Pairs, Practices, Sessions
from matching.problem.parameters import Parameters
from matching.problem.tables import Row, read_tables

TABLED = 400


@dataclass(frozen=True, eq=False)
class Problem:
    """A set of sessions and the clinicians who might take them. Build it with `Problem.from_tables`."""

    practices: Practices
    clinicians: Clinicians
    sessions: Sessions
    availability: Availability
    pairs: Pairs
    site_travel: tuple[np.ndarray, np.ndarray]
    """int64[rows + 1] twice, from * practices + to (ascending) and minutes one way"""
    elsewhere: Elsewhere
    parameters: Parameters
    professions: tuple[str, ...]
    systems: tuple[str, ...]
    skills: tuple[str, ...]
    rows: Mapping[str, list[dict[str, Any]]]

    @classmethod
    def from_tables(cls, source: Path | str | Mapping[str, Iterable[Row]]) -> Problem:
        """A problem from a folder of CSV files or a mapping of table name to rows. Raises ProblemError."""
        return cls.from_rows(read_tables(source))

    @classmethod
    def from_rows(cls, rows: Mapping[str, list[dict[str, Any]]]) -> Problem:
        """A problem from rows that `read_tables` already typed. Raises ProblemError."""
        return cls(**array_building.arrays(rows))

    @property
    def size(self) -> tuple[int, int, int]:
        """Number of sessions, clinicians and practices."""
        return len(self.sessions.ids), len(self.clinicians.ids), len(self.practices.ids)

    @cached_property
    def session_index(self) -> dict[str, int]:
        """Position of each session id."""
        return {name: index for index, name in enumerate(self.sessions.ids)}

    @cached_property
    def clinician_index(self) -> dict[str, int]:
        """Position of each clinician id."""
        return {name: index for index, name in enumerate(self.clinicians.ids)}

    @cached_property
    def practice_index(self) -> dict[str, int]:
        """Position of each practice id."""
        return {name: index for index, name in enumerate(self.practices.ids)}

    def session(self, session_id: str) -> int:
        """Position of a session; raises PlanError when there is none of that id."""
        return _position(self.session_index, session_id, "session")

    def clinician(self, clinician_id: str) -> int:
        """Position of a clinician; raises PlanError when there is none of that id."""
        return _position(self.clinician_index, clinician_id, "clinician")

    def positions(self, assignment: Mapping[str, str | None]) -> np.ndarray:
        """A plan as one clinician position per session, -1 for unfilled; fixed bookings are in it in any case."""
        chosen = self.sessions.fixed.copy()
        for session_id, clinician_id in assignment.items():
            if clinician_id is not None:
                chosen[self.session(session_id)] = self.clinician(clinician_id)
        return chosen

    def assignment_of(self, clinician_of: np.ndarray) -> dict[str, str | None]:
        """A plan by ids from int64[sessions], the position of each session's clinician, -1 for unfilled."""
        names = self.clinicians.ids
        return {
            session: names[who] if who >= 0 else None
            for session, who in zip(self.sessions.ids, clinician_of.tolist(), strict=True)
        }

    def pair_rows(self, clinician: np.ndarray, practice: np.ndarray) -> np.ndarray:
        """Rows of `pairs` for clinicians and practices, side by side."""
        key = clinician * np.int64(len(self.practices.ids)) + practice
        row = np.searchsorted(self.pairs.key, key)
        named = self.pairs.key[row] == key
        return np.where(named, row, len(self.pairs.key) - 1)

    def home_minutes(self, clinician: np.ndarray, practice: np.ndarray) -> np.ndarray:
        """Minutes one way from home to practice, side by side; a given figure overrides the estimate."""
        home, site = self.clinicians, self.practices
        estimate = self.parameters.travel.minutes(
            home.easting[clinician], home.northing[clinician], site.easting[practice], site.northing[practice]
        )
        given = self.pairs.minutes[self.pair_rows(clinician, practice)]
        return np.where(given >= 0, given, estimate)

    def trip_minutes(self, session: np.ndarray, clinician: np.ndarray) -> np.ndarray:
        """Minutes one way from home to each session, side by side; 0 for a remote one."""
        minutes = self.home_minutes(clinician, self.sessions.practice[session])
        return np.where(self.sessions.remote[session], 0, minutes)

    def site_minutes(self, origin: np.ndarray, target: np.ndarray) -> np.ndarray:
        """Minutes from one practice to another, side by side; 0 within a postcode, a given figure overrides."""
        if len(self.practices.ids) <= TABLED:
            return self._site_table[origin, target]
        return self._site_minutes(origin, target)

    @cached_property
    def _site_table(self) -> np.ndarray:
        """Minutes between any two practices, for problems with few."""
        origin, target = np.indices((len(self.practices.ids),) * 2)
        return self._site_minutes(origin, target)

    def _site_minutes(self, origin: np.ndarray, target: np.ndarray) -> np.ndarray:
        site = self.practices
        estimate = self.parameters.travel.minutes(
            site.easting[origin], site.northing[origin], site.easting[target], site.northing[target]
        )
        together = (origin == target) | (
            (site.postcode[origin] == site.postcode[target]) & (site.postcode[origin] >= 0)
        )
        keys, minutes = self.site_travel
        key = origin * np.int64(len(site.ids)) + target
        row = np.searchsorted(keys, key)
        return np.where(keys[row] == key, minutes[row], np.where(together, 0, estimate))

    def with_bookings(
        self, fixed: Mapping[str, str] | None = None, previous: Mapping[str, str | None] | None = None
    ) -> Problem:
        """The same problem with more fixed bookings, or another previous plan. Raises PlanError for unknown ids."""
        booked, earlier = _not_none(fixed), _not_none(previous)
        sessions = [
            {
                **row,
                "fixed_clinician_id": booked.get(row["session_id"]) or row["fixed_clinician_id"],
                "previous_clinician_id": earlier.get(row["session_id"]) or row["previous_clinician_id"],
            }
            for row in self.rows["sessions"]
        ]
        work = replace(
            self.sessions, fixed=self._replaced("fixed", booked), previous=self._replaced("previous", earlier)
        )
        return replace(self, sessions=work, rows={**self.rows, "sessions": sessions})

    def _replaced(self, name: str, clinicians: Mapping[str, str]) -> np.ndarray:
        """int64[sessions], a column of clinicians' positions with those of some sessions replaced."""
        column = getattr(self.sessions, name).copy()
        for session_id, clinician_id in clinicians.items():
            column[self.session(session_id)] = self.clinician(clinician_id)
        return column

    def hash(self) -> str:
        """A fingerprint of everything that can change a plan; the same for any order of the rows."""
        digest = hashlib.sha256()
        for part in (self.practices, self.clinicians, self.sessions, self.availability, self.pairs, self.elsewhere):
            for field in fields(part):
                value = getattr(part, field.name)
                digest.update(value.tobytes() if isinstance(value, np.ndarray) else "\0".join(value).encode())
        for words in (self.professions, self.systems, self.skills):
            digest.update("\0".join(words).encode())
        for column in self.site_travel:
            digest.update(column.tobytes())
        digest.update(repr(self.parameters).encode())
        return digest.hexdigest()


def _not_none(plan: Mapping[str, str | None] | None) -> dict[str, str]:
    return {session: clinician for session, clinician in (plan or {}).items() if clinician is not None}


def _position(index: dict[str, int], name: str, what: str) -> int:
    try:
        return index[name]
    except KeyError:
        raise PlanError(f"There is no {what} “{name}” in this problem.") from None
