"""Who is acting: the one value that tenancy, permissions and the audit trail look at."""

from dataclasses import dataclass
from uuid import UUID

from pool.errors import NotAllowed
from pool.permissions import CLINICIAN, MANAGER, PRACTICE, SYSTEM, may


@dataclass(frozen=True)
class Actor:
    """A person in one role, or the system working for some pools.

    `pool_ids` are the pools whose rows exist for this actor. `practice_id` narrows a practice manager to one
    practice, `clinician_ids` (one per pool) narrow a clinician to their own rows.
    """

    role: str
    pool_ids: tuple[UUID, ...]
    person_id: UUID | None = None
    name: str = ""
    practice_id: UUID | None = None
    clinician_ids: tuple[UUID, ...] = ()

    def may(self, action: str) -> bool:
        """Does the permission table allow this action for this role?"""
        return may(self.role, action)

    def only(self, *roles: str) -> None:
        """Raise NotAllowed unless they act in one of these roles: what is called "own" is own to nobody else."""
        if self.role not in roles:
            raise NotAllowed("Your role does not include this. If you also have another role, switch to it first.")

    @property
    def is_practice(self) -> bool:
        """Narrowed to one practice."""
        return self.role == PRACTICE

    @property
    def is_clinician(self) -> bool:
        """Narrowed to their own rows."""
        return self.role == CLINICIAN

    @property
    def party(self) -> str:
        """For whom they speak in a booking: practice, clinician, or the pool's manager."""
        return self.role if self.role in (PRACTICE, CLINICIAN) else MANAGER

    @classmethod
    def system(cls, *pool_ids: UUID) -> "Actor":
        """The product itself, working for these pools: background work, commands, the demo."""
        return cls(role=SYSTEM, pool_ids=pool_ids, name="the system")
