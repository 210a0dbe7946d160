"""A locked-down practice computer and an old phone: the whole life of a session without JavaScript, on every width."""

from typing import NamedTuple

import pytest

from pool.models.person import Person
from tests import builders
from tests.invoice_builders import a_clinician_who_sells
from tests.journeys import steps
from tests.journeys.passing_time import a_working_day

WIDTHS = (360, 1280)


class People(NamedTuple):
    """Who takes part."""

    practice: Person
    clinician: Person
    manager: Person


@pytest.fixture
def people(app):
    """A practice, a clinician who is always free, and a pool manager."""
    pool = builders.a_pool()
    practice = builders.a_practice(pool, name="Bridge Road Surgery")
    clinician = a_clinician_who_sells(pool, name="Dr Demo Alder")
    return People(builders.a_practice_manager(practice), clinician.person, builders.a_pool_manager(pool.id))


@pytest.fixture
def returns(window, mail):
    """Somebody comes to the sign-in page, asks for a link and follows it: returns(person, 360)."""

    def returns(person, width):
        visitor = window(width, javascript=False)
        steps.sign_in_by_link(visitor, person, mail)
        return visitor

    return returns


@pytest.mark.parametrize("width", WIDTHS)
def test_a_session_lives_without_javascript(people, returns, mail, time_passes, width):
    """Posted, matched, offered, booked, worked, confirmed, invoiced; signed out, and back again."""
    practice = returns(people.practice, width)
    steps.post_a_session(practice, a_working_day())
    steps.sign_out(practice)
    manager = returns(people.manager, width)
    steps.start_a_run(manager)
    manager.reloads_until("1 of 1")
    steps.release_all(manager)
    clinician = returns(people.clinician, width)
    clinician.open(mail.link(people.clinician, "Session offered"))
    steps.accept_the_first_offer(clinician)
    time_passes(weeks=3)
    clinician = returns(people.clinician, width)
    clinician.open("/diary")
    clinician.press("Yes, send")
    practice = returns(people.practice, width)
    practice.open("/hours")
    practice.press("Confirm")
    practice.open(mail.link(people.practice, "Invoice"))
    assert practice.download("Open the PDF").startswith(b"%PDF")
    steps.sign_out(practice)
    practice.open("/hours")
    assert practice.heading == "Sign in"
