"""Credit notes on the portal: asked for with a reason, decided by somebody else, taken back by whoever asked."""

import pytest

from pool.models.invoice import Invoice
from pool.money import Money
from pool.services.billing import credit_notes
from pool.services.payments import payments
from tests.builders import actor_of, again, working_as
from tests.invoice_builders import a_clinician_who_sells, confirmed_hours, issued
from tests.portal.reading import form_of, said


@pytest.fixture
def invoice(pool, practice):
    """An issued invoice over £357.00."""
    return issued(confirmed_hours(practice, a_clinician_who_sells(pool, name="Dr Jay Finch")))


@pytest.fixture
def address(invoice):
    """Where a credit note is asked for."""
    return f"/invoices/{invoice.id}/credit"


@pytest.fixture
def request_id(sam, invoice):
    """Sam has asked for all of it."""
    with working_as(actor_of(sam)) as work:
        lines = work.get(Invoice, invoice.id).lines
        return credit_notes.ask(work, invoice.id, "The wrong day", {line.id: line.amount for line in lines}).id


def test_the_form_is_filled_in_for_all_of_it(signed_in, sam, invoice, address):
    """Usually everything is wrong or nothing: why is all that has to be typed."""
    browser = signed_in(sam)
    sent = form_of(browser.get(address), address)
    answer = browser.post(address, data=sent | {"reason": "The wrong day"}, follow_redirects=True)
    assert "A pool manager who is not you decides." in said(answer)
    assert "A credit note has been asked for." in said(answer)
    assert again(invoice).credited_total == Money(0)


def test_slips_are_told_beside_the_field(signed_in, sam, invoice, address):
    """Too much, no reason, an amount nobody can read."""
    browser = signed_in(sam)
    sent = form_of(browser.get(address), address)
    (name,) = [key for key in sent if key.startswith("line-")]
    assert "Enter reason" in said(browser.post(address, data=sent)) or "reason" in said(
        browser.post(address, data=sent)
    )
    answer = browser.post(address, data=sent | {name: "400", "reason": "Too much"})
    assert answer.status_code == 422
    assert "Enter an amount up to £357.00: more is not left on this line" in said(answer)
    answer = browser.post(address, data=sent | {name: "all", "reason": "?"})
    assert "Enter an amount in pounds" in said(answer)


def test_a_second_request_waits(signed_in, sam, address, request_id):
    """The page says what is waiting instead of offering the form again."""
    answer = signed_in(sam).get(address)
    assert "A credit note has already been asked for" in said(answer)
    assert "<textarea" not in answer.text


def test_who_asked_cannot_decide(signed_in, taylor, invoice):
    """A pool manager who asked sees no button, and pressing it anyway is refused in words."""
    with working_as(actor_of(taylor)) as work:
        lines = work.get(Invoice, invoice.id).lines
        request_id = credit_notes.ask(work, invoice.id, "Wrong", {line.id: line.amount for line in lines}).id
    browser = signed_in(taylor)
    page = browser.get(f"/credit-requests/{request_id}")
    assert "Approve" not in said(page)
    sent = form_of(page, f"/credit-requests/{request_id}/withdraw")
    answer = browser.post(f"/credit-requests/{request_id}/approve", data=sent)
    assert "Another pool manager has to decide." in said(answer)
    assert again(invoice).state == "issued"


def test_another_person_approves(signed_in, taylor, invoice, request_id):
    """The credit note is there at once; the invoice says what became of it."""
    browser = signed_in(taylor)
    address = f"/credit-requests/{request_id}/approve"
    sent = form_of(browser.get(f"/credit-requests/{request_id}"), address)
    note = browser.post(address, data=sent, follow_redirects=True)
    assert "Credit note" in said(note)
    assert "Both sides are told." in said(note)
    assert "Asked for by Sam Reed" in said(note)
    page = said(browser.get(f"/invoices/{invoice.id}"))
    assert "Credited £357.00" in page
    assert "See also Credit note" in page
    assert "-£357.00" in said(browser.get("/invoices"))


def test_a_refusal_needs_a_reason(signed_in, taylor, sam, request_id):
    """Whoever asked reads why."""
    browser, address = signed_in(taylor), f"/credit-requests/{request_id}/refuse"
    sent = form_of(browser.get(f"/credit-requests/{request_id}"), address)
    assert browser.post(address, data=sent).status_code == 422
    answer = browser.post(address, data=sent | {"answer": "The day was right."}, follow_redirects=True)
    assert "Refused. Whoever asked is told why." in said(answer)
    assert "The day was right." in said(signed_in(sam).get(f"/credit-requests/{request_id}"))


def test_who_asked_takes_it_back(signed_in, sam, request_id):
    """With one button."""
    browser, address = signed_in(sam), f"/credit-requests/{request_id}/withdraw"
    sent = form_of(browser.get(f"/credit-requests/{request_id}"), address)
    assert "Taken back. Nothing is credited." in said(browser.post(address, data=sent, follow_redirects=True))


def test_a_refund_is_shown(signed_in, sam, taylor, invoice, request_id):
    """Paid first, credited afterwards: the page says what is owed back."""
    with working_as(actor_of(sam)) as work:
        row = work.get(Invoice, invoice.id, lock=True)
        payments.settle(work, row.id, row.issued_on)
    with working_as(actor_of(taylor)) as work:
        credit_notes.approve(work, request_id)
    assert "A refund is due £357.00 more was paid than is owed" in said(signed_in(sam).get(f"/invoices/{invoice.id}"))
