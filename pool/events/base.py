"""What all events have in common."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """Something that happened, in the past tense. Fields are ids and JSON values; the first is the id of the subject."""

    @property
    def name(self) -> str:
        """The name in the audit trail and in the outbox."""
        return type(self).__name__
