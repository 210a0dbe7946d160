"""How a view opens a unit of work for whoever is asking."""

from contextlib import AbstractContextManager

from flask import g

from pool.services import members
from pool.unit_of_work import UnitOfWork, unit_of_work


def reading() -> AbstractContextManager[UnitOfWork]:
    """A unit of work that PostgreSQL will not let write: for every GET."""
    return unit_of_work(g.actor, read_only=True, request_id=g.request_id)


def working_everywhere() -> AbstractContextManager[UnitOfWork]:
    """A unit of work that reaches all pools of the person: how they sign in concerns each of them."""
    return unit_of_work(members.in_all_pools_of(g.actor.person_id, g.actor), request_id=g.request_id)


def working() -> AbstractContextManager[UnitOfWork]:
    """A unit of work for a POST."""
    return unit_of_work(g.actor, request_id=g.request_id)
