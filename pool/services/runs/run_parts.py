"""The parts of a large run: claimed, solved and handed in one by one; with the last one the run can go on.

Ownership is that of runs (pool/services/runs/run_leases.py): an attempt, a lease in database time, and a fence around
everything that is written. While its parts are under way a run is `divided` and no worker owns it.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, update

from pool.formats import plural
from pool.lifecycle import PART, RUN, advance
from pool.models.match_run import MatchRun
from pool.models.run_part import RunPart
from pool.services.runs import run_leases
from pool.services.runs.run_leases import LEASE, Lost
from pool.unit_of_work import UnitOfWork

MOST_ATTEMPTS = 5
STOPPED = (
    f"An area of the run was started {MOST_ATTEMPTS} times and its worker stopped each time. "
    "Start a new run over fewer days."
)


class Piece(NamedTuple):
    """A part before it is a row: its pool, how many open sessions it holds, its arrays as bytes, and their digest."""

    pool_id: UUID
    sessions: int
    digest: str
    problem: bytes


def divide(work: UnitOfWork, run: MatchRun, pieces: Sequence[Piece]) -> list[RunPart]:
    """Write the parts, each with the run of its pool, and release the lease until all of them are solved."""
    rows: list[RunPart] = []
    for member in run_leases.group_of(work, run):
        advance(RUN, member, "divide")
        member.lease_until, member.stage, member.progress = None, words(0, len(pieces)), 0.0
        rows += written(work, member, [piece for piece in pieces if piece.pool_id == member.pool_id])
    work.store.flush()
    return rows


def written(work: UnitOfWork, run: MatchRun, pieces: Sequence[Piece]) -> list[RunPart]:
    """The parts of one run as rows."""
    rows = [
        RunPart(
            pool_id=run.pool_id,
            run_id=run.id,
            number=number,
            state=PART.initial,
            sessions=piece.sessions,
            digest=piece.digest,
            problem=piece.problem,
        )
        for number, piece in enumerate(pieces, start=1)
    ]
    for row in rows:
        work.add(row)
    return rows


def words(solved: int, of: int) -> str:
    """What people read while parts are under way."""
    return f"Finding the best plan of {plural(of, 'area')}: {solved} of {of} solved"


def of_live_runs() -> ColumnElement[bool]:
    """Parts whose run still waits for them."""
    return RunPart.run_id.in_(select(MatchRun.id).where(MatchRun.state == "divided"))


def is_free() -> ColumnElement[bool]:
    """Waiting, or abandoned: the lease has run out (database time)."""
    abandoned = (RunPart.state == "running") & (RunPart.lease_until <= func.now())
    return (RunPart.state == "pending") | abandoned


def waiting(work: UnitOfWork) -> Sequence[tuple[UUID, UUID]]:
    """Pool and id of every part that needs a worker, the largest first."""
    found = select(RunPart.pool_id, RunPart.id).where(is_free(), of_live_runs())
    return [(pool_id, part_id) for pool_id, part_id in work.store.execute(found.order_by(RunPart.sessions.desc()))]


def pools_of(work: UnitOfWork, part_id: UUID) -> list[UUID]:
    """The pools of the run of a part: handing in the last part moves all of them on."""
    run = work.first(select(MatchRun).join(RunPart, RunPart.run_id == MatchRun.id).where(RunPart.id == part_id))
    return run.pool_ids if run and run.together else list(work.actor.pool_ids)


def claim(work: UnitOfWork, part_id: UUID, lease: timedelta = LEASE) -> RunPart | None:
    """Take a part; None when another worker owns it or it is solved. One that was taken too often ends its run."""
    wanted = select(RunPart).where(RunPart.id == part_id, is_free(), of_live_runs())
    part = work.first(wanted.with_for_update(of=RunPart))
    if part is None:
        return None
    if part.attempt >= MOST_ATTEMPTS:
        give_up(work, part.run_id)
        return None
    advance(PART, part, "start")
    part.attempt += 1
    part.lease_until = func.now() + lease
    work.store.flush()
    return part


def give_up(work: UnitOfWork, run_id: UUID) -> None:
    """A run whose part cannot be solved fails for good."""
    run = leading(work, run_id)
    if run.state == "divided":
        run_leases.end_as_failed(work, run, STOPPED)


def end_run_of(work: UnitOfWork, part_id: UUID, attempt: int, reason: str) -> None:
    """The run of a part fails for good, unless the part is no longer the worker's."""
    part = work.get(RunPart, part_id)
    run = leading(work, part.run_id)
    if work.first(select(RunPart).where(is_owned(part_id, attempt))) and run.state == "divided":
        run_leases.end_as_failed(work, run, reason)


