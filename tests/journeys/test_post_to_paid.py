"""One session lives its whole life: posted, matched, offered, booked, worked, confirmed, invoiced, paid, counted."""

from datetime import timedelta
from io import BytesIO
from typing import NamedTuple

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from pool import clock
from pool.formats import long_day
from pool.models.clinician import Clinician
from pool.models.person import Person
from tests import builders
from tests.faults.conftest import Gate
from tests.invoice_builders import a_clinician_who_sells
from tests.journeys import steps
from tests.journeys.passing_time import a_working_day

PHONE, DESK = 360, 1280


class People(NamedTuple):
    """Who takes part."""

    practice: Person
    clinician: Clinician
    manager: Person


@pytest.fixture
def people(app):
    """A practice, a clinician who has not said yet when they can work, and a pool manager.

    Three days ago a session of the practice stayed empty, so that the fill rate has something to be measured against.
    """
    pool = builders.a_pool("Great Yarmouth and Waveney pool")
    practice = builders.a_practice(pool, name="Bridge Road Surgery", arrival_notes="Park behind the building.")
    builders.a_session(practice, on=clock.today() - timedelta(days=3))
    clinician = a_clinician_who_sells(pool, name="Dr Demo Alder", free=False)
    return People(builders.a_practice_manager(practice), clinician, builders.a_pool_manager(pool.id))


@pytest.fixture
def gate(environment):
    """Holds a run before it writes its plan."""
    return Gate(environment["DATABASE_OWNER_URL"])


def test_a_session_from_posting_to_payment(people, visit, mail, gate, time_passes):
    """The product's main job, as the people who do it see it."""
    day = a_working_day()
    book_a_clinician(people, day, visit, mail, gate)
    time_passes(weeks=3)
    get_it_paid(people, visit, mail)
    manager = visit(people.manager, DESK)
    manager.open("/manager/")
    assert fill_rate(manager) == ["50%", "1 of 2 sessions"]


def book_a_clinician(people, day, visit, mail, gate):
    """From the vacant session to the booking that both sides see."""
    desk, phone, manager = (
        visit(people.practice, DESK),
        visit(people.clinician.person, PHONE),
        visit(people.manager, DESK),
    )
    assert fill_rate(manager) == ["0%", "0 of 1 session"]
    steps.post_a_session(desk, day)
    steps.say_when_free(phone, day)
    with gate.closed("unfilled_reason", "EXCLUSIVE"):
        steps.start_a_run(manager)
        expect(manager.page.get_by_role("progressbar")).to_be_visible()
    manager.sees("1 of 1")
    manager.check()
    steps.release_all(manager)
    phone.open(mail.link(people.clinician.person, "Session offered"))
    steps.accept_the_first_offer(phone)
    both_see_the_booking(people, day, desk, phone, mail)


def both_see_the_booking(people, day, desk, phone, mail):
    """In the diary and on the session's page, and in an e-mail each."""
    phone.open("/diary")
    phone.sees(f"{long_day(day)}, 08:30–12:40")
    phone.sees("Bridge Road Surgery")
    mail.text(people.clinician.person, "Booked")
    desk.open(mail.link(people.practice, "is booked"))
    desk.sees("Who is coming")
    desk.sees("Dr Demo Alder")


def get_it_paid(people, visit, mail):
    """Some weeks later: one tap, one click, an invoice that makes itself, and the money."""
    phone, desk = visit(people.clinician.person, PHONE), visit(people.practice, DESK)
    phone.open("/diary")
    phone.press("Yes, send")
    desk.open(mail.link(people.practice, "Hours to confirm"))
    desk.press("Confirm")
    desk.open(mail.link(people.practice, "Invoice"))
    number = desk.heading.split()[-1]
    check_document(desk.download("Open the PDF"), number)
    desk.press("Record a payment")
    desk.press("Record payment")
    desk.sees("A payment of £357.00 is recorded.")
    phone.open(mail.link(people.clinician.person, "Paid"))
    phone.sees("Paid")


def check_document(pdf, number):
    """A PDF that screen readers can read, of this invoice."""
    assert pdf.startswith(b"%PDF")
    document = PdfReader(BytesIO(pdf))
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert number in document.pages[0].extract_text()


def fill_rate(manager):
    """The per cent and what they are made of, on the manager's home."""
    card = manager.page.locator(".app-stat", has=manager.page.get_by_text("Fill rate", exact=True))
    return [card.locator(part).inner_text() for part in (".app-stat__value", ".app-stat__basis")]
