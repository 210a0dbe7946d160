"""The plans of the pools that were asked about last, kept in memory.

Each is believed only while its fingerprint is that of the rows as they are now; otherwise it is thrown away and built
anew. So a process that was killed, or that missed a change, is never wrong.
"""

from collections import OrderedDict
from uuid import UUID

from pool.actor import Actor
from pool.services.plans import plan_state
from pool.services.plans.fingerprint import fingerprint
from pool.services.plans.plan_state import PlanState
from pool.unit_of_work import unit_of_work

MOST_POOLS = 8


class PlanStates:
    """At most so many states; the one that was not asked for longest gives way."""

    def __init__(self) -> None:
        self._states: OrderedDict[UUID, PlanState] = OrderedDict()

    def of(self, pool_id: UUID) -> PlanState:
        """The state of a pool's rows as they are now. Raises Moving when they do not stand still."""
        with unit_of_work(Actor.system(pool_id), read_only=True) as work:
            known = self._states.get(pool_id)
            if known is None or known.fingerprint != fingerprint(work):
                known = plan_state.read(work)
        self._states[pool_id] = known
        self._states.move_to_end(pool_id)
        while len(self._states) > MOST_POOLS:
            self._states.popitem(last=False)
        return known
