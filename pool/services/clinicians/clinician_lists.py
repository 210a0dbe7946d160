"""Clinicians for their pool's manager: the list with its search, and the page of one."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, select

from pool.clock import london_date
from pool.models.booking import Booking
from pool.models.clinician import Clinician
from pool.models.offer import Offer
from pool.models.person import Person
from pool.search import holds
from pool.unit_of_work import UnitOfWork


def clinicians_found(text: str, profession: str) -> Select[Clinician]:
    """Clinicians by name, e-mail or registration number, of one profession or all."""
    found = select(Clinician).join(Person, Person.id == Clinician.person_id)
    if text:
        found = found.where(holds(text, Person.name, Person.email, Clinician.registration_number))
    return found.where(Clinician.profession == profession) if profession else found


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
