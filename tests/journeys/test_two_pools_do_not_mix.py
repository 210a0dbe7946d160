"""Two pools share a clinician and nothing else: each sees its own, and neither books somebody whom the other has."""

import re
from datetime import time
from typing import NamedTuple

import pytest

from pool.formats import hours
from pool.models.clinician import Clinician
from pool.models.person import Person
from pool.models.practice import Practice
from pool.models.session import PracticeSession
from tests import builders
from tests.journeys import steps
from tests.journeys.passing_time import a_working_day

SHARED = "Dr Demo Alder"


class Half(NamedTuple):
    """One of the two pools."""

    name: str
    practice: Practice
    session: PracticeSession
    shared: Clinician
    own: Clinician
    manager: Person
    practice_manager: Person


def a_half(name, person, **times):
    """A pool with a practice, an open session, a clinician of its own, and the one whom both pools know."""
    pool = builders.a_pool(f"{name} pool")
    practice = builders.a_practice(pool, name=f"{name} Surgery")
    session = builders.a_session(practice, on=a_working_day(), **times)
    shared = builders.a_clinician(pool, person=person)
    own = builders.a_clinician(pool, name=f"Dr Demo of {name}", compliant_until=None)
    manager, practice_manager = builders.a_pool_manager(pool.id), builders.a_practice_manager(practice)
    return Half(name, practice, session, shared, own, manager, practice_manager)


@pytest.fixture
def halves(app):
    """Two pools with sessions that overlap by an hour. Each pool's own clinician lacks a document and cannot take it."""
    person = builders.a_person(SHARED)
    return a_half("Acle", person), a_half("Beccles", person, starts=time(11, 40), ends=time(15, 50))


LISTS = {
    "manager": ("/manager/", "/sessions?q=Surgery", "/clinicians/", "/practices/", "/people/", "/runs/", "/invoices"),
    "practice_manager": ("/sessions?q=Surgery", "/hours", "/invoices", "/practice-settings"),
}


@pytest.mark.parametrize("role", LISTS)
def test_lists_show_only_what_is_their_own(halves, visit, role):
    """Whoever looks into a list of one pool finds nobody and nothing of the other."""
    builders.a_booking(session=halves[0].session, clinician=halves[0].shared)
    for half, other in (halves, halves[::-1]):
        staff = visit(getattr(half, role), 1280)
        for address in LISTS[role]:
            staff.open(address)
            staff.does_not_see(other.name)
        staff.open("/sessions?q=Surgery")
        staff.sees(hours(half.session.starts, half.session.ends))


def test_a_booking_in_one_pool_closes_the_hour_in_the_other(halves, visit, live_workers):
    """Both have asked; the clinician says yes to one. The other offer is closed, and its pool never hears why or where."""
    for half in halves:
        steps.whom_a_run_asks(visit(half.manager, 1280), [SHARED])
    phone = visit(halves[0].shared.person, 360)
    phone.open("/offers")
    phone.sees("Acle Surgery")
    phone.sees("Beccles Surgery")
    phone.press("Look and accept", inside=phone.card("Acle Surgery"))
    phone.tick(steps.NOT_PENSIONED)
    phone.press("Accept and book")
    phone.sees("You are booked")
    phone.open("/offers")
    phone.sees("No offers to answer")
    phone.sees("Closed lately")
    phone.follow(re.compile("11:40"))
    phone.sees("You have a booking that overlaps this session, so we closed this offer.")
    phone.open("/diary")
    phone.sees("Acle Surgery")
    phone.does_not_see("Beccles Surgery")


def test_the_other_pools_run_passes_them_over_and_never_learns_where(halves, visit, live_workers):
    """Nothing of the other pool is on any page that leads to the answer."""
    here, there = halves
    builders.a_booking(session=here.session, clinician=here.shared)
    desk = visit(there.manager, 1280)
    steps.start_a_run(desk)
    desk.sees("0 of 1")
    desk.sees("1 is not free for the whole session")
    session = f"/sessions/{there.session.id}"
    for address in (desk.page.url, session, f"/plans{session}", f"/clinicians/{there.shared.id}"):
        desk.open(address)
        desk.does_not_see(here.name)
        desk.does_not_see(hours(here.session.starts, here.session.ends))
    desk.open(f"/plans{session}")
    desk.sees("Not marked as free for all of 11:40 to 15:50")
