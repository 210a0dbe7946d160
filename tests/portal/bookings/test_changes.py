"""A change of a booking on both sides' pages: what is different line by line, one press each, and what was agreed before."""

import pytest

from pool.actor import Actor
from pool.formats import day
from pool.models.booking import Booking
from pool.models.person import Person
from pool.money import Money
from pool.services.billing import invoice_preview
from pool.services.bookings import proposed_changes
from tests.builders import a_booking, a_clinician, a_practice, a_session, again, read, working_as
from tests.portal.reading import said

WIDTHS = (360, 1280)


@pytest.fixture
def practice(pool):
    """The practice that booked."""
    return a_practice(pool, name="Bridge Surgery")


@pytest.fixture
def booking(pool, practice):
    """With Dr Asha Demo, at 08:30."""
    return a_booking(session=a_session(practice), clinician=a_clinician(pool, name="Dr Asha Demo"))


@pytest.fixture
def phone(booking, signed_in):
    """Her browser."""
    return signed_in(read(Person, booking.person_id))


def propose(post_form, browser, booking, **typed):
    """Open the form, type over what is different, send it."""
    address = f"/bookings/{booking.id}/change"
    agreed = {
        "on-day": booking.on.day,
        "on-month": booking.on.month,
        "on-year": booking.on.year,
        "kind": "am",
        "starts": "08:30",
        "ends": "12:40",
        "fee": "357.00",
        "appointments": "15",
        "minutes_each": "10",
        "face_to_face": "15",
        "notes": "",
        "seen": again(booking).terms_hash,
    }
    return post_form(browser, address, **agreed | typed)


def press(post_form, browser, page, words):
    """Press one of the buttons of a proposed change."""
    text = browser.get(page).text
    start = text.index("/bookings/changes/")
    change_id = text[start:].split("/")[3]
    return post_form(browser, page, to=f"/bookings/changes/{change_id}/{words}")


def test_a_practice_proposes_and_the_clinician_accepts(post_form, desk, phone, booking):
    """From the form to the former terms on both pages."""
    assert propose(post_form, desk, booking, fee="420").headers["Location"] == f"/bookings/{booking.id}"
    own, diary = f"/bookings/{booking.id}", f"/diary/{booking.id}"
    assert "You have proposed a change" in said(desk.get(own))
    assert "A change is proposed" in said(desk.get(f"/sessions/{booking.session_id}"))
    assert f"{day(booking.on)}, 08:30–12:40, Bridge Surgery" in said(phone.get("/diary"))
    page = said(phone.get(diary))
    assert "As agreed £357.00 As proposed £420.00" in page
    assert "Propose a change" not in page
    assert press(post_form, phone, diary, "accept").headers["Location"] == diary
    for browser, address in ((phone, diary), (desk, own)):
        words = said(browser.get(address))
        assert "Changes that both sides agreed" in words
        assert "Accepted by Dr Asha Demo" in words
        assert booking.terms_hash in words
        assert again(booking).terms_hash in words
    assert "Other terms accepted by Dr Asha Demo" in said(desk.get(f"/sessions/{booking.session_id}"))


def test_the_whole_sum_is_said_before_the_press(post_form, pool, desk, practice, signed_in):
    """With holiday pay and whatever else comes on top of the fee, as it will stand on the invoice."""
    hired = a_booking(session=a_session(practice), clinician=a_clinician(pool, engagement="bank_worker"))
    propose(post_form, desk, hired, fee="420")
    with working_as(Actor.system(pool.id)) as work:
        row = work.get(Booking, hired.id)
        after = proposed_changes.open_change(work, hired.id).after
        old, new = (invoice_preview.of_terms(work, row, terms).total for terms in (row.terms, after))
    assert (old > Money(35700), new > Money(42000)) == (True, True)
    assert f"On the invoice, worked as booked As agreed {old} As proposed {new}" in said(
        desk.get(f"/bookings/{hired.id}")
    )
    answered = signed_in(read(Person, hired.person_id))
    press(post_form, answered, f"/diary/{hired.id}", "accept")
    with working_as(Actor.system(pool.id)) as work:
        row = work.get(Booking, hired.id)
        assert invoice_preview.of_terms(work, row, row.terms).total == new


