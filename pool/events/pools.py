"""What changes about pools and their practices."""

from dataclasses import dataclass
from uuid import UUID

from pool.events.base import Event


@dataclass(frozen=True)
class PoolFounded(Event):
    """A pool was set up under the name `name_given`. For the audit trail."""

    pool_id: UUID
    name_given: str


@dataclass(frozen=True)
class PoolPolicyChanged(Event):
    """A manager changed rules of the pool; `changed` names them. Invoices that waited for the host's details are
    issued."""

    pool_id: UUID
    changed: str


@dataclass(frozen=True)
class PracticeChanged(Event):
    """Facts of a practice changed; `changed` names them. Invoices that waited for them are issued."""

    practice_id: UUID
    changed: str


@dataclass(frozen=True)
class PracticesClosed(Event):
    """The ODS report `run_name` says that practices of the pool closed or went dormant. Pool managers are told."""

    run_name: str
    practice_ids: list[str]


@dataclass(frozen=True)
class PracticesImported(Event):
    """The ODS report `run_name` was read: so many practices added, changed and closed. For the audit trail."""

    run_name: str
    added: int
    changed: int
    closed: int
