"""A clinician rings: the pool manager enters when they can work."""

from datetime import time, timedelta

import pytest

from pool.models.person import Person
from pool.services.clinicians import availability
from tests.builders import (
    a_booking,
    a_clinician,
    a_pool,
    a_pool_manager,
    a_practice,
    a_session,
    actor_of,
    next_week,
    read,
    working_as,
)
from tests.portal.reading import form_of, said


@pytest.fixture
def manager(pool, signed_in):
    """The pool manager's browser."""
    return signed_in(a_pool_manager(pool.id))


def differing(clinician):
    """What the clinician then sees."""
    with working_as(actor_of(read(Person, clinician.person_id))) as work:
        return availability.differing(work, clinician.id, next_week(0) - timedelta(days=7))


def test_the_week_and_days_are_what_the_clinician_sees(pool, manager):
    """From the clinician's page, with the same parts of a day; a removed day is gone."""
    clinician = a_clinician(pool, free=False)
    address = f"/clinicians/{clinician.id}/availability"
    assert address in manager.get(f"/clinicians/{clinician.id}").text
    page = manager.get(address)
    manager.post(address, data=form_of(page, address) | {"free": ["0-morning", "0-afternoon"], "exact_2": "9 to 11:30"})
    with working_as(actor_of(read(Person, clinician.person_id))) as work:
        week = availability.pattern(work, clinician.id)
    assert [(slot.weekday, slot.starts, slot.ends) for slot in week] == [
        (0, time(8), time(18, 30)),
        (2, time(9), time(11, 30)),
    ]
    day = next_week(3)
    typed = {"first-day": day.day, "first-month": day.month, "first-year": day.year}
    days = f"{address}/days"
    wrong = manager.post(days, data=form_of(page, days) | typed | {"how": "free"})
    assert (wrong.status_code, "Enter a start and an end" in said(wrong)) == (422, True)
    manager.post(days, data=form_of(page, days) | typed | {"how": "free", "starts": "14:00", "ends": "18:00"})
    (extra,) = differing(clinician)
    assert (extra.first, extra.available, extra.starts) == (day, True, time(14))
    shown = manager.get(address)
    manager.post(f"{days}/remove", data=form_of(shown, f"{days}/remove"))
    assert differing(clinician) == []


def test_days_away_name_this_clinicians_bookings_only(pool, manager):
    """Nothing is cancelled by it, and nobody else's bookings are named."""
    practice, day = a_practice(pool), next_week(3)
    clinician = a_clinician(pool)
    for who in (clinician, a_clinician(pool)):
        a_booking(session=a_session(practice, on=day), clinician=who)
    address = f"/clinicians/{clinician.id}/availability/days"
    typed = {"first-day": day.day, "first-month": day.month, "first-year": day.year, "how": "away"}
    form = form_of(manager.get(f"/clinicians/{clinician.id}/availability"), address)
    words = said(manager.post(address, data=form | typed, follow_redirects=True))
    assert words.count("is still booked on") == 1
    assert f"still booked on {day:%a} {day.day} {day:%b}." in words


def test_whoever_works_in_other_pools_says_it_themselves(pool, manager):
    """Otherwise the pools would be told different things."""
    clinician = a_clinician(pool)
    a_clinician(a_pool(), person=read(Person, clinician.person_id))
    address = f"/clinicians/{clinician.id}/availability"
    page = manager.get(address)
    assert "only they can say when they are free" in said(page)
    refused = manager.post(address, data=form_of(page, "/sign-out") | {"free": ["0-morning"]})
    assert refused.status_code == 403
    assert "only they can say" in said(refused)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_fits_the_screen_and_breaks_no_rule(pool, enter, axe, width):
    """With a day that differs on it."""
    clinician = a_clinician(pool, name="Dr Demo Dunlin")
    with working_as(actor_of(read(Person, clinician.person_id))) as work:
        availability.add_days(work, next_week(1), next_week(3), available=False)
    page = enter(a_pool_manager(pool.id), width)
    page.goto(f"/clinicians/{clinician.id}/availability")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert axe(page) == []


def test_the_clinician_sees_who_entered_it(pool, manager, signed_in):
    """At the week, also an emptied one, and at each day, until they enter their own."""
    clinician = a_clinician(pool, free=False)
    phone, address = signed_in(read(Person, clinician.person_id)), f"/clinicians/{clinician.id}/availability"
    page = manager.get(address)
    manager.post(address, data=form_of(page, address) | {"free": []})
    day = next_week(3)
    typed = {"first-day": day.day, "first-month": day.month, "first-year": day.year, "how": "away"}
    assert manager.post(f"{address}/days", data=form_of(page, f"{address}/days") | typed).status_code == 303
    for shown in (phone.get("/availability"), manager.get(address)):
        assert "Taylor Broad, pool manager, entered this week on" in said(shown)
        assert "Entered by Taylor Broad, pool manager" in said(shown)
    phone.post("/availability", data=form_of(phone.get("/availability"), "/availability"))
    assert "entered this week" not in said(phone.get("/availability"))
    removed = phone.post(
        "/availability/days/remove", data=form_of(phone.get("/availability"), "/availability/days/remove")
    )
    phone.post("/availability/days/put-back", data=form_of(phone.get(removed.location), "/availability/days/put-back"))
    assert "Away" in said(phone.get("/availability"))
    assert "Entered by" not in said(phone.get("/availability"))


def test_the_clinicians_note_to_themselves_stays_theirs(pool, manager, signed_in):
    """Neither read nor hidden in the manager's page."""
    clinician = a_clinician(pool)
    phone, day = signed_in(read(Person, clinician.person_id)), next_week(3)
    sent = {"csrf_token": form_of(phone.get("/availability"), "/availability")["csrf_token"], "note": "Court hearing"}
    phone.post(
        "/availability/away", data=sent | {"first-day": day.day, "first-month": day.month, "first-year": day.year}
    )
    assert "Court hearing" in phone.get("/availability").text
    page = manager.get(f"/clinicians/{clinician.id}/availability").text
    assert "Away" in page
    assert "Court hearing" not in page
