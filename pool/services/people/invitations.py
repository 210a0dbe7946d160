"""Somebody who has a role already is invited into another pool, and accepts or declines.

Until then a stand-in with the name and address that the pool typed has the role (services/people/joining.py); it can be planned
for but not sign in. Accepting hands its roles and its clinician rows over to the real person.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from pool.actor import Actor
from pool.errors import NotFound
from pool.events import InvitationAnswered
from pool.models.clinician import Clinician
from pool.models.person import Membership, Person
from pool.permissions import STRANGER
from pool.services.people import memberships
from pool.services.people.accounts import STRANGER_ACTOR
from pool.services.people.memberships import Standing, held_by
from pool.unit_of_work import UnitOfWork, unit_of_work

Answer = Callable[[UnitOfWork, UUID], None]


class Invitation(NamedTuple):
    """What a pool typed about the person, and the roles it offers."""

    stand_in_id: UUID
    name: str
    email: str
    roles: Sequence[Standing]


def waiting(person_id: UUID) -> list[Invitation]:
    """The invitations of a person that are not answered and still hold."""
    with unit_of_work(STRANGER_ACTOR, read_only=True) as work:
        rows = work.all(
            select(Person).where(Person.stands_for_id == person_id, Person.active).order_by(Person.created_at)
        )
        found = [(row.id, row.name, row.email) for row in rows]
    invitations = [Invitation(*row, memberships.of_person(row[0])) for row in found]
    return [invitation for invitation in invitations if invitation.roles]


def open_one(person_id: UUID, stand_in_id: UUID) -> Invitation:
    """One of them; NotFound for anything else."""
    found = next((invitation for invitation in waiting(person_id) if invitation.stand_in_id == stand_in_id), None)
    if found is None:
        raise NotFound()
    return found


def guest_of(invitation: Invitation, guest: Actor) -> Actor:
    """The invited person, reaching the pools that invite."""
    pool_ids = tuple(sorted({role.pool_id for role in invitation.roles}))
    return Actor(STRANGER, pool_ids, person_id=guest.person_id, name=guest.name)


def accept(work: UnitOfWork, stand_in_id: UUID) -> None:
    """The person takes over what the stand-in has; a role they have in the pool already stays as it is."""
    stand_in, person_id = _held(work, stand_in_id)
    for membership in work.all(held_by(stand_in_id)):
        _hand_over(work, membership, person_id)
    for clinician in work.all(select(Clinician).where(Clinician.person_id == stand_in_id, Clinician.active)):
        _hand_clinician_over(work, clinician, person_id)
    _close(work, stand_in, person_id, "accepted")


def decline(work: UnitOfWork, stand_in_id: UUID) -> None:
    """The stand-in leaves; the pool sees that the role has ended."""
    stand_in, person_id = _held(work, stand_in_id)
    for membership in work.all(held_by(stand_in_id)):
        membership.ended_at = work.now
    for clinician in work.all(select(Clinician).where(Clinician.person_id == stand_in_id)):
        clinician.active = False
    _close(work, stand_in, person_id, "declined")


def _held(work: UnitOfWork, stand_in_id: UUID) -> tuple[Person, UUID]:
    stand_in = work.get(Person, stand_in_id, lock=True)
    if not stand_in.active or stand_in.stands_for_id is None or stand_in.stands_for_id != work.actor.person_id:
        raise NotFound()
    return stand_in, stand_in.stands_for_id


def _hand_over(work: UnitOfWork, membership: Membership, person_id: UUID) -> None:
    same = select(Membership).where(
        Membership.pool_id == membership.pool_id,
        Membership.person_id == person_id,
        Membership.role == membership.role,
        Membership.practice_id.is_not_distinct_from(membership.practice_id),
    )
    own = work.first(same)
    if own is None:
        membership.person_id = person_id
        return
    own.ended_at, membership.ended_at = None, work.now


def _hand_clinician_over(work: UnitOfWork, clinician: Clinician, person_id: UUID) -> None:
    theirs = select(Clinician).where(
        Clinician.person_id == person_id, Clinician.pool_id == clinician.pool_id, Clinician.active
    )
    if work.first(theirs) is not None:
        clinician.active = False
    else:
        clinician.person_id = person_id


def _close(work: UnitOfWork, stand_in: Person, person_id: UUID, answer: str) -> None:
    stand_in.active = False
    for pool_id in work.actor.pool_ids:
        work.record(InvitationAnswered(person_id, stand_in.id, answer), pool_id=pool_id)
