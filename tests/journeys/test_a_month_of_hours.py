"""A practice's month: twenty sessions are confirmed together, and what it takes is counted click by click."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from pool.actor import Actor
from pool.models.clinician import Clinician
from pool.models.invoice import Invoice
from tests import builders
from tests.deploy.waiting import wait_for
from tests.dispute_builders import full_hours
from tests.invoice_builders import a_clinician_who_sells

SECONDS_A_CLICK = 2.65
"""Keystroke-level model: 1.1 s to point, 0.2 s to press, 1.35 s to decide."""

AS_BOOKED, WITH_EXTRAS = 16, 4


@pytest.fixture
def practice(app, nobody_works):
    """Twenty sessions wait for an answer, four of them with extras; none has waited so long that silence is a yes."""
    pool = builders.a_pool()
    practice = builders.a_practice(pool, name="Bridge Road Surgery")
    clinicians = [
        a_clinician_who_sells(pool, name=f"Dr Demo {name}") for name in ("Alder", "Beech", "Cherry", "Dogwood")
    ]
    bookings = [booked(practice, clinician, ago) for ago in range(4) for clinician in clinicians]
    for booking in bookings:
        builders.a_timesheet(booking)
    ash = a_clinician_who_sells(pool, name="Dr Demo Ash")
    for ago in range(WITH_EXTRAS):
        full_hours(booked(practice, ash, ago))
    assert len(bookings) == AS_BOOKED
    return practice


def booked(practice, clinician: Clinician, ago: int):
    """A session some days before yesterday."""
    on = builders.yesterday() - timedelta(days=ago)
    return builders.a_booking(session=builders.a_session(practice, on=on), clinician=clinician)


@pytest.mark.parametrize("width", [360, 1280])
def test_a_month_takes_at_most_thirty_seconds_of_clicks(practice, visit, live_workers, width):
    """A link, a tick for each session with extras, and a button; every invoice follows by itself."""
    desk = visit(builders.a_practice_manager(practice), width)
    desk.open("/hours")
    clicks = 1
    desk.press("Confirm several")
    unticked = desk.page.get_by_role("checkbox", checked=False)
    while unticked.count():
        unticked.first.check()
        clicks += 1
    desk.press("Confirm what is ticked")
    clicks += 1
    desk.sees(f"{AS_BOOKED + WITH_EXTRAS} sessions confirmed.")
    desk.sees("No hours to confirm")
    assert clicks == WITH_EXTRAS + 2
    assert clicks * SECONDS_A_CLICK <= 30
    assert wait_for(lambda: invoices_of(practice) == AS_BOOKED + WITH_EXTRAS), live_workers.logs()


def invoices_of(practice) -> int:
    """How many have been issued to the practice."""
    with builders.working_as(Actor.system(practice.pool_id)) as work:
        return work.one(select(func.count()).select_from(Invoice).where(Invoice.practice_id == practice.id))
