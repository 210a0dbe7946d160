"""From typed rows to arrays: ids become positions, wall times become minutes, references are checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np

from matching.basis import bits
from matching.basis.errors import ProblemError
from matching.basis.london_time import EPOCH, span_of, week_of
from matching.problem.arrays import WEEKS, Availability, Clinicians, Elsewhere, Pairs, Practices, Sessions
from matching.problem.parameters import Parameters

Rows = Sequence[dict[str, Any]]
ORDER = {
    "practices": ("practice_id",),
    "clinicians": ("clinician_id",),
    "sessions": ("date", "start", "session_id"),
    "availability": ("clinician_id", "date", "start", "end"),
    "pairs": ("clinician_id", "practice_id"),
    "site_travel": ("from_practice_id", "to_practice_id"),
    "sharing": ("pool_id", "with_pool_id"),
    "elsewhere": ("clinician_id", "week"),
}


def arrays(given: Mapping[str, Rows]) -> dict[str, Any]:
    """All parts of a Problem from typed rows. Raises ProblemError where a row names something unknown."""
    rows = {name: _numbered(given[name]) for name in ORDER}
    words = Words(rows)
    where = {name: _positions(rows[name], f"{name[:-1]}_id") for name in ("practices", "clinicians")}
    _sort_in_time(rows)
    return {
        "practices": _practices(rows["practices"], words),
        "clinicians": _clinicians(rows["clinicians"], words, rows["sharing"]),
        "sessions": _sessions(rows["sessions"], words, where),
        "availability": _availability(rows["availability"], where),
        "pairs": _pairs(rows["pairs"], _refused(rows["sessions"], where["clinicians"]), where),
        "site_travel": _site_travel(rows["site_travel"], where),
        "elsewhere": _elsewhere(rows["elsewhere"], where),
        "parameters": Parameters.of_row(given["parameters"][0]),
        "professions": tuple(words.professions),
        "systems": tuple(words.systems),
        "skills": tuple(words.skills),
        "rows": {name: [row for _, row in table] for name, table in rows.items()} | {"parameters": given["parameters"]},
    }


class Words:
    """Every name of a profession, system, skill, pool and postcode with its number."""

    def __init__(self, rows: Mapping[str, list[tuple[int, dict[str, Any]]]]):
        def used(table, column):
            return [row[column] for _, row in rows[table]]

        people, work, sites = "clinicians", "sessions", "practices"
        self.professions = bits.vocabulary([used(people, "profession"), used(work, "profession")])
        self.systems = bits.vocabulary([*used(people, "systems"), filter(None, used(sites, "system"))])
        self.skills = bits.vocabulary([*used(people, "skills"), *used(work, "skills")])
        self.pools = bits.vocabulary(
            [
                *used(people, "pool_id"),
                used(sites, "pool_id"),
                used("sharing", "pool_id"),
                used("sharing", "with_pool_id"),
            ]
        )
        self.postcodes = bits.vocabulary([{_joined(code) for code in used(sites, "postcode") if code}])


def _numbered(rows: Rows) -> list[tuple[int, dict[str, Any]]]:
    return list(enumerate(rows, start=1))


def _sort_in_time(rows: dict[str, list]) -> None:
    for name, columns in ORDER.items():
        rows[name].sort(key=lambda item: tuple(item[1][column] for column in columns))


def _positions(rows: list, column: str) -> dict[str, int]:
    return {name: index for index, name in enumerate(sorted(row[column] for _, row in rows))}


def _joined(postcode: str) -> str:
    return postcode.replace(" ", "").upper()


def _column(rows: list, name: str, dtype=np.int64) -> np.ndarray:
    return np.array([row[name] for _, row in rows], dtype=dtype)


def _refer(rows: list, table: str, column: str, where: Mapping[str, int]) -> np.ndarray:
    """Positions of the things a column names, -1 for an empty one; refuses a name nobody has."""
    for number, row in rows:
        if row[column] and row[column] not in where:
            raise ProblemError(
                f"“{row[column]}” is not in the table it refers to", table=table, row=number, column=column
            )
    return np.array([where[row[column]] if row[column] else -1 for _, row in rows], dtype=np.int64)


def _ordinal(value: date | None) -> int:
    return value.toordinal() if value else 0


def _minute(value: datetime | None, otherwise: int) -> int:
    return int((value - EPOCH).total_seconds() // 60) if value else otherwise


def _spans(rows: list, table: str) -> tuple[np.ndarray, np.ndarray]:
    """Start and end minutes of every row; refuses a wall time that a clock change skips."""
    spans = np.zeros((len(rows), 2), dtype=np.int64)
    for index, (number, row) in enumerate(rows):
        try:
            spans[index] = span_of(row["date"], row["start"], row["end"])
        except ValueError as wrong:
            raise ProblemError(str(wrong), table=table, row=number, column="start") from wrong
    return spans[:, 0].copy(), spans[:, 1].copy()


def _practices(rows: list, words: Words) -> Practices:
    sites = [row for _, row in rows]
    return Practices(
        ids=tuple(row["practice_id"] for row in sites),
        pool=bits.masks([[row["pool_id"]] for row in sites], words.pools),
        easting=_column(rows, "easting"),
        northing=_column(rows, "northing"),
        system=bits.masks([[row["system"]] if row["system"] else [] for row in sites], words.systems),
        imd=_column(rows, "imd_decile"),
        postcode=np.array([words.postcodes.get(_joined(row["postcode"]), -1) for row in sites], dtype=np.int64),
        members=_column(rows, "members_only", bool),
    )


def _clinicians(rows: list, words: Words, sharing: list) -> Clinicians:
    people = [row for _, row in rows]
    return Clinicians(
        ids=tuple(row["clinician_id"] for row in people),
        pools=bits.masks([_reach(row["pool_id"], sharing) for row in people], words.pools),
        easting=_column(rows, "easting"),
        northing=_column(rows, "northing"),
        profession=np.array([words.professions[row["profession"]] for row in people], dtype=np.int64),
        skills=bits.masks([row["skills"] for row in people], words.skills),
        systems=bits.masks([row["systems"] for row in people], words.systems),
        max_travel=_column(rows, "max_travel_min"),
        weekly_cap=_column(rows, "weekly_cap"),
        period_cap=_column(rows, "period_cap"),
        minimum=_column(rows, "min_sessions"),
        floor=_column(rows, "min_fee_pence"),
        compliant_until=np.array([_ordinal(row["compliant_until"]) for row in people], dtype=np.int64),
        rest_hard=_column(rows, "rest_hard", bool),
        contracted=_column(rows, "contracted_sessions"),
        weekly_minutes=_column(rows, "weekly_hours_cap") * 60,
        appointment=_column(rows, "min_appointment_min"),
    )


def _reach(pools: frozenset[str], sharing: list) -> set[str]:
    """A clinician's pools and those their pools share remote sessions with, in either direction."""
    reach = set(pools)
    for _, row in sharing:
        if row["pool_id"] in pools:
            reach.add(row["with_pool_id"])
        if row["with_pool_id"] in pools:
            reach.add(row["pool_id"])
    return reach


