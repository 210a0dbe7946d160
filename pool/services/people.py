"""Who may do what in a pool: its manager invites people, ends their roles, and helps those who lost their phone.

Nobody changes their own roles, and nobody gives a role above their own (threat: invite escalation).
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from pool.errors import Conflict, Invalid, NotAllowed
from pool.events import PersonInvited, RoleEnded, SignInChanged
from pool.models.person import Membership, Person
from pool.models.pool import Pool
from pool.models.practice import Practice
from pool.permissions import MANAGER, PRACTICE, ROLES
from pool.plain_text import code, tidied
from pool.services import visits
from pool.services.members import record_everywhere
from pool.services.registers import holds
from pool.services.sign_in import has_second_factor
from pool.unit_of_work import UnitOfWork

GRANTABLE: dict[str, tuple[str, ...]] = {MANAGER: (PRACTICE, MANAGER)}
"""Which roles each role may give and take. Clinicians join with their registration, see the clinicians' page."""


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
    return [_shown(work, each) for each in found]


def colleague(work: UnitOfWork, membership_id: UUID) -> Colleague:
    """One of them; NotFound for anybody else."""
    return _shown(work, _membership(work, membership_id))


def invite(work: UnitOfWork, *, name: str, email: str, role: str, practice_id: UUID | None) -> UUID:
    """Give a role to the person with this address, known or new; a worker tells them by e-mail."""
    if role not in grantable(work):
        raise NotAllowed(f"You cannot give somebody the role {ROLES.get(role, role).lower()}.")
    practice_id = _practice_for(work, role, practice_id)
    person_id = person_for(work, name, email)
    membership = join(work, person_id, role, practice_id)
    work.record(PersonInvited(person_id, role))
    return membership.id


def end_role(work: UnitOfWork, membership_id: UUID) -> None:
    """Take a role away; it is gone with the person's next click."""
    membership = _membership(work, membership_id)
    if membership.person_id == work.actor.person_id:
        raise NotAllowed("You cannot end your own role. Ask another pool manager.")
    membership.ended_at = work.now
    work.record(RoleEnded(membership.person_id, membership.role))


def forget_second_factor(work: UnitOfWork, person_id: UUID) -> None:
    """For somebody who lost phone and recovery codes: back to links by e-mail, and signed out everywhere.

    `work` acts in all pools of that person, so that each of them has it in its audit trail.
    """
    person = work.get(Person, person_id, lock=True)
    person.tf_primary_method = person.tf_totp_secret = person.totp_counter = None
    person.mf_recovery_codes = person.password = None
    visits.end_others(work, person_id, None)
    record_everywhere(work, SignInChanged(person_id, "authenticator app"))


def _matching(work: UnitOfWork, words: str) -> Select[Membership]:
    statement = select(Membership).join(Membership.person).where(
        Membership.pool_id.in_(work.actor.pool_ids),
        Membership.role.in_(grantable(work)),
        Membership.ended_at.is_(None),
    )  # fmt: skip
    if words:
        statement = statement.where(holds(words, Person.name, Person.email))
    return statement


def _membership(work: UnitOfWork, membership_id: UUID) -> Membership:
    return work.one(_matching(work, "").where(Membership.id == membership_id))


def _shown(work: UnitOfWork, membership: Membership) -> Colleague:
    person, practice = membership.person, membership.practice
    return Colleague(
        membership.id, person.id, person.name, person.email, membership.role, practice.name if practice else "",
        has_second_factor(person), is_self=person.id == work.actor.person_id,
    )  # fmt: skip


def _practice_for(work: UnitOfWork, role: str, practice_id: UUID | None) -> UUID | None:
    if role != PRACTICE:
        return None
    if practice_id is None:
        raise Invalid("Choose the practice.", {"practice": ["Choose the practice this person works for"]})
    return work.get(Practice, practice_id).id


def person_for(work: UnitOfWork, name: str, email: str) -> UUID:
    """The id of the person with this address; a new person takes the name given, a known one keeps theirs."""
    (pool_id,) = work.actor.pool_ids
    name, email = tidied(name), code(email)
    newcomer = insert(Person).values(
        id=uuid4(), name=name, email=email, phone="", active=True, fs_uniquifier=uuid4().hex, created_at=work.now,
        is_demo=work.get(Pool, pool_id).is_demo,
    )  # fmt: skip
    work.store.execute(newcomer.on_conflict_do_nothing(index_elements=["email"]))
    person = work.one(select(Person).where(Person.email == email))
    if not person.active:
        raise Conflict("This person's access was ended for the whole service. Ask whoever runs it.")
    return person.id


def join(work: UnitOfWork, person_id: UUID, role: str, practice_id: UUID | None = None) -> Membership:
    """Give the person this role in the pool, again if it had ended; Conflict when they have it already."""
    (pool_id,) = work.actor.pool_ids
    before = work.first(
        select(Membership).where(
            Membership.pool_id == pool_id, Membership.person_id == person_id, Membership.role == role,
            Membership.practice_id == practice_id if practice_id else Membership.practice_id.is_(None),
        )
    )  # fmt: skip
    if before is None:
        before = Membership(pool_id=pool_id, person_id=person_id, role=role, practice_id=practice_id)
        work.add(before)
    elif before.ended_at is None:
        raise Conflict("This person has this role already.")
    before.ended_at = None
    return before


def practices(work: UnitOfWork) -> Sequence[Practice]:
    """The practices of the pool, to choose from."""
    return sorted(work.all(select(Practice)), key=lambda each: each.name)
