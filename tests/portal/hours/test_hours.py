"""Hours from the clinician's phone: one tap when all was as booked, a short form when it was not."""

import re
from datetime import time, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from pool import clock
from pool.models.person import Person
from pool.models.timesheet import Timesheet
from pool.money import Money
from tests.builders import (
    a_booking,
    a_clinician,
    a_practice,
    a_session,
    a_timesheet,
    actor_of,
    read,
    working_as,
    yesterday,
)
from tests.dispute_builders import a_dispute, full_hours
from tests.portal.reading import form_of, said


@pytest.fixture
def practice(pool):
    """A practice."""
    return a_practice(pool, name="Bridge Surgery")


@pytest.fixture
def me(pool):
    """The clinician with the phone."""
    return a_clinician(pool)


@pytest.fixture
def booking(practice, me):
    """A session that was yesterday."""
    return a_booking(session=a_session(practice, on=yesterday()), clinician=me)


def sheet_of(booking) -> Timesheet:
    """The only hours of a booking."""
    with working_as(actor_of(read(Person, booking.person_id))) as work:
        sheet_id = work.one(select(Timesheet.id).where(Timesheet.booking_id == booking.id))
    return read(Timesheet, sheet_id)


def send(phone, booking, **typed):
    """Fill in the form for hours that differ."""
    return send_from(phone, f"/diary/hours/{booking.id}", booking, **typed)


def send_from(phone, page, booking, **typed):
    """Send the form with the token of some page."""
    token = form_of(phone.get(page), "/sign-out")["csrf_token"]
    return phone.post(f"/diary/hours/{booking.id}", data={"csrf_token": token, **typed})


def test_nothing_to_send(phone):
    """An empty page says when something comes."""
    assert "No hours to send" in said(phone.get("/diary/hours"))


@pytest.mark.parametrize("page", ["/diary", "/diary/hours"])
def test_one_tap_when_all_was_as_booked(phone, booking, page):
    """From the diary as from the hours page; a second tap sends nothing more."""
    answer = phone.get(page)
    assert "08:30–12:40 as booked?" in said(answer)
    address = f"/diary/hours/{booking.id}/as-booked"
    sent = form_of(answer, address)
    assert [phone.post(address, data=sent).status_code for _ in range(2)] == [303, 303]
    assert sheet_of(booking).as_booked
    assert "Sent, waiting for the practice" in said(phone.get("/diary/hours"))


def test_hours_that_differ_need_a_word(phone, booking):
    """The form starts with the booked times and asks why."""
    assert 'value="08:30"' in phone.get(f"/diary/hours/{booking.id}").text
    refused = send(phone, booking, starts="08:30", ends="13:10", note="")
    assert refused.status_code == 422
    assert "Say why the times differ" in said(refused)
    assert send(phone, booking, starts="8.30am", ends="1310", note="Visits ran over").status_code == 303
    sheet = sheet_of(booking)
    assert (clock.london(sheet.ended_at).time(), sheet.note, sheet.as_booked) == (
        time(13, 10),
        "Visits ran over",
        False,
    )


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"starts": "", "ends": "13:10"}, "Enter the time you started"),
        ({"starts": "soon", "ends": "13:10"}, "must be a time"),
        ({"starts": "08:30", "ends": "08:00", "note": "x"}, "more than 16 hours"),
        ({"starts": "08:30", "ends": "13:10", "note": "Patient 943 476 5919 was late"}, "looks like an NHS number"),
    ],
)
def test_slips_come_back_with_what_was_typed(phone, booking, typed, words):
    """And what to do."""
    answer = send(phone, booking, **typed)
    assert answer.status_code == 422
    assert words in said(answer)


def test_extras_are_items_of_their_own(phone, booking):
    """Two visits at a proposed fee and the miles that the page suggests, by one tick."""
    page = phone.get(f"/diary/hours/{booking.id}")
    assert "How extras are paid: Only as approved by the practice" in said(page)
    (suggested,) = re.findall(r'id="miles"[^>]*value="([^"]*)"', page.text)
    extras = {"extra_visits": "2", "visit_fee": "30", "claim_miles": "true", "miles": suggested}
    assert send(phone, booking, starts="08:30", ends="13:05", note="Two late visits", **extras).status_code == 303
    sheet = sheet_of(booking)
    assert (sheet.extra_visits, sheet.visit_fee, sheet.miles) == (2, Money(3000), Decimal(suggested))
    assert not sheet.as_booked


