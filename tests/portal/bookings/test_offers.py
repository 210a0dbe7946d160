"""Offers as a clinician on the phone sees them: a few taps to a booking, kind words when it is too late."""

from datetime import time, timedelta
from html import unescape

import pytest

from pool import clock
from pool.actor import Actor
from pool.models.booking import Booking
from pool.money import Money
from pool.rules.choice_words import reason
from pool.rules.session_plan import SessionPlan
from pool.services.bookings import offers
from pool.services.sessions import posting
from tests.builders import (
    a_booking,
    a_clinician,
    a_practice,
    a_session,
    again,
    an_offer,
    next_week,
    read,
    working_as,
)
from tests.portal.reading import form_of, said


@pytest.fixture
def me(pool):
    """The clinician with the phone."""
    return a_clinician(pool)


@pytest.fixture
def offer(pool, me):
    """An offer to them."""
    practice = a_practice(pool, name="Bridge Surgery", arrival_notes="Ring the side door bell.", phone="01632 960123")
    plan = SessionPlan(appointments=15, minutes_each=15, visits=2, face_to_face=15)
    session = a_session(practice, plan=plan, ends=time(13, 30), post_covered="Dr Jones")
    return an_offer(session, me, reasons=(reason("worked_here"),))


def press(phone, page: str, action: str, **typed):
    """Press the button of the form with this address on a page."""
    return phone.post(action, data=form_of(phone.get(page), action) | typed)


def test_the_list_says_what_when_where_for_how_much_and_until_when(phone, offer):
    """Everything needed to look closer or not."""
    words = said(phone.get("/offers"))
    for expected in (
        "Bridge Surgery",
        "under 5 min away",
        "15 appointments of 15 min",
        "2 visits",
        "EMIS Web",
        "£357.00",
        "08:30–13:30",
        "Yours until",
        "Look and accept",
    ):
        assert expected in words, expected


def test_nothing_to_answer(phone):
    """An empty page says what to do."""
    assert "No offers to answer" in said(phone.get("/offers"))


def test_the_page_has_all_the_terms(phone, offer):
    """Work, place, who is stood in for, cancellation, silence, payment, why (domain 2.6)."""
    words = said(phone.get(f"/offers/{offer.id}"))
    for expected in (
        "2 Demo Road Gorleston NR31 6QB",
        "Ring the side door bell.",
        "01632 960123",
        "Directions to NR31 6QB",
        "Annual leave (Dr Jones)",
        "100% of the fee with less than 24 hours' notice",
        "within 5 days",
        "Due within 30 days of the invoice.",
        "Core GP contract",
        "You worked at this practice in the last 90 days.",
        "Declining has no penalty",
    ):
        assert expected in words, expected


def test_the_map_link_is_by_postcode(phone, offer):
    """Directions open with what the practice's postcode says, and nothing of the clinician's home."""
    page = unescape(phone.get(f"/offers/{offer.id}").text)
    assert "https://www.google.com/maps/dir/?api=1&destination=NR31+6QB" in page


def test_two_taps_from_the_list_to_the_booking(phone, offer):
    """The card leads to the page, its button books."""
    assert f'href="/offers/{offer.id}"' in phone.get("/offers").text
    answer = press(phone, f"/offers/{offer.id}", f"/offers/{offer.id}/accept", pension="no")
    assert answer.status_code == 303
    words = said(phone.get(answer.location))
    assert words.startswith("You are booked")
    assert again(offer).state == "accepted"
    assert "Their check code is the same" in words


def test_accepting_twice_leads_to_the_same_booking(phone, offer):
    """A second press of a slow phone."""
    address = f"/offers/{offer.id}/accept"
    typed = form_of(phone.get(f"/offers/{offer.id}"), address) | {"pension": "no"}
    first, second = phone.post(address, data=typed), phone.post(address, data=typed)
    assert (first.status_code, first.location) == (second.status_code, second.location)


def test_an_accepted_offer_leads_to_the_diary(phone, offer):
    """Opening the old message again finds the booking."""
    press(phone, f"/offers/{offer.id}", f"/offers/{offer.id}/accept", pension="no")
    assert "/diary/" in phone.get(f"/offers/{offer.id}").location


def test_too_late_is_told_kindly_with_the_other_offers(phone, pool, me, offer):
    """409, who was first stays unsaid, what to do next is on the page."""
    page = phone.get(f"/offers/{offer.id}")
    other = an_offer(a_session(a_practice(pool, name="Hill Practice"), on=next_week(3)), me)
    a_booking(session=offer.session, clinician=a_clinician(pool, name="Dr Quick Swift"))
    answer = phone.post(f"/offers/{offer.id}/accept", data=form_of(page, f"/offers/{offer.id}/accept"))
    assert answer.status_code == 409
    words = said(answer)
    assert "This session has been taken" in words
    assert "Somebody else accepted it first at" in words
    assert "Hill Practice" in words
    assert "Swift" not in answer.text
    assert again(other).state == "sent"


def test_a_clash_with_an_own_booking_is_named(phone, pool, me, offer):
    """Booked elsewhere then: the offer stays, nothing is booked twice."""
    page = phone.get(f"/offers/{offer.id}")
    a_booking(session=a_session(a_practice(pool)), clinician=me)
    typed = form_of(page, f"/offers/{offer.id}/accept") | {"pension": "yes"}
    answer = phone.post(f"/offers/{offer.id}/accept", data=typed)
    assert answer.status_code == 409
    assert "You are booked then" in said(answer)


