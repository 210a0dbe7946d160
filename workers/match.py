"""A matching run in the background: claim, snapshot, solve, publish. Nothing is held open while the engine works.

Killed at any point, the run's lease runs out, the sweeper asks again, and the next attempt starts from fresh rows.
"""

from collections.abc import Mapping
from uuid import UUID

import structlog

import matching
from matching.reserve import reserve
from pool.actor import Actor
from pool.services import match_runs, objective, publishing, run_groups, run_parts
from pool.services.drafts import Draft
from pool.services.whole_problem import Whole
from pool.unit_of_work import unit_of_work
from workers import locks, match_parts, pool_drafts, queues, run_snapshots
from workers.failures import described
from workers.happened import Happened
from workers.ownership import Lost, Owned, lease, owning
from workers.pool_drafts import Solved

log = structlog.get_logger()

STAGES = {
    "edges": "Finding who could take each session",
    "flow": "Finding the best plan",
    "tighten": "Proving how good it is",
    "repair": "Fitting each clinician's day together",
    "polish": "Looking for something better still",
    "check": "Checking every rule again",
    "done": pool_drafts.REASONS,
}
SOLVED = 0.6
EXPLAINED = 0.95
SENTENCE = "The plan could not be made: {} Correct it and start a new run."
JOINT_SENTENCE = (
    "The plans of the pools that are matched together could not be made: something recorded in one of them cannot be used. "
    "Ask the other pools whether a run of theirs alone succeeds; until it is found, take the tick from “Match together” in "
    "your rules and start a new run for your pool alone."
)
"""What is wrong is a row of one pool and none of the others' affair; the log names it."""
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
            end_as_failed(owned, why_failed(owned, wrong))
        except match_parts.PartsChanged:
            start_over(owned)
        except Lost:
            log.warning("run_lost", run_id=run_id, attempt=owned.attempt)
        except Exception as problem:
            give_back(owned, problem)
            raise


def why_failed(owned: Owned, wrong: matching.MatchingError) -> str:
    """The sentence for the managers of a run's pools."""
    log.error("run_cannot_be_solved", run_id=str(owned.row_id), error=str(wrong))
    return JOINT_SENTENCE if len(owned.actor.pool_ids) > 1 else SENTENCE.format(wrong)


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
    asked = run_snapshots.kept(owned) if known else run_snapshots.fresh(owned)
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
    solved = Solved(whole, result, stand_ins, asked.reserve_depths, divided=bool(known))
    by_pool = pool_drafts.of_pools(
        solved, lambda words, done: owned.tell(words, SOLVED + (EXPLAINED - SOLVED) * done)
    )
    owned.tell("Publishing the plan", EXPLAINED)
    publish(owned, by_pool)


def answers(owned: Owned) -> dict[str, bytes]:
    """What the parts of a divided run have brought; nothing for any other run."""
    with unit_of_work(owned.actor, read_only=True) as work:
        return run_parts.answers(work, owned.row_id)


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
