"""One event on its way to what follows from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pool.actor import Actor


@dataclass(frozen=True)
class Happened:
    """An outbox row as plain values; `data` holds the fields of the event. A handler may see the same one twice."""

    outbox_id: UUID
    pool_id: UUID
    name: str
    data: Mapping[str, Any]

    @property
    def actor(self) -> Actor:
        """The product itself, working for the event's pool."""
        return Actor.system(self.pool_id)

    def id(self, field: str) -> UUID:
        """An id of the event, by the field's name."""
        return UUID(self.data[field])


Handler = Callable[[Happened], None]
"""Does what follows, or finds that it is done already. Opens its own units of work; raises to be tried again."""