def test_the_calendar_takes_the_entry_anew(post_form, desk, phone, booking):
    """Same entry, new times, a number that grows."""
    address = f"/diary/{booking.id}/calendar.ics"
    before = phone.get(address).text
    propose(post_form, desk, booking, starts="09:00", ends="13:00")
    assert phone.get(address).text == before
    press(post_form, phone, f"/diary/{booking.id}", "accept")
    after = phone.get(address).text
    assert ("SEQUENCE:0" in before, "SEQUENCE:1" in after) == (True, True)
    assert "09:00 to 13:00" in after


def test_a_clinician_proposes_and_the_practice_declines(post_form, desk, phone, booking):
    """It waits under Needs attention; a second press changes nothing; both read what became of it."""
    assert propose(post_form, phone, booking, ends="13:00").headers["Location"] == f"/diary/{booking.id}"
    assert "Dr Asha Demo proposes a change" in said(desk.get("/sessions"))
    page = f"/bookings/{booking.id}"
    press(post_form, desk, page, "decline")
    assert "Changes that were proposed and did not come about" in said(desk.get(page))
    assert "proposes a change" not in said(desk.get("/sessions"))
    assert again(booking).terms_hash == booking.terms_hash


def test_the_proposer_takes_it_back(post_form, desk, phone, booking):
    """And the other side has nothing to answer any more."""
    propose(post_form, desk, booking, ends="13:00")
    press(post_form, desk, f"/bookings/{booking.id}", "take-back")
    assert "Accept the change" not in said(phone.get(f"/diary/{booking.id}"))
    assert "A change is proposed" not in said(phone.get("/diary"))


def test_what_was_typed_stays(post_form, desk, phone, booking):
    """When nothing is different, when a number is wrong, when a proposal is open already."""
    unchanged = propose(post_form, desk, booking)
    assert (unchanged.status_code, "Nothing is different" in said(unchanged)) == (422, True)
    wrong = propose(post_form, desk, booking, fee="many", notes="Use the back door")
    assert (wrong.status_code, "Use the back door" in wrong.text) == (422, True)
    token = {"fee": "400", "notes": "Use the back door"}
    propose(post_form, phone, booking, ends="13:00")
    late = post_form(
        desk,
        f"/sessions/{booking.session_id}",
        to=f"/bookings/{booking.id}/change",
        seen=booking.terms_hash,
        kind="am",
        starts="08:30",
        ends="12:40",
        appointments="15",
        minutes_each="10",
        **{"on-day": booking.on.day, "on-month": booking.on.month, "on-year": booking.on.year},
        **token,
    )
    assert (late.status_code, "proposed already" in said(late), "Use the back door" in late.text) == (409, True, True)


def test_a_clinician_changes_nothing_but_the_offered_fields(post_form, phone, booking):
    """Who engages, where and for whom is not a field of this form."""
    answer = propose(post_form, phone, booking, remote="1")
    assert answer.status_code == 422


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_in_a_browser(app, live_server, enter, sam, axe, booking, width):
    """Propose, look, accept with one press, on a phone and on a desk: accessible, nothing sticks out."""
    page = enter(sam, width)
    page.goto(f"{live_server}/bookings/{booking.id}/change")
    page.get_by_label("Fee for the session").fill("420")
    page.get_by_label("End", exact=True).fill("13:00")
    assert fits(page, axe)
    page.get_by_role("button", name="Propose it").click()
    assert fits(page, axe)
    other = enter(read(Person, booking.person_id), width)
    other.goto(f"{live_server}/diary")
    assert fits(other, axe)
    other.goto(f"{live_server}/diary/{booking.id}")
    assert fits(other, axe)
    other.get_by_role("button", name="Accept the change").click()
    other.get_by_text("Changes that both sides agreed").wait_for()
    assert fits(other, axe)
    page.goto(f"{live_server}/bookings/{booking.id}")
    assert fits(page, axe)


def fits(page, axe):
    """No complaint of the checker, no sideways scrolling."""
    assert axe(page) == []
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