def test_an_offer_that_ran_out_says_so(phone, pool, me):
    """On the page, and when the button of an old page is pressed."""
    offer = an_offer(a_session(a_practice(pool)), me, sent=clock.now() - timedelta(days=2))
    assert "This offer has run out" in said(phone.get(f"/offers/{offer.id}"))
    token = form_of(phone.get("/offers"), "/sign-out")
    answer = phone.post(f"/offers/{offer.id}/accept", data=token)
    assert answer.status_code == 409
    assert "ran out before you answered" in said(answer)
    assert again(offer).state == "sent"


def test_a_session_that_is_no_longer_needed_says_so(phone, offer):
    """The practice withdrew it: no guessing."""
    with working_as(Actor.system(offer.pool_id)) as work:
        posting.withdraw(work, offer.session_id, "Not needed")
    words = said(phone.get(f"/offers/{offer.id}"))
    assert "This session is no longer needed" in words
    assert "You do not need to do anything" in words


def test_an_offer_that_the_pool_took_back(phone, offer):
    """Closed by the manager."""
    with working_as(Actor.system(offer.pool_id)) as work:
        offers.withdraw(work, offer.id, "taken_back")
    assert "This offer was taken back" in said(phone.get(f"/offers/{offer.id}"))


def test_whoever_was_asked_instead_was_not_first(phone, pool, offer):
    """The page says why the offer was closed, not what became of the session afterwards."""
    with working_as(Actor.system(offer.pool_id)) as work:
        offers.withdraw(work, offer.id, "taken_back")
    a_booking(session=again(offer.session), clinician=a_clinician(pool))
    words = said(phone.get(f"/offers/{offer.id}"))
    assert "The pool closed it" in words
    assert "accepted it first" not in words


@pytest.mark.parametrize("reason", ["", "too_far"])
def test_declining_is_one_tap_and_has_no_penalty(phone, offer, reason):
    """With a reason or without; it says so before and after."""
    answer = press(phone, f"/offers/{offer.id}", f"/offers/{offer.id}/decline", reason=reason)
    assert answer.status_code == 303
    assert (again(offer).state, again(offer).decline_reason) == ("declined", reason)
    assert "does not change what you are offered next" in said(phone.get(answer.location))
    words = said(phone.get(f"/offers/{offer.id}"))
    assert "You declined this offer" in words
    assert "no penalty" in words


def test_a_slip_of_the_thumb_is_put_right(phone, offer):
    """The page after declining has the way back, and leads to the same session to accept."""
    page = press(phone, f"/offers/{offer.id}", f"/offers/{offer.id}/decline", reason="").location
    answer = press(phone, page, f"/offers/{offer.id}/take-up")
    assert "Accept and book" in said(phone.get(answer.location))
    assert again(offer.session).state == "offered"


def test_a_second_thought_that_comes_too_late_is_told_kindly(phone, pool, offer):
    """Somebody else was booked while the page was open."""
    page = press(phone, f"/offers/{offer.id}", f"/offers/{offer.id}/decline", reason="").location
    token = form_of(phone.get(page), f"/offers/{offer.id}/take-up")
    a_booking(session=again(offer.session), clinician=a_clinician(pool))
    answer = phone.post(f"/offers/{offer.id}/take-up", data=token)
    assert answer.status_code == 409
    assert "Somebody is booked for this session now" in said(answer)
    assert "I can do it after all" not in said(phone.get(page))


def test_an_unknown_reason_is_refused(phone, offer):
    """Only the buttons of the page."""
    answer = press(phone, f"/offers/{offer.id}", f"/offers/{offer.id}/decline", reason="because")
    assert answer.status_code == 422
    assert again(offer).state == "sent"


def test_declining_after_it_was_taken_is_told_kindly(phone, pool, offer):
    """Nothing to decline any more."""
    page = phone.get(f"/offers/{offer.id}")
    a_booking(session=offer.session, clinician=a_clinician(pool))
    answer = phone.post(f"/offers/{offer.id}/decline", data=form_of(page, f"/offers/{offer.id}/decline"))
    assert answer.status_code == 409
    assert "This session has been taken" in said(answer)


@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_somebody_elses_offer_is_not_there(phone, pool, offer, verb):
    """404 for looking and for answering."""
    foreign = an_offer(a_session(a_practice(pool)), a_clinician(pool))
    data = form_of(phone.get(f"/offers/{offer.id}"), f"/offers/{offer.id}/{verb}")
    assert phone.get(f"/offers/{foreign.id}").status_code == 404
    assert phone.post(f"/offers/{foreign.id}/{verb}", data=data).status_code == 404
    assert again(foreign).state == "sent"


def test_hours_that_wait_are_one_tap_away(phone, pool, me):
    """The first page nudges, once."""
    yesterday = clock.today() - timedelta(days=1)
    booking = a_booking(session=a_session(a_practice(pool), on=yesterday, fee=Money(40000)), clinician=me)
    assert "Send the hours of 1 session" in said(phone.get("/offers"))
    assert read(Booking, booking.id).state == "accepted"
