"""The people of the demonstration, to be tried out by anybody who looks at it."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from pool.models.person import Membership, Person
from pool.permissions import ROLES
from pool.unit_of_work import system_actor, unit_of_work


class DemoPerson(NamedTuple):
    """Somebody one can try the service as."""

    person_id: UUID
    name: str
    role: str
    where: str


def everybody() -> list[DemoPerson]:
    """All demo members, by role in the order of the role table, then by place and name."""
    everywhere = system_actor("the demonstration shows the people of all its pools")
    with unit_of_work(everywhere, read_only=True) as work:
        found = work.all(
            select(Membership)
            .join(Membership.person)
            .where(Person.is_demo, Person.active, Membership.ended_at.is_(None))
        )
        people = [_described(each) for each in found]
    order = list(ROLES)
    return sorted(set(people), key=lambda each: (order.index(each.role), each.where, each.name))


def _described(membership: Membership) -> DemoPerson:
    where = membership.practice.name if membership.practice else membership.pool.name
    return DemoPerson(membership.person_id, membership.person.name, membership.role, where)
