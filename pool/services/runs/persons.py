"""One clinician of the engine for each person, where a run covers several pools and people are members of more than one.

A person's limits are the strictest of their memberships. What a membership says about a session (skills, documents, fee,
journey, free times) is asked of the membership of the session's pool: the person gets the widest of each, and sessions
that their own membership refuses name them among the `outsiders`. So a pair is allowed exactly when the pool's own run
would allow it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from typing import Any

import numpy as np

from matching import UNLIMITED, Problem, refused

Row = dict[str, Any]
Rows = dict[str, list[Row]]
PersonOf = Mapping[str, str]
"""Each membership's id to the person's."""


def united(problem: Problem, person_of: PersonOf) -> Problem:
    """The same problem with one clinician for each person."""
    rows = as_persons(problem, person_of)
    whole = Problem.from_rows(rows)
    outsiders = refused_by_own_pool(problem, whole, person_of)
    if not outsiders:
        return whole
    marked = [row | {"outsiders": frozenset(outsiders.get(row["session_id"], ()))} for row in rows["sessions"]]
    return Problem.from_rows({**rows, "sessions": marked})


def as_persons(problem: Problem, person_of: PersonOf) -> Rows:
    """Every table with persons instead of memberships."""
    rows, members = problem.rows, memberships(problem, person_of)
    return {
        **rows,
        "clinicians": [person_row(person, found) for person, found in sorted(members.items())],
        "sessions": [session_row(row, person_of) for row in rows["sessions"]],
        "availability": [renamed(row, person_of) for row in rows["availability"]],
        "pairs": [renamed(row, person_of) for row in (*rows["pairs"], *other_homes(problem, members))],
        "elsewhere": once([renamed(row, person_of) for row in rows["elsewhere"]]),
    }


def memberships(problem: Problem, person_of: PersonOf) -> dict[str, list[Row]]:
    """The clinicians' rows of each person."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in problem.rows["clinicians"]:
        found[person_of[row["clinician_id"]]].append(row)
    return found


def person_row(person: str, rows: Sequence[Row]) -> Row:
    """A person: the strictest of their limits, the widest of what is asked session by session."""

    def column(name: str) -> list[Any]:
        return [row[name] for row in rows]

    def together(name: str) -> frozenset[str]:
        return reduce(frozenset.union, column(name))

    return rows[0] | {
        "clinician_id": person,
        "pool_id": together("pool_id"),
        "skills": together("skills"),
        "systems": together("systems"),
        "weekly_cap": min(column("weekly_cap")),
        "period_cap": min(column("period_cap")),
        "weekly_hours_cap": min(filter(None, column("weekly_hours_cap")), default=0),
        "rest_hard": any(column("rest_hard")),
        "min_sessions": max(column("min_sessions")),
        "contracted_sessions": sum(column("contracted_sessions")),
        "max_travel_min": max(column("max_travel_min")),
        "min_fee_pence": min(column("min_fee_pence")),
        "compliant_until": max(filter(None, column("compliant_until")), default=None),
        "min_appointment_min": min(column("min_appointment_min")),
    }


def session_row(row: Row, person_of: PersonOf) -> Row:
    """A session that speaks of persons."""
    one = {name: person_of.get(row[name], "") for name in ("fixed_clinician_id", "previous_clinician_id")}
    many = {name: frozenset(person_of[who] for who in row[name]) for name in ("declined_by", "barred", "outsiders")}
    return row | one | many


def renamed(row: Row, person_of: PersonOf) -> Row:
    """A row about a person."""
    return row | {"clinician_id": person_of[row["clinician_id"]]}


def once(rows: Iterable[Row]) -> list[Row]:
    """Work outside all pools of the run is told of each membership and counts once."""
    return list({(row["clinician_id"], row["week"]): row for row in rows}.values())


def other_homes(problem: Problem, members: Mapping[str, Sequence[Row]]) -> Iterator[Row]:
    """The minutes from a home that is not the person's first one to each practice of that membership's pool."""
    said = {(row["clinician_id"], row["practice_id"]): row for row in problem.rows["pairs"]}
    for rows in members.values():
        for row in rows[1:]:
            if (row["easting"], row["northing"]) != (rows[0]["easting"], rows[0]["northing"]):
                yield from journeys(problem, row, said)


def journeys(problem: Problem, clinician: Row, said: Mapping[tuple[str, str], Row]) -> Iterator[Row]:
    """The minutes of one membership to each practice of its pool."""
    usual = {"blocked": False, "preference": 0, "continuity": False, "travel_min": None}
    for practice in problem.rows["practices"]:
        pair = {"clinician_id": clinician["clinician_id"], "practice_id": practice["practice_id"]}
        if practice["pool_id"] in clinician["pool_id"]:
            known = said.get((pair["clinician_id"], pair["practice_id"]), usual)
            if known["travel_min"] is None:
                yield usual | known | pair | {"travel_min": minutes(problem, pair)}


def minutes(problem: Problem, pair: Row) -> int:
    """Minutes one way from a membership's home to a practice."""
    who, where = problem.clinician(pair["clinician_id"]), problem.practice_index[pair["practice_id"]]
    return int(problem.home_minutes(np.array([who]), np.array([where]))[0])


def refused_by_own_pool(problem: Problem, whole: Problem, person_of: PersonOf) -> dict[str, set[str]]:
    """Sessions with the persons whom the whole would allow and their membership of the session's pool does not."""
    found: dict[str, set[str]] = defaultdict(set)
    for rows in memberships(problem, person_of).values():
        for row in rows if len(rows) > 1 else ():
            for session in refused_sessions(problem, whole, row["clinician_id"], person_of):
                found[session].add(person_of[row["clinician_id"]])
    return found


def refused_sessions(problem: Problem, whole: Problem, membership: str, person_of: PersonOf) -> list[str]:
    """Open sessions of a membership's pool that it refuses although the person would be allowed."""
    who, person = problem.clinician(membership), whole.clinician(person_of[membership])
    site = problem.practices.pool[problem.sessions.practice]
    own = (site & problem.clinicians.pools[who]).any(axis=1) & (problem.sessions.fixed < 0)
    sessions = np.flatnonzero(own)
    by_pool = refused(problem, sessions, np.full(len(sessions), who))
    by_whole = refused(whole, sessions, np.full(len(sessions), person))
    return [problem.sessions.ids[session] for session in sessions[by_pool & ~by_whole].tolist()]


def limited(cap: int, taken: int) -> int:
    """What is left of a cap; no limit stays none."""
    return cap if cap >= UNLIMITED else max(0, cap - taken)
