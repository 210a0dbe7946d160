"""Every component in a real browser, at the two widths we promise, by the rules of WCAG 2.2 AA."""

import re

import pytest
from playwright.sync_api import expect

WIDTHS = (360, 1280)


@pytest.fixture
def opened(open_page, gallery_address):
    """Opens an address of the gallery and collects what the browser's console complains about."""

    def opened(path: str, width: int, *, javascript: bool = True):
        page = open_page(width, javascript=javascript)
        page.complaints = []
        page.on(
            "console", lambda line: page.complaints.append(line.text) if line.type in {"error", "warning"} else None
        )
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(gallery_address + path)
        return page

    return opened


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "path", ["/?done", "/to/sessions.index?as=manager", "/?as=nobody", "/about/accessibility", "/about/privacy"]
)
def test_components_are_accessible_fit_and_obey_the_policy(opened, axe, path, width):
    """No violation, no sideways scrolling, nothing the content security policy had to stop."""
    page = opened(path, width)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.complaints == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", ["/wrong/gone?as=nobody", "/wrong/bug", "/wrong/invalid", "/wrong/fields"])
def test_error_pages_are_accessible_too(opened, axe, path, width):
    """People meet them on a bad day."""
    page = opened(path, width)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("javascript", [True, False])
def test_a_form_comes_back_with_what_was_typed_and_can_then_be_sent(opened, javascript):
    """The whole round, with and without JavaScript."""
    page = opened("/", 360, javascript=javascript)
    page.fill("#on-day", "31")
    page.fill("#on-month", "6")
    page.fill("#patients", "12")
    page.get_by_role("button", name="Post session").click()
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_role("link", name="Date must be a real date, like 14 5 2026").click()
    expect(page.locator("#on-day:focus" if javascript else "#on-day:target")).to_be_visible()
    assert page.input_value("#patients") == "12"
    page.fill("#on-day", "14")
    page.select_option("#system", "SystmOne")
    page.get_by_role("button", name="Post session").click()
    page.get_by_text("Session posted.").wait_for()


def test_progress_moves_and_is_read_out(opened):
    """The panel asks for itself until the work is finished, and a screen reader hears each change once."""
    page = opened("/", 1280)
    page.get_by_text("3 of 3 parts solved").first.wait_for()
    page.wait_for_function("document.getElementById('announcer').textContent === '3 of 3 parts solved'")
    assert page.locator("#run progress").count() == 0
    assert page.complaints == []


def test_a_refusal_to_htmx_lands_at_the_top_of_the_page(opened):
    """A piece that could not be fetched says why, and the page stays."""
    page = opened("/", 360)
    page.evaluate("htmx.ajax('GET', '/wrong/taken', '#run')")
    page.locator("#notices").get_by_text("Just taken by someone else at 12:04").wait_for()
    assert page.get_by_role("heading", name="Offers and sessions").is_visible()


def test_a_second_press_sends_nothing(opened):
    """Two taps on Accept are one acceptance."""
    page = opened("/", 360)
    posts = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.route("**/wrong/taken", lambda route: page.wait_for_timeout(400) or route.continue_())
    page.evaluate("const b = document.querySelector('.app-action button'); b.click(); setTimeout(() => b.click(), 100)")
    page.get_by_role("heading", name="Things have changed").wait_for()
    assert len(posts) == 1


def test_the_thumb_bar_takes_the_place_of_the_header_navigation_on_a_phone(opened):
    """One navigation at a time, and the focused field is not hidden behind it."""
    phone, desktop = opened("/", 360), opened("/", 1280)
    assert phone.locator(".app-thumbs").is_visible()
    assert not phone.locator(".app-nav").is_visible()
    assert desktop.locator(".app-nav").is_visible()
    assert not desktop.locator(".app-thumbs").is_visible()
    phone.locator("#notes").focus()
    box, bar = phone.locator("#notes").bounding_box(), phone.locator(".app-thumbs").bounding_box()
    assert box["y"] < bar["y"]
