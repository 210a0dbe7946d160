"""A matching run in the background: claim, snapshot, solve, publish. Nothing is held open while the engine works.

Killed at any point, the run's lease runs out, the sweeper asks again, and the next attempt starts from fresh rows.
"""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

import structlog

import matching
from pool.actor import Actor
from pool.services.plans import publishing
from pool.services.runs import match_runs, run_groups, run_parts, run_stops
from pool.services.runs.drafts import Draft
from pool.services.runs.run_parts import Piece
from pool.unit_of_work import unit_of_work
from workers import locks, match_parts, pool_drafts, queues, run_snapshots, solving
from workers.apart import Ended
from workers.failures import described
from workers.happened import Happened
from workers.ownership import Lost, Owned, lease, owning
from workers.run_snapshots import Snapshot
from workers.watching import Dropped, done_apart

log = structlog.get_logger()

SENTENCE = "The plan could not be made: {} Correct it and start a new run."
JOINT_SENTENCE = (
    "The plans of the pools that are matched together could not be made: something recorded in one of them cannot be used. "
    "Ask the other pools whether a run of theirs alone succeeds; until it is found, take the tick from “Match together” in "
    "your rules and start a new run for your pool alone."
)
"""What is wrong is a row of one pool and none of the others' affair; the log names it."""
ENDED = (
    "The run was ended before it had a plan, because it would have taken too much. {} Start a new run over fewer days; if it "
    "ends like this again, show this sentence to whoever runs the service."
)


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
        except Dropped:
            end_as_stopped(owned)
        except Ended as ended:
            end_as_failed(owned, why_ended(owned, ended))
        except matching.MatchingError as wrong:
            end_as_failed(owned, why_failed(owned, wrong))
        except match_parts.PartsChanged:
            start_over(owned)
        except Lost:
            log.warning("run_lost", run_id=run_id, attempt=owned.attempt)
        except Exception as problem:
            give_back(owned, problem)
            raise


def why_ended(owned: Owned, ended: Ended) -> str:
    """The sentence for the managers of a run that was ended before there was a plan that could be shown."""
    log.error("run_ended", run_id=str(owned.row_id), why=str(ended))
    return ENDED.format(ended)


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
    refuse_stopped(owned)
    known = answers(owned)
    asked = run_snapshots.kept(owned) if known else run_snapshots.fresh(owned)
    outcome = worked_out(owned, asked, known)
    if isinstance(outcome, list):
        match_parts.divide(owned, outcome)
        return
    owned.tell("Publishing the plan", solving.EXPLAINED)
    publish(owned, outcome)


def refuse_stopped(owned: Owned) -> None:
    """Somebody asked to stop before this attempt began, so there is no plan. Raises Dropped."""
    with unit_of_work(owned.actor, read_only=True) as work:
        if run_stops.wish(work, owned.row_id):
            raise Dropped


def worked_out(owned: Owned, asked: Snapshot, known: dict[str, bytes]) -> solving.Drafts | list[Piece]:
    """What the engine finds, in a child process. When that is ended, what it makes of the best plan it had by then; raises
    Ended when it had none."""
    try:
        return done_apart(partial(solving.work_out, asked, known), owned)
    except Ended as ended:
        if ended.plan is None:
            raise
        log.warning("run_ended_with_its_best_plan", run_id=str(owned.row_id), why=str(ended))
        owned.tell(pool_drafts.REASONS, solving.SOLVED)
        return done_apart(partial(solving.bring_to_an_end, asked, ended.plan, ended.stopped), owned)


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


def end_as_stopped(owned: Owned) -> None:
    """Somebody stopped the run, and there is no plan of it."""
    with unit_of_work(owned.actor) as work:
        run_stops.end_owned(work, owned.row_id, owned.attempt)


def start_over(owned: Owned) -> None:
    """The parts are of another release: forget them, and let the next attempt read the rows anew."""
    with unit_of_work(owned.actor) as work:
        if match_runs.give_back(work, owned.row_id, owned.attempt, "A new release came in between."):
            run_parts.discard(work, owned.row_id)


def give_back(owned: Owned, problem: Exception) -> None:
    """Something went wrong: let somebody try again soon. When PostgreSQL is away altogether, the lease runs out."""
    with unit_of_work(owned.actor) as work:
        match_runs.give_back(work, owned.row_id, owned.attempt, described(problem))
