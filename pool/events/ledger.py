"""The proof that the books agree with the documents."""

from dataclasses import dataclass
from uuid import UUID

from pool.events.base import Event


@dataclass(frozen=True)
class LedgerChecked(Event):
    """The nightly check ran: number of mistakes, and the first in words. Managers are told of mistakes."""

    pool_id: UUID
    mistakes: int
    first: str
