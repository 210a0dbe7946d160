"""A no is an answer: the next run asks the next clinician."""

import pytest

from tests import builders
from tests.journeys import steps
from tests.journeys.passing_time import a_working_day


@pytest.fixture
def place(app):
    """A practice with an open session, two clinicians who could take it, and their manager."""
    pool = builders.a_pool()
    practice = builders.a_practice(pool, name="Bridge Road Surgery")
    builders.a_session(practice, on=a_working_day())
    clinicians = [builders.a_clinician(pool, name=name) for name in ("Dr Demo Alder", "Dr Demo Birch")]
    return practice, {clinician.name: clinician.person for clinician in clinicians}, builders.a_pool_manager(pool.id)


def test_the_next_run_asks_the_next_clinician(place, visit, mail):
    """Declining costs one tap and nothing else, and nobody is asked for the same session twice by a run."""
    practice, people, manager = place
    desk = visit(manager, 1280)
    first = steps.whom_a_run_asks(desk, people)
    phone = visit(people[first], 360)
    phone.open(mail.link(people[first], "Session offered"))
    phone.press("Decline: Too far")
    phone.sees("It does not change what you are offered next.")
    second = steps.whom_a_run_asks(desk, people)
    assert second != first
    steps.accept_the_first_offer(visit(people[second], 360))
    mail.text(people[second], "Booked")
    session = visit(builders.a_practice_manager(practice), 1280)
    session.open(f"/sessions?week={a_working_day()}")
    session.sees(second)
    session.does_not_see(first)
