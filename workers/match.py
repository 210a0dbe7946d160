"""A matching run in the background: claim, snapshot, solve, publish. Nothing is held open while the engine works.

Killed at any point, the run's lease runs out, the sweeper asks again, and the next attempt starts from fresh rows.
"""

import gzip
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from sqlalchemy import select

import matching
from matching.reserve import reserve
from pool.actor import Actor
from pool.models.clinician import Clinician
from pool.models.match_run import MatchRun
from pool.models.pool import Pool
from pool.services import drafts, match_runs, objective, publishing, run_groups, run_parts
from pool.services.drafts import Draft, StandIns
from pool.services.policy import policy_of
from pool.services.whole_problem import Whole, by_pool, persons, put_together
from pool.unit_of_work import UnitOfWork, unit_of_work
from workers import locks, match_parts, plan_figures, queues
from workers.failures import described
from workers.happened import Happened
from workers.ownership import Lost, Owned, lease, owning

log = structlog.get_logger()

STAGES = {
    "edges": "Finding who could take each session",
    "flow": "Finding the best plan",
    "tighten": "Proving how good it is",
    "repair": "Fitting each clinician's day together",
    "polish": "Looking for something better still",
    "check": "Checking every rule again",
    "done": "Writing down the reasons",
}
SOLVED = 0.6
EXPLAINED = 0.95
SENTENCE = "The plan could not be made: {} Correct it and start a new run."
MOST_OPERATIONS = 400_000
MOST_SECONDS = 600.0
"""Where improving stops: the count gives the same plan everywhere, the seconds are for machines that are too slow."""


def wake(happened: Happened) -> None:
    """A run was asked for: wake a worker. When Valkey is away the sweeper does it."""
    queues.signal(queues.MATCH_RUN, happened.pool_id, happened.id("run_id"))


def run(pool_id: str, run_id: str) -> None:
    """Look at a run and carry it through, unless somebody else is at it or it is over."""
    owned = take(Actor.system(UUID(pool_id)), UUID(run_id))
    if owned is None:
        return
    with owning(owned), locks.held(f"run {run_id}", wait_seconds=locks.POLITE_SECONDS):
        try:
            carry_through(owned)
        except matching.MatchingError as wrong:
            end_as_failed(owned, SENTENCE.format(wrong))
        except match_parts.PartsChanged:
            start_over(owned)
        except Lost:
            log.warning("run_lost", run_id=run_id, attempt=owned.attempt)
        except Exception as problem:
            give_back(owned, problem)
            raise


def take(actor: Actor, run_id: UUID) -> Owned | None:
    """Claim the run for this process, together with the runs of the pools that are matched with its own."""
    with unit_of_work(actor, read_only=True) as work:
        everybody = Actor.system(*run_groups.pools_of(work, run_id))
    with unit_of_work(everybody) as work:
        run = match_runs.claim(work, run_id, lease()) if run_groups.gather(work, run_id) else None
        return Owned(Actor.system(*run_groups.covered(run)), run.id, run.attempt) if run else None


def carry_through(owned: Owned) -> None:
    """Snapshot, solve, publish. A large run, and one over several pools, is divided first, and comes back when its parts
    are solved."""
    known = answers(owned)
    asked = kept_snapshot(owned) if known else snapshot(owned)
    whole = Whole.of(asked.tables, asked.person_of)
    weights = objective.for_solving(whole.problem, asked.weights, filling_first=asked.filling_first)
    if not known and match_parts.is_divided(whole):
        match_parts.divide(owned, whole.problem, weights)
        return
    result = matching.solve(
        whole.problem, weights=weights, seed=asked.seed, budget=matching.Budget(MOST_OPERATIONS, MOST_SECONDS),
        progress=lambda stage, done: owned.tell(STAGES.get(stage, "Improving the plan"), SOLVED * done),
        areas=match_parts.solved_areas(whole.problem, known) if known else None,
    )  # fmt: skip
    owned.tell("Finding who would step in", SOLVED)
    stand_ins = reserve(whole.problem, result, depth=max(asked.reserve_depths.values()))
    by_pool = {
        pool_id: draft_of(owned, asked, whole, result, stand_ins, pool_id, divided=bool(known))
        for pool_id in asked.reserve_depths
    }
    owned.tell("Publishing the plan", EXPLAINED)
    publish(owned, by_pool)


