"""An e-mail to be written: which, to whom, with which facts; and who the people of a practice and of a pool are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from pool.models.outbox import OutboxMessage
from pool.models.person import Membership, Person
from pool.models.practice import Practice
from pool.permissions import MANAGER, PRACTICE
from pool.services.messages.links import Letterhead
from pool.unit_of_work import UnitOfWork

Row = TypeVar("Row")
Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Letter:
    """An e-mail to be written: which, to whom, and what it says."""

    template: str
    name: str
    address: str
    facts: Facts
    person_id: UUID | None = None


@dataclass(frozen=True)
class News:
    """An event with what is needed to tell people about it."""

    work: UnitOfWork
    event: OutboxMessage
    head: Letterhead

    @property
    def pool_id(self) -> UUID:
        """Where it happened."""
        return self.event.pool_id

    @property
    def data(self) -> Mapping[str, Any]:
        """What is known of it."""
        return self.event.data

    def row(self, model: type[Row], field: str) -> Row:
        """The row that the event names."""
        return self.work.get(model, UUID(self.data[field]))

    def together(self, field: str) -> list[Mapping[str, Any]]:
        """What the same step did of the same kind to the same `field`, such as every offer of a release to one clinician.

        The first of these events tells about all; asked by any other, nothing, so that people get one letter for a step.
        """
        same = select(OutboxMessage).where(
            OutboxMessage.at == self.event.at,
            OutboxMessage.name == self.event.name,
            OutboxMessage.pool_id == self.pool_id,
            OutboxMessage.data[field].as_string() == self.data[field],
        )
        events = self.work.all(same.order_by(OutboxMessage.id))
        return [event.data for event in events] if events[0].id == self.event.id else []


def to_person(template: str, person: Person, facts: Facts) -> list[Letter]:
    """To one person, unless their account is closed or their mailbox has passed to a successor."""
    address = person.reached_at
    return [Letter(template, person.name, address, facts, person.id)] if address else []


def to_practice(news: News, template: str, practice: Practice, facts: Facts) -> list[Letter]:
    """To everybody who runs the practice in this product; to its own address when nobody does yet."""
    people = members(news, PRACTICE, practice_id=practice.id)
    found = [letter for person in people for letter in to_person(template, person, facts)]
    return found or ([Letter(template, practice.name, practice.email, facts)] if practice.email else [])


def to_managers(news: News, template: str, facts: Facts) -> list[Letter]:
    """To everybody who runs the pool."""
    return [letter for person in members(news, MANAGER) for letter in to_person(template, person, facts)]


def members(news: News, role: str, practice_id: UUID | None = None) -> list[Person]:
    """The people who have this role in the pool now."""
    rows = select(Membership).where(
        Membership.pool_id == news.pool_id, Membership.role == role, Membership.ended_at.is_(None)
    )
    if practice_id:
        rows = rows.where(Membership.practice_id == practice_id)
    return sorted((row.person for row in news.work.all(rows)), key=lambda person: person.email)
