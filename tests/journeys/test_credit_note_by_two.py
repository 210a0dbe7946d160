"""An invoice that is wrong: the practice asks for a credit note, another person agrees, and both sides have it in writing."""

import pytest

from tests import builders
from tests.builders import again
from tests.invoice_builders import a_clinician_who_sells, confirmed_hours, drawn, issued


@pytest.fixture
def place(app, nobody_works):
    """A practice with an invoice, and the people of the pool."""
    pool = builders.a_pool()
    practice = builders.a_practice(pool, name="Bridge Road Surgery")
    invoice = issued(confirmed_hours(practice, a_clinician_who_sells(pool, name="Dr Demo Alder")))
    drawn(invoice)
    return invoice, builders.a_practice_manager(practice), builders.a_pool_manager(pool.id)


def test_one_asks_and_another_agrees(place, visit, mail):
    """On a phone and on a desk; the person who decides is told, and the credit note is made, drawn and announced."""
    invoice, practice_manager, pool_manager = place
    phone = visit(practice_manager, 360)
    phone.open(f"/invoices/{invoice.id}")
    phone.follow("Something is wrong: ask for a credit note")
    phone.type("Why?", "We had agreed £300.")
    phone.type("Credit for: GP session (morning) by Dr Demo Alder", "57")
    phone.press("Ask for a credit note")
    phone.sees("A credit note has been asked for.")
    desk = visit(pool_manager, 1280)
    desk.open(mail.link(pool_manager, "Please decide: credit £57.00"))
    desk.sees("We had agreed £300.")
    desk.press("Approve and issue the credit note")
    desk.sees("is issued. Both sides are told.")
    phone.open(mail.link(practice_manager, "Credit note"))
    phone.reloads_until("Open the PDF")
    assert phone.download("Open the PDF").startswith(b"%PDF")
    phone.open(f"/invoices/{invoice.id}")
    phone.sees("£300.00")
    assert again(invoice).outstanding.pence == 30000
