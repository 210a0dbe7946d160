"""Somebody lost phone and recovery codes: back to links by e-mail.

A manager may do it alone only where every role of the person is in their own pool. A person of several pools could
otherwise be opened by any one of them, so there it takes two: the first manager asks, and a manager of another pool of the
person, who has spoken to them too, confirms within WEEK.
"""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from pool.errors import NotAllowed
from pool.events import FactorResetAsked, SignInChanged
from pool.models.factor_reset import FactorReset
from pool.models.person import Person
from pool.services.people import joining, logins
from pool.services.people.accounts import record_everywhere
from pool.unit_of_work import UnitOfWork

WEEK = timedelta(days=7)

DONE, ASKED = "done", "asked"

OWN = "You cannot say this of yourself. Change your app on your account page, or ask another manager."


class Asked(NamedTuple):
    """Who asked first, for the page of the second."""

    by: str
    pool: str
    may_confirm: bool


def alone(work: UnitOfWork, person_id: UUID) -> bool:
    """Is every role of this person in a pool that the actor acts for?"""
    return joining.pools_of(work, person_id) <= set(work.actor.pool_ids)


def asked(work: UnitOfWork, person_id: UUID) -> Asked | None:
    """What waits for a second manager, as the actor's pool sees it."""
    row = _waiting(work, person_id)
    return Asked(row.asked_by.name, row.asked_from.name, _is_another(work, row)) if row else None


def forget(work: UnitOfWork, person_id: UUID, acting_for: UUID) -> str:
    """DONE when it was the manager's own to do or somebody else's to confirm, otherwise ASKED.

    `work` reaches all pools of the person, so that each of them has it in its audit trail; `acting_for` is the manager's.
    Raises NotAllowed for oneself: whoever sits at an unlocked screen could take the second factor off.
    """
    if person_id == work.actor.person_id:
        raise NotAllowed(OWN)
    person = work.get(Person, person_id, lock=True)
    others = joining.pools_of(work, person_id) - {acting_for}
    row = _waiting(work, person_id)
    if others and not (row and row.asked_by_id != work.actor.person_id and row.asked_from_id != acting_for):
        _ask(work, person_id, acting_for, row)
        return ASKED
    person.tf_primary_method = person.tf_totp_secret = person.totp_counter = None
    person.mf_recovery_codes = person.password = None
    logins.end_others(work, person_id, None)
    _close(work, person_id)
    record_everywhere(work, SignInChanged(person_id, "authenticator app"))
    return DONE


def _waiting(work: UnitOfWork, person_id: UUID) -> FactorReset | None:
    open_rows = select(FactorReset).where(
        FactorReset.person_id == person_id,
        FactorReset.closed_at.is_(None),
        FactorReset.asked_at > work.now - WEEK,
        FactorReset.pool_id.in_(work.actor.pool_ids),
    )
    return work.first(open_rows.order_by(FactorReset.asked_at))


def _is_another(work: UnitOfWork, row: FactorReset) -> bool:
    return row.asked_by_id != work.actor.person_id and row.asked_from_id not in work.actor.pool_ids


def _ask(work: UnitOfWork, person_id: UUID, acting_for: UUID, before: FactorReset | None) -> None:
    if before is not None:
        return
    for pool_id in work.actor.pool_ids:
        asked_by = {"asked_by_id": work.actor.person_id, "asked_from_id": acting_for, "asked_at": work.now}
        work.add(FactorReset(pool_id=pool_id, person_id=person_id, **asked_by))
    record_everywhere(work, FactorResetAsked(person_id, acting_for))


def _close(work: UnitOfWork, person_id: UUID) -> None:
    for row in work.all(select(FactorReset).where(FactorReset.person_id == person_id, FactorReset.closed_at.is_(None))):
        row.closed_at = work.now