def _sessions(rows: list, words: Words, where: Mapping[str, Mapping[str, int]]) -> Sessions:
    work = [row for _, row in rows]
    start, end = _spans(rows, "sessions")
    return Sessions(
        ids=tuple(row["session_id"] for row in work),
        practice=_refer(rows, "sessions", "practice_id", where["practices"]),
        day=np.array([row["date"].toordinal() for row in work], dtype=np.int64),
        week=np.array([week_of(row["date"]) for row in work], dtype=np.int64),
        start=start,
        end=end,
        profession=np.array([words.professions[row["profession"]] for row in work], dtype=np.int64),
        skills=bits.masks([row["skills"] for row in work], words.skills),
        system_required=_column(rows, "system_required", bool),
        remote=_column(rows, "remote", bool),
        urgency=_column(rows, "urgency"),
        fee=_column(rows, "fee_pence"),
        posted=np.array(
            [_minute(row["posted_at"], at) for row, at in zip(work, start.tolist(), strict=True)], dtype=np.int64
        ),
        fixed=_refer(rows, "sessions", "fixed_clinician_id", where["clinicians"]),
        previous=_refer(rows, "sessions", "previous_clinician_id", where["clinicians"]),
        appointment=_column(rows, "appointment_min"),
    )


def _availability(rows: list, where: Mapping[str, Mapping[str, int]]) -> Availability:
    """Stretches of free time in which overlapping and touching ones are one."""
    clinician = _refer(rows, "availability", "clinician_id", where["clinicians"])
    start, end = _spans(rows, "availability")
    order = np.lexsort((end, start, clinician))
    clinician, start, end = clinician[order], start[order], end[order]
    merged: list[list[int]] = []
    for who, opens, closes in zip(clinician.tolist(), start.tolist(), end.tolist(), strict=True):
        if merged and merged[-1][0] == who and opens <= merged[-1][2]:
            merged[-1][2] = max(merged[-1][2], closes)
        else:
            merged.append([who, opens, closes])
    table = np.array(merged, dtype=np.int64).reshape(-1, 3)
    return Availability(clinician=table[:, 0].copy(), start=table[:, 1].copy(), end=table[:, 2].copy())


