"""Whom a typed name and address mean, when somebody is given a role in a pool.

People are global, and a pool learns nothing about those of other pools. So what a manager is answered is the same for a
newcomer and for somebody who works elsewhere: for the latter a **stand-in** with the typed name and address joins, and
the real person takes the stand-in's roles over by accepting the invitation (services/people/invitations.py).
"""

from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert

from pool.errors import Conflict
from pool.models.person import Membership, Person, SignInLink
from pool.models.pool import Pool
from pool.plain_text import code, tidied
from pool.services.people import logins
from pool.unit_of_work import UnitOfWork

POOLS_OF = text("SELECT pools_of_person(:person)")
WITH_NUMBER = text("SELECT person_with_number(:body, :number)")
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))")

SOMEBODY_ELSE = (
    "{name} signs in here with this email address. If somebody else takes the mailbox over, end the roles of {name} "
    "first; otherwise give the new person an address of their own."
)


class Register(NamedTuple):
    """An entry of a professional register: the same entry is the same person in every pool."""

    body: str
    number: str


def person_for(work: UnitOfWork, name: str, email: str, register: Register | None = None) -> UUID:
    """The id of whom the actor's pool means by this name, address and register entry.

    Raises Conflict when somebody of the pool with another name signs in with the address.
    """
    name, email = tidied(name), code(email)
    work.store.execute(ONE_AT_A_TIME, {"what": f"address {email.lower()}"})
    here = of_this_pool(work, email)
    if here is not None:
        refuse_other_name(here, name)
        return here.id
    known = by_register(work, register) or by_address(work, email)
    if known is None:
        return newcomer(work, name, email).id
    if not known.active or pools_of(work, known.id):
        return stand_in(work, known, name, email).id
    return known.id if same_name(known.name, name) else successor(work, known, name, email).id


def of_this_pool(work: UnitOfWork, email: str) -> Person | None:
    """Somebody with this address who has a role that the actor knows of: of the pool, or of the actor's practice."""
    (pool_id,) = work.actor.pool_ids
    statement = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Person.email == email, Person.active, Membership.pool_id == pool_id, Membership.ended_at.is_(None))
    )
    if work.actor.is_practice:
        statement = statement.where(Membership.practice_id == work.actor.practice_id)
    return work.first(statement.order_by(Person.owns_address.desc(), Person.created_at))


def refuse_other_name(person: Person, name: str) -> None:
    """Conflict unless it is the same name: a shared mailbox must not give one person the roles of another."""
    if not same_name(person.name, name):
        raise Conflict(SOMEBODY_ELSE.format(name=person.name))


def same_name(one: str, other: str) -> bool:
    """The same words, whatever their case and spaces."""
    return one.casefold().split() == other.casefold().split()


def by_address(work: UnitOfWork, email: str) -> Person | None:
    """Who signs in with this address."""
    return work.first(select(Person).where(Person.email == email, Person.owns_address))


def by_register(work: UnitOfWork, register: Register | None) -> Person | None:
    """The clinician of any pool with this entry, whatever their address; waits for whoever adds the same one now."""
    if register is None:
        return None
    work.store.execute(ONE_AT_A_TIME, {"what": f"register {register.body} {register.number}"})
    person_id = work.store.scalar(WITH_NUMBER, register._asdict())
    return work.get(Person, person_id) if person_id else None


def pools_of(work: UnitOfWork, person_id: UUID) -> frozenset[UUID]:
    """The pools in which a person has a role, also those that the actor does not see."""
    return frozenset(work.store.scalars(POOLS_OF, {"person": person_id}))


def keeps_address(work: UnitOfWork, owner: Person) -> bool:
    """Does an address stay with whoever signs in with it? Not with somebody who has no role any more."""
    return not owner.active or bool(pools_of(work, owner.id))


def newcomer(work: UnitOfWork, name: str, email: str) -> Person:
    """A new person with an address of their own."""
    values = _columns(work, name, email)
    made = (
        insert(Person)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["email"], index_where=text("owns_address"))
    )
    work.store.execute(made)
    return work.one(select(Person).where(Person.email == email, Person.owns_address))


def stand_in(work: UnitOfWork, known: Person, name: str, email: str) -> Person:
    """Somebody with the typed name and address in the pool's list, until the real person answers."""
    person = Person(**(_columns(work, name, email) | {"owns_address": False, "stands_for_id": known.id}))
    work.add(person)
    work.store.flush()
    return person


def successor(work: UnitOfWork, before: Person, name: str, email: str) -> Person:
    """A new person at the mailbox of somebody who has no role any more; the predecessor cannot sign in from now on."""
    give_up_address(work, before)
    return newcomer(work, name, email)


def give_up_address(work: UnitOfWork, person: Person) -> None:
    """They cannot sign in with it, now or by a link on its way."""
    person.owns_address = False
    logins.end_others(work, person.id, None)
    work.store.execute(delete(SignInLink).where(SignInLink.person_id == person.id))
    work.store.flush()


def _columns(work: UnitOfWork, name: str, email: str) -> dict[str, object]:
    (pool_id,) = work.actor.pool_ids
    return {
        "id": uuid4(),
        "name": name,
        "email": email,
        "phone": "",
        "active": True,
        "fs_uniquifier": uuid4().hex,
        "created_at": work.now,
        "is_demo": work.get(Pool, pool_id).is_demo,
        "owns_address": True,
    }
