"""The diary: the next session first, the terms as agreed, the calendar file, and "I can't come"."""

import re
from datetime import time, timedelta

import pytest

from pool import clock
from pool.actor import Actor
from pool.documents.calendar_file import Entry, calendar_file, fold
from pool.formats import day, full_day
from pool.models.booking import Booking
from pool.services.billing import sellers
from pool.services.bookings import cancelling
from tests.builders import (
    a_booking,
    a_clinician,
    a_practice,
    a_session,
    again,
    next_week,
    working_as,
)
from tests.invoice_builders import CLINICIAN_ACCOUNT
from tests.portal.reading import form_of, said


@pytest.fixture
def practice(pool):
    """A practice with everything a stranger needs to know."""
    return a_practice(
        pool,
        name="Bridge Surgery",
        arrival_notes="Ring the side door bell.",
        phone="01632 960123",
        position=("NR34 9NX", 642200, 290500),
    )


@pytest.fixture
def me(pool):
    """The clinician with the phone."""
    return a_clinician(pool, max_travel_minutes=60)


@pytest.fixture
def booking(practice, me):
    """A booking to come."""
    return a_booking(session=a_session(practice), clinician=me)


def cancel(phone, booking, reason="ill"):
    """Press I can't come, a reason, and the button."""
    page = f"/diary/{booking.id}/cancel"
    sent = {"csrf_token": form_token(phone, page), "reason": reason}
    return phone.post(page, data={name: value for name, value in sent.items() if value})


def form_token(phone, page):
    """The security mark of the page."""
    return form_of(phone.get(page), "/sign-out")["csrf_token"]


def test_nothing_booked(phone):
    """An empty diary leads to the offers."""
    assert "Nothing booked" in said(phone.get("/diary"))


def test_the_next_session_comes_first_with_everything_to_get_there(phone, practice, me, booking):
    """Address, when to leave, whom to call, how to get in."""
    a_booking(session=a_session(practice, on=booking.session.on + timedelta(days=1)), clinician=me)
    words = said(phone.get("/diary"))
    for expected in ("Bridge Surgery", "NR34 9NX", "Leave home by about 07:56", "Call 01632 960123", "side door bell"):
        assert expected in words, expected
    assert words.index("Next") < words.index("Week of")


def test_a_booking_shows_the_terms_as_agreed(phone, practice, booking):
    """Also when the practice changes its notes later."""
    with working_as(Actor.system(practice.pool_id)) as work:
        work.get(type(practice), practice.id).arrival_notes = "Changed since"
    words = said(phone.get(f"/diary/{booking.id}"))
    assert "Ring the side door bell." in words
    assert "Changed since" not in words
    assert booking.terms_hash in words


def test_the_invoice_follows_by_itself_only_when_it_can(phone, booking):
    """A newcomer without payment details was promised what would not come."""
    words = said(phone.get(f"/diary/{booking.id}/booked"))
    assert "The invoice needs your payment details" in words
    assert "the invoice follows by itself" not in words
    with working_as(Actor.system(booking.pool_id)) as work:
        seller = sellers.ensure_clinician(work, work.get(Booking, booking.id).clinician)
        sellers.save_details(work, seller, name="Dr Demo", address=["3 Demo Lane", "NR31 6QB"], **CLINICIAN_ACCOUNT)
    words = said(phone.get(f"/diary/{booking.id}/booked"))
    assert "the invoice follows by itself" in words
    assert "payment details" not in words


def test_somebody_elses_booking_is_not_there(phone, practice, pool):
    """On none of its pages."""
    foreign = a_booking(session=a_session(practice, on=next_week(4)), clinician=a_clinician(pool))
    for page in ("", "/booked", "/cancel", "/calendar.ics"):
        assert phone.get(f"/diary/{foreign.id}{page}").status_code == 404


def test_i_cannot_come_in_three_taps(phone, booking):
    """The button, a reason, yes: no essay, no penalty, the session is open again."""
    assert "I can’t come" in said(phone.get(f"/diary/{booking.id}"))
    assert "no penalty" in said(phone.get(f"/diary/{booking.id}/cancel"))
    answer = cancel(phone, booking)
    assert answer.status_code == 303
    words = said(phone.get(answer.location))
    assert "Your booking is cancelled" in words
    assert "by you on" in words
    assert (again(booking).state, again(booking).cancelled_by) == ("cancelled", "clinician")
    assert again(booking.session).state == "posted"


def test_whoever_is_ill_says_until_when(phone, booking):
    """The day of the session is there already; what is blocked is on the page, and one press ends it."""
    assert f'value="{booking.on.day}"' in phone.get(f"/diary/{booking.id}/cancel").text
    last = booking.on + timedelta(days=2)
    days = {"until-day": last.day, "until-month": last.month, "until-year": last.year}
    token = form_token(phone, f"/diary/{booking.id}/cancel")
    answer = phone.post(f"/diary/{booking.id}/cancel", data={"csrf_token": token, "reason": "ill"} | days)
    words = said(phone.get(answer.location))
    assert f"You cannot work from {full_day(booking.on)} to {full_day(last)}" in words
    assert "free at that time" not in words
    assert "You cannot work from" in said(phone.get("/availability"))
    answer = phone.post("/diary/back", data={"csrf_token": token}, follow_redirects=True)
    assert "Your usual week counts again from today." in said(answer)
    assert "You cannot work" not in said(phone.get(f"/diary/{booking.id}"))


