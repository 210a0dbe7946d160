"""A pool's own rules, changed by its manager."""

from dataclasses import asdict
from typing import Any

from pool.events import PoolPolicyChanged
from pool.models.pool import Pool
from pool.permissions import MANAGER
from pool.services.pools.policy import Policy, policy_of
from pool.unit_of_work import UnitOfWork


def own_pool(work: UnitOfWork) -> Pool:
    """The pool the actor manages. Raises NotAllowed for any other role."""
    work.actor.only(MANAGER)
    return work.get(Pool, work.pool_id)


def change(work: UnitOfWork, settings: dict[str, Any]) -> Policy:
    """Change some settings; bookings already made keep the terms they were made with."""
    pool = work.get(Pool, work.pool_id, lock=True)
    before = asdict(policy_of(pool))
    pool.policy = pool.policy | settings
    changed = ", ".join(name for name, value in settings.items() if before[name] != value)
    if changed:
        work.record(PoolPolicyChanged(pool.id, changed), pool_id=pool.id)
    return policy_of(pool)
