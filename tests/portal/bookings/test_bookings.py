"""A booking from the practice's side: what was agreed, calling it off, somebody who did not come."""

from datetime import time, timedelta

import pytest

from pool import clock
from pool.actor import Actor
from pool.formats import full_day, hours, session_time
from pool.models.person import Person
from pool.models.pool import Pool
from pool.models.session import PracticeSession
from pool.services.bookings import cancelling
from pool.services.pools import practice_settings
from pool.services.sessions import posting
from tests.builders import (
    a_booking,
    a_clinician,
    a_pool,
    a_pool_manager,
    a_practice,
    a_session,
    actor_of,
    again,
    next_week,
    read,
    working_as,
    yesterday,
)
from tests.portal.reading import form_of, said

LAST_START = 19
"""The hour after which a session of 250 minutes would not end on the same day."""


@pytest.fixture
def practice(app):
    """The practice that booked."""
    return a_practice(a_pool(), name="Bridge Surgery", arrival_notes="Park behind the building")


def booked(practice, on=None):
    """A booking with this practice."""
    return a_booking(session=a_session(practice, on=on or next_week()))


def test_what_was_agreed_stays_as_it_was(desk, practice, sam):
    """The page reads the frozen terms, not the practice's present settings."""
    booking = booked(practice)
    with working_as(actor_of(sam)) as work:
        practice_settings.change(work, practice.id, {"arrival_notes": "Use the front door"})
    words = said(desk.get(f"/bookings/{booking.id}"))
    assert "On arrival Park behind the building" in words
    assert "Fee £357.00. One fee for the session as agreed" in words
    assert booking.terms_hash in words
    assert again(practice).arrival_notes == "Use the front door"


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (1, "£357.00 will be invoiced"),
        (2, "£267.75 will be invoiced"),
        (5, "£71.40 will be invoiced"),
        (10, "Nothing will be due"),
    ],
)
def test_the_charge_follows_the_agreed_bands(desk, practice, days, sentence):
    """100 % under 24 hours, 75 % to 72, 20 % to a week, nothing before (domain 2.8)."""
    soon = clock.london(clock.now() + timedelta(days=days) - timedelta(hours=1)).replace(second=0, microsecond=0)
    start = min(soon, soon.replace(hour=LAST_START, minute=0))
    ends = (start + timedelta(minutes=250)).time()
    booking = a_booking(session=a_session(practice, on=start.date(), starts=start.time(), ends=ends))
    assert sentence in said(desk.get(f"/bookings/{booking.id}/cancel"))


def test_a_sum_that_has_grown_since_the_page_was_opened_is_asked_about_again(desk, practice):
    """The page announced 75 %, and while it lay open the notice fell under a day: nothing is cancelled for more than it said."""
    booking = booked(practice)
    address = f"/bookings/{booking.id}/cancel"
    typed = form_of(desk.get(address), address) | {"reason": "mistake", "needed": "yes"}
    answer = desk.post(address, data=typed | {"announced": int(typed["announced"][0]) + 1})
    assert answer.status_code == 409
    assert "Nothing has been cancelled" in said(answer)
    assert again(booking).state == "accepted"
    assert desk.post(address, data=form_of(answer, address) | {"reason": "mistake", "needed": "yes"}).status_code == 303


def test_calling_off_and_looking_for_somebody_else(desk, practice):
    """The session opens again, the history says who and why."""
    booking = booked(practice)
    address = f"/bookings/{booking.id}/cancel"
    page = desk.get(address)
    answer = desk.post(
        address, data=form_of(page, address) | {"reason": "mistake", "needed": "yes"}, follow_redirects=True
    )
    assert "Nobody is booked, and nobody has an offer to answer. The pool manager decides whom to ask." in said(answer)
    assert "Booking cancelled by the practice" in said(answer)
    assert "Booked by mistake" in said(answer)
    assert (again(booking).state, again(booking).cancelled_by, again(booking.session).state) == (
        "cancelled",
        "practice",
        "posted",
    )


def test_calling_off_what_is_not_needed_withdraws_the_session(desk, practice):
    """Nobody is matched to it again."""
    booking = booked(practice)
    address = f"/bookings/{booking.id}/cancel"
    desk.post(address, data=form_of(desk.get(address), address) | {"reason": "not_needed", "needed": "no"})
    assert again(booking.session).state == "withdrawn"


def test_both_questions_must_be_answered(desk, practice):
    """A guess would either leave a gap or book somebody nobody needs."""
    booking = booked(practice)
    address = f"/bookings/{booking.id}/cancel"
    answer = desk.post(address, data=form_of(desk.get(address), address))
    assert answer.status_code == 422
    assert "Choose the reason" in said(answer)
    assert "Is somebody else wanted" in said(answer)
    assert again(booking).state == "accepted"


def test_a_booking_that_the_clinician_cancelled_meanwhile_is_told(desk, practice):
    """What was chosen stays on the page; the session is open again already."""
    booking = booked(practice)
    address = f"/bookings/{booking.id}/cancel"
    sent = form_of(desk.get(address), address) | {"reason": "not_needed", "needed": "no"}
    clinician = Actor("clinician", (booking.pool_id,), clinician_ids=(booking.clinician_id,))
    with working_as(clinician) as work:
        cancelling.cancel(work, booking.id, "ill")
    answer = desk.post(address, data=sent)
    assert (answer.status_code, "already cancelled" in said(answer)) == (409, True)
    assert again(booking.session).state == "posted"


