"""How a view opens a unit of work for whoever is asking."""

from contextlib import AbstractContextManager

from flask import g

from pool.actor import Actor
from pool.services.people import accounts
from pool.unit_of_work import UnitOfWork, unit_of_work


class WritesNothing(Exception):
    """This request may not write (`write_nothing`), and a view tried to."""


def write_nothing() -> None:
    """From now on this request may only read: `working` raises WritesNothing."""
    g.writes_nothing = True


def reading() -> AbstractContextManager[UnitOfWork]:
    """A unit of work that PostgreSQL will not let write: for every GET."""
    return unit_of_work(g.actor, read_only=True, request_id=g.request_id)


def working_everywhere() -> AbstractContextManager[UnitOfWork]:
    """A unit of work that reaches all pools of the person: how they sign in concerns each of them."""
    return working_as(accounts.in_all_pools_of(g.actor.person_id, g.actor))


def working() -> AbstractContextManager[UnitOfWork]:
    """A unit of work for a POST. Raises WritesNothing."""
    return working_as(g.actor)


def working_as(actor: Actor) -> AbstractContextManager[UnitOfWork]:
    """A unit of work that writes. Raises WritesNothing when this request may not."""
    if g.get("writes_nothing"):
        raise WritesNothing
    return unit_of_work(actor, request_id=g.request_id)
