"""The exchange format: which tables and columns a problem is made of, and how rows are read and refused."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from matching.basis.errors import ProblemError
from matching.problem.cells import Column, clock, day, decimal, flag, moment, text, whole, words

Row = Mapping[str, Any]
UNLIMITED = 1_000_000
FORMAT = 1
"""Version of the exchange format. What a table `parameters` does not give has the default of its version."""
GRID = whole(-1_000_000, 10_000_000)
COUNT = whole(0, UNLIMITED)
MINUTES = whole(0, 1_440)
PENCE = whole(0, 100_000_000)

TABLES: dict[str, tuple[Column, ...]] = {
    "practices": (
        Column("practice_id", text),
        Column("pool_id", text),
        Column("easting", GRID),
        Column("northing", GRID),
        Column("system", text, ""),
        Column("imd_decile", whole(0, 10), 0),
        Column("postcode", text, ""),
        Column("members_only", flag, False),
    ),
    "clinicians": (
        Column("clinician_id", text),
        Column("pool_id", words),
        Column("easting", GRID),
        Column("northing", GRID),
        Column("profession", text),
        Column("skills", words, frozenset()),
        Column("systems", words, frozenset()),
        Column("max_travel_min", COUNT, UNLIMITED),
        Column("weekly_cap", COUNT, UNLIMITED),
        Column("period_cap", COUNT, UNLIMITED),
        Column("min_sessions", COUNT, 0),
        Column("min_fee_pence", PENCE, 0),
        Column("compliant_until", day, None),
        Column("rest_hard", flag, False),
        Column("contracted_sessions", COUNT, 0),
        Column("weekly_hours_cap", whole(0, 168), 0),
        Column("min_appointment_min", MINUTES, 0),
    ),
    "sessions": (
        Column("session_id", text),
        Column("practice_id", text),
        Column("date", day),
        Column("start", clock),
        Column("end", clock),
        Column("profession", text),
        Column("skills", words, frozenset()),
        Column("system_required", flag, False),
        Column("remote", flag, False),
        Column("urgency", whole(1, 3), 1),
        Column("fee_pence", PENCE, 0),
        Column("posted_at", moment, None),
        Column("fixed_clinician_id", text, ""),
        Column("previous_clinician_id", text, ""),
        Column("appointment_min", MINUTES, 0),
        Column("declined_by", words, frozenset()),
        Column("barred", words, frozenset()),
        Column("outsiders", words, frozenset()),
    ),
    "availability": (
        Column("clinician_id", text),
        Column("date", day),
        Column("start", clock),
        Column("end", clock),
    ),
    "pairs": (
        Column("clinician_id", text),
        Column("practice_id", text),
        Column("blocked", flag, False),
        Column("preference", whole(-1, 1), 0),
        Column("continuity", flag, False),
        Column("travel_min", MINUTES, None),
    ),
    "site_travel": (
        Column("from_practice_id", text),
        Column("to_practice_id", text),
        Column("minutes", MINUTES),
    ),
    "sharing": (Column("pool_id", text), Column("with_pool_id", text)),
    "elsewhere": (
        Column("clinician_id", text),
        Column("week", day),
        Column("sessions", COUNT, 0),
        Column("minutes", whole(0, 10_080), 0),
    ),
    "parameters": (
        Column("format", whole(FORMAT, FORMAT), FORMAT),
        Column("rest_min", MINUTES, 660),
        Column("parking_min", MINUTES, 5),
        Column("remote_gap_min", MINUTES, 30),
        Column("travel_base_min", decimal(0, 240), 4.8),
        Column("travel_factor", decimal(0, 60), 3.47),
        Column("travel_exponent", decimal(0.1, 2), 0.685),
    ),
}
KEYS = {
    "practices": ("practice_id",),
    "clinicians": ("clinician_id",),
    "sessions": ("session_id",),
    "availability": (),
    "pairs": ("clinician_id", "practice_id"),
    "site_travel": ("from_practice_id", "to_practice_id"),
    "sharing": ("pool_id", "with_pool_id"),
    "elsewhere": ("clinician_id", "week"),
    "parameters": (),
}
OPTIONAL = frozenset({"pairs", "site_travel", "sharing", "elsewhere", "parameters"})
MOST_ROWS = 20_000_000


def read_tables(source: Path | str | Mapping[str, Iterable[Row]]) -> dict[str, list[dict[str, Any]]]:
    """Every table of a folder of CSV files or of a mapping, checked cell by cell. Raises ProblemError."""
    if isinstance(source, Mapping):
        for name in source.keys() - TABLES.keys():
            raise ProblemError(f"is not a table of a problem; the tables are {', '.join(TABLES)}", table=str(name))
        given = {name: source.get(name, ()) for name in TABLES}
        missing = [name for name in TABLES if name not in source and name not in OPTIONAL]
    else:
        folder = Path(source)
        given = {name: file_rows(folder / f"{name}.csv", name) for name in TABLES}
        missing = [n for n in TABLES if n not in OPTIONAL and not (folder / f"{n}.csv").exists()]
    for name in missing:
        raise ProblemError("is missing", table=name)
    tables = {name: list(checked(name, rows)) for name, rows in given.items()}
    if len(tables["parameters"]) > 1:
        raise ProblemError("has more than one row; figures are the same for all sessions", table="parameters", row=2)
    return {**tables, "parameters": tables["parameters"] or list(checked("parameters", [{}]))}


def file_rows(path: Path, table: str) -> Iterator[Row]:
    """The rows of one CSV file (UTF-8, header row); nothing when an optional file is absent."""
    if not path.exists():
        return
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, strict=True)
            _check_header(reader.fieldnames, table)
            for row in reader:
                if None in row or None in row.values():
                    raise ProblemError("has more or fewer cells than the header", table=table, row=reader.line_num - 1)
                yield row
    except UnicodeDecodeError as wrong:
        raise ProblemError(f"is not UTF-8 text ({wrong.reason} at byte {wrong.start})", table=table) from wrong
    except csv.Error as wrong:
        raise ProblemError(f"cannot be read as CSV: {wrong}", table=table) from wrong
    except OSError as wrong:
        raise ProblemError(f"cannot be read as a file: {wrong.strerror}", table=table) from wrong


def _check_header(names: Sequence[str] | None, table: str) -> None:
    """Refuses a file without a header, and one in which it would depend on luck which of two columns counts."""
    if not names:
        raise ProblemError("is an empty file; it needs at least its header row", table=table)
    for name in names:
        if names.count(name) > 1:
            raise ProblemError("is in the header twice", table=table, column=name)


def checked(table: str, rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
    """Typed rows of one table; refuses unknown columns, bad cells and a second row for the same thing."""
    columns, keys = TABLES[table], KEYS[table]
    seen: dict[Any, int] = {}
    names = frozenset(column.name for column in columns)
    for number, row in enumerate(rows, start=1):
        for name in row.keys() - names:
            known = ", ".join(column.name for column in columns)
            raise ProblemError(
                f"is not a column of this table; the columns are {known}", table=table, row=number, column=str(name)
            )
        if number > MOST_ROWS:
            raise ProblemError(f"has more than {MOST_ROWS:,} rows", table=table)
        known = str(row.get(keys[0]) or "")[:40] if keys else ""
        typed = {column.name: cell(table, number, column, row.get(column.name), known) for column in columns}
        key = tuple(typed[name] for name in keys) or number
        if key in seen:
            raise ProblemError(f"repeats row {seen[key]}", table=table, row=number, column=keys[0])
        seen[key] = number
        yield typed


def cell(table: str, number: int, column: Column, value: Any, key: str = "") -> Any:
    """One typed cell of the row that `key` names; an empty one takes the column's default."""
    if value is None or (isinstance(value, str) and not value.strip()):
        if column.default is ...:
            raise ProblemError("must not be empty", table=table, row=number, column=column.name, key=key)
        return column.default
    try:
        return column.read(value)
    except (ValueError, TypeError, OverflowError) as wrong:
        shown = str(value)[:40]
        raise ProblemError(
            f"“{shown}” cannot be used: {wrong}", table=table, row=number, column=column.name, key=key
        ) from wrong
