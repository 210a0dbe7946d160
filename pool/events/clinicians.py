"""What a clinician or a practice says about a clinician: free times, facts, status determinations (IR35)."""

from dataclasses import dataclass
from uuid import UUID

from pool.events.base import Event


@dataclass(frozen=True)
class AvailabilityChanged(Event):
    """A clinician is free at other times. The next run and open plans read it."""

    clinician_id: UUID


@dataclass(frozen=True)
class ClinicianChanged(Event):
    """Facts of a clinician changed; `changed` names them. Invoices that waited for payment details are issued."""

    clinician_id: UUID
    changed: str


@dataclass(frozen=True)
class DeterminationIssued(Event):
    """A practice decided the tax status of a clinician's company. The clinician receives it with its reasons."""

    determination_id: UUID
    practice_id: UUID
    clinician_id: UUID


@dataclass(frozen=True)
class DeterminationDisagreed(Event):
    """A clinician disagrees with a determination. The practice has 45 days to answer."""

    determination_id: UUID
    practice_id: UUID
    clinician_id: UUID


@dataclass(frozen=True)
class DeterminationAnswered(Event):
    """The practice keeps its determination and gives its reasons. The clinician is told."""

    determination_id: UUID
    practice_id: UUID
    clinician_id: UUID