def test_what_is_said_after_cancelling_is_how_it_is(desk, practice):
    """A colleague pressed first and wants somebody else: the second press does not claim the opposite."""
    booking = booked(practice)
    address = f"/bookings/{booking.id}/cancel"
    sent = form_of(desk.get(address), address) | {"reason": "mistake", "needed": "yes"}
    desk.post(address, data=sent)
    answer = desk.post(address, data=sent | {"needed": "no"}, follow_redirects=True)
    assert "Nobody is booked, and nobody has an offer to answer." in said(answer)


def test_nobody_came(practice, signed_in, sam):
    """Only once the session has started; then nothing is invoiced."""
    browser = signed_in(sam)
    coming, past = booked(practice), booked(practice, on=yesterday())
    assert "Nobody came" not in said(browser.get(f"/bookings/{coming.id}"))
    assert "Nobody came" in said(browser.get(f"/bookings/{past.id}"))
    address = f"/bookings/{past.id}/missed"
    answer = browser.post(address, data=form_of(browser.get(address), address), follow_redirects=True)
    assert "Nothing will be invoiced" in said(answer)
    assert again(past).state == "no_show"
    late = f"/bookings/{coming.id}/missed"
    assert browser.post(late, data=form_of(browser.get(late), late)).status_code == 409


def test_a_clinician_does_not_call_off_for_the_practice(practice, signed_in):
    """They may look at what was agreed; cancelling from their side is on their own pages and opens the session again."""
    clinician = a_clinician(read(Pool, practice.pool_id))
    booking = a_booking(session=a_session(practice), clinician=clinician)
    browser = signed_in(clinician.person)
    assert browser.get(f"/bookings/{booking.id}").status_code == 200
    assert browser.get(f"/bookings/{booking.id}/cancel").status_code == 403


def test_foreign_bookings_are_not_there(desk, practice, signed_in):
    """Neither for a neighbour practice nor for another pool's manager."""
    booking = booked(a_practice(read(Pool, practice.pool_id)))
    stranger = signed_in(a_pool_manager(a_pool().id))
    for address in (f"/bookings/{booking.id}", f"/bookings/{booking.id}/cancel", f"/bookings/{booking.id}/missed"):
        assert desk.get(address).status_code == 404
        assert stranger.get(address).status_code == 404


def by_phone(manager, booking, **sent):
    """The manager's form, filled in for a clinician who rang."""
    address = f"/bookings/{booking.id}/cancel"
    typed = form_of(manager.get(address), address) | {"by": "clinician", "reason": "ill", "needed": "yes"} | sent
    return manager.post(address, data=typed)


def test_a_manager_writes_down_what_a_clinician_said_by_phone(practice, signed_in):
    """Their cancellation, with the word for the pool alone; the session leads to whom to ask."""
    manager = signed_in(a_pool_manager(practice.pool_id, "Taylor Broad"))
    booking = booked(practice)
    page = manager.get(by_phone(manager, booking).location)
    words = said(page)
    assert (again(booking).cancelled_by, again(booking).cancel_reason) == ("clinician", "")
    assert "Booking cancelled by the clinician, noted by Taylor Broad" in words
    assert f"Illness; cannot work on {full_day(booking.on)}" in words
    assert f'href="/plans/sessions/{booking.session_id}"' in page.text
    home = manager.get("/manager/")
    assert "Somebody is needed" in said(home)
    assert f'href="/plans/sessions/{booking.session_id}"' in home.text


def test_illness_is_not_a_reason_of_the_pool(practice, signed_in):
    """Who cancels decides which reasons there are; what was chosen stays."""
    manager = signed_in(a_pool_manager(practice.pool_id))
    booking = booked(practice)
    answer = by_phone(manager, booking, by="pool")
    assert answer.status_code == 422
    assert "Choose one of these: No longer needed, Booked by mistake and Something else" in said(answer)
    assert by_phone(manager, booking, by="").status_code == 422
    assert again(booking).state == "accepted"


def test_a_practice_is_not_asked_who_cancels(desk, practice):
    """Nor for how long somebody is away, nor may it say so."""
    booking = booked(practice)
    address = f"/bookings/{booking.id}/cancel"
    page = desk.get(address)
    assert "Who cancels?" not in said(page)
    assert "Illness" not in said(page)
    sent = form_of(page, address) | {"by": "clinician", "reason": "mistake", "needed": "yes"}
    assert desk.post(address, data=sent).status_code == 422


def test_a_cancelled_booking_keeps_the_times_it_had(desk, practice, signed_in):
    """The session goes on to other times and people; what was agreed once is shown as it was."""
    booking = booked(practice)
    clinician = signed_in(read(Person, booking.person_id))
    with working_as(Actor("practice", (practice.pool_id,), practice_id=practice.id)) as work:
        cancelling.cancel(work, booking.id, "mistake")
        session = work.get(PracticeSession, booking.session_id)
        details = {"on": session.on + timedelta(days=1), "starts": time(10), "ends": time(15)}
        posting.change(work, session.id, session.version, details)
    before = session_time(booking.on, booking.starts, booking.ends)
    assert before in said(desk.get(f"/bookings/{booking.id}"))
    for address in (f"/diary/{booking.id}", "/diary/past"):
        assert hours(booking.starts, booking.ends) in said(clinician.get(address))
        assert "10:00–15:00" not in said(clinician.get(address))
