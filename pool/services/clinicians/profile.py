"""What clinicians say about themselves: home, limits, skills, and what they think of each practice."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from pool import clock
from pool.events import ClinicianChanged
from pool.models.clinician import Clinician, PracticePreference
from pool.models.practice import Organisation, Practice
from pool.services.clinicians.availability import own_clinicians
from pool.services.pools.unplaced_practices import minutes_between
from pool.unit_of_work import UnitOfWork

VIEWS = {"prefer": 1, "no_view": 0, "rather_not": -1}
NEVER = "never"


class PracticeView(NamedTuple):
    """A practice, minutes from home, and the clinician's view of it."""

    practice: Practice
    minutes: int | None
    view: str


def change(work: UnitOfWork, facts: Mapping[str, Any]) -> None:
    """Write these columns in every pool of the signed-in clinician."""
    for clinician in own_clinicians(work):
        changed = [name for name, value in facts.items() if getattr(clinician, name) != value]
        for name in changed:
            setattr(clinician, name, facts[name])
        if changed:
            work.record(ClinicianChanged(clinician.id, ", ".join(changed)), pool_id=clinician.pool_id)


def set_phone(work: UnitOfWork, phone: str) -> None:
    """How practices with a booking, and the pool, reach the signed-in clinician; the same in every pool."""
    for clinician in own_clinicians(work):
        if clinician.person.phone != phone:
            work.record(ClinicianChanged(clinician.id, "phone"), pool_id=clinician.pool_id)
    for clinician in own_clinicians(work):
        clinician.person.phone = phone


def practice_views(work: UnitOfWork) -> list[PracticeView]:
    """Every practice of the clinician's pools, nearest first."""
    views = {preference.practice_id: view_of(preference) for preference in work.all(select(PracticePreference))}
    today = clock.london_date(work.now)
    found = [
        PracticeView(practice, minutes_between(clinician, practice, today), views.get(practice.id, "no_view"))
        for clinician in own_clinicians(work)
        for practice in practices_of(work, clinician.pool_id)
    ]
    return sorted(
        found, key=lambda clinician: (clinician.minutes is None, clinician.minutes or 0, clinician.practice.name)
    )


def practices_of(work: UnitOfWork, pool_id: UUID) -> Sequence[Practice]:
    """The practices of a pool that are open."""
    return work.all(select(Practice).join(Organisation).where(Practice.pool_id == pool_id, Organisation.active))


def view_of(preference: PracticePreference) -> str:
    """The clinician's own view; what the practice thinks is not shown."""
    if preference.never:
        return NEVER
    return next(name for name, value in VIEWS.items() if value == preference.preference)


def set_views(work: UnitOfWork, views: Mapping[UUID, str]) -> int:
    """Keep the views that differ from those on record; says how many changed. A practice's own block stays as it is."""
    changed = [view for view in practice_views(work) if views.get(view.practice.id, view.view) != view.view]
    own = {clinician.pool_id: clinician for clinician in own_clinicians(work)}
    for view in changed:
        set_view(work, own[view.practice.pool_id], view.practice.id, views[view.practice.id])
    for clinician in {own[view.practice.pool_id].id: own[view.practice.pool_id] for view in changed}.values():
        work.record(ClinicianChanged(clinician.id, "preferences"), pool_id=clinician.pool_id)
    return len(changed)


def set_view(work: UnitOfWork, clinician: Clinician, practice_id: UUID, view: str) -> None:
    """One view, in the row of the pair or in a new one."""
    pair = (PracticePreference.clinician_id == clinician.id, PracticePreference.practice_id == practice_id)
    row = work.first(select(PracticePreference).where(*pair))
    if row is None:
        row = PracticePreference(pool_id=clinician.pool_id, clinician_id=clinician.id, practice_id=practice_id)
        work.add(row)
    row.never, row.preference = view == NEVER, VIEWS.get(view, 0)
