"""From typed rows to arrays: ids become positions, wall times become minutes, references are checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from matching.basis import bits
from matching.basis.london_time import week_of
from matching.problem.arrays import Clinicians, Practices, Sessions
from matching.problem.columns import (
    ORDER,
    Rows,
    column,
    joined_postcode,
    minute,
    numbered,
    ordinal,
    positions,
    refer,
    sort_in_time,
    spans,
)
from matching.problem.parameters import Parameters
from matching.problem.relations import availability, elsewhere, pairs, refused_pairs, site_travel
from matching.problem.vocabulary import Words


def arrays(given: Mapping[str, Rows]) -> dict[str, Any]:
    """All parts of a Problem from typed rows. Raises ProblemError where a row names something unknown."""
    rows = {name: numbered(given[name]) for name in ORDER}
    words = Words(rows)
    where = {name: positions(rows[name], f"{name[:-1]}_id") for name in ("practices", "clinicians")}
    sort_in_time(rows)
    return {
        "practices": _practices(rows["practices"], words),
        "clinicians": _clinicians(rows["clinicians"], words, rows["sharing"]),
        "sessions": _sessions(rows["sessions"], words, where),
        "availability": availability(rows["availability"], where),
        "pairs": pairs(rows["pairs"], refused_pairs(rows["sessions"], where["clinicians"]), where),
        "site_travel": site_travel(rows["site_travel"], where),
        "elsewhere": elsewhere(rows["elsewhere"], where),
        "parameters": Parameters.of_row(given["parameters"][0]),
        "professions": tuple(words.professions),
        "systems": tuple(words.systems),
        "skills": tuple(words.skills),
        "rows": {name: [row for _, row in table] for name, table in rows.items()} | {"parameters": given["parameters"]},
    }


def _practices(rows: list, words: Words) -> Practices:
    sites = [row for _, row in rows]
    return Practices(
        ids=tuple(row["practice_id"] for row in sites),
        pool=bits.masks([[row["pool_id"]] for row in sites], words.pools),
        easting=column(rows, "easting"),
        northing=column(rows, "northing"),
        system=bits.masks([[row["system"]] if row["system"] else [] for row in sites], words.systems),
        imd=column(rows, "imd_decile"),
        postcode=np.array([words.postcodes.get(joined_postcode(row["postcode"]), -1) for row in sites], dtype=np.int64),
        members=column(rows, "members_only", bool),
    )


def _clinicians(rows: list, words: Words, sharing: list) -> Clinicians:
    people = [row for _, row in rows]
    return Clinicians(
        ids=tuple(row["clinician_id"] for row in people),
        pools=bits.masks([_reach(row["pool_id"], sharing) for row in people], words.pools),
        easting=column(rows, "easting"),
        northing=column(rows, "northing"),
        profession=np.array([words.professions[row["profession"]] for row in people], dtype=np.int64),
        skills=bits.masks([row["skills"] for row in people], words.skills),
        systems=bits.masks([row["systems"] for row in people], words.systems),
        max_travel=column(rows, "max_travel_min"),
        weekly_cap=column(rows, "weekly_cap"),
        period_cap=column(rows, "period_cap"),
        minimum=column(rows, "min_sessions"),
        floor=column(rows, "min_fee_pence"),
        compliant_until=np.array([ordinal(row["compliant_until"]) for row in people], dtype=np.int64),
        rest_hard=column(rows, "rest_hard", bool),
        contracted=column(rows, "contracted_sessions"),
        weekly_minutes=column(rows, "weekly_hours_cap") * 60,
        appointment=column(rows, "min_appointment_min"),
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
    start, end = spans(rows, "sessions")
    return Sessions(
        ids=tuple(row["session_id"] for row in work),
        practice=refer(rows, "sessions", "practice_id", where["practices"]),
        day=np.array([row["date"].toordinal() for row in work], dtype=np.int64),
        week=np.array([week_of(row["date"]) for row in work], dtype=np.int64),
        start=start,
        end=end,
        profession=np.array([words.professions[row["profession"]] for row in work], dtype=np.int64),
        skills=bits.masks([row["skills"] for row in work], words.skills),
        system_required=column(rows, "system_required", bool),
        remote=column(rows, "remote", bool),
        urgency=column(rows, "urgency"),
        fee=column(rows, "fee_pence"),
        posted=np.array(
            [minute(row["posted_at"], at) for row, at in zip(work, start.tolist(), strict=True)], dtype=np.int64
        ),
        fixed=refer(rows, "sessions", "fixed_clinician_id", where["clinicians"]),
        previous=refer(rows, "sessions", "previous_clinician_id", where["clinicians"]),
        appointment=column(rows, "appointment_min"),
    )
