"""A matching run in the background: claim, snapshot, solve, publish. Nothing is held open while the engine works.

Killed at any point, the run's lease runs out, the sweeper asks again, and the next attempt starts from fresh rows.
"""

import gzip
import json
from typing import Any, NamedTuple
from uuid import UUID

import structlog

import matching
from matching.reserve import reserve
from pool.actor import Actor
from pool.models.match_run import MatchRun
from pool.models.pool import Pool
from pool.services import drafts, match_runs, objective, publishing, run_parts
from pool.services.drafts import Draft
from pool.services.policy import policy_of
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
    """Claim the run for this process."""
    with unit_of_work(actor) as work:
        run = match_runs.claim(work, run_id, lease())
        return Owned(actor, run.id, run.attempt) if run else None


def carry_through(owned: Owned) -> None:
    """Snapshot, solve, publish. A large run is divided first, and comes back when its parts are solved."""
    known = answers(owned)
    tables, weights, filling_first, reserve_depth, seed = kept_snapshot(owned) if known else snapshot(owned)
    problem = matching.Problem.from_tables(tables)
    weights = objective.for_solving(problem, weights, filling_first=filling_first)
    if not known and match_parts.is_large(problem):
        match_parts.divide(owned, problem, weights)
        return
    result = matching.solve(
        problem, weights=weights, seed=seed, budget=matching.Budget(MOST_OPERATIONS, MOST_SECONDS),
        progress=lambda stage, done: owned.tell(STAGES.get(stage, "Improving the plan"), SOLVED * done),
        areas=match_parts.solved_areas(problem, known) if known else None,
    )  # fmt: skip
    owned.tell("Finding who would step in", SOLVED)
    stand_ins = reserve(problem, result, depth=reserve_depth)
    owned.tell("Working out what spreading the work costs", SOLVED)
    report = plan_figures.report(problem, result, divided=bool(known))
    draft = drafts.draw_up(
        problem, result, lambda done: owned.tell(STAGES["done"], SOLVED + (EXPLAINED - SOLVED) * done),
        stand_ins=stand_ins, report=report,
    )  # fmt: skip
    owned.tell("Publishing the plan", EXPLAINED)
    publish(owned, draft)


def answers(owned: Owned) -> dict[str, bytes]:
    """What the parts of a divided run have brought; nothing for any other run."""
    with unit_of_work(owned.actor, read_only=True) as work:
        return run_parts.answers(work, owned.row_id)


class Snapshot(NamedTuple):
    """What a run is solved from, and what its plan is worth."""

    tables: dict[str, Any]
    weights: matching.Weights
    filling_first: bool
    reserve_depth: int
    seed: int


def kept_snapshot(owned: Owned) -> Snapshot:
    """What the parts of a divided run were drawn from."""
    with unit_of_work(owned.actor, read_only=True) as work:
        run = work.get(MatchRun, owned.row_id)
        owned.expect(run.snapshot_gz is not None)
        return as_asked(work, run, gzip.decompress(run.snapshot_gz or b"").decode())


def snapshot(owned: Owned) -> Snapshot:
    """The tables as they are now, kept with the run exactly as they are solved."""
    with unit_of_work(owned.actor, read_only=True) as work:
        run = work.get(MatchRun, owned.row_id)
        written = json.dumps(match_runs.tables_of(work, run), default=str)
        found = as_asked(work, run, written)
    with unit_of_work(owned.actor) as work:
        owned.expect(match_runs.keep_snapshot(work, owned.row_id, owned.attempt, gzip.compress(written.encode())))
    return found


def as_asked(work: UnitOfWork, run: MatchRun, written: str) -> Snapshot:
    """The snapshot with the points and the seed that the run was asked for with, and how deep a reserve the pool wants."""
    depth = policy_of(work.get(Pool, run.pool_id)).reserve_depth
    return Snapshot(json.loads(written), matching.Weights.from_dict(run.weights), run.fill_first, depth, run.seed)


def publish(owned: Owned, draft: Draft) -> None:
    """All of it or nothing, and only by the owner."""
    with unit_of_work(owned.actor) as work:
        owned.expect(publishing.publish(work, owned.row_id, owned.attempt, draft))


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
