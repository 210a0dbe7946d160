"""The clinician's pages in a real browser on a phone's width and a desk's: accessible, fitting, few taps."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from pool import clock
from pool.rules.choice_words import reason
from tests.builders import (
    a_booking,
    a_clinician,
    a_pool,
    a_practice,
    a_session,
    again,
    an_offer,
    next_week,
    yesterday,
)
from tests.dispute_builders import a_dispute, full_hours

WIDTHS = (360, 1280)
PHONE = 360
THUMB = 44


@pytest.fixture
def pool(app):
    """A pool with enough people for a median."""
    pool = a_pool("Great Yarmouth and Waveney")
    for _ in range(4):
        a_clinician(pool)
    return pool


@pytest.fixture
def practice(pool):
    """A practice."""
    return a_practice(pool, name="The Park Surgery", arrival_notes="Ring the side door bell.")


@pytest.fixture
def me(pool):
    """The clinician with the phone."""
    return a_clinician(pool, name="Dr Robin Avocet")


def fits(page) -> bool:
    """Nothing sticks out to the right."""
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def small_buttons(page) -> list[str]:
    """Buttons that are too small for a thumb."""
    buttons = page.locator("main button:visible, main a.nhsuk-button:visible").all()
    return [button.inner_text() for button in buttons if button.bounding_box()["height"] < THUMB]


@pytest.fixture
def pages(pool, practice, me):
    """The address of every page of a clinician, each with something on it."""
    offer = an_offer(a_session(practice, on=next_week(1)), me, reasons=(reason("likes_it"),))
    gone = an_offer(a_session(practice, on=next_week(2)), me)
    a_booking(session=gone.session, clinician=a_clinician(pool))
    coming = a_booking(session=a_session(practice, on=next_week(3)), clinician=me)
    over = a_booking(session=a_session(practice, on=yesterday()), clinician=me)
    queried = a_booking(session=a_session(practice, on=yesterday() - timedelta(days=1)), clinician=me)
    dispute = a_dispute(full_hours(queried), words="We have you leaving at 12:50.")
    a_session(practice, on=next_week(4), skills=["minor_surgery"])
    return [
        "/offers",
        f"/offers/{offer.id}",
        f"/offers/{gone.id}",
        "/availability",
        "/availability/away",
        "/availability/extra",
        "/profile",
        "/profile/practices",
        "/diary",
        "/diary/past",
        f"/diary/{coming.id}",
        f"/diary/{coming.id}/booked",
        f"/diary/{coming.id}/cancel",
        f"/diary/{over.id}",
        "/diary/hours",
        f"/diary/hours/{over.id}",
        f"/diary/{queried.id}",
        "/disputes",
        f"/disputes/{dispute.id}",
        "/why",
    ]


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_is_accessible_fits_and_suits_a_thumb(me, pages, enter, axe, width):
    """No violation of WCAG 2.2 AA on any page; no sideways scrolling; no button under 44 px on the phone."""
    page = enter(me.person, width)
    for path in pages:
        assert page.goto(path).status == 200, path
        assert axe(page) == [], path
        assert fits(page), path
        assert width > PHONE or small_buttons(page) == [], path


SMALL = {"width": PHONE, "height": 640}
COVERED = """element => {
    const box = element.getBoundingClientRect();
    const at = document.elementFromPoint(box.x + Math.min(box.width, 60) / 2, box.y + box.height / 2);
    return !(element.contains(at) || at?.contains(element));
}"""
"""Is something else drawn over it?"""


def seen_together(page, *parts) -> None:
    """All of it is on the screen at once and nothing lies over it."""
    for part in parts:
        expect(part).to_be_in_viewport(ratio=1)
        assert not part.evaluate(COVERED), part.inner_text()


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no javascript"])
def test_fee_choice_and_what_is_final_stand_above_the_button(me, practice, enter, javascript):
    """On the smallest phone; pressing without a choice books nothing and asks again."""
    offer = an_offer(a_session(practice), me)
    page = enter(me.person, PHONE, javascript=javascript)
    page.set_viewport_size(SMALL)
    page.goto(f"/offers/{offer.id}")
    accept = page.get_by_role("button", name="Accept and book")
    yes, no = page.get_by_label("Pension this session"), page.get_by_label("Do not pension it")
    assert not yes.is_checked()
    assert not no.is_checked()
    accept.evaluate("button => button.scrollIntoView({block: 'end'})")
    final = page.get_by_text("You cannot change the pension once you have accepted")
    labels = [page.get_by_text("Pension this session", exact=True), page.get_by_text("Do not pension it", exact=True)]
    seen_together(page, page.get_by_text("£357.00 for the whole session"), *labels, final, accept)
    accept.click()
    expect(page.get_by_role("alert")).to_contain_text("Choose whether this session is pensioned")
    assert again(offer).state == "sent"
    page.get_by_label("Do not pension it").check()
    page.get_by_role("button", name="Accept and book").click()
    expect(page.get_by_role("heading", name="You are booked")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no javascript"])
def test_two_taps_book(pool, practice, enter, javascript):
    """Card, button: booked, where there is nothing to choose. Button and fee are on the screen without scrolling."""
    me = a_clinician(pool, name="Dr Robin Avocet", engagement="bank_worker")
    offer = an_offer(a_session(practice), me)
    page = enter(me.person, PHONE, javascript=javascript)
    page.set_viewport_size(SMALL)
    page.goto("/offers")
    page.get_by_role("button", name="Look and accept").click()
    accept = page.get_by_role("button", name="Accept and book")
    seen_together(page, page.get_by_text("£357.00 for the whole session"), accept)
    accept.click()
    expect(page.get_by_role("heading", name="You are booked")).to_be_visible()
    assert again(offer).state == "accepted"


def test_a_normal_week_takes_eight_taps(pool, practice, enter):
    """Navigation, six parts, save; and the answer says what it matches."""
    a_session(practice, on=next_week(1))
    page = enter(a_clinician(pool, free=False).person, PHONE, javascript=False)
    page.goto("/offers")
    page.get_by_role("navigation", name="Main, bottom of the screen").get_by_role("link", name="Availability").click()
    for part in (
        "Tuesday morning",
        "Tuesday afternoon",
        "Wednesday morning",
        "Thursday morning",
        "Thursday afternoon",
        "Friday morning",
    ):
        page.get_by_label(part).click()
    page.get_by_role("button", name="Save my week").click()
    expect(page.get_by_text("You match 1 of the 1 open session")).to_be_visible()


def test_i_cannot_come_takes_three_taps(me, practice, enter):
    """From the booking: the button, a reason, the confirmation."""
    booking = a_booking(session=a_session(practice), clinician=me)
    page = enter(me.person, PHONE)
    page.goto(f"/diary/{booking.id}")
    page.get_by_role("button", name="I can’t come").click()
    page.get_by_label("Illness").click()
    page.get_by_role("button", name="Cancel my booking").click()
    expect(page.get_by_text("Your booking is cancelled")).to_be_visible()
    assert again(booking).state == "cancelled"


def test_one_tap_sends_the_hours(me, practice, enter):
    """From the diary."""
    booking = a_booking(session=a_session(practice, on=clock.today() - timedelta(days=1)), clinician=me)
    page = enter(me.person, PHONE)
    page.goto("/diary")
    page.get_by_role("button", name="Yes, send").click()
    expect(page.get_by_text("the invoice waits for your payment details")).to_be_visible()
    assert again(booking).state == "worked"


def test_the_keyboard_never_loses_the_focus_behind_the_bar(pool, practice, enter):
    """Every link of the offer page is seen when it has the focus (WCAG 2.2, 2.4.11)."""
    me = a_clinician(pool, engagement="bank_worker")
    offer = an_offer(a_session(practice), me)
    page = enter(me.person, PHONE)
    page.goto(f"/offers/{offer.id}")
    bar = page.locator(".app-thumb").bounding_box()
    for link in page.locator("main a, main summary, main .app-chips button").all():
        link.focus()
        box = link.bounding_box()
        assert box["y"] < bar["y"] or box["y"] > bar["y"] + bar["height"], link.inner_text()
