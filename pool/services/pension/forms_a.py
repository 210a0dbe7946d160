"""Form A, one for each invoice with pensionable work: prepared, declared by the clinician, signed by the practice.

Box 1 is what the invoice asks for pensionable work less what credit notes took back; extra costs such as mileage and
the contribution itself are never in it (domain 5.2, 5.7). A form that is signed never changes.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from pool import clock
from pool.errors import Invalid
from pool.events import FormADeclared, FormAPrepared, FormASigned, FormAWithdrawn
from pool.lifecycle import FORM_A, advance
from pool.models.booking import Booking
from pool.models.form_a import FormA
from pool.models.invoice import Invoice, InvoiceLine
from pool.models.pool import Pool
from pool.money import Money, total
from pool.rules import pension
from pool.services.pension import pension_profiles
from pool.services.pension.pension_contribution import contribution_line
from pool.services.pension.pension_profiles import NEEDED_FOR_A
from pool.services.pools.policy import policy_of
from pool.unit_of_work import UnitOfWork

OPEN = ("prepared", "declared")
"""States in which figures may still change."""


def prepare(work: UnitOfWork, invoice_id: UUID) -> FormA | None:
    """The Form A of an issued invoice; for a credit note, the form of the invoice it corrects is brought up to date.

    Asked twice, the same form. None when nothing on the invoice is pensionable by forms A and B.
    """
    invoice = work.get(Invoice, invoice_id)
    form = of_invoice(work, invoice.corrects_id if invoice.is_credit and invoice.corrects_id else invoice.id)
    if form is not None:
        return brought_up_to_date(work, form)
    lines = [] if invoice.is_credit or invoice.number is None else pensionable_lines(invoice)
    return new_form(work, invoice, lines) if lines else None


def of_invoice(work: UnitOfWork, invoice_id: UUID) -> FormA | None:
    """The form of an invoice."""
    return work.first(select(FormA).where(FormA.invoice_id == invoice_id).with_for_update(of=FormA))


def pensionable_lines(invoice: Invoice) -> list[InvoiceLine]:
    """The lines of work that the clinician chose to pension when they accepted it."""
    return [line for line in invoice.lines if line.charge and line.charge.pensionable and is_chosen(line.booking)]


def is_chosen(booking: Booking | None) -> bool:
    """Forms A and B were chosen for this booking."""
    return booking is not None and booking.pension_intent


def new_form(work: UnitOfWork, invoice: Invoice, lines: Sequence[InvoiceLine]) -> FormA:
    """A form with the rate of the day of payment, or of the invoice while nobody has paid."""
    form = FormA(
        pool_id=invoice.pool_id,
        practice_id=invoice.practice_id,
        clinician_id=invoice.clinician_id,
        invoice_id=invoice.id,
        state=FORM_A.initial,
        prepared_at=work.now,
        told_days=0,
        worked_from=min(line.supplied_on for line in lines),
        worked_to=max(line.supplied_on for line in lines),
    )
    fill(work, form, invoice, paid_on=invoice.paid_on or clock.london_date(work.now))
    work.add(form)
    work.record(FormAPrepared(form.id, invoice.id), pool_id=form.pool_id)
    return form


def fill(work: UnitOfWork, form: FormA, invoice: Invoice, *, paid_on: date) -> None:
    """Boxes 1 to 3 for a payment on a day."""
    form.days = days_of(work, invoice)
    form.fee = total([Money(day["fee_pence"]) for day in form.days])
    row = pension.employer_rate(paid_on)
    form.rate, form.rate_confirmed = row.decimal("practice_part"), row.confirmed
    form.pensionable, form.employer = pension.form_a_amounts(form.fee, form.rate)
    form.rate_note = pension.straddles(form.worked_from, paid_on)


def days_of(work: UnitOfWork, invoice: Invoice) -> list[dict[str, Any]]:
    """Each day worked with what is asked for it now: the lines of the invoice less what credit notes took back."""
    lines = pensionable_lines(invoice)
    credit_lines = work.all(select(InvoiceLine).where(InvoiceLine.credits_id.in_([line.id for line in lines])))
    on_day = {line.id: line.supplied_on for line in lines}
    days = dict.fromkeys(sorted(on_day.values()), 0)
    for line in lines:
        days[line.supplied_on] += line.amount.pence
    for credit in credit_lines:
        if credit.credits_id is not None:
            days[on_day[credit.credits_id]] -= credit.amount.pence
    return [{"on": day.isoformat(), "fee_pence": pence} for day, pence in days.items() if pence > 0]


def brought_up_to_date(work: UnitOfWork, form: FormA) -> FormA:
    """After a credit note: new figures to be declared again, or nothing left to certify. A signed form stays as it is."""
    if form.state not in OPEN or differs(work, form) == Money(0):
        return form
    if fee_now(work, form) == Money(0):
        advance(FORM_A, form, "withdraw")
        work.record(FormAWithdrawn(form.id, "The invoice was credited"), pool_id=form.pool_id)
        return form
    fill(work, form, form.invoice, paid_on=clock.london_date(work.now))
    if form.state == "declared":
        advance(FORM_A, form, "reopen")
        form.declared_at, form.declared_name = None, ""
    return form


def fee_now(work: UnitOfWork, form: FormA) -> Money:
    """Box 1 as the invoice and its credit notes stand now."""
    return total([Money(day["fee_pence"]) for day in days_of(work, form.invoice)])


def differs(work: UnitOfWork, form: FormA) -> Money:
    """By how much the invoice has changed since the form was made; for a signed form somebody must tell PCSE."""
    return fee_now(work, form) - form.fee


def still_owed(form: FormA) -> Money:
    """What box 3 asks for beyond the invoice, when the rate has changed between work and payment; nothing otherwise."""
    line = contribution_line(form.invoice)
    return form.employer - line.amount if form.rate_note and line is not None else Money(0)


def declare(work: UnitOfWork, form_ids: Sequence[UUID]) -> int:
    """The clinician's part of these forms: their numbers are copied and their name stands under it. Says how many.

    Raises Invalid when something in the profile is missing. Forms that are declared already stay as they are.
    """
    waiting = [form for form in locked(work, form_ids) if form.state == "prepared"]
    for form in waiting:
        profile = pension_profiles.of_clinician(work, form.clinician_id)
        gaps = pension_profiles.missing(profile, NEEDED_FOR_A)
        if gaps or profile is None:
            raise Invalid(f"First tell us {', '.join(gaps)} under Pension details. Then sign your forms.")
        advance(FORM_A, form, "declare")
        form.sd_number, form.ni_number = profile.sd_number, profile.ni_number
        form.declared_at, form.declared_name = work.now, f"{profile.other_names} {profile.surname}".strip()
        work.record(FormADeclared(form.id), pool_id=form.pool_id)
    return len(waiting)


def sign(work: UnitOfWork, form_ids: Sequence[UUID], *, name: str, authority_code: str, paid_on: date | None) -> int:
    """The practice's part of these forms: who signs, when the money was paid, the practice's code. Says how many.

    The day an invoice is marked as paid counts; `paid_on` is for those that are not marked yet. Raises Invalid.
    """
    waiting = [form for form in locked(work, form_ids) if form.state == "declared"]
    for form in waiting:
        day = day_of_payment(work, form, paid_on)
        fill(work, form, form.invoice, paid_on=day)
        form.upr, form.practice_name = reference(work, form, day), form.practice.name
        form.paid_on, form.signed_name, form.authority_code = day, name.strip(), authority_code.strip().upper()
        form.signed_at, form.signed_by_id = work.now, work.actor.person_id
        advance(FORM_A, form, "sign")
        work.record(FormASigned(form.id), pool_id=form.pool_id)
    return len(waiting)


def day_of_payment(work: UnitOfWork, form: FormA, said: date | None) -> date:
    """When the clinician was paid; between the day of the invoice and today. Raises Invalid."""
    day = form.invoice.paid_on or said
    today = clock.london_date(work.now)
    if day is None:
        words = f"Enter the day on which invoice {form.invoice.number} was paid"
        raise Invalid(f"{words}.", {"paid_on": [words]})
    if form.invoice.issued_on is not None and not form.invoice.issued_on <= day <= today:
        words = f"The day of payment of invoice {form.invoice.number} must be between the day of the invoice and today"
        raise Invalid(f"{words}.", {"paid_on": [words]})
    return day


def reference(work: UnitOfWork, form: FormA, day: date) -> str:
    """The unique payment reference of the month of payment, in the pool's format."""
    digits = policy_of(work.get(Pool, form.pool_id)).upr_year_digits
    return pension.upr(form.sd_number or "", pension.month_of(day), digits)


def locked(work: UnitOfWork, form_ids: Sequence[UUID]) -> list[FormA]:
    """These forms, held until the end; NotFound for one that is not there for the actor."""
    return [work.get(FormA, form_id, lock=True) for form_id in sorted(set(form_ids))]