def test_a_day_before_the_session_is_told_beside_its_field(phone, booking):
    """What was chosen stays."""
    page = f"/diary/{booking.id}/cancel"
    days = {"until-day": 1, "until-month": 2, "until-year": 2020}
    answer = phone.post(page, data={"csrf_token": form_token(phone, page), "reason": "carer"} | days)
    assert answer.status_code == 422
    assert "Enter the day of the session or a later one" in said(answer)
    assert re.search(r'value="carer"[^>]* checked', answer.text)
    assert again(booking).state == "accepted"


def test_other_bookings_of_the_days_away_are_named(phone, practice, me, booking):
    """Nothing else is cancelled by itself."""
    a_booking(session=a_session(practice, kind="pm", starts=time(14), ends=time(18)), clinician=me)
    assert f"You are still booked on {day(booking.on)}." in said(phone.get(cancel(phone, booking).location))


def test_coming_after_all_leads_to_a_new_offer(phone, booking):
    """From the page of the cancelled booking, to the terms of today."""
    page = cancel(phone, booking).location
    token = form_of(phone.get(page), f"/offers/{booking.offer_id}/take-up")
    answer = phone.post(f"/offers/{booking.offer_id}/take-up", data=token)
    assert "Accept and book" in said(phone.get(answer.location))
    assert "Ask for it again" not in said(phone.get(page))


def test_cancelling_twice_is_one_cancellation(phone, booking):
    """A second press of the same page finds it done."""
    page = f"/diary/{booking.id}/cancel"
    sent = {"csrf_token": form_token(phone, page), "reason": "ill"}
    assert [phone.post(page, data=sent).status_code for _ in range(2)] == [303, 303]


def test_a_reason_in_a_word_is_needed(phone, booking):
    """The page comes back with the question."""
    answer = cancel(phone, booking, reason="")
    assert answer.status_code == 422
    assert "Choose the reason" in said(answer)
    assert again(booking).state == "accepted"


def test_a_session_that_has_started_cannot_be_cancelled(phone, practice, me):
    """Its page offers the hours instead."""
    over = a_booking(session=a_session(practice, on=clock.today() - timedelta(days=1)), clinician=me)
    assert phone.get(f"/diary/{over.id}/cancel").status_code == 302
    words = said(phone.get(f"/diary/{over.id}"))
    assert "I can’t come" not in words
    assert "Yes, as booked: send my hours" in words


def test_a_cancellation_by_the_practice_is_told(phone, booking):
    """Who, when and why."""
    with working_as(Actor("practice", (booking.pool_id,), practice_id=booking.practice_id)) as work:
        cancelling.cancel(work, booking.id, "not_needed", still_needed=False)
    assert "by the practice on" in said(phone.get(f"/diary/{booking.id}"))
    assert "Nothing booked" in said(phone.get("/diary"))
    assert "Cancelled" in said(phone.get("/diary/past"))


def test_the_booked_page_of_a_cancelled_booking_leads_to_the_booking(phone, booking):
    """No green panel for something that is off."""
    cancel(phone, booking)
    assert phone.get(f"/diary/{booking.id}/booked").location == f"/diary/{booking.id}"


def test_the_calendar_file_is_an_entry_that_keeps_its_name(phone, booking):
    """The same UID each time, and CANCELLED when it is off, so that calendars move it rather than double it."""
    before = phone.get(f"/diary/{booking.id}/calendar.ics")
    assert before.mimetype == "text/calendar"
    cancel(phone, booking)
    after = phone.get(f"/diary/{booking.id}/calendar.ics")
    assert line(before, "UID") == line(after, "UID")
    assert (line(before, "STATUS"), line(after, "STATUS")) == ("CONFIRMED", "CANCELLED")
    assert int(line(after, "SEQUENCE")) > int(line(before, "SEQUENCE"))
    assert line(before, "DTSTART") == f"{booking.starts_at:%Y%m%dT%H%M%SZ}"


def line(answer, name: str) -> str:
    """One property of a calendar file, unfolded."""
    unfolded = answer.text.replace("\r\n ", "")
    (found,) = [row for row in unfolded.split("\r\n") if row.startswith(f"{name}:")]
    return found.removeprefix(f"{name}:")


def test_calendar_text_is_escaped_and_folded():
    """Commas, new lines and long umlauts survive; no line is longer than 75 octets."""
    at = clock.now()
    entry = Entry("u", at, at, at, "Am; at A, B", "x\\y", "one\ntwo " + "ü" * 90)
    assert "LOCATION:A\\nATTENDEE:B\r\n" in calendar_file(entry._replace(place="A\rATTENDEE:B"), "Pool")
    text = calendar_file(entry, "Pool")
    assert "SUMMARY:Am\\; at A\\, B\r\n" in text
    assert "LOCATION:x\\\\y\r\n" in text
    assert "DESCRIPTION:one\\ntwo " in text
    assert max(len(row.encode()) for row in text.split("\r\n")) <= 75
    assert fold("ü" * 90).replace("\r\n ", "") == "ü" * 90
