"""How an installation, and each further pool, begins: care system, place, host, pool and the people who run them.

The rows of ics, place and host are the same for everybody; the pool is founded by an actor who acts in it alone, under
the id that it will have, so that its people and the audit trail are written in the same transaction.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select

from pool.actor import Actor
from pool.errors import Conflict
from pool.events import PersonInvited, PoolFounded, PoolPolicyChanged
from pool.models.person import Membership, Person
from pool.models.pool import Host, Ics, Place, Pool
from pool.permissions import ICS, MANAGER
from pool.services.people import joining, roles
from pool.unit_of_work import UnitOfWork, unit_of_work

Facts = Mapping[str, Any]
"""Checked input: pool/schemas/installation.py says which."""


def is_empty(work: UnitOfWork) -> bool:
    """Is there no pool yet?"""
    return not work.store.scalar(select(func.count()).select_from(Pool))


def begin(facts: Facts) -> UUID:
    """The first pool with everything that it stands on, its manager and the ICS lead; returns the manager's id.

    Raises Conflict when there is a pool already: who runs that one adds others.
    """
    pool_id = uuid4()
    with unit_of_work(Actor.system(pool_id)) as work:
        if not is_empty(work):
            raise Conflict("There is a pool already. The ICS lead adds others on the page Pools.")
        ics = Ics(code=facts["ics_code"], name=facts["ics_name"])
        work.add(ics)
        manager_id = found(work, ics, new_host(work, facts), facts)
        _give_role(work, facts["lead_name"], facts["lead_email"], ICS)
        return manager_id


def another(actor: Actor, facts: Facts, *, request_id: str) -> UUID:
    """A further pool in the care system of an ICS lead, who leads it too; returns its id.

    Raises Conflict when a place or host of that name is there already, or a name does not go with an address.
    """
    pool_id = uuid4()
    with unit_of_work(actor, read_only=True) as work:
        ics_id, host_id = of_lead(work).id, host(work, facts["host"]).id if facts["host"] else None
    with unit_of_work(replace(actor, pool_ids=(pool_id,)), request_id=request_id) as work:
        found(work, work.get(Ics, ics_id), work.get(Host, host_id) if host_id else new_host(work, facts), facts)
        work.add(Membership(pool_id=pool_id, person_id=actor.person_id, role=ICS))
    return pool_id


def found(work: UnitOfWork, ics: Ics, host: Host, facts: Facts) -> UUID:
    """The pool of the only id that the actor acts in, with its place and its manager, whose id is returned."""
    (pool_id,) = work.actor.pool_ids
    if work.first(select(Place).where(Place.name == facts["place_name"])):
        raise Conflict(f"There is a place called {facts['place_name']} already.")
    place = Place(name=facts["place_name"], ics=ics)
    work.add(
        Pool(id=pool_id, slug=free_slug(work, facts["pool_name"]), name=facts["pool_name"], place=place, host=host)
    )
    work.store.flush()
    work.record(PoolFounded(pool_id, facts["pool_name"]))
    return _give_role(work, facts["manager_name"], facts["manager_email"], MANAGER)


def add_lead(actor: Actor, name: str, email: str, *, request_id: str) -> None:
    """Another ICS lead, for every pool of the one who adds them. Raises Conflict when the address is somebody else's."""
    first, *others = sorted(actor.pool_ids)
    with unit_of_work(replace(actor, pool_ids=(first,)), request_id=request_id) as work:
        person_id = _give_role(work, name, email, ICS)
    for pool_id in others:
        with unit_of_work(replace(actor, pool_ids=(pool_id,)), request_id=request_id) as work:
            roles.join(work, person_id, ICS, again=True)


def leads(work: UnitOfWork) -> list[Person]:
    """Everybody who leads a pool of the actor's, by name."""
    members = select(Membership.person_id).where(
        Membership.pool_id.in_(work.actor.pool_ids), Membership.role == ICS, Membership.ended_at.is_(None)
    )
    return list(work.all(select(Person).where(Person.id.in_(members)).order_by(Person.name, Person.id)))


def hosts(work: UnitOfWork) -> Sequence[Host]:
    """The hosts of the actor's pools: those of other care systems are not shown."""
    own = select(Pool.host_id).where(Pool.id.in_(work.actor.pool_ids))
    return work.all(select(Host).where(Host.id.in_(own)).order_by(Host.name))


def host(work: UnitOfWork, host_id: UUID) -> Host:
    """One of them; NotFound for any other."""
    own = select(Pool.host_id).where(Pool.id.in_(work.actor.pool_ids))
    return work.one(select(Host).where(Host.id.in_(own), Host.id == host_id))


def change_host(work: UnitOfWork, host_id: UUID, facts: Facts) -> None:
    """Name, address and how to reach the host, from now on; documents that were issued keep what they say.

    Raises Conflict when another host has the name, or this one also runs pools that the actor does not lead.
    """
    kept = host(work, host_id)
    if work.first(select(Pool).where(Pool.host_id == host_id, Pool.id.not_in(work.actor.pool_ids))):
        raise Conflict(f"{kept.name} also runs pools of another system. Ask whoever runs the service to change this.")
    if work.first(select(Host).where(Host.name == facts["host_name"], Host.id != host_id)):
        raise Conflict(f"There is another host called {facts['host_name']}.")
    kept.name, kept.address = facts["host_name"], list(facts["host_address"])
    kept.email, kept.phone = facts["host_email"], facts["host_phone"]
    for pool in work.all(select(Pool).where(Pool.host_id == host_id, Pool.id.in_(work.actor.pool_ids))):
        work.record(PoolPolicyChanged(pool.id, "host"), pool_id=pool.id)


def of_lead(work: UnitOfWork) -> Ics:
    """The care system that the actor leads."""
    pools = work.all(select(Pool).where(Pool.id.in_(work.actor.pool_ids)).order_by(Pool.name))
    return pools[0].place.ics


def new_host(work: UnitOfWork, facts: Facts) -> Host:
    """A host with its address. Raises Conflict when there is one of that name."""
    if work.first(select(Host).where(Host.name == facts["host_name"])):
        raise Conflict(f"There is a host called {facts['host_name']} already. Choose it from the list.")
    host = Host(
        name=facts["host_name"],
        address=list(facts["host_address"]),
        email=facts["host_email"],
        phone=facts["host_phone"],
    )
    work.add(host)
    return host


def free_slug(work: UnitOfWork, name: str) -> str:
    """The pool's short name for commands: its name in plain letters, with a number when that is taken."""
    wanted = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "pool"
    taken = set(work.store.scalars(select(Pool.slug).where(Pool.slug.startswith(wanted))))
    numbered = (wanted if number == 1 else f"{wanted}-{number}" for number in range(1, len(taken) + 2))
    return next(number for number in numbered if number not in taken)


def _give_role(work: UnitOfWork, name: str, email: str, role: str) -> UUID:
    person_id = joining.person_for(work, name, email)
    roles.join(work, person_id, role, again=True)
    work.record(PersonInvited(person_id, role))
    return person_id
