"""Somebody lost phone and recovery codes, told to a manager on the page of a colleague or of a clinician."""

from typing import Any
from uuid import UUID

from flask import flash, g

from pool.doors.transactions import working_as
from pool.services.people import accounts, factor_resets
from pool.unit_of_work import UnitOfWork

WORDS = {
    factor_resets.DONE: "{name} signs in by emailed link until they set up their app again.",
    factor_resets.ASKED: "{name} also belongs to another pool, whose manager has to confirm this. We are writing to them.",
}


def shown(work: UnitOfWork, person_id: UUID) -> dict[str, Any]:
    """What the page says about it: is the person the pool's alone, and has somebody asked already?"""
    return {"alone": factor_resets.alone(work, person_id), "asked": factor_resets.asked(work, person_id)}


def forget(person_id: UUID, name: str) -> None:
    """Back to links by e-mail; for people of several pools two managers say so. Raises NotAllowed for oneself."""
    (own_pool,) = g.actor.pool_ids
    with working_as(accounts.in_all_pools_of(person_id, g.actor)) as work:
        outcome = factor_resets.forget(work, person_id, own_pool)
    flash(WORDS[outcome].format(name=name), "success")
