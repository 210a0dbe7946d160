"""Confirmed hours become an issued, drawn and announced invoice by themselves."""

from datetime import timedelta
from hashlib import sha256
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from pool import clock
from pool.actor import Actor
from pool.documents.pdf import DocumentError
from pool.models.clinician import Clinician
from pool.models.invoice import Invoice
from pool.models.outbox import OutboxMessage
from pool.services.billing import e_invoice, issuing, sellers
from tests import builders
from tests.builders import working_as
from tests.invoice_builders import CLINICIAN_ACCOUNT, a_clinician_who_sells, confirmed_hours
from workers import invoices as jobs
from workers import outbox

NOT_MADE = "could not be made"


@pytest.fixture
def practice(pool):
    """A practice with an address for invoices."""
    return builders.a_practice(pool, name="The Park Surgery", invoice_email="accounts@park.example")


def invoices_of(pool):
    """Every invoice of a pool, to read."""
    with working_as(Actor.system(pool.id)) as work:
        rows = work.all(select(Invoice))
        work.store.expunge_all()
        return rows


def test_confirmation_is_followed_by_the_invoice_the_document_and_the_news(pool, practice, work_off, smtp_sink):
    """Nobody presses a button after the practice has agreed."""
    confirmed_hours(practice, a_clinician_who_sells(pool, name="Dr Jay Finch"))
    assert work_off() == 0
    (invoice,) = invoices_of(pool)
    assert invoice.state == "issued"
    with working_as(Actor.system(pool.id)) as work:
        pdf, xml = issuing.document_bytes(work, invoice.id), e_invoice.ubl_bytes(work, invoice.id)
    document = PdfReader(BytesIO(pdf))
    assert document.metadata.title == f"Invoice {invoice.number}"
    assert document.attachments == {f"{invoice.number}.xml": [xml]}
    assert (invoice.pdf_sha256, invoice.ubl_sha256) == tuple(sha256(document).hexdigest() for document in (pdf, xml))
    (message,) = smtp_sink.to("accounts@park.example")
    assert invoice.number in message["Subject"]
    assert f"/invoices/{invoice.id}" in message.get_content()
    assert "12345678" not in message.get_content()


def test_events_that_come_twice_change_nothing(pool, practice, work_off, smtp_sink):
    """At least once for every event, exactly once for every invoice, document and e-mail."""
    confirmed_hours(practice, a_clinician_who_sells(pool))
    work_off()
    (before,) = invoices_of(pool)
    sent = len(smtp_sink.messages)
    with working_as(Actor.system(pool.id)) as work:
        for row in work.all(select(OutboxMessage)):
            row.done_at, row.next_try_at = None, None
    with working_as(Actor.system(pool.id)):
        outbox.relay()
    work_off()
    (after,) = invoices_of(pool)
    assert (after.number, after.pdf_sha256, after.ubl_sha256) == (before.number, before.pdf_sha256, before.ubl_sha256)
    assert len(smtp_sink.messages) == sent


def test_payment_details_that_come_late_release_the_invoice(pool, practice, work_off, smtp_sink):
    """The clinician is asked, answers, and the invoice follows by itself."""
    newcomer = builders.a_clinician(pool, name="Dr New Person")
    confirmed_hours(practice, newcomer)
    work_off()
    assert invoices_of(pool) == []
    assert "Payment details needed for your invoice" in [message["Subject"] for message in smtp_sink.messages]
    with working_as(Actor.system(pool.id)) as work:
        seller = sellers.ensure_clinician(work, work.get(Clinician, newcomer.id))
        sellers.save_details(work, seller, name="Dr New Person", address=["1 Lane"], **CLINICIAN_ACCOUNT)
    work_off()
    assert [invoice.state for invoice in invoices_of(pool)] == ["issued"]


def test_a_change_of_something_else_bills_nothing(pool, practice, work_off):
    """Only payment details matter here."""
    newcomer = builders.a_clinician(pool)
    confirmed_hours(practice, newcomer)
    work_off()
    with working_as(Actor.system(pool.id)) as work:
        row = work.get(Clinician, newcomer.id)
        work.record(sellers.ClinicianChanged(row.id, "travel limit"))
    assert work_off() == 0
    assert invoices_of(pool) == []


def break_the_typesetter(monkeypatch):
    """Every invoice fails, as one with a damaged row would."""

    def refuse(*_):
        raise DocumentError("the text could not be displayed")

    monkeypatch.setattr(jobs, "invoice_pdf", refuse)


def tonight(app, pool):
    """What the night makes of documents that failed so far."""
    with app.app_context():
        return jobs.draw_forgotten(Actor.system(pool.id), clock.now() + timedelta(days=1))


def test_a_document_that_fails_is_told_once_and_made_when_it_can_be(
    app, pool, practice, work_off, smtp_sink, monkeypatch, signed_in
):
    """Manager and seller hear it, the page says it, the practice is sent nothing; the night tries again."""
    manager = builders.a_pool_manager(pool.id)
    clinician = a_clinician_who_sells(pool, name="Dr Jay Finch")
    confirmed_hours(practice, clinician)
    with monkeypatch.context() as broken:
        break_the_typesetter(broken)
        work_off()
        (invoice,) = invoices_of(pool)
        for _ in range(2):
            assert tonight(app, pool) == 0
        work_off()
    told = [
        to
        for to in (manager.email, clinician.person.email)
        for message in smtp_sink.to(to)
        if NOT_MADE in message["Subject"]
    ]
    assert told == [manager.email, clinician.person.email]
    assert "the text could not be displayed" in smtp_sink.to(manager.email)[-1].get_content()
    assert smtp_sink.to("accounts@park.example") == []
    assert "The PDF could not be made" in signed_in(manager).get(f"/invoices/{invoice.id}").text
    assert tonight(app, pool) == 1
    work_off()
    assert len(smtp_sink.to("accounts@park.example")) == 1
    assert "The PDF could not be made" not in signed_in(manager).get(f"/invoices/{invoice.id}").text


def test_a_private_sign_in_an_old_row_holds_up_no_document(pool, practice, work_off):
    """Typed before it was refused: the PDF comes, with a mark in its place."""
    confirmed_hours(practice, a_clinician_who_sells(pool), post_covered="\ue000 Dr Green")
    work_off()
    (invoice,) = invoices_of(pool)
    assert invoice.pdf_sha256
