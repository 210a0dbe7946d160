"""A large run, or one over several pools, in parts: drawn by the first job, each solved by a job of its own, stitched
together by the last one. A part is of one pool.

Killed at any point, a part's lease runs out and the sweeper asks for it again; parts that were solved stay solved.
"""

from collections.abc import Sequence
from uuid import UUID

import numpy as np
import structlog
from flask import current_app

import matching
from matching import Areas, Part, PartFlow, Problem, Weights, draw_areas, solve_part
from pool.actor import Actor
from pool.models.run_part import RunPart
from pool.services.runs import run_parts
from pool.services.runs.run_parts import Piece
from pool.services.runs.whole_problem import Whole
from pool.unit_of_work import unit_of_work
from workers import locks, part_files, queues
from workers.apart import Ended
from workers.failures import described
from workers.ownership import Lost, Owned, OwnedPart, lease, owning
from workers.watching import done_apart

log = structlog.get_logger()

AREA_ENDED = (
    "One of the areas of the run was ended, because it would have taken too much. {} No plan was made. Start a new run over "
    "fewer days; whoever runs the service can also lower POOL_AREA_SESSIONS, which makes smaller areas."
)


class PartsChanged(Exception):
    """The parts that were solved are not the parts of this problem: a release came in between."""


def is_divided(whole: Whole) -> bool:
    """Is there a part for several jobs: more open sessions than one area should hold (setting POOL_AREA_SESSIONS), or any
    in a run over several pools?"""
    open_sessions = int((whole.problem.sessions.fixed < 0).sum())
    return open_sessions > (0 if whole.is_joint else most_sessions())


def most_sessions() -> int:
    """The setting."""
    return current_app.extensions["pool_config"].area_sessions


def pieces(problem: Problem, weights: Weights) -> list[Piece]:
    """The areas of a large problem, each with its part."""
    practice_area, clinician_area = draw_areas(problem, most_sessions())
    parts = matching.divide(problem, weights, practice_area, clinician_area)
    pools = pools_of_areas(problem, practice_area)
    return [piece(part, pool_id) for part, pool_id in zip(parts, pools, strict=True)]


def divide(owned: Owned, pieces: Sequence[Piece]) -> None:
    """Write the parts, and ask for each of them."""
    with unit_of_work(owned.actor) as work:
        rows = run_parts.divide(work, owned.row_id, owned.attempt, pieces)
        owned.expect(rows is not None)
        ids = [(row.pool_id, row.id) for row in rows or ()]
    for pool_id, part_id in ids:
        queues.signal(queues.MATCH_PART, pool_id, part_id)


def pools_of_areas(problem: Problem, practice_area: np.ndarray) -> list[UUID]:
    """The pool of each area in the order of the areas."""
    pools = {row["practice_id"]: UUID(row["pool_id"]) for row in problem.rows["practices"]}
    of_area = dict(zip(practice_area.tolist(), map(pools.__getitem__, problem.practices.ids), strict=True))
    return [of_area[area] for area in sorted(of_area)]


def piece(part: Part, pool_id: UUID) -> Piece:
    """A part and the number of open sessions in it: what flows into its sink."""
    return Piece(pool_id, int(-part.supply[-1]), part_files.digest(part), part_files.written(part))


def solved_areas(problem: Problem, known: dict[str, bytes]) -> Areas:
    """The same areas as when the run was divided, with the answers that were handed in. Raises PartsChanged when they
    belong to other parts."""

    def answers(parts: Sequence[Part]) -> list[PartFlow]:
        digests = [part_files.digest(part) for part in parts]
        if set(digests) != known.keys():
            raise PartsChanged
        return [part_files.read(PartFlow, known[digest]) for digest in digests]

    practice, clinician = draw_areas(problem, most_sessions())
    return Areas(practice, clinician, answers)


def run(pool_id: str, part_id: str) -> None:
    """Solve one part, unless somebody else is at it or its run is over."""
    owned = take(Actor.system(UUID(pool_id)), UUID(part_id))
    if owned is None:
        return
    with owning(owned), locks.held(f"part {part_id}", wait_seconds=locks.POLITE_SECONDS):
        try:
            hand_in(owned, solved_apart(owned))
        except Ended as ended:
            give_up(owned, ended)
        except Lost:
            log.warning("part_lost", part_id=part_id, attempt=owned.attempt)
        except Exception as problem:
            give_back(owned, problem)
            raise


def take(actor: Actor, part_id: UUID) -> OwnedPart | None:
    """Claim the part for this process, which acts for every pool of its run."""
    with unit_of_work(actor, read_only=True) as work:
        everybody = Actor.system(*run_parts.pools_of(work, part_id))
    with unit_of_work(everybody) as work:
        part = run_parts.claim(work, part_id, lease())
        return OwnedPart(everybody, part.id, part.attempt) if part else None


def problem_of(owned: OwnedPart) -> Part:
    """The arrays of the part. Raises Lost when its run has ended and they are gone."""
    with unit_of_work(owned.actor, read_only=True) as work:
        written = work.get(RunPart, owned.row_id).problem
    if not written:
        raise Lost
    return part_files.read(Part, written)


def solved_apart(owned: OwnedPart) -> bytes:
    """The answer of the part, worked out in a child process."""
    part = problem_of(owned)
    return done_apart(lambda say: part_files.written(solve_part(part)), owned)


def give_up(owned: OwnedPart, ended: Ended) -> None:
    """The area takes more than it may, and would again: its run ends, and the managers hear why."""
    log.error("part_ended", part_id=str(owned.row_id), why=str(ended))
    with unit_of_work(owned.actor) as work:
        run_parts.end_run_of(work, owned.row_id, owned.attempt, AREA_ENDED.format(ended))


def hand_in(owned: OwnedPart, answer: bytes) -> None:
    """Keep the answer; after the last one ask for the run to be stitched together."""
    with unit_of_work(owned.actor) as work:
        complete = run_parts.hand_in(work, owned.row_id, owned.attempt, answer)
        stitch = (complete.pool_id, complete.id) if complete else None
    if stitch:
        queues.signal(queues.MATCH_RUN, *stitch)


def give_back(owned: OwnedPart, problem: Exception) -> None:
    """Something went wrong: let somebody try again soon."""
    with unit_of_work(owned.actor) as work:
        run_parts.give_back(work, owned.row_id, owned.attempt, described(problem))
