"""The clinicians of a demo pool as rows: person, register entry, engagement, weekly pattern, days away, bank details."""

from datetime import date, timedelta
from uuid import UUID

from pool.catalogue import PROFESSIONS
from pool.demo.clinicians import DemoClinician
from pool.demo.foundation import NO_BANK, a_person, practice_id
from pool.demo.identity import demo_id, pool_id
from pool.demo.settings import DemoPool
from pool.models.availability import AvailabilityDay, WeeklySlot
from pool.models.clinician import Clinician, Engagement, PracticePreference
from pool.models.invoice import Seller
from pool.models.person import Membership, Person
from pool.money import Money
from pool.permissions import CLINICIAN
from pool.rules.usual_week import Slot
from pool.services.clinicians.availability import join_slots
from pool.unit_of_work import UnitOfWork

SELLS = ("sole_trader", "limited_company")
JOINED_DAYS_AGO = 400
CONTRACTED = 4
"""Sessions a week of a demo clinician on a salary."""


def register(work: UnitOfWork, pool: DemoPool, people: list[DemoClinician], *, today: date) -> None:
    """Write every clinician of the pool: the people first, then what belongs to them."""
    clinicians = [_clinician(pool, a_member(work, member, number), member) for number, member in enumerate(people)]
    work.store.add_all(clinicians)
    work.store.flush()
    for number, (clinician, member) in enumerate(zip(clinicians, people, strict=True)):
        work.store.add_all(_belongings(pool, clinician, member, number=number, today=today))


def a_member(work: UnitOfWork, member: DemoClinician, number: int) -> Person:
    """The person behind a clinician."""
    return a_person(work, member.name, member.email, phone=f"07700 900{number:03d}")


def _belongings(
    pool: DemoPool, clinician: Clinician, member: DemoClinician, *, number: int, today: date
) -> list[object]:
    membership = Membership(
        id=demo_id("membership", pool.slug, member.email),
        pool_id=pool_id(pool),
        person_id=clinician.person_id,
        role=CLINICIAN,
    )
    return [
        membership,
        *_engagements(clinician, member, number=number, today=today),
        *_free_times(clinician, member),
        *_days_away(clinician, member),
        *_preferences(clinician, member),
        *([_seller(pool, clinician, member)] if member.engagement in SELLS else []),
    ]


def clinician_id(pool: DemoPool, email: str) -> UUID:
    """The id of a demo clinician."""
    return demo_id("clinician", pool.slug, email)


def _clinician(pool: DemoPool, person: Person, member: DemoClinician) -> Clinician:
    return Clinician(
        id=clinician_id(pool, member.email),
        person_id=person.id,
        person=person,
        profession=member.profession,
        registration_body=PROFESSIONS[member.profession].body,
        registration_number=member.registration,
        compliant_until=member.compliant_until,
        skills=list(member.skills),
        clinical_systems=list(member.systems),
        home_postcode=member.postcode,
        home_easting=member.easting,
        home_northing=member.northing,
        max_travel_minutes=member.travel_limit,
        weekly_cap=member.weekly_cap,
        wanted_sessions=member.minimum_sessions,
        min_appointment_minutes=member.shortest_appointment,
        contracted_sessions=CONTRACTED if member.engagement == "salaried" else 0,
        min_fee=Money(member.floor_pence),
        is_demo=True,
    )


def _engagements(clinician: Clinician, member: DemoClinician, *, number: int, today: date) -> list[Engagement]:
    """One engagement each; every twentieth came to the pool as a bank worker and changed later."""
    joined, changed = today - timedelta(days=JOINED_DAYS_AGO), today - timedelta(days=120)
    own = {"clinician_id": clinician.id}
    if number % 20 != 10 or member.engagement == "bank_worker":
        return [Engagement(**own, type=member.engagement, starts_on=joined)]
    return [
        Engagement(**own, type="bank_worker", starts_on=joined, ends_on=changed - timedelta(days=1)),
        Engagement(**own, type=member.engagement, starts_on=changed),
    ]


def _free_times(clinician: Clinician, member: DemoClinician) -> list[WeeklySlot]:
    """The weekly pattern; halves of a day that touch are one slot, as the portal keeps them."""
    joined = join_slots([Slot(slot.weekday, slot.starts, slot.ends) for slot in member.slots])
    return [WeeklySlot(clinician_id=clinician.id, **slot._asdict()) for slot in joined]


def _days_away(clinician: Clinician, member: DemoClinician) -> list[AvailabilityDay]:
    days = [first + timedelta(days=offset) for first, last in member.away for offset in range((last - first).days + 1)]
    return [AvailabilityDay(clinician_id=clinician.id, on=day, available=False) for day in days]


def _preferences(clinician: Clinician, member: DemoClinician) -> list[PracticePreference]:
    """A practice that is liked, and one that the two sides agreed to keep apart."""
    found = []
    if member.likes:
        found.append(PracticePreference(practice_id=practice_id(member.likes), preference=1))
    if member.blocked and member.blocked != member.likes:
        reason = "Agreed with the practice (demo)"
        found.append(PracticePreference(practice_id=practice_id(member.blocked), blocked=True, blocked_reason=reason))
    for preference in found:
        preference.clinician_id = clinician.id
    return found


def _seller(pool: DemoPool, clinician: Clinician, member: DemoClinician) -> Seller:
    company = member.engagement == "limited_company"
    return Seller(
        id=demo_id("seller", pool.slug, member.email),
        kind="clinician",
        clinician_id=clinician.id,
        code=f"{member.family[:3].upper()}{member.registration[-4:]}",
        name=f"{member.family} Medical Ltd (demo)" if company else f"{member.name} (demo)",
        address=["1 Demo Street", member.postcode],
        email=member.email,
        bank_account_name=f"{member.given} {member.family}",
        **NO_BANK,
    )