def _refused(rows: list, where: Mapping[str, int]) -> dict[str, np.ndarray]:
    """Who has said no to which session, whose company may not be engaged for it, who does not count as a member."""
    columns = {"declined": "declined_by", "barred": "barred", "outsiders": "outsiders"}
    return {name: _named(rows, column, where) for name, column in columns.items()}


def _named(rows: list, column: str, where: Mapping[str, int]) -> np.ndarray:
    """The pairs that a column of names in the sessions makes; refuses a name nobody has."""
    asked = [(number, session, name) for session, (number, row) in enumerate(rows) for name in sorted(row[column])]
    people = _refer([(number, {column: name}) for number, _, name in asked], "sessions", column, where)
    return np.array([session for _, session, _ in asked], dtype=np.int64) * len(where) + people


def _pairs(rows: list, refused: Mapping[str, np.ndarray], where: Mapping[str, Mapping[str, int]]) -> Pairs:
    key = _refer(rows, "pairs", "clinician_id", where["clinicians"]) * len(where["practices"]) + _refer(
        rows, "pairs", "practice_id", where["practices"]
    )
    order = np.argsort(key, kind="stable")
    given = np.array([-1 if row["travel_min"] is None else row["travel_min"] for _, row in rows], dtype=np.int64)
    return Pairs(
        key=np.append(key[order], np.iinfo(np.int64).max),
        blocked=np.append(_column(rows, "blocked", bool)[order], False),
        preference=np.append(_column(rows, "preference")[order], 0),
        continuity=np.append(_column(rows, "continuity", bool)[order], False),
        minutes=np.append(given[order], -1),
        **refused,
    )


def _site_travel(rows: list, where: Mapping[str, Mapping[str, int]]) -> tuple[np.ndarray, np.ndarray]:
    key = _refer(rows, "site_travel", "from_practice_id", where["practices"]) * len(where["practices"]) + _refer(
        rows, "site_travel", "to_practice_id", where["practices"]
    )
    order = np.argsort(key, kind="stable")
    return (np.append(key[order], np.iinfo(np.int64).max), np.append(_column(rows, "minutes")[order], 0))


def _elsewhere(rows: list, where: Mapping[str, Mapping[str, int]]) -> Elsewhere:
    """What is taken already, a clinician's rows of one week together."""
    week = np.array([week_of(row["week"]) for _, row in rows], dtype=np.int64)
    key, place = np.unique(
        _refer(rows, "elsewhere", "clinician_id", where["clinicians"]) * WEEKS + week, return_inverse=True
    )
    sessions, minutes = (
        np.bincount(place, weights=_column(rows, name), minlength=len(key)).astype(np.int64)
        for name in ("sessions", "minutes")
    )
    return Elsewhere(
        key=np.append(key, np.iinfo(np.int64).max), sessions=np.append(sessions, 0), minutes=np.append(minutes, 0)
    )
