"""What follows by itself for pensions: Form A with the invoice, its figures after a credit note, reminders by day."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import select

from pool import clock
from pool.actor import Actor
from pool.events import FormAAtRisk, SoloFormDue
from pool.models.audit import AuditEntry
from pool.models.form_a import FormA
from pool.models.invoice import Invoice
from pool.money import Money
from pool.services.billing import credit_notes
from pool.services.pension import forms_a
from tests import builders
from tests.builders import again, working_as
from tests.pension_builders import (
    a_pensioned_clinician,
    a_signed_form,
    declared,
    invoiced,
    pensioned_work,
    prepared,
)
from workers import handlers, housekeeping, pensions
from workers.happened import Happened

MAY = datetime(2026, 5, 25, 9, tzinfo=UTC)


@pytest.fixture
def may():
    """Monday 25 May 2026."""
    with time_machine.travel(MAY, tick=False) as now:
        yield now


@pytest.fixture
def practice(app, may):
    """A practice in a pool of its own."""
    return builders.a_practice()


@pytest.fixture
def clinician(practice):
    """A GP who pensions."""
    return a_pensioned_clinician(builders.read(builders.Pool, practice.pool_id))


@pytest.fixture
def everybody(practice):
    """The system, working for this pool."""
    return Actor.system(practice.pool_id)


def happened(invoice):
    """The event of an issued document as a worker gets it."""
    return Happened(uuid4(), invoice.pool_id, "InvoiceIssued", {"invoice_id": str(invoice.id)})


def credited(practice, invoice, amount):
    """A credit note over one line, asked for and approved by two people."""
    asker, approver = builders.a_practice_manager(practice), builders.a_pool_manager(practice.pool_id)
    with working_as(builders.actor_of(asker)) as work:
        line = next(line for line in work.get(Invoice, invoice.id).lines if line.charge_id)
        request_id = credit_notes.ask(work, invoice.id, "Left early.", {line.id: amount}).id
    with working_as(builders.actor_of(approver)) as work:
        return credit_notes.approve(work, request_id).id


def test_form_a_follows_from_the_invoice(app, practice, clinician, everybody):
    """By the same event that draws the PDF; delivered twice it is one form."""
    invoice = invoiced(pensioned_work(practice, clinician))
    assert pensions.prepare in handlers.handlers_of("InvoiceIssued")
    with app.app_context():
        for _ in range(2):
            pensions.prepare(happened(invoice))
    with working_as(everybody) as work:
        assert work.one(select(FormA)).invoice_id == invoice.id


def test_box_3_is_the_line_of_the_invoice(practice, clinician):
    """The practice pays on the invoice what it certifies on the form."""
    invoice = invoiced(pensioned_work(practice, clinician))
    form = prepared(invoice)
    assert form.employer == Money(4620)
    assert invoice.total == form.fee + form.employer == Money(40320)


def test_after_a_credit_note_the_form_is_declared_again(practice, clinician):
    """£57.00 less: new boxes, a new signature; nobody certifies yesterday's figures."""
    invoice = invoiced(pensioned_work(practice, clinician))
    form = declared(prepared(invoice), clinician)
    with working_as(Actor.system(practice.pool_id)) as work:
        note = work.get(Invoice, credited(practice, invoice, Money(5700)))
        forms_a.prepare(work, note.id)
    form = again(form)
    assert (form.state, form.fee, form.pensionable, form.employer) == (
        "prepared",
        Money(30000),
        Money(27000),
        Money(3883),
    )


def test_a_form_of_an_invoice_that_was_credited_in_full_is_withdrawn(practice, clinician):
    """Nothing is left to certify."""
    invoice = invoiced(pensioned_work(practice, clinician))
    form = prepared(invoice)
    prepared(builders.read(Invoice, credited(practice, invoice, Money(35700))))
    assert again(form).state == "withdrawn"


def test_a_signed_form_stays_and_the_difference_is_shown(practice, clinician):
    """PCSE has to be told by a person."""
    form = a_signed_form(practice, clinician)
    credited(practice, form.invoice, Money(5700))
    with working_as(Actor.system(practice.pool_id)) as work:
        row = work.get(FormA, form.id)
        assert forms_a.differs(work, row) == Money(-5700)
        assert forms_a.brought_up_to_date(work, row).fee == Money(35700)


def test_reminders_wait_for_the_morning(app, practice, clinician, everybody, may):
    """Nobody is woken at two; by ten it is told, once."""
    prepared(invoiced(pensioned_work(practice, clinician, on=date(2026, 5, 25) - timedelta(days=30))))
    with app.app_context():
        assert housekeeping.pension_reminders(everybody, datetime(2026, 5, 25, 1, tzinfo=UTC)) == 0
        assert [housekeeping.pension_reminders(everybody, clock.now()) for _ in range(2)] == [1, 0]
    with working_as(everybody) as work:
        assert work.one(select(AuditEntry).where(AuditEntry.name == FormAAtRisk.__name__)).data["days"] == 28


def test_the_annual_solo_form_is_told_once_in_april(app, practice, clinician, everybody, may):
    """For the year that ended, to GPs who did such work."""
    session = {"contract_context": "out_of_hours", "engaging_org": "Coast OOH"}
    pensioned_work(practice, clinician, on=date(2026, 5, 20), **session)
    with app.app_context():
        told = [
            housekeeping.pension_reminders(everybody, datetime(year, 4, day, 9, tzinfo=UTC))
            for year, day in ((2026, 30), (2027, 1), (2027, 2), (2028, 1))
        ]
    assert told == [0, 1, 0, 0]
    with working_as(everybody) as work:
        assert work.one(select(AuditEntry).where(AuditEntry.name == SoloFormDue.__name__)).data["year"] == 2026
