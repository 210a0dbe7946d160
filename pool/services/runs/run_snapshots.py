"""The tables that a run was solved from, kept with the run of each pool, so that the run can be solved again.

No row of one pool stands among those of another: who reads a pool's run sees that pool's rows alone.
"""

import gzip
import json
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from pool.models.match_run import MatchRun
from pool.services.eligibility.snapshot import Tables
from pool.services.runs import run_leases
from pool.unit_of_work import UnitOfWork

OWNER = {
    "practices": "practice_id",
    "clinicians": "clinician_id",
    "sessions": "practice_id",
    "availability": "clinician_id",
    "pairs": "clinician_id",
    "elsewhere": "clinician_id",
}
"""The column of each table that says whose row it is. `parameters` are the same for all pools."""


def keep(work: UnitOfWork, run: MatchRun, attempt: int, tables: Tables) -> None:
    """Keep the tables of a run (gzipped JSON). Raises Lost when it is no longer the worker's."""
    own = by_pool(tables, run.pool_ids)
    packed = {pool_id: gzip.compress(json.dumps(rows, default=str).encode()) for pool_id, rows in own.items()}
    for member in run_leases.group_of(work, run_leases.owned_run_for_update(work, run.id, attempt)):
        member.snapshot_gz = packed[member.pool_id]


def kept(work: UnitOfWork, run: MatchRun) -> Tables:
    """The tables of a run as they were kept. Raises Lost when those of a pool are gone."""
    members = (MatchRun.id == run.id) | (MatchRun.led_by_id == run.id)
    found = work.store.execute(select(MatchRun.pool_id, MatchRun.snapshot_gz).where(members))
    packed = {pool_id: rows for pool_id, rows in found if rows is not None}
    if packed.keys() != set(run.pool_ids):
        raise run_leases.Lost
    return put_together(json.loads(gzip.decompress(packed[pool_id])) for pool_id in run.pool_ids)


def by_pool(tables: Tables, pool_ids: Iterable[UUID]) -> dict[UUID, Tables]:
    """The tables of a run pool by pool: no row of one stands among those of another."""
    owner = {row["practice_id"]: row["pool_id"] for row in tables["practices"]}
    owner |= {row["clinician_id"]: row["pool_id"] for row in tables["clinicians"]}
    shared = {"parameters": tables["parameters"]}
    found: dict[UUID, Tables] = {pool_id: {name: [] for name in OWNER} | shared for pool_id in pool_ids}
    for name, column in OWNER.items():
        for row in tables[name]:
            found[UUID(owner[row[column]])][name].append(row)
    return found


def put_together(parts: Iterable[Tables]) -> Tables:
    """The tables of several pools as one."""
    parts = list(parts)
    shared = next((part["parameters"] for part in parts if "parameters" in part), [])
    return {name: [row for part in parts for row in part[name]] for name in OWNER} | {"parameters": shared}
