"""What a practice says about itself, and the clinicians it is not to be matched with."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from pool.errors import Conflict
from pool.events import PracticeChanged
from pool.models.booking import Booking
from pool.models.clinician import Clinician, PracticePreference
from pool.models.offer import Offer
from pool.models.person import Person
from pool.models.practice import Practice
from pool.unit_of_work import UnitOfWork

BLOCKS = "clinicians not matched with"


def change(work: UnitOfWork, practice_id: UUID, details: dict[str, Any]) -> Practice:
    """Change the practice's own facts; the audit trail names what changed."""
    practice = work.get(Practice, practice_id, lock=True)
    changed = [name for name, value in details.items() if getattr(practice, name) != value]
    for name in changed:
        setattr(practice, name, details[name])
    if changed:
        work.record(PracticeChanged(practice.id, ", ".join(changed)), pool_id=practice.pool_id)
    return practice


def blocked(work: UnitOfWork, practice_id: UUID) -> Sequence[tuple[PracticePreference, Clinician]]:
    """The clinicians this practice is not matched with, by name."""
    wanted = (
        select(PracticePreference, Clinician)
        .join(Clinician, PracticePreference.clinician_id == Clinician.id)
        .join(Person, Clinician.person_id == Person.id)
        .where(PracticePreference.practice_id == practice_id, PracticePreference.blocked)
        .order_by(Person.name)
    )
    return [(preference, clinician) for preference, clinician in work.store.execute(wanted).unique()]


def known_here(work: UnitOfWork, practice_id: UUID) -> Sequence[Clinician]:
    """Clinicians that this practice knows because they were offered or booked here and are not blocked, by name."""
    met = [
        Clinician.id.in_(select(model.clinician_id).where(model.practice_id == practice_id))
        for model in (Offer, Booking)
    ]
    refused = select(PracticePreference.clinician_id).where(
        PracticePreference.practice_id == practice_id, PracticePreference.blocked
    )
    people = select(Clinician).join(Person, Clinician.person_id == Person.id)
    return work.all(people.where(met[0] | met[1], Clinician.id.not_in(refused)).order_by(Person.name))


def block(work: UnitOfWork, practice_id: UUID, clinician_id: UUID, reason: str) -> PracticePreference:
    """Never match this pair again; bookings that stand are not touched. The clinician does not see the reason.

    Raises Conflict when the pair is blocked already.
    """
    practice = work.get(Practice, practice_id, lock=True)
    clinician = work.get(Clinician, clinician_id)
    pair = work.first(
        select(PracticePreference).where(
            PracticePreference.practice_id == practice.id, PracticePreference.clinician_id == clinician.id
        )
    )
    if pair is not None and pair.blocked:
        raise Conflict(f"{clinician.name} is already on the list.")
    if pair is None:
        pair = PracticePreference(pool_id=practice.pool_id, practice_id=practice.id, clinician_id=clinician.id)
        work.add(pair)
    pair.blocked, pair.blocked_reason = True, reason
    work.record(PracticeChanged(practice.id, BLOCKS), pool_id=practice.pool_id)
    return pair


def unblock(work: UnitOfWork, practice_id: UUID, preference_id: UUID) -> None:
    """The pair may be matched again."""
    practice = work.get(Practice, practice_id, lock=True)
    pair = work.one(
        select(PracticePreference).where(
            PracticePreference.id == preference_id, PracticePreference.practice_id == practice.id
        )
    )
    pair.blocked, pair.blocked_reason = False, ""
    work.record(PracticeChanged(practice.id, BLOCKS), pool_id=practice.pool_id)
