"""Where a person stands: their memberships, and the actor that one of them makes of them."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import joinedload

from pool.actor import Actor
from pool.models.clinician import Clinician
from pool.models.person import Membership, Person
from pool.permissions import CLINICIAN, ICS, STAFF_ROLES
from pool.services.pools.policy import policy_of
from pool.unit_of_work import UnitOfWork, unit_of_work

SPANNING = frozenset({CLINICIAN, ICS})
"""Roles in which a person acts in all their pools at once; managers and practices act in one at a time."""


class Standing(NamedTuple):
    """One membership, ready to be shown and to become an actor."""

    membership_id: UUID
    role: str
    pool_id: UUID
    pool_name: str
    practice_id: UUID | None
    practice_name: str
    clinician_id: UUID | None
    wants_factor: bool = False


def of_person(person_id: UUID) -> list[Standing]:
    """The memberships that have not ended, oldest pool name first."""
    looker = Actor(role="anonymous", pool_ids=(), person_id=person_id)
    with unit_of_work(looker, read_only=True) as work:
        pool_ids = set(work.all(held_by(person_id).with_only_columns(Membership.pool_id)))
    with unit_of_work(Actor.system(*pool_ids), read_only=True) as work:
        return _described(work, person_id)


def held_by(person_id: UUID) -> Select[Membership]:
    """The memberships of a person that have not ended."""
    return select(Membership).where(Membership.person_id == person_id, Membership.ended_at.is_(None))


def _described(work: UnitOfWork, person_id: UUID) -> list[Standing]:
    own_row = (Clinician.person_id == Membership.person_id, Clinician.pool_id == Membership.pool_id, Clinician.active)
    found = (
        held_by(person_id)
        .outerjoin(Clinician, and_(*own_row))
        .add_columns(Clinician.id)
        .options(joinedload(Membership.pool), joinedload(Membership.practice))
    )
    standings = [standing(membership, clinician_id) for membership, clinician_id in work.store.execute(found)]
    usable = [membership for membership in standings if membership.role != CLINICIAN or membership.clinician_id]
    return sorted(usable, key=lambda membership: (membership.role, membership.pool_name, membership.practice_name))


def standing(membership: Membership, clinician_id: UUID | None) -> Standing:
    """One membership as a plain value."""
    practice = membership.practice
    return Standing(
        membership.id,
        membership.role,
        membership.pool_id,
        membership.pool.name,
        membership.practice_id,
        practice.name if practice else "",
        clinician_id if membership.role == CLINICIAN else None,
        membership.role in STAFF_ROLES and policy_of(membership.pool).staff_second_factor,
    )


def actor(person: Person, standings: Sequence[Standing], chosen: UUID | None) -> Actor | None:
    """The actor for the chosen membership, or for the first one; None when the person belongs nowhere."""
    if not standings:
        return None
    current = next((membership for membership in standings if membership.membership_id == chosen), standings[0])
    group = (
        [membership for membership in standings if membership.role == current.role]
        if current.role in SPANNING
        else [current]
    )
    return Actor(
        role=current.role,
        pool_ids=tuple(membership.pool_id for membership in group),
        person_id=person.id,
        name=person.name,
        practice_id=current.practice_id,
        clinician_ids=tuple(membership.clinician_id for membership in group if membership.clinician_id),
    )
