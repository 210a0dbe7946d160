"""Arrays about several things at once: free times, pairs, roads between practices, work elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from matching.basis.london_time import week_of
from matching.problem.arrays import WEEKS, Availability, Elsewhere, Pairs
from matching.problem.columns import column, refer, spans


def availability(rows: list, where: Mapping[str, Mapping[str, int]]) -> Availability:
    """Stretches of free time in which overlapping and touching ones are one."""
    clinician = refer(rows, "availability", "clinician_id", where["clinicians"])
    start, end = spans(rows, "availability")
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


def refused_pairs(rows: list, where: Mapping[str, int]) -> dict[str, np.ndarray]:
    """Who has said no to which session, whose company may not be engaged for it, who does not count as a member."""
    columns = {"declined": "declined_by", "barred": "barred", "outsiders": "outsiders"}
    return {name: _named(rows, column, where) for name, column in columns.items()}


def _named(rows: list, column: str, where: Mapping[str, int]) -> np.ndarray:
    """int64[names], session * clinicians + clinician for a column of clinicians' ids. Raises ProblemError for unknown ids."""
    named = [(number, session, name) for session, (number, row) in enumerate(rows) for name in sorted(row[column])]
    people = refer([(number, {column: name}) for number, _, name in named], "sessions", column, where)
    return np.array([session for _, session, _ in named], dtype=np.int64) * len(where) + people


def pairs(rows: list, refused: Mapping[str, np.ndarray], where: Mapping[str, Mapping[str, int]]) -> Pairs:
    key = refer(rows, "pairs", "clinician_id", where["clinicians"]) * len(where["practices"]) + refer(
        rows, "pairs", "practice_id", where["practices"]
    )
    order = np.argsort(key, kind="stable")
    given = np.array([-1 if row["travel_min"] is None else row["travel_min"] for _, row in rows], dtype=np.int64)
    return Pairs(
        key=np.append(key[order], np.iinfo(np.int64).max),
        blocked=np.append(column(rows, "blocked", bool)[order], False),
        preference=np.append(column(rows, "preference")[order], 0),
        continuity=np.append(column(rows, "continuity", bool)[order], False),
        minutes=np.append(given[order], -1),
        **refused,
    )


def site_travel(rows: list, where: Mapping[str, Mapping[str, int]]) -> tuple[np.ndarray, np.ndarray]:
    key = refer(rows, "site_travel", "from_practice_id", where["practices"]) * len(where["practices"]) + refer(
        rows, "site_travel", "to_practice_id", where["practices"]
    )
    order = np.argsort(key, kind="stable")
    return (np.append(key[order], np.iinfo(np.int64).max), np.append(column(rows, "minutes")[order], 0))


def elsewhere(rows: list, where: Mapping[str, Mapping[str, int]]) -> Elsewhere:
    """What is taken already, a clinician's rows of one week together."""
    week = np.array([week_of(row["week"]) for _, row in rows], dtype=np.int64)
    key, place = np.unique(
        refer(rows, "elsewhere", "clinician_id", where["clinicians"]) * WEEKS + week, return_inverse=True
    )
    sessions, minutes = (
        np.bincount(place, weights=column(rows, name), minlength=len(key)).astype(np.int64)
        for name in ("sessions", "minutes")
    )
    return Elsewhere(
        key=np.append(key, np.iinfo(np.int64).max), sessions=np.append(sessions, 0), minutes=np.append(minutes, 0)
    )
