"""Who may do what in a pool: its manager invites people and ends their roles, a practice invites its colleagues.

Nobody changes their own roles, and nobody gives a role above their own (threat: invite escalation).
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from pool.errors import Conflict, Invalid, NotAllowed
from pool.events import PersonInvited, RoleEnded
from pool.models.person import Membership, Person
from pool.models.practice import Practice
from pool.permissions import MANAGER, PRACTICE, ROLES
from pool.search import holds
from pool.services.people import joining
from pool.services.people.sign_in import has_second_factor
from pool.unit_of_work import UnitOfWork

GRANTABLE: dict[str, tuple[str, ...]] = {MANAGER: (PRACTICE, MANAGER), PRACTICE: (PRACTICE,)}
"""Which roles each role may give and take, a practice only those of its own people.

Clinicians join with their registration, see the clinicians' page."""


class Colleague(NamedTuple):
    """One role of one person, as the list shows it."""

    membership_id: UUID
    person_id: UUID
    name: str
    email: str
    role: str
    practice_name: str
    has_second_factor: bool
    is_self: bool


def grantable(work: UnitOfWork) -> tuple[str, ...]:
    """The roles that the actor may give."""
    return GRANTABLE.get(work.actor.role, ())


def count(work: UnitOfWork, words: str = "") -> int:
    """How many roles match; see `colleagues`."""
    return len(work.store.scalars(_matching(work, words).with_only_columns(Membership.id)).all())


def colleagues(work: UnitOfWork, words: str = "", *, offset: int = 0, limit: int = 50) -> list[Colleague]:
    """Those of the actor's pool whose roles the actor may end, by name; `words` look into name and e-mail address."""
    page = _matching(work, words).order_by(Person.name, Membership.role, Membership.id).offset(offset).limit(limit)
    found = work.all(page.options(joinedload(Membership.person), joinedload(Membership.practice)))
    return [_shown(work, option) for option in found]


def colleague(work: UnitOfWork, membership_id: UUID) -> Colleague:
    """One of them; NotFound for anybody else."""
    return _shown(work, _membership(work, membership_id))


def invite(work: UnitOfWork, *, name: str, email: str, role: str, practice_id: UUID | None) -> UUID:
    """Give a role to whom this name and address mean (see joining.py); a worker tells them by e-mail."""
    if role not in grantable(work):
        raise NotAllowed(f"You cannot give somebody the role {ROLES.get(role, role).lower()}.")
    practice_id = _practice_for(work, role, practice_id)
    person_id = joining.person_for(work, name, email)
    membership = join(work, person_id, role, practice_id)
    work.record(PersonInvited(person_id, role))
    return membership.id


def end_role(work: UnitOfWork, membership_id: UUID) -> None:
    """Take a role away; it is gone with the person's next click."""
    membership = _membership(work, membership_id)
    if membership.person_id == work.actor.person_id:
        raise NotAllowed("You cannot end your own role. Ask a colleague or the pool manager.")
    membership.ended_at = work.now
    work.record(RoleEnded(membership.person_id, membership.role))


def _matching(work: UnitOfWork, words: str) -> Select[Membership]:
    statement = (
        select(Membership)
        .join(Membership.person)
        .where(
            Membership.pool_id.in_(work.actor.pool_ids),
            Membership.role.in_(grantable(work)),
            Membership.ended_at.is_(None),
        )
    )
    if work.actor.is_practice:
        statement = statement.where(Membership.practice_id == work.actor.practice_id)
    if words:
        statement = statement.where(holds(words, Person.name, Person.email))
    return statement


def _membership(work: UnitOfWork, membership_id: UUID) -> Membership:
    return work.one(_matching(work, "").where(Membership.id == membership_id))


def _shown(work: UnitOfWork, membership: Membership) -> Colleague:
    person, practice = membership.person, membership.practice
    return Colleague(
        membership.id,
        person.id,
        person.name,
        person.email,
        membership.role,
        practice.name if practice else "",
        has_second_factor(person),
        is_self=person.id == work.actor.person_id,
    )


def _practice_for(work: UnitOfWork, role: str, practice_id: UUID | None) -> UUID | None:
    if role != PRACTICE:
        return None
    if work.actor.is_practice:
        return work.actor.practice_id
    if practice_id is None:
        raise Invalid("Choose the practice.", {"practice": ["Choose the practice this person works for"]})
    return work.get(Practice, practice_id).id


def join(
    work: UnitOfWork, person_id: UUID, role: str, practice_id: UUID | None = None, *, again: bool = False
) -> Membership:
    """Give the person this role in the pool, again if it had ended; Conflict when they have it, unless `again`."""
    (pool_id,) = work.actor.pool_ids
    before = work.first(
        select(Membership).where(
            Membership.pool_id == pool_id,
            Membership.person_id == person_id,
            Membership.role == role,
            Membership.practice_id == practice_id if practice_id else Membership.practice_id.is_(None),
        )
    )
    if before is None:
        before = Membership(pool_id=pool_id, person_id=person_id, role=role, practice_id=practice_id)
        work.add(before)
    elif before.ended_at is None and not again:
        raise Conflict("This person has this role already.")
    before.ended_at = None
    return before


def practices(work: UnitOfWork) -> Sequence[Practice]:
    """The practices of the pool, to choose from."""
    return sorted(work.all(select(Practice)), key=lambda practice: practice.name)
