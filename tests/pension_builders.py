"""Pensionable work for tests: clinicians with a pension profile, invoices of it and their forms."""

from datetime import date, datetime, timedelta
from typing import Any

from pool.actor import Actor
from pool.models.booking import Booking
from pool.models.clinician import Clinician
from pool.models.form_a import FormA
from pool.models.invoice import Invoice
from pool.models.pool import Pool
from pool.models.practice import Practice
from pool.permissions import CLINICIAN, PRACTICE
from pool.services.billing import invoicing
from pool.services.bookings import offers
from pool.services.hours import timesheets
from pool.services.payments import payments
from pool.services.pension import forms_a, forms_b, pension_profiles
from tests import builders
from tests.builders import working_as
from tests.invoice_builders import a_clinician_who_sells
from tests.replay import replayed

PROFILE = {
    "pension_by_default": True,
    "surname": "Finch",
    "other_names": "Jay",
    "address": ["3 Demo Lane", "NR31 6QB"],
    "sd_number": "12345678",
    "ni_number": "QQ123456C",
    "date_of_birth": "1980-02-29",
    "authority_code": "7A7",
}


@replayed
def a_pensioned_clinician(pool: Pool, *, tier: str = "6", years: tuple[int, ...] = (), **columns: Any) -> Clinician:
    """A GP with payment details, a pension profile and a tier for this and other years."""
    return with_pension(a_clinician_who_sells(pool, **columns), tier=tier, years=years)


@replayed
def with_pension(clinician: Clinician, *, tier: str = "6", years: tuple[int, ...] = ()) -> Clinician:
    """The same clinician once their pension details and tiers are known."""
    with working_as(as_clinician(clinician)) as work:
        pension_profiles.save(work, PROFILE)
        for year in {pension_profiles.this_year(work), *years}:
            pension_profiles.choose_tier(work, year, tier)
    return clinician


def as_clinician(clinician: Clinician) -> Actor:
    """The clinician as an actor."""
    return Actor(
        role=CLINICIAN,
        pool_ids=(clinician.pool_id,),
        person_id=clinician.person_id,
        clinician_ids=(clinician.id,),
        name=clinician.name,
    )


def as_practice(practice: Practice) -> Actor:
    """The practice manager as an actor."""
    return Actor(role=PRACTICE, pool_ids=(practice.pool_id,), practice_id=practice.id, name="Sam Reed")


@replayed
def pensioned_work(
    practice: Practice, clinician: Clinician, *, on: date | None = None, pension: bool = True, **session: Any
) -> Booking:
    """A session that was accepted with the choice, worked as booked and confirmed by the practice."""
    row = builders.a_session(practice, on=on or builders.yesterday(), **session)
    offer = builders.an_offer(row, clinician)
    with working_as(as_clinician(clinician), now=offer.sent_at + timedelta(minutes=1)) as work:
        booking_id = offers.accept(work, offer.id, pension=pension).id
    timesheet = builders.a_timesheet(builders.read(Booking, booking_id))
    with working_as(as_practice(practice), now=timesheet.submitted_at + timedelta(hours=1)) as work:
        timesheets.confirm(work, timesheet.id)
    return builders.read(Booking, booking_id)


@replayed
def invoiced(booking: Booking, *, now: datetime | None = None) -> Invoice:
    """Its invoice."""
    with working_as(Actor.system(booking.pool_id), now=now) as work:
        (invoice,) = invoicing.bill_booking(work, booking.id)
        invoice_id = invoice.id
    return builders.read(Invoice, invoice_id)


@replayed
def prepared(invoice: Invoice, *, now: datetime | None = None) -> FormA | None:
    """The Form A of an invoice, as the worker makes it."""
    with working_as(Actor.system(invoice.pool_id), now=now) as work:
        form = forms_a.prepare(work, invoice.id)
        form_id = form.id if form else None
    return builders.read(FormA, form_id) if form_id else None


@replayed
def declared(form: FormA, clinician: Clinician, *, now: datetime | None = None) -> FormA:
    """The clinician has put their name under it."""
    with working_as(as_clinician(clinician), now=now) as work:
        forms_a.declare(work, [form.id])
    return builders.again(form)


@replayed
def signed(form: FormA, practice: Practice, *, paid_on: date | None = None, now: datetime | None = None) -> FormA:
    """The practice has signed it."""
    with working_as(as_practice(practice), now=now) as work:
        forms_a.sign(work, [form.id], name="Sam Reed", authority_code="k81003", paid_on=paid_on)
    return builders.again(form)


@replayed
def paid(invoice: Invoice, on: date) -> Invoice:
    """The practice has marked it as paid."""
    with working_as(Actor.system(invoice.pool_id)) as work:
        payments.settle(work, invoice.id, on)
    return builders.again(invoice)


@replayed
def a_signed_form(practice: Practice, clinician: Clinician, *, paid_on: date | None = None, **work: Any) -> FormA:
    """The whole way from an accepted session to a signed Form A; paid today unless said otherwise."""
    form = prepared(invoiced(pensioned_work(practice, clinician, **work)))
    assert form is not None
    return signed(declared(form, clinician), practice, paid_on=paid_on or form.invoice.issued_on)


@replayed
def submitted_forms(practice: Practice, clinician: Clinician, *, on: date) -> dict[str, Any]:
    """A signed Form A on a submitted Form B, as the ids that routes take."""
    form = a_signed_form(practice, with_pension(clinician), on=on)
    assert form.paid_on is not None
    with working_as(as_clinician(clinician)) as work:
        form_b_id = forms_b.submit(work, clinician.id, form.paid_on.replace(day=1)).id
    return {"form_a_id": form.id, "form_b_id": form_b_id, "month": f"{form.paid_on:%Y-%m}"}
