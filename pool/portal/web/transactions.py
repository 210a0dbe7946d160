"""How a view opens a unit of work for whoever is asking."""

from contextlib import AbstractContextManager

from flask import g

from pool.actor import Actor
from pool.services.people import accounts
from pool.unit_of_work import UnitOfWork, unit_of_work


class NotSent(Exception):
    """A form that was kept while its sender signed in again is shown, never acted on (typed_again.py)."""


def reading() -> AbstractContextManager[UnitOfWork]:
    """A unit of work that PostgreSQL will not let write: for every GET."""
    return unit_of_work(g.actor, read_only=True, request_id=g.request_id)


def working_everywhere() -> AbstractContextManager[UnitOfWork]:
    """A unit of work that reaches all pools of the person: how they sign in concerns each of them."""
    return working_as(accounts.in_all_pools_of(g.actor.person_id, g.actor))


def working() -> AbstractContextManager[UnitOfWork]:
    """A unit of work for a POST."""
    return working_as(g.actor)


def working_as(actor: Actor) -> AbstractContextManager[UnitOfWork]:
    """A unit of work that writes. Raises NotSent while a form is only shown again."""
    if g.get("only_shows"):
        raise NotSent
    return unit_of_work(actor, request_id=g.request_id)
