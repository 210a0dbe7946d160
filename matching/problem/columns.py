"""Columns of typed rows as arrays: ids become positions, wall times become minutes, references are checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np

from matching.basis.errors import ProblemError
from matching.basis.london_time import EPOCH, span_of

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


def numbered(rows: Rows) -> list[tuple[int, dict[str, Any]]]:
    return list(enumerate(rows, start=1))


def sort_in_time(rows: dict[str, list]) -> None:
    for name, columns in ORDER.items():
        rows[name].sort(key=lambda item: tuple(item[1][column] for column in columns))


def positions(rows: list, column: str) -> dict[str, int]:
    return {name: index for index, name in enumerate(sorted(row[column] for _, row in rows))}


def joined_postcode(postcode: str) -> str:
    return postcode.replace(" ", "").upper()


def column(rows: list, name: str, dtype=np.int64) -> np.ndarray:
    return np.array([row[name] for _, row in rows], dtype=dtype)


def refer(rows: list, table: str, column: str, where: Mapping[str, int]) -> np.ndarray:
    """Positions of the things a column names, -1 for an empty cell. Raises ProblemError for an unknown name."""
    for number, row in rows:
        if row[column] and row[column] not in where:
            raise ProblemError(
                f"“{row[column]}” is not in the table it refers to", table=table, row=number, column=column
            )
    return np.array([where[row[column]] if row[column] else -1 for _, row in rows], dtype=np.int64)


def ordinal(value: date | None) -> int:
    return value.toordinal() if value else 0


def minute(value: datetime | None, otherwise: int) -> int:
    return int((value - EPOCH).total_seconds() // 60) if value else otherwise


def spans(rows: list, table: str) -> tuple[np.ndarray, np.ndarray]:
    """Start and end minutes of every row; refuses a wall time that a clock change skips."""
    spans = np.zeros((len(rows), 2), dtype=np.int64)
    for index, (number, row) in enumerate(rows):
        try:
            spans[index] = span_of(row["date"], row["start"], row["end"])
        except ValueError as wrong:
            raise ProblemError(str(wrong), table=table, row=number, column="start") from wrong
    return spans[:, 0].copy(), spans[:, 1].copy()
