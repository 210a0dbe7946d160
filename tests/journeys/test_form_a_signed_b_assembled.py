"""A GP chooses to pension a session on the phone, both sides sign Form A, and Form B is there with every box."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from pool import clock
from tests import builders
from tests.pension_builders import a_pensioned_clinician, invoiced, pensioned_work, prepared

PHONE, DESK = 360, 1280


@pytest.fixture
def practice(app):
    """A practice with somebody who signs."""
    return builders.a_practice(name="Bridge Road Surgery")


@pytest.fixture
def clinician(practice):
    """A GP in tier 6."""
    return a_pensioned_clinician(builders.read(builders.Pool, practice.pool_id), name="Dr Demo Alder")


def test_from_the_choice_to_the_form_that_was_sent(practice, clinician, visit):
    """The whole loop of the pension, seen by the two people who make it work."""
    phone, desk = visit(clinician.person, PHONE), visit(builders.a_practice_manager(practice, "Sam Reed"), DESK)
    choose_when_accepting(practice, clinician, phone)
    prepared(invoiced(pensioned_work(practice, clinician, on=clock.today() - timedelta(days=50))))
    sign_both_sides(phone, desk)
    send_form_b(phone)


def choose_when_accepting(practice, clinician, phone):
    """One of two answers above the button. The cost to the practice stands under it."""
    builders.an_offer(builders.a_session(practice), clinician)
    phone.open("/offers")
    phone.press("Look and accept")
    phone.sees("The practice pays £46.20 on top of the fee (14.38% of 90% of it)")
    phone.tick("Pension this session")
    phone.press("Accept and book")
    phone.sees("You are booked")


def sign_both_sides(phone, desk):
    """The GP signs with one button; the practice with name, day and a tick."""
    phone.open("/pension")
    phone.sees("20 days left")
    phone.press("Sign this form")
    phone.sees("1 form signed. The practice is asked for its signature.")
    desk.open("/pension-forms")
    today = clock.today()
    for part, value in (("Day", today.day), ("Month", today.month), ("Year", today.year)):
        desk.type(part, str(value))
    desk.page.get_by_label("I confirm that this work was done").check()
    desk.press("Sign this form")
    desk.sees("1 form signed. The clinician is told.")


def send_form_b(phone):
    """Every box is there to be copied; sent, it is kept, and paid."""
    phone.open("/pension")
    phone.press("Look and send")
    for box in ("£321.30", "£40.16", "£46.20", "£86.36", "QQ123456C", "Bridge Road Surgery"):
        phone.sees(box)
    copies_the_total(phone.page)
    phone.press("I have sent it to PCSE")
    phone.sees("It never changes.")
    phone.press("Mark as paid")
    phone.sees("Marked as paid to PCSE.")


def copies_the_total(page):
    """Where the browser refuses (it does once something else is granted) people hear that nothing was copied."""
    button = page.locator("button[data-copy]", has_text="i. Total to pay")
    for allowed, said in (["geolocation"], "Not copied"), (["clipboard-write", "clipboard-read"], "Copied"):
        page.context.grant_permissions(allowed)
        button.click()
        expect(page.locator("#announcer")).to_have_text(said)
    assert page.evaluate("navigator.clipboard.readText()") == button.get_attribute("data-copy")
