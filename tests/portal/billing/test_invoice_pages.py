"""Invoices on the portal: everybody sees their own, opens the document, and payment details are kept."""

from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from pool import clock
from pool.actor import Actor
from pool.models.pool import Pool
from tests import builders
from tests.builders import working_as
from tests.invoice_builders import a_clinician_who_sells, a_host_that_sells, confirmed_hours, issued


@pytest.fixture
def doctor(clinician, signed_in):
    """The clinician's browser."""
    with working_as(Actor.system(clinician.pool_id)) as work:
        person = work.get(type(clinician), clinician.id).person
        work.store.expunge_all()
    return signed_in(person)


def test_the_practice_sees_what_it_owes(invoice, desk):
    """Number, from whom, how much, until when, and the totals."""
    page = desk.get("/invoices").text
    for words in (invoice.number, "Dr Jay Finch", "£357.00", "To pay"):
        assert words in page


def test_the_page_shows_the_working_and_the_account(invoice, desk):
    """Nobody has to ask where a figure comes from or where the money goes."""
    page = desk.get(f"/invoices/{invoice.id}").text
    for words in (
        "08:30–12:40 as booked: agreed session fee £357.00",
        "00-11-22",
        "12345678",
        "Cover for: annual leave",
    ):
        assert words in page


def test_the_document_opens_in_the_browser_under_its_number(invoice, desk):
    """Inline, with a name that can be found again; `save` makes it a file."""
    answer = desk.get(f"/invoices/{invoice.id}/document")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == f"inline; filename=Invoice-{invoice.number}.pdf"
    assert PdfReader(BytesIO(answer.data)).metadata.title == f"Invoice {invoice.number}"
    saved = desk.get(f"/invoices/{invoice.id}/document?save=1")
    assert saved.headers["Content-Disposition"].startswith("attachment")


def test_before_the_document_is_made_the_page_says_so(practice, clinician, desk):
    """The worker needs a moment; the page does not break."""
    fresh = issued(confirmed_hours(practice, clinician))
    assert "The PDF is being made" in desk.get(f"/invoices/{fresh.id}").text
    answer = desk.get(f"/invoices/{fresh.id}/document")
    assert answer.status_code == 404
    assert "still being made" in answer.text


def test_clinicians_see_their_own_and_cannot_mark_them_paid(invoice, practice, pool, doctor):
    """Their own list, no button; another clinician's invoice is not there."""
    other = issued(confirmed_hours(practice, a_clinician_who_sells(pool, name="Dr Kim Heron")))
    page = doctor.get("/invoices").text
    assert invoice.number in page
    assert other.number not in page
    assert doctor.get(f"/invoices/{other.id}").status_code == 404
    assert doctor.get(f"/invoices/{other.id}/document").status_code == 404
    assert "Record a payment" not in doctor.get(f"/invoices/{invoice.id}").text
    assert doctor.get(f"/payments/for/{invoice.id}").status_code == 403


def test_other_practices_and_pools_see_nothing(invoice, pool, signed_in):
    """A foreign id is an id that does not exist."""
    neighbour = signed_in(builders.a_practice_manager(builders.a_practice(pool)))
    stranger = signed_in(builders.a_pool_manager(builders.a_pool().id))
    for browser in (neighbour, stranger):
        assert invoice.number not in browser.get("/invoices").text
        for page in (f"/invoices/{invoice.id}", f"/invoices/{invoice.id}/document", f"/payments/for/{invoice.id}"):
            assert browser.get(page).status_code == 404


def test_the_list_is_searched_and_narrowed(invoice, practice, clinician, manager):
    """By number, practice or clinician, and by state; a state that does not exist asks for all."""
    assert invoice.number in manager.get("/invoices?q=park+finch").text
    assert "Nothing found" in manager.get("/invoices?q=heron").text
    assert "Nothing found" in manager.get("/invoices?state=paid").text
    assert invoice.number in manager.get("/invoices?state=nonsense").text


def test_overdue_invoices_stand_out(practice, clinician, manager):
    """The home page leads here with state=overdue."""
    work_day = builders.yesterday() - timedelta(days=70)
    late = issued(confirmed_hours(practice, clinician, on=work_day), now=clock.now() - timedelta(days=60))
    page = manager.get("/invoices?state=overdue").text
    assert late.number in page
    assert '<strong class="nhsuk-u-nowrap">Overdue</strong>' in page


def test_payment_details_are_given_by_the_clinician(pool, practice, signed_in, post_form):
    """The notice leads to the form, the form keeps the account, and the account is not shown again."""
    newcomer = builders.a_clinician(pool, name="Dr New Person")
    confirmed_hours(practice, newcomer)
    with working_as(Actor.system(pool.id)) as work:
        person = work.get(type(newcomer), newcomer.id).person
        work.store.expunge_all()
    browser = signed_in(person)
    assert "cannot be made yet" in browser.get("/invoices").text
    typed = {
        "seller_name": "Dr New Person",
        "address": "1 Lane\r\nNR31 6QB",
        "account_name": "N Person",
        "sort_code": "001122",
        "account_number": "12345678",
    }
    refused = post_form(browser, "/payment-details", **typed | {"sort_code": "1122"})
    assert refused.status_code == 422
    assert "Enter a sort code with 6 digits" in refused.text
    assert post_form(browser, "/payment-details", **typed).status_code == 303
    page = browser.get("/payment-details").text
    assert "ending in 678" in page
    assert "12345678" not in page
    assert "cannot be made yet" not in browser.get("/invoices").text


def test_payment_details_of_the_host_are_given_by_its_manager(pool, manager, post_form):
    """Recharge invoices need an account too."""
    typed = {
        "seller_name": "Demo Host CIC",
        "address": "1 Demo Street",
        "account_name": "Demo Host",
        "sort_code": "44-55-66",
        "account_number": "87654321",
    }
    assert post_form(manager, "/payment-details/host", **typed).status_code == 303
    assert a_host_that_sells(builders.read(Pool, pool.id)).name == pool.host.name
    assert "Demo Host" in manager.get("/payment-details/host").text


def test_only_those_concerned_reach_the_details(desk, doctor, manager):
    """Accounts are not everybody's business."""
    assert desk.get("/payment-details").status_code == 403
    assert desk.get("/payment-details/host").status_code == 403
    assert doctor.get("/payment-details/host").status_code == 403
    assert manager.get("/payment-details").status_code == 403
