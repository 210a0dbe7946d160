"""What differs between two problems, and whether prices of the one still hold for the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from matching.answers.result import Result
from matching.flow.edges import Edges
from matching.objective import scoring
from matching.problem.problem import Problem

CLINICIAN = ("weekly_cap", "period_cap", "minimum", "contracted", "weekly_minutes", "rest_hard")
SESSION = ("day", "start", "end", "remote", "urgency")
PRACTICE = ("easting", "northing", "imd", "postcode")


def more_and_less(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[list[str], list[str]]:
    return sorted(set(new) - set(old)), sorted(set(old) - set(new))


def same_rest(problem: Problem, other: Problem) -> bool:
    """Whether all else that prices rest on is the same for those in both: limits, times, places, thirds, bookings."""
    if problem.practices.ids != other.practices.ids or problem.parameters != other.parameters:
        return False
    columns = [
        *zip(problem.site_travel, other.site_travel, strict=True),
        (scoring.thirds(problem), scoring.thirds(other)),
        *((getattr(problem.practices, name), getattr(other.practices, name)) for name in PRACTICE),
    ]
    return all(np.array_equal(one, two) for one, two in columns) and _same_people_and_work(problem, other)


def _same_people_and_work(problem: Problem, other: Problem) -> bool:
    """Whether those in both have the same bookings, work elsewhere, limits and times."""
    both = set(problem.clinicians.ids) & set(other.clinicians.ids)
    return (
        _booked(problem) == _booked(other)
        and _away(problem, both) == _away(other, both)
        and _same_of_both(problem, other, "clinicians", CLINICIAN)
        and _same_of_both(problem, other, "sessions", SESSION)
    )


def _same_of_both(problem: Problem, other: Problem, part: str, names: Iterable[str]) -> bool:
    old, new = getattr(problem, part), getattr(other, part)
    index = {name: row for row, name in enumerate(new.ids)}
    both = [(row, index[name]) for row, name in enumerate(old.ids) if name in index]
    one, two = (np.array(column, dtype=np.int64) for column in (zip(*both, strict=True) if both else ((), ())))
    return all((getattr(old, name)[one] == getattr(new, name)[two]).all() for name in names)


def _away(problem: Problem, names: set[str]) -> set[tuple]:
    """Work elsewhere of these clinicians."""
    return {tuple(row.values()) for row in problem.rows["elsewhere"] if row["clinician_id"] in names}


def _booked(problem: Problem) -> dict[str, str]:
    """Fixed bookings by id."""
    people = problem.clinicians.ids
    return {
        problem.sessions.ids[row]: people[problem.sessions.fixed[row]]
        for row in np.flatnonzero(problem.sessions.fixed >= 0).tolist()
    }


def nothing_opens(problem: Problem, other: Problem, before: Result, edges: Edges) -> bool:
    """Whether those in both problems have no pair that they did not have before, or for other points."""
    old, size = before.state.network.edges, np.int64(len(problem.clinicians.ids) + 1)
    session = _places(problem.session_index, other.sessions.ids)[edges.session]
    clinician = _places(problem.clinician_index, other.clinicians.ids)[edges.clinician]
    both = (session >= 0) & (clinician >= 0)
    old_key, new_key = old.session * size + old.clinician, session[both] * size + clinician[both]
    row = np.searchsorted(old_key, new_key)
    if (row >= len(old_key)).any():
        return False
    return bool((old_key[row] == new_key).all() and (old.points[row] == edges.points[both]).all())


def _places(index: Mapping[str, int], names: Iterable[str]) -> np.ndarray:
    return np.array([index.get(name, -1) for name in names], dtype=np.int64)
