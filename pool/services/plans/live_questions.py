"""Questions about the plan as it stands, answered from memory by the live process; the rows decide whether to believe it.

An answer about other rows than those of this moment is thrown away, and so is one that does not come in time: the page
then shows what the rows alone say.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from pool import queue
from pool.services.plans.fingerprint import fingerprint
from pool.unit_of_work import UnitOfWork

SECONDS = 1.5


class Move(NamedTuple):
    """In a chain: a session that goes from one clinician to another; None is nobody."""

    session_id: UUID
    giver: UUID | None
    taker: UUID | None


class WhoElse(NamedTuple):
    """What the plan says about a session: clinicians who are free for it, best first; what the plan would lose with
    each of those who would have to be moved; and the best chain of moves that takes it from its clinician."""

    best: Sequence[UUID]
    costs: Mapping[UUID, tuple[int, str]]
    chain: Sequence[Move]
    chain_loss: int
    milliseconds: int


def who_else(work: UnitOfWork, session_id: UUID) -> WhoElse | None:
    """Ask who could take a session, seen from the plan as a whole. None when nothing true is known in time."""
    said = believed(work, {"kind": "who_else", "session_id": str(session_id)}, seconds=SECONDS)
    if said is None:
        return None
    chain = said["chain"] or {"loss": 0, "moves": []}
    return WhoElse(
        best=[UUID(each["clinician_id"]) for each in said["best"]],
        costs={UUID(each["clinician_id"]): (each["regret"], each["sentence"]) for each in said["others"]},
        chain=[Move(UUID(session), as_id(giver), as_id(taker)) for session, giver, taker in chain["moves"]],
        chain_loss=chain["loss"],
        milliseconds=max(1, round(1000 * said["seconds"])),
    )


def as_id(text: str | None) -> UUID | None:
    """An id, or nobody."""
    return UUID(text) if text else None


def believed(work: UnitOfWork, question: dict[str, Any], *, seconds: float) -> dict[str, Any] | None:
    """The answer to a question about the actor's pool, if it came in time and is about the rows of this moment."""
    said = queue.ask(question | {"pool_id": str(work.pool_id)}, seconds=seconds)
    if said is None or "cannot" in said or said["mark"] != fingerprint(work):
        return None
    return said