def is_wanted(work: UnitOfWork, part_id: UUID) -> bool:
    """Does the run of a part still wait for it?"""
    return work.first(select(RunPart.id).where(RunPart.id == part_id, of_live_runs())) is not None


def leading(work: UnitOfWork, run_id: UUID) -> MatchRun:
    """The run that carries through the run of a part: itself or the one that leads it; held until the end."""
    run = work.get(MatchRun, run_id)
    return work.get(MatchRun, run.led_by_id or run.id, lock=True)


def of_group(run_id: UUID) -> ColumnElement[bool]:
    """The parts of a run and of those it leads."""
    return (RunPart.run_id == run_id) | RunPart.run_id.in_(run_leases.led_by(run_id))


def is_owned(part_id: UUID, attempt: int) -> ColumnElement[bool]:
    """The fence: still running, and still this attempt's."""
    return (RunPart.id == part_id) & (RunPart.attempt == attempt) & (RunPart.state == "running")


def update_owned(work: UnitOfWork, part_id: UUID, attempt: int, **columns: object) -> bool:
    """Write columns of the part inside the fence; False when it has been given to another worker."""
    done = work.store.execute(update(RunPart).where(is_owned(part_id, attempt)).values(**columns))
    return done.rowcount == 1  # type: ignore[attr-defined]


def renew_lease(work: UnitOfWork, part_id: UUID, attempt: int, lease: timedelta = LEASE) -> bool:
    """Say that the worker is alive; False when the part is no longer its own."""
    return update_owned(work, part_id, attempt, lease_until=func.now() + lease)


def release(work: UnitOfWork, part_id: UUID, attempt: int, failure: str) -> bool:
    """The worker cannot go on; another one may claim the part at once. False when it is no longer the worker's."""
    return update_owned(work, part_id, attempt, lease_until=func.now(), failure=failure)


def hand_in(work: UnitOfWork, part_id: UUID, attempt: int, answer: bytes) -> MatchRun | None:
    """Keep the answer of a part, once. Gives the run when this was its last part; None otherwise, also when the part
    is no longer the worker's. The run is locked first, so that of two parts at once one is the last."""
    part = work.get(RunPart, part_id)
    run = leading(work, part.run_id)
    part = work.get(RunPart, part_id, lock=True)
    if part.attempt != attempt or part.state != "running" or run.state != "divided":
        return None
    advance(PART, part, "solve")
    part.answer, part.solved_at, part.lease_until, part.failure = answer, func.now(), None, ""
    work.store.flush()
    done, of = count(work, run.id)
    for member in run_leases.group_of(work, run):
        member.stage, member.progress = words(done, of), 0.3 * done / of
    return run if done == of else None


def count(work: UnitOfWork, run_id: UUID) -> tuple[int, int]:
    """How many parts of a run, and of those it leads, are solved, of how many."""
    states = list(work.store.scalars(select(RunPart.state).where(of_group(run_id))))
    return states.count("solved"), len(states)


def problem_of(work: UnitOfWork, part_id: UUID) -> bytes:
    """The arrays of a part as they stand in its row. Raises Lost when its run has ended and they are gone."""
    problem = work.get(RunPart, part_id).problem
    if not problem:
        raise Lost
    return problem


def answers(work: UnitOfWork, run_id: UUID) -> dict[str, bytes]:
    """The answers that were handed in, by the digest of their problem; nothing for a run that was not divided."""
    found = select(RunPart.digest, RunPart.answer).where(of_group(run_id), RunPart.state == "solved")
    return {digest: answer for digest, answer in work.store.execute(found) if answer}


def of_run(work: UnitOfWork, run_id: UUID) -> Sequence[RunPart]:
    """The parts of a run in their order."""
    return work.all(select(RunPart).where(RunPart.run_id == run_id).order_by(RunPart.number))


def discard(work: UnitOfWork, run_id: UUID) -> None:
    """Forget the parts: the next attempt reads the rows anew."""
    work.store.execute(delete(RunPart).where(of_group(run_id)))


def empty(work: UnitOfWork, run_ids: Iterable[UUID]) -> None:
    """The arrays of runs that are over are needed no more."""
    work.store.execute(update(RunPart).where(RunPart.run_id.in_(list(run_ids))).values(problem=b"", answer=None))
