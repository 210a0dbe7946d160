"""What a pool manager does with the proposals of a run."""

from dataclasses import dataclass
from uuid import UUID

from pool.events.base import Event


@dataclass(frozen=True)
class ProposalReplaced(Event):
    """A manager gave a proposed session to another clinician."""

    proposal_id: UUID
    session_id: UUID
    clinician_id: UUID


@dataclass(frozen=True)
class ProposalDropped(Event):
    """A proposal was taken off the plan; `reason` is a sentence."""

    proposal_id: UUID
    session_id: UUID
    reason: str


@dataclass(frozen=True)
class WaveReleased(Event):
    """The next wave of offers for a session went out: the number of the wave and of its offers."""

    proposal_id: UUID
    session_id: UUID
    wave: int
    offers: int