def test_miles_are_claimed_only_by_the_tick(phone, booking):
    """The estimate in the box is no claim."""
    assert send(phone, booking, starts="08:30", ends="12:40", note="", miles="17.4").status_code == 303
    assert (sheet_of(booking).miles, sheet_of(booking).as_booked) == (Decimal(0), True)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"extra_visits": "1", "note": "Late"}, "Enter the fee for each extra visit"),
        ({"extra_visits": "1", "visit_fee": "30"}, "Say what the extra visits were"),
        ({"claim_miles": "true", "miles": "900"}, "Miles there and back must be between 0 and 500"),
    ],
)
def test_extras_need_what_the_practice_must_know(phone, booking, typed, words):
    """A fee, a word, a distance that somebody can drive."""
    answer = send(phone, booking, starts="08:30", ends="12:40", **typed)
    assert answer.status_code == 422
    assert words in said(answer)


def test_a_remote_session_has_no_miles(phone, practice, me):
    """The form does not ask, and a form from elsewhere is refused."""
    remote = a_booking(session=a_session(practice, on=yesterday() - timedelta(days=3), remote=True), clinician=me)
    assert "mileage" not in said(phone.get(f"/diary/hours/{remote.id}")).replace("no mileage", "")
    answer = send(phone, remote, starts="08:30", ends="12:40", claim_miles="true", miles="10")
    assert "there are no miles to claim" in said(answer)


def test_hours_that_were_sent_are_not_sent_again(phone, booking):
    """They are with the practice; the page leads to the booking."""
    a_timesheet(booking)
    assert phone.get(f"/diary/hours/{booking.id}").location == f"/diary/{booking.id}"
    answer = send_from(phone, "/diary", booking, starts="08:30", ends="12:00", note="Oh no")
    assert answer.status_code == 409


def test_a_dispute_waits_among_the_hours(phone, booking):
    """With the practice's words, the amount and the clock; answered on a page of its own."""
    dispute = a_dispute(full_hours(booking), words="We have you leaving at 12:50.")
    words = said(phone.get("/diary/hours"))
    assert "We have you leaving at 12:50." in words
    assert "£21.42 is in dispute" in words
    assert "Answer by" in words
    assert f"/disputes/{dispute.id}" in phone.get("/diary").text
    assert f"/disputes/{dispute.id}" in phone.get(f"/diary/{booking.id}").text


def test_before_the_end_there_is_nothing_to_send(phone, practice, me):
    """The page leads to the booking, the button says why not."""
    coming = a_booking(session=a_session(practice, on=clock.today() + timedelta(days=7)), clinician=me)
    assert phone.get(f"/diary/hours/{coming.id}").location == f"/diary/{coming.id}"
    token = form_of(phone.get("/diary"), "/sign-out")
    answer = phone.post(f"/diary/hours/{coming.id}/as-booked", data=token)
    assert answer.status_code == 409
    assert "The session is not over yet" in said(answer)


def test_somebody_elses_hours_are_not_there(phone, practice, pool):
    """Neither to look at nor to send."""
    foreign = a_booking(session=a_session(practice, on=yesterday()), clinician=a_clinician(pool))
    token = form_of(phone.get("/diary"), "/sign-out")
    assert phone.get(f"/diary/hours/{foreign.id}").status_code == 404
    assert phone.post(f"/diary/hours/{foreign.id}/as-booked", data=token).status_code == 404


def test_the_page_adds_up_what_is_not_confirmed(phone, practice, me, booking):
    """One total at the bottom."""
    a_timesheet(a_booking(session=a_session(practice, on=yesterday() - timedelta(days=1)), clinician=me))
    assert "Together £714.00" in said(phone.get("/diary/hours"))
