"""The life of a session: posted, changed, withdrawn, open again, closed without a clinician."""

from dataclasses import dataclass
from uuid import UUID

from pool.events.base import Event


@dataclass(frozen=True)
class SessionPosted(Event):
    """A practice posted a session. The next run matches it; no message follows."""

    session_id: UUID
    practice_id: UUID


@dataclass(frozen=True)
class SessionChanged(Event):
    """A practice changed a posted session; `changed` names the fields. The next run reads them."""

    session_id: UUID
    practice_id: UUID
    changed: str


@dataclass(frozen=True)
class SessionWithdrawn(Event):
    """A session is not needed any more; `reason` is a code of catalogue.CANCEL_REASONS or a sentence. The practice is
    told."""

    session_id: UUID
    practice_id: UUID
    reason: str


@dataclass(frozen=True)
class SessionReopened(Event):
    """A session needs a clinician again: its offer or booking ended. `reason` is a sentence for the audit trail."""

    session_id: UUID
    practice_id: UUID
    reason: str


@dataclass(frozen=True)
class SessionLapsed(Event):
    """A session started without a clinician. Reports count it as unfilled."""

    session_id: UUID
    practice_id: UUID
