"""A matching run in the background: claim it, read, solve, write, release it. What each step does is in pool/services/runs.

Killed at any point, the run's lease runs out, the sweeper asks again, and the next attempt starts from fresh rows.
"""

from functools import partial
from uuid import UUID

import structlog
from flask import current_app

import matching
from pool.actor import Actor
from pool.services.runs import reading, run_groups, run_leases, run_parts, run_stops, solving, writing
from pool.services.runs.areas import PartsChanged
from pool.services.runs.reading import RunInput
from pool.services.runs.run_leases import Lost
from pool.services.runs.run_parts import Piece
from pool.services.runs.run_stops import Dropped
from pool.unit_of_work import unit_of_work
from workers import locks, queues
from workers.apart import Ended
from workers.failures import described
from workers.happened import Happened
from workers.ownership import Owned, lease, owning
from workers.watching import done_apart

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


def enqueue(happened: Happened) -> None:
    """A run was asked for: ask a worker for it. When Valkey is away the sweeper does."""
    queues.signal(queues.MATCH_RUN, happened.pool_id, happened.id("run_id"))


def run(pool_id: str, run_id: str) -> None:
    """Execute a run, unless another worker owns it or it is over."""
    owned = claim(Actor.system(UUID(pool_id)), UUID(run_id))
    if owned is None:
        return
    with owning(owned), locks.held(f"run {run_id}", wait_seconds=locks.POLITE_SECONDS):
        try:
            execute_or_end(owned)
        except Lost:
            log.warning("run_lost", run_id=run_id, attempt=owned.attempt)
        except Exception as problem:
            release(owned, problem)
            raise


def claim(actor: Actor, run_id: UUID) -> Owned | None:
    """Claim the run for this process, together with the runs of the pools that are matched with its own."""
    with unit_of_work(actor, read_only=True) as work:
        pools = Actor.system(*run_groups.pools_of(work, run_id))
    with unit_of_work(pools) as work:
        run = run_leases.claim(work, run_id, lease()) if run_groups.gather(work, run_id) else None
        return Owned(Actor.system(*run.pool_ids), run.id, run.attempt) if run else None


def execute_or_end(owned: Owned) -> None:
    """Execute the run; one that comes to no plan ends with its reason. Raises Lost."""
    try:
        execute(owned)
    except Dropped:
        end_as_stopped(owned)
    except Ended as ended:
        end_as_failed(owned, why_ended(owned, ended))
    except matching.MatchingError as wrong:
        end_as_failed(owned, why_failed(owned, wrong))
    except PartsChanged:
        restart(owned)


def execute(owned: Owned) -> None:
    """Read, solve, write; no transaction is open while the engine works. A run that is too large for one go is written as
    parts, and is executed again when they are solved."""
    with unit_of_work(owned.actor) as work:
        run_input = reading.read_run(work, owned.row_id, owned.attempt)
    outcome = solve_apart(owned, run_input)
    with unit_of_work(owned.actor) as work:
        parts = writing.write_run(work, owned.row_id, owned.attempt, outcome)
        waiting = [(part.pool_id, part.id) for part in parts]
    for pool_id, part_id in waiting:
        queues.signal(queues.MATCH_PART, pool_id, part_id)


def solve_apart(owned: Owned, run_input: RunInput) -> solving.Drafts | list[Piece]:
    """What the engine finds, in a child process. When that is ended, what becomes of the best plan it had by then; raises
    Ended when it had none."""
    area_sessions = current_app.extensions["pool_config"].area_sessions
    try:
        return done_apart(partial(solving.solve_run, run_input, area_sessions), owned)
    except Ended as ended:
        if ended.plan is None:
            raise
        log.warning("run_ended_with_its_best_plan", run_id=str(owned.row_id), why=str(ended))
        return done_apart(partial(solving.finish_plan, run_input, ended.plan, ended.stopped), owned)


def why_ended(owned: Owned, ended: Ended) -> str:
    """The sentence for the managers of a run that was ended before there was a plan that could be shown."""
    log.error("run_ended", run_id=str(owned.row_id), why=str(ended))
    return ENDED.format(ended)


def why_failed(owned: Owned, wrong: matching.MatchingError) -> str:
    """The sentence for the managers of a run's pools."""
    log.error("run_cannot_be_solved", run_id=str(owned.row_id), error=str(wrong))
    return JOINT_SENTENCE if len(owned.actor.pool_ids) > 1 else SENTENCE.format(wrong)


def end_as_failed(owned: Owned, reason: str) -> None:
    """The managers read why there is no plan. Raises Lost."""
    with unit_of_work(owned.actor) as work:
        run_leases.fail(work, owned.row_id, owned.attempt, reason)


def end_as_stopped(owned: Owned) -> None:
    """The run was stopped, and there is no plan of it. Raises Lost."""
    with unit_of_work(owned.actor) as work:
        run_stops.end_owned(work, owned.row_id, owned.attempt)


def restart(owned: Owned) -> None:
    """The parts are of another release: delete them, so that the next attempt reads the rows anew."""
    with unit_of_work(owned.actor) as work:
        if run_leases.release(work, owned.row_id, owned.attempt, "A new release came in between."):
            run_parts.discard(work, owned.row_id)


def release(owned: Owned, problem: Exception) -> None:
    """Something went wrong: another worker may try at once. When PostgreSQL is away altogether, the lease runs out."""
    with unit_of_work(owned.actor) as work:
        run_leases.release(work, owned.row_id, owned.attempt, described(problem))
