"""The invoice pages in a real browser: at 360 px and 1280 px, with the accessibility rules, with and without JavaScript."""

import pytest
from playwright.sync_api import expect

from pool.models.practice import Practice
from tests import builders
from tests.builders import again

WIDTHS = (360, 1280)


def fits(page):
    """Nothing sticks out to the right."""
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_are_accessible_and_fit(invoice, enter, axe, width):
    """List, invoice and question, as the practice sees them."""
    page = enter(builders.a_practice_manager(practice_of(invoice)), width)
    for path in ("/invoices", f"/invoices/{invoice.id}", f"/payments/for/{invoice.id}", "/demo/mail"):
        page.goto(path)
        assert axe(page) == [], path
        assert fits(page), path


def practice_of(invoice):
    """Who is billed."""
    return builders.read(Practice, invoice.practice_id)


@pytest.mark.parametrize("width", WIDTHS)
def test_payment_details_are_accessible(invoice, enter, axe, width):
    """The form of a pool manager for the host's account, empty and with errors."""
    page = enter(builders.a_pool_manager(invoice.pool_id), width)
    page.goto("/payment-details/host")
    assert axe(page) == []
    page.get_by_role("button", name="Save payment details").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    assert axe(page) == []
    assert fits(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_an_invoice_is_found_and_paid(invoice, enter, javascript):
    """From the list to paid with a keyboard's worth of clicks, without JavaScript too."""
    page = enter(builders.a_practice_manager(practice_of(invoice)), 360, javascript=javascript)
    page.goto("/invoices")
    page.get_by_role("link", name=invoice.number).click()
    page.get_by_text("Show the working").click()
    expect(page.get_by_text("08:30–12:40 as booked: agreed session fee £357.00")).to_be_visible()
    page.get_by_role("button", name="Record a payment").click()
    expect(page.get_by_role("heading", name="Record a payment")).to_be_visible()
    page.get_by_role("button", name="Record payment").click()
    expect(page.get_by_text("A payment of £357.00 is recorded.")).to_be_visible()
    assert again(invoice).state == "paid"
