"""Hours after a session: due, sent, confirmed, queried, disputed."""

from dataclasses import dataclass
from uuid import UUID

from pool.events.base import Event


@dataclass(frozen=True)
class HoursDue(Event):
    """A booked session is over and no hours were sent. The clinician is asked for them."""

    booking_id: UUID
    session_id: UUID
    clinician_id: UUID


@dataclass(frozen=True)
class TimesheetSubmitted(Event):
    """A clinician sent hours. The practice is asked to confirm or query them."""

    timesheet_id: UUID
    booking_id: UUID


@dataclass(frozen=True)
class TimesheetQueried(Event):
    """A practice queried items of the hours; `reason` is its text. The clinician is told."""

    timesheet_id: UUID
    booking_id: UUID
    reason: str


@dataclass(frozen=True)
class TimesheetConfirmed(Event):
    """A practice confirmed hours, or was silent for the agreed days. Missing payment details are asked for."""

    timesheet_id: UUID
    booking_id: UUID


@dataclass(frozen=True)
class DisputeOpened(Event):
    """An item of a timesheet is disputed. TimesheetQueried tells people about it."""

    dispute_id: UUID
    timesheet_id: UUID


@dataclass(frozen=True)
class DisputeCountered(Event):
    """One side (`by_party`) proposed another amount for a disputed item. The other side is told."""

    dispute_id: UUID
    by_party: str


@dataclass(frozen=True)
class DisputeEscalated(Event):
    """A dispute was passed to the pool's managers, by a side or by silence. Managers and both sides are told."""

    dispute_id: UUID
    by_party: str


@dataclass(frozen=True)
class DisputeSettled(Event):
    """One side accepted what the other asked. The other side is told."""

    dispute_id: UUID
    by_party: str


@dataclass(frozen=True)
class DisputeDecided(Event):
    """A pool manager decided a dispute. Both sides are told."""

    dispute_id: UUID
