"""The life of a matching run."""

from dataclasses import dataclass
from uuid import UUID

from pool.events.base import Event


@dataclass(frozen=True)
class RunRequested(Event):
    """A run is to be made. The matching workers start it."""

    run_id: UUID


@dataclass(frozen=True)
class RunPublished(Event):
    """A run ended with a plan: sessions with a proposal, left empty, and dropped because rows changed meanwhile."""

    run_id: UUID
    proposed: int
    unfilled: int
    dropped: int


@dataclass(frozen=True)
class RunStopAsked(Event):
    """A manager asked a run to stop; `wish` says with or without the plan so far. The run reads it."""

    run_id: UUID
    wish: str


@dataclass(frozen=True)
class RunStopped(Event):
    """A run was stopped without a plan; `reason` is a sentence."""

    run_id: UUID
    reason: str


@dataclass(frozen=True)
class RunFailed(Event):
    """A run was given up without a plan; `reason` is a sentence. Pool managers are told."""

    run_id: UUID
    reason: str
