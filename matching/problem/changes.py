"""Changes of a problem's tables, for questions of the kind "what if this were different?"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from matching.problem.problem import Problem


@dataclass(frozen=True)
class Change:
    """One difference: column values for the rows of a table that `where` picks, rows to add (table -> rows), and ids of
    sessions or clinicians to leave out with all that is said of them.
    """

    table: str
    where: Callable[[Mapping[str, Any]], bool] = lambda row: False
    set: Callable[[Mapping[str, Any]], Mapping[str, Any]] = lambda row: {}
    add: Mapping[str, tuple[Mapping[str, Any], ...]] | None = None
    leave_out: frozenset[str] = frozenset()


def changed(problem: Problem, change: Change) -> Problem:
    """The problem with one change made to its rows."""
    rows: dict[str, list[Mapping[str, Any]]] = {name: list(table) for name, table in problem.rows.items()}
    rows[change.table] = [{**row, **change.set(row)} if change.where(row) else row for row in rows[change.table]]
    for table, more in (change.add or {}).items():
        rows[table] += [dict(row) for row in more]
    if change.leave_out:
        rows = {
            table: [_without(row, change) for row in kept if row.get(f"{change.table[:-1]}_id") not in change.leave_out]
            for table, kept in rows.items()
        }
    return Problem.from_tables(rows)


def _without(row: Mapping[str, Any], change: Change) -> Mapping[str, Any]:
    """A row that names none of those left out. A booking of theirs stays named, so that the problem is refused."""
    if change.table != "clinicians" or "declined_by" not in row:
        return row
    gone = change.leave_out
    previous = "" if row["previous_clinician_id"] in gone else row["previous_clinician_id"]
    lists = {column: row[column] - gone for column in ("declined_by", "barred", "outsiders")}
    return {**row, "previous_clinician_id": previous, **lists}


def fee_change(where: Callable[[Mapping[str, Any]], bool], more_pence: int) -> Change:
    """What if these sessions paid so much more, or less?"""
    return Change("sessions", where, lambda row: {"fee_pence": max(0, row["fee_pence"] + more_pence)})


def travel_limit_change(where: Callable[[Mapping[str, Any]], bool], more_minutes: int) -> Change:
    """What if these clinicians went so many minutes further, or less far?"""
    return Change("clinicians", where, lambda row: {"max_travel_min": max(0, row["max_travel_min"] + more_minutes)})


def notice_change(problem: Problem, days: int) -> Change:
    """What if no clinician took a session that was posted fewer than so many days before it?"""
    everybody = frozenset(problem.clinicians.ids)

    def late(row: Mapping[str, Any]) -> bool:
        posted = row["posted_at"]
        return posted is not None and not row["fixed_clinician_id"] and (row["date"] - posted.date()).days < days

    return Change("sessions", late, lambda row: {"declined_by": everybody})
