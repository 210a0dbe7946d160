"""What a run is solved from: read from the rows, kept pool by pool with the run of each, and read again for stitching."""

import gzip
import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from matching import Weights
from pool.models.clinician import Clinician
from pool.models.match_run import MatchRun
from pool.models.pool import Pool
from pool.services.pools.policy import policy_of
from pool.services.runs import match_runs, run_groups
from pool.services.runs.whole_problem import by_pool, persons, put_together
from pool.unit_of_work import UnitOfWork, unit_of_work
from workers.ownership import Owned


class Snapshot(NamedTuple):
    """What a run is solved from, who is behind its clinicians, what its plan is worth, and how deep a reserve each of its
    pools wants."""

    tables: dict[str, Any]
    person_of: dict[str, str]
    weights: Weights
    filling_first: bool
    reserve_depths: dict[UUID, int]
    seed: int


def kept(owned: Owned) -> Snapshot:
    """What the parts of a divided run were drawn from."""
    with unit_of_work(owned.actor, read_only=True) as work:
        run = work.get(MatchRun, owned.row_id)
        packed = match_runs.snapshots(work, run)
        owned.expect(len(packed) == len(run_groups.covered(run)))
        return as_asked(work, run, {pool_id: gzip.decompress(each).decode() for pool_id, each in packed.items()})


def fresh(owned: Owned) -> Snapshot:
    """The tables as they are now, kept with the run of each pool exactly as they are solved."""
    with unit_of_work(owned.actor, read_only=True) as work:
        run = work.get(MatchRun, owned.row_id)
        tables = by_pool(match_runs.tables_of(work, run), run_groups.covered(run))
        written = {pool_id: json.dumps(each, default=str) for pool_id, each in tables.items()}
        found = as_asked(work, run, written)
    with unit_of_work(owned.actor) as work:
        packed = {pool_id: gzip.compress(each.encode()) for pool_id, each in written.items()}
        owned.expect(match_runs.keep_snapshots(work, owned.row_id, owned.attempt, packed))
    return found


def as_asked(work: UnitOfWork, run: MatchRun, written: Mapping[UUID, str]) -> Snapshot:
    """The snapshot with the points and the seed that the run was asked for with."""
    pool_ids = run_groups.covered(run)
    return Snapshot(
        tables=put_together([json.loads(written[pool_id]) for pool_id in pool_ids]),
        person_of=persons(work.all(select(Clinician)), run) if run.together else {},
        weights=Weights.from_dict(run.weights),
        filling_first=run.fill_first,
        reserve_depths={pool_id: policy_of(work.get(Pool, pool_id)).reserve_depth for pool_id in pool_ids},
        seed=run.seed,
    )
