"""Plans and problems as files: the CSV folder in, `plan.csv` and `summary.json` out."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any

from matching.answers.result import Result
from matching.basis.errors import PlanError
from matching.problem.exchange_format import TABLES
from matching.problem.problem import Problem

PLAN_COLUMNS = ("session_id", "clinician_id", "travel_min", "reason")
TAKEN, EMPTY, NOBODY = "matched", "worth more elsewhere", "nobody meets every rule"


def write_problem(folder: Path, rows: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
    """A problem as CSV files that `Problem.from_tables` reads back."""
    make_folder(folder)
    for name, columns in TABLES.items():
        names = [column.name for column in columns]
        table = list(rows.get(name, ()))
        if table or name in ("practices", "clinicians", "sessions", "availability"):
            _write(folder / f"{name}.csv", names, ([_shown(row.get(column)) for column in names] for row in table))


def make_folder(folder: Path) -> None:
    """The folder for what will be written, looked at before the work is done. Raises PlanError when it cannot be one."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as wrong:
        raise PlanError(
            f"Nothing can be written to the folder {folder}: {wrong.strerror}. Name another folder."
        ) from wrong
    if not os.access(folder, os.W_OK):
        raise PlanError(f"Nothing can be written to the folder {folder}: no permission. Name another folder.")


def write_plan(folder: Path, problem: Problem, result: Result) -> None:
    """`plan.csv` and `summary.json`; each appears whole or not at all, and a summary is never that of an older plan."""
    make_folder(folder)
    (folder / "summary.json").unlink(missing_ok=True)
    rows = (
        (session, who or "", result.travel.get(session, ""), _reason(result, session))
        for session, who in result.assignment.items()
    )
    _write(folder / "plan.csv", PLAN_COLUMNS, rows)
    _replace(folder / "summary.json", json.dumps(result.summary(), indent=1))


def _reason(result: Result, session: str) -> str:
    """Why a session is filled or empty, in a word or two."""
    if result.assignment[session]:
        return TAKEN
    return EMPTY if result.open_to[session] else NOBODY


def read_plan(path: Path) -> dict[str, str | None]:
    """The assignment of a `plan.csv`. Raises PlanError for a file that is not one."""
    plan: dict[str, str | None] = {}
    for number, row in enumerate(_plan_rows(path), start=1):
        if None in row or None in row.values():
            raise PlanError(f"The plan {path.name}, row {number}: it has more or fewer cells than the header.")
        if not row["session_id"] or row["session_id"] in plan:
            raise PlanError(f"The plan {path.name}, row {number}: the session id is empty or repeats an earlier row.")
        plan[row["session_id"]] = row["clinician_id"] or None
    return plan


def _plan_rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, strict=True)
            _check_columns(path, reader.fieldnames or ())
            return list(reader)
    except UnicodeDecodeError as wrong:
        raise PlanError(f"The plan {path.name} is not UTF-8 text ({wrong.reason} at byte {wrong.start}).") from wrong
    except (OSError, csv.Error) as wrong:
        raise PlanError(f"The plan {path.name} cannot be read: {getattr(wrong, 'strerror', None) or wrong}.") from wrong


def _check_columns(path: Path, names: Sequence[str]) -> None:
    if not {"session_id", "clinician_id"} <= set(names) or len(set(names)) < len(names):
        raise PlanError(f"The plan {path.name} needs a header with the columns session_id and clinician_id, each once.")


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, frozenset | set | list | tuple):
        return ";".join(sorted(value))
    if isinstance(value, datetime):
        return value.isoformat()
    return value.strftime("%H:%M") if isinstance(value, time) else "" if value is None else str(value)


def _write(path: Path, header: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    part = path.with_suffix(path.suffix + ".part")
    with part.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        writer.writerows(rows)
    part.replace(path)


def _replace(path: Path, content: str) -> None:
    part = path.with_suffix(path.suffix + ".part")
    part.write_text(content + "\n", encoding="utf-8")
    part.replace(path)
