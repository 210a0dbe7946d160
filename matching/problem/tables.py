"""How rows of the exchange format are read and refused."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from matching.basis.errors import ProblemError
from matching.problem.cells import Column
from matching.problem.exchange_format import KEYS, MOST_ROWS, OPTIONAL, TABLES

Row = Mapping[str, Any]


def read_tables(source: Path | str | Mapping[str, Iterable[Row]]) -> dict[str, list[dict[str, Any]]]:
    """Every table of a folder of CSV files or of a mapping, checked cell by cell. Raises ProblemError."""
    given = _given(source) if isinstance(source, Mapping) else _in_folder(Path(source))
    for name in TABLES:
        if name not in given and name not in OPTIONAL:
            raise ProblemError("is missing", table=name)
    tables = {name: list(checked(name, given.get(name, ()))) for name in TABLES}
    if len(tables["parameters"]) > 1:
        raise ProblemError("has more than one row; figures are the same for all sessions", table="parameters", row=2)
    return {**tables, "parameters": tables["parameters"] or list(checked("parameters", [{}]))}


def _given(source: Mapping[str, Iterable[Row]]) -> Mapping[str, Iterable[Row]]:
    for name in source.keys() - TABLES.keys():
        raise ProblemError(f"is not a table of a problem; the tables are {', '.join(TABLES)}", table=str(name))
    return source


def _in_folder(folder: Path) -> dict[str, Iterable[Row]]:
    return {name: file_rows(folder / f"{name}.csv", name) for name in TABLES if (folder / f"{name}.csv").exists()}


def file_rows(path: Path, table: str) -> Iterator[Row]:
    """The rows of one CSV file (UTF-8, header row). Raises ProblemError for one that cannot be read."""
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
