"""The lists a pool manager searches: clinicians and practices, and the page of each."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from pool.clock import london_date
from pool.models.booking import Booking
from pool.models.clinician import Clinician
from pool.models.offer import Offer
from pool.models.person import Membership, Person
from pool.models.practice import Organisation, Practice
from pool.models.session import PracticeSession
from pool.services import closures
from pool.services.closures import Closure
from pool.unit_of_work import UnitOfWork


class Listed(NamedTuple):
    """A stretch of a list and how long the whole list is."""

    rows: Sequence[object]
    total: int


def holds(text: str, *columns: InstrumentedAttribute[Any] | ColumnElement[Any]) -> ColumnElement[bool]:
    """Some column holds the text, whatever the case; % and _ mean themselves."""
    return or_(*(column.icontains(text, autoescape=True) for column in columns))


def clinicians_found(text: str, profession: str) -> Select[Clinician]:
    """Clinicians by name, e-mail or registration number, of one profession or all."""
    found = select(Clinician).join(Person, Person.id == Clinician.person_id)
    if text:
        found = found.where(holds(text, Person.name, Person.email, Clinician.registration_number))
    return found.where(Clinician.profession == profession) if profession else found


def practices_found(text: str) -> Select[Practice]:
    """Practices by name, code, postcode or network."""
    found = select(Practice).join(Organisation, Organisation.id == Practice.organisation_id)
    places = (Organisation.name, Organisation.ods_code, Organisation.postcode, Practice.pcn_name)
    return found.where(holds(text, *places)) if text else found


def how_many(work: UnitOfWork, found: Select[Any]) -> int:
    """The length of a list."""
    return work.store.scalar(select(func.count()).select_from(found.subquery())) or 0


class ClinicianPage(NamedTuple):
    """A clinician for their pool's manager."""

    clinician: Clinician
    offers: Sequence[Offer]
    bookings: Sequence[Booking]
    today: date


def clinician_page(work: UnitOfWork, clinician_id: UUID) -> ClinicianPage:
    """Facts, the latest offers, and bookings, newest first."""
    clinician = work.get(Clinician, clinician_id)
    offers = select(Offer).where(Offer.clinician_id == clinician_id).order_by(Offer.sent_at.desc()).limit(10)
    bookings = select(Booking).where(Booking.clinician_id == clinician_id).order_by(Booking.starts_at.desc()).limit(20)
    return ClinicianPage(clinician, work.all(offers), work.all(bookings), london_date(work.now))


class PracticePage(NamedTuple):
    """A practice for its pool's manager."""

    practice: Practice
    sessions: Sequence[PracticeSession]
    people: Sequence[Person]
    closure: Closure | None


def practice_page(work: UnitOfWork, practice_id: UUID) -> PracticePage:
    """Facts, coming sessions, and who signs in for it."""
    practice = work.get(Practice, practice_id)
    coming = (
        select(PracticeSession)
        .where(PracticeSession.practice_id == practice_id, PracticeSession.starts_at > work.now)
        .order_by(PracticeSession.starts_at)
        .limit(20)
    )
    people = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.practice_id == practice_id, Membership.ended_at.is_(None))
    )
    return PracticePage(practice, work.all(coming), work.all(people), closures.of_practice(work, practice))
