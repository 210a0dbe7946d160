"""A message to be written: by which template, to whom, with which facts; and who the people of a practice and pool are."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from pool.channels.email import EMAIL
from pool.models.person import Membership, Person
from pool.models.practice import Practice
from pool.permissions import MANAGER, PRACTICE
from pool.services.messages.event_context import EventContext

Facts = Mapping[str, Any]


class Contact(NamedTuple):
    """How somebody is reached: the name of a channel, their name and their address on it."""

    channel: str
    name: str
    address: str
    person_id: UUID | None = None


@dataclass(frozen=True)
class MessageDraft:
    """A message to be written: its template, to whom it goes, and what it says."""

    template: str
    to: Contact
    facts: Facts

    def to_email(self, address: str) -> "MessageDraft":
        """The same message to another e-mail address of the same person."""
        return replace(self, to=self.to._replace(channel=EMAIL, address=address))


def contact_of(person: Person) -> Contact | None:
    """The one place where the channel of a person is chosen; None for a closed account, and for a person whose mailbox
    has passed to a successor."""
    address = person.reached_at
    return Contact(EMAIL, person.name, address, person.id) if address else None


def by_email(name: str, address: str) -> Contact:
    """A recipient at the mailbox of an organisation."""
    return Contact(EMAIL, name, address)


def to_person(template: str, person: Person, facts: Facts) -> list[MessageDraft]:
    """To one person, if they can be reached."""
    contact = contact_of(person)
    return [MessageDraft(template, contact, facts)] if contact else []


def to_practice(context: EventContext, template: str, practice: Practice, facts: Facts) -> list[MessageDraft]:
    """To everybody who runs the practice in this product; to its own address when nobody does yet."""
    people = members(context, PRACTICE, practice_id=practice.id)
    drafts = [draft for person in people for draft in to_person(template, person, facts)]
    if drafts or not practice.email:
        return drafts
    return [MessageDraft(template, by_email(practice.name, practice.email), facts)]


def to_managers(context: EventContext, template: str, facts: Facts) -> list[MessageDraft]:
    """To everybody who runs the pool."""
    return [draft for person in members(context, MANAGER) for draft in to_person(template, person, facts)]


def members(context: EventContext, role: str, practice_id: UUID | None = None) -> list[Person]:
    """The people who have this role in the pool now."""
    rows = select(Membership).where(
        Membership.pool_id == context.pool_id, Membership.role == role, Membership.ended_at.is_(None)
    )
    if practice_id:
        rows = rows.where(Membership.practice_id == practice_id)
    return sorted((row.person for row in context.work.all(rows)), key=lambda person: person.email)
