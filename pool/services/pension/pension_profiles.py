"""What a GP tells us once for their pension forms, and the tier they choose for a year."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from pool import clock
from pool.events import PensionProfileChanged, TierChosen
from pool.models.clinician import Clinician
from pool.models.pension_profile import PensionProfile, TierChoice
from pool.rules.fees import financial_year
from pool.rules.pension import Extras
from pool.services.clinicians.availability import own_clinicians
from pool.unit_of_work import UnitOfWork

NEEDED_FOR_A = {"surname": "your surname", "sd_number": "your SD number", "ni_number": "your National Insurance number"}
NEEDED_FOR_B = NEEDED_FOR_A | {
    "other_names": "your other names",
    "date_of_birth": "your date of birth",
    "authority_code": "your PCSE employing authority code",
    "address": "your address",
}


def of_clinician(work: UnitOfWork, clinician_id: UUID) -> PensionProfile | None:
    """The profile of a clinician, if they have told us anything yet."""
    return work.first(select(PensionProfile).where(PensionProfile.clinician_id == clinician_id))


def known(work: UnitOfWork) -> PensionProfile | None:
    """The signed-in clinician's own profile; the same in each of their pools."""
    return work.first(select(PensionProfile).order_by(PensionProfile.id))


def missing(profile: PensionProfile | None, needed: Mapping[str, str]) -> list[str]:
    """What a form would still lack, in words; empty when all is there."""
    return [words for name, words in needed.items() if profile is None or not getattr(profile, name)]


def save(work: UnitOfWork, facts: Mapping[str, Any]) -> None:
    """Keep these facts in each pool of the signed-in clinician; forms that are declared already stay as they are.

    What changed is named in the audit trail, never its content.
    """
    for clinician in own_clinicians(work):
        profile = of_clinician(work, clinician.id) or new_profile(work, clinician)
        changed = [name for name, value in facts.items() if getattr(profile, name) != value]
        for name in changed:
            setattr(profile, name, facts[name])
        if changed:
            work.record(PensionProfileChanged(profile.id, ", ".join(changed)), pool_id=clinician.pool_id)


def new_profile(work: UnitOfWork, clinician: Clinician) -> PensionProfile:
    """An empty profile."""
    profile = PensionProfile(pool_id=clinician.pool_id, clinician_id=clinician.id)
    work.add(profile)
    work.store.flush()
    return profile


def extras_of(profile: PensionProfile) -> Extras:
    """Boxes c to f of a month."""
    return Extras(profile.added_years, profile.mpavc, profile.additional_pension, profile.errbo)


def this_year(work: UnitOfWork) -> int:
    """The scheme year of today: April to March, named by its April."""
    return financial_year(clock.london_date(work.now))


def tier_of(work: UnitOfWork, clinician_id: UUID, year: int) -> TierChoice | None:
    """What the clinician chose for a year."""
    return work.first(select(TierChoice).where(TierChoice.clinician_id == clinician_id, TierChoice.year == year))


def tiers_chosen(work: UnitOfWork) -> Sequence[TierChoice]:
    """The signed-in clinician's choices, newest year first, each year once."""
    rows = work.all(select(TierChoice).order_by(TierChoice.year.desc()))
    return list({row.year: row for row in rows}.values())


def choose_tier(work: UnitOfWork, year: int, tier: str) -> None:
    """The clinician's own choice for a year, in each of their pools; submitted forms keep the tier they were made with."""
    for clinician in own_clinicians(work):
        choice = tier_of(work, clinician.id, year)
        if choice is None:
            choice = TierChoice(pool_id=clinician.pool_id, clinician_id=clinician.id, year=year)
            work.add(choice)
        choice.tier, choice.chosen_at, choice.chosen_by_id = tier, work.now, work.actor.person_id
        work.record(TierChosen(choice.id, year, tier), pool_id=clinician.pool_id)
