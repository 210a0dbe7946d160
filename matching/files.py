"""Plans and problems as files: the CSV folder in, `plan.csv` and `summary.json` out."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Any

from matching.errors import PlanError
from matching.problem import Problem
from matching.result import Result
from matching.tables import TABLES

PLAN_COLUMNS = ("session_id", "clinician_id", "travel_min", "reason")
TAKEN, EMPTY, NOBODY = "matched", "worth more elsewhere", "nobody meets every rule"


def write_problem(folder: Path, rows: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
    """A problem as CSV files that `Problem.from_tables` reads back."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, columns in TABLES.items():
        names = [column.name for column in columns]
        table = list(rows.get(name, ()))
        if table or name in ("practices", "clinicians", "sessions", "availability"):
            _write(folder / f"{name}.csv", names, ([_shown(row.get(column)) for column in names] for row in table))


def write_plan(folder: Path, problem: Problem, result: Result) -> None:
    """`plan.csv` and `summary.json`; each appears whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    open_to = result.open_to
    _write(folder / "plan.csv", PLAN_COLUMNS, (
        (session, who or "", result.travel.get(session, ""), TAKEN if who else EMPTY if open_to[session] else NOBODY)
        for session, who in result.assignment.items()))
    _replace(folder / "summary.json", json.dumps(result.summary(), indent=1))


def read_plan(path: Path) -> dict[str, str | None]:
    """The assignment of a `plan.csv`. Raises PlanError for a file that is not one."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as wrong:
        raise PlanError(f"The plan {path.name} cannot be read: {wrong}") from wrong
    if rows and not {"session_id", "clinician_id"} <= rows[0].keys():
        raise PlanError(f"The plan {path.name} needs the columns session_id and clinician_id.")
    plan: dict[str, str | None] = {}
    for number, row in enumerate(rows, start=1):
        if not row["session_id"] or row["session_id"] in plan:
            raise PlanError(f"The plan {path.name}, row {number}: the session id is empty or repeats an earlier row.")
        plan[row["session_id"]] = row["clinician_id"] or None
    return plan


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
