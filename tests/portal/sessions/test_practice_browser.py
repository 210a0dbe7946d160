"""The pages of practices in a real browser: accessible and within the screen at both widths, quick to post from."""

from datetime import time, timedelta

import pytest
from playwright.sync_api import expect

from pool.models.pool import Pool
from tests.builders import (
    a_booking,
    a_clinician,
    a_pool,
    a_pool_manager,
    a_practice,
    a_practice_manager,
    a_session,
    a_timesheet,
    an_offer,
    next_week,
    read,
    yesterday,
)
from tests.dispute_builders import a_dispute, full_hours

WIDTHS = (360, 1280)
DAY = next_week()


@pytest.fixture
def practice(app, live_server):
    """A practice with something on every page."""
    pool = a_pool("Great Yarmouth and Waveney pool")
    practice = a_practice(pool, name="Bridge Road Surgery", arrival_notes="Park behind the building.")
    alder, birch, cedar = (a_clinician(pool, name=f"Dr Demo {name}") for name in ("Alder", "Birch", "Cedar"))
    a_session(practice, on=DAY)
    a_booking(session=a_session(practice, on=DAY, kind="pm", starts=time(14), ends=time(18, 10)), clinician=alder)
    an_offer(a_session(practice, on=DAY + timedelta(days=1)), birch)
    a_timesheet(a_booking(session=a_session(practice, on=yesterday()), clinician=alder))
    longer = a_session(practice, on=yesterday() - timedelta(days=1))
    full_hours(a_booking(session=longer, clinician=birch))
    queried = a_booking(session=a_session(practice, on=yesterday() - timedelta(days=2)), clinician=cedar)
    a_dispute(full_hours(queried), words="We have 12:50 as the end.")
    return practice


@pytest.fixture
def sound(axe):
    """Checks the page that is open: no violation, nothing wider than the screen, the right heading."""

    def sound(page, heading):
        page.locator("h1", has_text=heading).wait_for()
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]

    return sound


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_sessions(practice, enter, sound, width):
    """The list, an open, an offered and a booked session, and what may be done with each."""
    page = enter(a_practice_manager(practice), width)
    page.goto(f"/sessions?week={DAY}")
    sound(page, "Sessions")
    page.click("text=Search or filter")
    sound(page, "Sessions")
    page.click("h3 a >> nth=0")
    sound(page, "08:30–12:40")
    page.click("text=Change")
    page.click("text=More about the work")
    sound(page, "Change the session")
    page.fill("#fee", "lots")
    page.click("text=Save")
    sound(page, "Change the session")
    page.goto(f"/sessions?week={DAY}")
    page.click("text=14:00–18:10")
    sound(page, "14:00–18:10")
    page.click("text=What was agreed")
    sound(page, "Booking of Dr Demo Alder")
    page.click("text=Cancel the booking")
    sound(page, "Cancel the booking of Dr Demo Alder?")
    page.click("button:has-text('Cancel the booking')")
    sound(page, "Cancel the booking of Dr Demo Alder?")
    page.goto(f"/sessions?week={DAY}")
    page.click("article:has-text('Offered') h3 a")
    page.click("text=Withdraw")
    sound(page, "Withdraw this session?")


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_hours_and_settings(practice, enter, sound, width):
    """Hours that wait, a query, all at once; and what the practice says about itself."""
    page = enter(a_practice_manager(practice), width)
    page.goto("/hours")
    sound(page, "Hours to confirm")
    page.click("article a:has-text('Query') >> nth=0")
    sound(page, "Query the hours")
    page.click("button:has-text('Send the query')")
    sound(page, "Query the hours")
    page.goto("/hours/confirm-all")
    sound(page, "Confirm several hours")
    page.click("button:has-text('Confirm what is ticked')")
    sound(page, "Hours to confirm")
    page.goto("/disputes")
    sound(page, "Disputes about hours")
    page.click("main .app-lines__link >> nth=0")
    page.click("text=The terms of the booking")
    sound(page, "Extra time")
    page.goto("/practice-settings")
    page.click("text=Add a clinician")
    page.select_option("#clinician_id", label=page.locator("#clinician_id option").nth(1).inner_text())
    page.fill("#reason", "Left early twice")
    page.click("text=Do not match us")
    sound(page, "Practice settings")


@pytest.mark.parametrize("width", WIDTHS)
def test_posting_from_the_list_takes_four_clicks_at_most(practice, enter, sound, width):
    """Open the form, tick the day, post: three clicks, because the form remembers the last one."""
    page = enter(a_practice_manager(practice), width)
    page.goto("/sessions")
    page.click("text=Post a session")
    sound(page, "Post a session")
    page.click(f"#days-{DAY + timedelta(days=2)}")
    page.click("button:has-text('Post session')")
    sound(page, "Session posted")
    assert "could take it" in page.inner_text("main")


def test_days_are_ticked_with_the_arrow_keys(practice, enter):
    """A day to the right, a week down, as in any calendar; at the edge nothing happens."""
    page = enter(a_practice_manager(practice), 1280)
    page.goto("/sessions/new")
    page.focus(f"#days-{DAY}")
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowDown", "Space"):
        page.keyboard.press(key)
    expect(page.locator(f"#days-{DAY + timedelta(weeks=1)}")).to_be_checked()
    page.locator("input[name=days] >> nth=0").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator("input[name=days] >> nth=0")).to_be_focused()


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_between_the_form_and_the_posting(practice, enter, sound, width):
    """Errors, a duplicate, several days; with the keyboard a day is ticked by the space bar."""
    page = enter(a_practice_manager(practice), width)
    page.goto("/sessions/new")
    page.click("button:has-text('Post session')")
    sound(page, "Post a session")
    page.focus(f"#days-{DAY}")
    page.keyboard.press("Space")
    page.focus("#fee")
    page.keyboard.press("Enter")
    sound(page, "You already have this session")
    page.click("text=Go back and change it")
    page.click(f"#days-{DAY}")
    for number in (3, 10):
        page.click(f"#days-{DAY + timedelta(days=number)}")
    page.select_option("#kind", "pm")
    page.locator("#starts[value='14:00']").wait_for()
    page.click("button:has-text('Post session')")
    sound(page, "Check before you post")
    page.click("button:has-text('Post the ticked days')")
    sound(page, "2 sessions posted")


def test_everything_works_without_javascript(practice, enter):
    """A locked-down practice computer posts, confirms and cancels all the same."""
    page = enter(a_practice_manager(practice), 360, javascript=False)
    page.goto(f"/sessions/new?on={DAY + timedelta(days=2)}")
    page.click("button:has-text('Post session')")
    expect(page.locator("h1")).to_have_text("Session posted")
    page.goto("/hours")
    page.click("button:has-text('Confirm') >> nth=0")
    expect(page.locator("main")).to_contain_text("Hours confirmed")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pool_manager_uses_the_same_pages(practice, enter, sound, width):
    """With every practice of the pool and a filter."""
    page = enter(a_pool_manager(practice.pool_id), width)
    a_practice_of_the_same_pool = a_practice(read(Pool, practice.pool_id), name="Hill Practice")
    a_session(a_practice_of_the_same_pool, on=DAY)
    page.goto(f"/sessions?week={DAY}")
    sound(page, "Sessions")
    page.click("text=Post a session")
    sound(page, "Which practice is it for?")
