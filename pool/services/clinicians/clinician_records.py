"""Clinicians join a pool, and the pool keeps what it has verified about them: register, papers, engagement."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from pool.catalogue import DEMO_NUMBER, PROFESSIONS
from pool.errors import Invalid
from pool.events import ClinicianChanged, PersonInvited
from pool.models.clinician import Clinician, Engagement
from pool.models.pool import Pool
from pool.permissions import CLINICIAN
from pool.services.people import corrected_facts, factor_resets, joining, roles
from pool.services.people.joining import Register
from pool.unit_of_work import UnitOfWork

SAID = (
    "home_postcode",
    "max_travel_minutes",
    "weekly_cap",
    "four_week_cap",
    "wanted_sessions",
    "min_appointment_minutes",
    "skills",
    "clinical_systems",
)
"""What the clinician says, and a manager may write down for them."""

VERIFIED = frozenset(
    {
        "compliant_until",
        "active",
        "contracted_sessions",
        "weekly_hours",
        "opt_out_from",
        "opt_out_until",
    }
)
"""What the manager says of a clinician; everything else is the clinician's own word."""


def join(work: UnitOfWork, facts: Mapping[str, Any], *, engagement: str, engaged_from: date) -> Clinician:
    """Add a clinician to the pool; a worker tells them by e-mail how to sign in.

    `facts` holds name, email and columns of Clinician. Somebody who takes no sessions any more comes back as they were,
    with the name and address given now. Raises Invalid for a registration number of the wrong shape or one that a clinician
    of the pool has already (domain 3.1), Conflict for the address of somebody else of the pool.
    """
    columns = {key: value for key, value in facts.items() if key not in ("name", "email")}
    columns["registration_body"] = PROFESSIONS[facts["profession"]].body
    pool = work.get(Pool, work.pool_id)
    refuse_number(work, columns["profession"], columns["registration_number"], demo=pool.is_demo)
    columns["is_demo"] = DEMO_NUMBER.fullmatch(columns["registration_number"]) is not None
    clinician = came_back(work, facts, columns) or joined(work, facts, columns)
    work.store.flush()
    engage(work, clinician, engagement, engaged_from)
    work.record(PersonInvited(clinician.person_id, CLINICIAN))
    work.record(ClinicianChanged(clinician.id, "joined"))
    return clinician


def joined(work: UnitOfWork, facts: Mapping[str, Any], columns: Mapping[str, Any]) -> Clinician:
    """A clinician for whom name, address and register entry mean."""
    entry = Register(columns["registration_body"], columns["registration_number"])
    known = None if columns["is_demo"] else entry
    person_id = joining.person_for(work, facts["name"], facts["email"], known)
    roles.join(work, person_id, CLINICIAN, again=True)
    theirs = select(Clinician).where(Clinician.person_id == person_id, Clinician.active)
    if work.first(theirs) is not None:
        message = "Somebody with this email address is a clinician of the pool already. Search for them in the list."
        raise Invalid(message, {"email": [message]})
    clinician = Clinician(pool_id=work.pool_id, person_id=person_id, **columns)
    work.add(clinician)
    return clinician


def came_back(work: UnitOfWork, facts: Mapping[str, Any], columns: Mapping[str, Any]) -> Clinician | None:
    """Somebody of the pool with this register entry who takes no sessions any more, as they are from now on; None when
    there is nobody, or when they also belong to another pool: then they are invited like anybody else."""
    same = (
        Clinician.registration_body == columns["registration_body"],
        Clinician.registration_number == columns["registration_number"],
    )
    clinician = work.first(select(Clinician).where(*same))
    if clinician is None or not factor_resets.alone(work, clinician.person_id):
        return None
    if not (clinician.person.owns_address or clinician.person.stands_for_id):
        return None
    corrected_facts.correct(work, clinician.person_id, name=facts["name"], email=facts["email"])
    roles.join(work, clinician.person_id, CLINICIAN, again=True)
    for name, value in columns.items():
        setattr(clinician, name, value)
    clinician.active = True
    return clinician


def refuse_number(work: UnitOfWork, profession: str, number: str, *, demo: bool) -> None:
    """The number has the shape of its register, is no demonstration number on a real pool, and is not here already."""
    kind = PROFESSIONS[profession]
    made_up = DEMO_NUMBER.fullmatch(number) is not None
    if not (kind.accepts(number) or (made_up and demo)):
        message = f"This is not a {kind.body} number. Check it on the register."
        raise Invalid(message, {"registration_number": [message]})
    same = (Clinician.registration_body == kind.body, Clinician.registration_number == number, Clinician.active)
    if work.first(select(Clinician).where(*same)) is not None:
        message = "A clinician of the pool has this number already. Search for it in the list."
        raise Invalid(message, {"registration_number": [message]})


def change(work: UnitOfWork, clinician_id: UUID, *, engagement: str, engaged_from: date, **verified: Any) -> Clinician:
    """Keep what the pool verified: `verified` holds columns of VERIFIED. A new engagement starts on a day; bookings
    already made keep the one they have."""
    clinician = work.get(Clinician, clinician_id, lock=True)
    for name in VERIFIED & verified.keys():
        setattr(clinician, name, verified[name])
    current = clinician.engagement_on(engaged_from)
    if current is None or current.type != engagement:
        engage(work, clinician, engagement, engaged_from)
    work.record(ClinicianChanged(clinician.id, "papers and engagement"), pool_id=clinician.pool_id)
    return clinician


def describe(work: UnitOfWork, clinician_id: UUID, facts: Mapping[str, Any]) -> Clinician:
    """Write down what a clinician said: columns of SAID and the home's position, for this pool. `name` and `email` are
    the person's (person_facts.py); None leaves them as they are."""
    clinician = work.get(Clinician, clinician_id, lock=True)
    person = clinician.person
    name, email = facts["name"] or person.name, facts["email"] or person.email
    if (name, email.lower()) != (person.name, person.email.lower()):
        corrected_facts.correct(work, person.id, name=name, email=email)
    for column in (*SAID, "home_easting", "home_northing"):
        setattr(clinician, column, facts[column])
    work.record(ClinicianChanged(clinician.id, "home, limits and skills"), pool_id=clinician.pool_id)
    return clinician


def engage(work: UnitOfWork, clinician: Clinician, kind: str, starts_on: date) -> None:
    """From this day on; what held until then ends the day before, what was to start later gives way."""
    rows = work.all(select(Engagement).where(Engagement.clinician_id == clinician.id))
    for row in rows:
        if row.starts_on >= starts_on:
            work.store.delete(row)
        elif row.ends_on is None or row.ends_on >= starts_on:
            row.ends_on = starts_on - timedelta(days=1)
    work.add(Engagement(pool_id=clinician.pool_id, clinician_id=clinician.id, type=kind, starts_on=starts_on))
