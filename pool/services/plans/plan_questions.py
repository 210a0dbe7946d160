"""Questions about the plan as it stands, answered by the process that keeps plans in memory (workers/answering.py).

How a question travels is the caller's choice: each function is given an `ask`. An answer about other rows than those of
this moment is thrown away, and so is one that does not come in time: the page then shows what the rows alone say.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from pool.rules.choice_words import Kept
from pool.services.plans.fingerprint import fingerprint
from pool.unit_of_work import UnitOfWork

SECONDS = 1.5
"""How long a page waits for an answer."""

Answer = dict[str, Any]


class Ask(Protocol):
    """Sends a question and waits at most so many seconds; None when no answer came (pool.queue.ask)."""

    def __call__(self, question: dict[str, Any], *, seconds: float) -> Answer | None: ...


class Move(NamedTuple):
    """In a chain: a session that goes from one clinician to another; None for no one."""

    session_id: UUID
    giver: UUID | None
    taker: UUID | None


class WhoElse(NamedTuple):
    """What the plan says about a session: clinicians who are free for it, best first; what the plan would lose with
    each of those who would have to be moved; and the best chain of moves that takes it from its clinician."""

    best: Sequence[UUID]
    costs: Mapping[UUID, Kept]
    chain: Sequence[Move]
    chain_loss: int
    milliseconds: int


def who_else(work: UnitOfWork, session_id: UUID, ask: Ask) -> WhoElse | None:
    """Who could take a session, seen from the plan as a whole. None when no answer about the present rows came in time."""
    answer = current_answer(work, {"kind": "who_else", "session_id": str(session_id)}, ask, seconds=SECONDS)
    if answer is None:
        return None
    chain = answer["chain"] or {"loss": 0, "moves": []}
    return WhoElse(
        best=[UUID(clinician["clinician_id"]) for clinician in answer["best"]],
        costs={UUID(other["clinician_id"]): other for other in answer["others"]},
        chain=[Move(UUID(session), as_id(giver), as_id(taker)) for session, giver, taker in chain["moves"]],
        chain_loss=chain["loss"],
        milliseconds=max(1, round(1000 * answer["seconds"])),
    )


def as_id(text: str | None) -> UUID | None:
    """The id in a text, None for none."""
    return UUID(text) if text else None


def current_answer(work: UnitOfWork, question: dict[str, Any], ask: Ask, *, seconds: float) -> Answer | None:
    """The answer to a question about the actor's pool, if it came in time and is about the rows of this moment."""
    answer = ask(question | {"pool_id": str(work.pool_id)}, seconds=seconds)
    if answer is None or "cannot" in answer or answer["fingerprint"] != fingerprint(work):
        return None
    return answer
