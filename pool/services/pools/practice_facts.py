"""What is known about a pool's practices beyond the national report: network, list size, deprivation, telephone, position."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from pool.events import PracticeChanged
from pool.models.practice import Organisation, Practice
from pool.places.postcodes import Position
from pool.services.pools.unplaced_practices import is_placed
from pool.unit_of_work import UnitOfWork


def change(work: UnitOfWork, practice_id: UUID, facts: Mapping[str, Any], near: Position | None = None) -> Practice:
    """Keep columns of a practice; the audit trail names what changed. `near` places one whose position nobody knows."""
    practice = work.get(Practice, practice_id, lock=True)
    changed = [name for name, value in facts.items() if getattr(practice, name) != value]
    for name in changed:
        setattr(practice, name, facts[name])
    if near is not None and not is_placed(practice):
        practice.organisation.easting, practice.organisation.northing = near
        changed.append("position")
    if changed:
        work.record(PracticeChanged(practice.id, ", ".join(changed)), pool_id=practice.pool_id)
    return practice


def tell(work: UnitOfWork, ods_code: str, facts: Mapping[str, Any]) -> int:
    """Keep the facts of the practice with this code in every pool that has it; says in how many."""
    own = select(Practice).join(Organisation).where(Organisation.ods_code == ods_code)
    return len([change(work, practice.id, facts) for practice in work.all(own)])
