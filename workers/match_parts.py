"""A part of a divided run in the background: claim it, solve it, hand its answer in, release it.

Killed at any point, a part's lease runs out and the sweeper asks for it again; parts that were solved stay solved.
"""

from functools import partial
from uuid import UUID

import structlog

from pool.actor import Actor
from pool.services.runs import areas, run_parts
from pool.services.runs.run_leases import Lost
from pool.unit_of_work import unit_of_work
from workers import locks, queues
from workers.apart import Ended, Say
from workers.failures import described
from workers.ownership import OwnedPart, lease, owning
from workers.watching import done_apart

log = structlog.get_logger()

AREA_ENDED = (
    "One of the areas of the run was ended, because it would have taken too much. {} No plan was made. Start a new run over "
    "fewer days; whoever runs the service can also lower POOL_AREA_SESSIONS, which makes smaller areas."
)


def run(pool_id: str, part_id: str) -> None:
    """Solve one part, unless another worker owns it or its run is over."""
    owned = claim(Actor.system(UUID(pool_id)), UUID(part_id))
    if owned is None:
        return
    with owning(owned), locks.held(f"part {part_id}", wait_seconds=locks.POLITE_SECONDS):
        try:
            hand_in(owned, solve_apart(owned))
        except Ended as ended:
            end_run(owned, ended)
        except Lost:
            log.warning("part_lost", part_id=part_id, attempt=owned.attempt)
        except Exception as problem:
            release(owned, problem)
            raise


def claim(actor: Actor, part_id: UUID) -> OwnedPart | None:
    """Claim the part for this process, which acts for every pool of its run."""
    with unit_of_work(actor, read_only=True) as work:
        pools = Actor.system(*run_parts.pools_of(work, part_id))
    with unit_of_work(pools) as work:
        part = run_parts.claim(work, part_id, lease())
        return OwnedPart(pools, part.id, part.attempt) if part else None


def solve_apart(owned: OwnedPart) -> bytes:
    """The answer of the part, worked out in a child process. Raises Lost when its run is over."""
    with unit_of_work(owned.actor, read_only=True) as work:
        problem = run_parts.problem_of(work, owned.row_id)
    return done_apart(partial(solve_in_child, problem), owned)


def solve_in_child(problem: bytes, say: Say) -> bytes:
    """What the child process does; a part says nothing meanwhile."""
    return areas.solve_piece(problem)


def end_run(owned: OwnedPart, ended: Ended) -> None:
    """The area takes more than it may, and would again: its run ends, and the managers read why."""
    log.error("part_ended", part_id=str(owned.row_id), why=str(ended))
    with unit_of_work(owned.actor) as work:
        run_parts.end_run_of(work, owned.row_id, owned.attempt, AREA_ENDED.format(ended))


def hand_in(owned: OwnedPart, answer: bytes) -> None:
    """Keep the answer; after the last one ask for the run, which is then solved from all of them."""
    with unit_of_work(owned.actor) as work:
        complete = run_parts.hand_in(work, owned.row_id, owned.attempt, answer)
        whole = (complete.pool_id, complete.id) if complete else None
    if whole:
        queues.signal(queues.MATCH_RUN, *whole)


def release(owned: OwnedPart, problem: Exception) -> None:
    """Something went wrong: another worker may try at once."""
    with unit_of_work(owned.actor) as work:
        run_parts.release(work, owned.row_id, owned.attempt, described(problem))
