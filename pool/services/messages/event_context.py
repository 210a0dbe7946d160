"""An event with what is needed to tell people about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, select

from pool.models.outbox import OutboxMessage
from pool.services.messages.links import Links
from pool.unit_of_work import UnitOfWork

Row = TypeVar("Row")


@dataclass(frozen=True)
class EventContext:
    """An event, the rows as they are now, and the product's links."""

    work: UnitOfWork
    event: OutboxMessage
    links: Links

    @property
    def pool_id(self) -> UUID:
        """The pool in which it happened."""
        return self.event.pool_id

    @property
    def data(self) -> Mapping[str, Any]:
        """The fields of the event as JSON values."""
        return self.event.data

    def row(self, model: type[Row], field: str) -> Row:
        """The row that a field of the event names; raises NotFound when it is gone."""
        return self.work.get(model, UUID(self.data[field]))

    def together(self, field: str) -> list[Mapping[str, Any]]:
        """The data of the events of this name that one step recorded with the same `field`, such as the offers of a
        release to one clinician. The first of these events tells about all; for the others the list is empty, so that
        people get one message for a step."""
        step = self.alike(field).where(OutboxMessage.at == self.event.at)
        events = self.work.all(step.order_by(OutboxMessage.id))
        return [event.data for event in events] if events[0].id == self.event.id else []

    def is_newest(self, *alike: str) -> bool:
        """Has no event of this name with the same fields followed?"""
        later = self.alike(*alike).where(OutboxMessage.at > self.event.at)
        return self.work.first(later) is None

    def earlier(self, name: str, field: str) -> Sequence[OutboxMessage]:
        """The events of another name about the same row that came before."""
        return self.work.all(self.alike(field, name=name).where(OutboxMessage.at <= self.event.at))

    def alike(self, *fields: str, name: str = "") -> Select[OutboxMessage]:
        """Events of the pool with this name (by default the event's own) that have these fields in common with it."""
        same = [OutboxMessage.data[field].as_string() == self.data[field] for field in fields]
        return select(OutboxMessage).where(
            OutboxMessage.pool_id == self.pool_id, OutboxMessage.name == (name or self.event.name), *same
        )