def draft_of(
    owned: Owned, asked: "Snapshot", whole: Whole, result: matching.Result, stand_ins: StandIns, pool_id: UUID, *,
    divided: bool,
) -> Draft:  # fmt: skip
    """The plan of one pool with its reasons and figures; bound and gap are those of the whole."""
    pools = list(asked.reserve_depths)
    start, share = SOLVED, (EXPLAINED - SOLVED) / len(pools)
    start += share * pools.index(pool_id)
    owned.tell("Working out what spreading the work costs", start)
    seen, own = whole.of_pool(pool_id, result)
    draft = drafts.draw_up(
        seen, own, lambda done: owned.tell(STAGES["done"], start + share * done),
        stand_ins=whole.reserve_of(seen, stand_ins, asked.reserve_depths[pool_id]),
        report=plan_figures.report(seen, own, divided=divided),
    )  # fmt: skip
    return replace(draft, objective=result.objective, bound=result.bound, gap=result.gap)


def answers(owned: Owned) -> dict[str, bytes]:
    """What the parts of a divided run have brought; nothing for any other run."""
    with unit_of_work(owned.actor, read_only=True) as work:
        return run_parts.answers(work, owned.row_id)


class Snapshot(NamedTuple):
    """What a run is solved from, who is behind its clinicians, what its plan is worth, and how deep a reserve each of its
    pools wants."""

    tables: dict[str, Any]
    person_of: dict[str, str]
    weights: matching.Weights
    filling_first: bool
    reserve_depths: dict[UUID, int]
    seed: int


def kept_snapshot(owned: Owned) -> Snapshot:
    """What the parts of a divided run were drawn from."""
    with unit_of_work(owned.actor, read_only=True) as work:
        run = work.get(MatchRun, owned.row_id)
        kept = match_runs.snapshots(work, run)
        owned.expect(len(kept) == len(run_groups.covered(run)))
        return as_asked(work, run, {pool_id: gzip.decompress(each).decode() for pool_id, each in kept.items()})


def snapshot(owned: Owned) -> Snapshot:
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
        put_together([json.loads(written[pool_id]) for pool_id in pool_ids]),
        persons(work.all(select(Clinician)), run) if run.together else {},
        matching.Weights.from_dict(run.weights), run.fill_first,
        {pool_id: policy_of(work.get(Pool, pool_id)).reserve_depth for pool_id in pool_ids}, run.seed,
    )  # fmt: skip


def publish(owned: Owned, by_pool: Mapping[UUID, Draft]) -> None:
    """All of it or nothing, and only by the owner."""
    with unit_of_work(owned.actor) as work:
        owned.expect(publishing.publish(work, owned.row_id, owned.attempt, by_pool))


def end_as_failed(owned: Owned, reason: str) -> None:
    """The manager hears why there is no plan."""
    with unit_of_work(owned.actor) as work:
        match_runs.fail(work, owned.row_id, owned.attempt, reason)


def start_over(owned: Owned) -> None:
    """The parts are of another release: forget them, and let the next attempt read the rows anew."""
    with unit_of_work(owned.actor) as work:
        if match_runs.give_back(work, owned.row_id, owned.attempt, "A new release came in between."):
            run_parts.discard(work, owned.row_id)


def give_back(owned: Owned, problem: Exception) -> None:
    """Something went wrong: let somebody try again soon. When PostgreSQL is away altogether, the lease runs out."""
    with unit_of_work(owned.actor) as work:
        match_runs.give_back(work, owned.row_id, owned.attempt, described(problem))
