"""Somebody who is about to sign in: who they are, and the actor under which that is written down."""

from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, select

from pool.actor import Actor
from pool.events import Event
from pool.models.person import Person
from pool.permissions import STRANGER
from pool.plain_text import code
from pool.services.people import memberships
from pool.unit_of_work import UnitOfWork, unit_of_work

NOBODY = UUID(int=0)

STRANGER_ACTOR = Actor(STRANGER, ())
"""Whoever is at the door: sees people and log-ins, nothing of any pool."""


class Member(NamedTuple):
    """A person who belongs somewhere (a copy to read), as an actor with no role yet in the pools they belong to."""

    person: Person
    actor: Actor


def by_email(email: str) -> Member | None:
    """The member with this address; takes as long when there is none."""
    return _member(select(Person).where(Person.email == code(email), Person.active, Person.owns_address))


def by_id(person_id: UUID) -> Member | None:
    """The member with this id."""
    return _member(select(Person).where(Person.id == person_id, Person.active, Person.owns_address))


def _member(statement: Select[Person]) -> Member | None:
    person = _copy(statement)
    pool_ids = {membership.pool_id for membership in memberships.of_person(person.id if person else NOBODY)}
    if person is None or not pool_ids:
        return None
    return Member(person, Actor(STRANGER, tuple(sorted(pool_ids)), person_id=person.id, name=person.name))


def _copy(statement: Select[Person]) -> Person | None:
    with unit_of_work(STRANGER_ACTOR, read_only=True) as work:
        person = work.first(statement)
        if person:
            work.store.expunge(person)
        return person


def in_all_pools_of(person_id: UUID, actor: Actor) -> Actor:
    """The same actor, reaching all pools of this person: to write down there what concerns the person everywhere."""
    pool_ids = {membership.pool_id for membership in memberships.of_person(person_id)}
    return replace(actor, pool_ids=tuple(sorted(pool_ids | set(actor.pool_ids))))


def record_everywhere(work: UnitOfWork, event: Event) -> None:
    """Write an event about a person into the audit trail of each of their pools."""
    for pool_id in work.actor.pool_ids:
        work.record(event, pool_id=pool_id)
