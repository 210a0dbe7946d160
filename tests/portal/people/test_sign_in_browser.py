"""The sign-in and account pages in a real browser: accessible, no sideways scrolling, nothing the policy had to stop."""

import re

import pytest
from playwright.sync_api import expect

from pool.actor import Actor
from pool.models.person import Person
from pool.portal.web import sign_in_library
from pool.services.people import sign_in
from tests.builders import a_clinician, a_member, a_pool, a_pool_manager, a_practice, a_practice_manager, working_as
from tests.portal.people.test_account import KEY, Phone
from tests.portal.people.test_sign_in import latest_link

WIDTHS = (360, 1280)


@pytest.fixture
def person(app, live_server):
    """Somebody with two roles."""
    pool = a_pool("Great Yarmouth and Waveney pool")
    person = a_practice_manager(a_practice(pool, name="Bridge Surgery"))
    a_clinician(pool, name="Dr Demo Alder")
    return a_member("manager", pool.id, person=person)


@pytest.fixture
def browse(open_page, axe, live_server):
    """A page of one width with a check of what is open: browse(width).check()."""

    def browse(width, *, javascript=True):
        page = open_page(width, javascript=javascript)
        complaints = []
        page.on("console", lambda line: complaints.append(line.text) if line.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))

        def check(heading):
            expect(page.locator("h1")).to_have_text(heading)
            assert axe(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") == width
            assert [line for line in complaints if "Failed to load resource" not in line] == []

        page.check = check
        return page

    return browse


def ask(page, email):
    """Ask for a link on the sign-in page."""
    page.goto("/sign-in")
    page.fill("#email", email)
    page.click("text=Email me a link")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_way_in_by_link(browse, person, width):
    """Ask, be told to look into the mail, open, press; then the link is spent."""
    page = browse(width)
    page.goto("/sign-in")
    page.check("Sign in")
    page.click("text=Email me a link")
    page.check("Sign in")
    expect(page).to_have_title(re.compile("^Error: "))
    ask(page, person.email)
    page.check("Check your email")
    path = sign_in.link_path(latest_link(person).id)
    page.goto(path)
    page.check("You are nearly there")
    elsewhere = browse(width)
    elsewhere.goto(path)
    elsewhere.check("Open the link where you asked for it")
    page.click("main button")
    page.goto("/account")
    page.check("Your account")
    page.click("header >> text=Sign out")
    page.check("Sign in")
    page.goto(path)
    page.check("This link no longer works")


@pytest.mark.parametrize("width", WIDTHS)
def test_trying_as_somebody_and_switching_roles(browse, person, width):
    """The demonstration's front door, and the other role of the same person."""
    page = browse(width)
    page.goto("/sign-in")
    page.click("text=Choose who to be")
    page.check("Choose who to be")
    page.click(f"text=Try as {person.name} >> nth=0")
    page.goto("/account/role")
    page.check("Switch role")
    page.click("text=Continue")
    page.check("Switch role")
    page.get_by_label("Practice manager, Bridge Surgery").check()
    page.click("text=Continue")
    page.goto("/account")
    assert "practice manager" in page.locator("header").inner_text()


@pytest.mark.parametrize("width", WIDTHS)
def test_setting_up_password_and_code(browse, person, width):
    """From the account page to a password sign-in, as people do it; also with the show button of the password."""
    page = browse(width)
    page.goto("/demo/people")
    page.click(f"text=Try as {person.name} >> nth=0")
    page.goto("/account/second-factor")
    page.check("Set up your authenticator app")
    assert page.evaluate("document.querySelector('.app-qr').naturalWidth") > 0
    phone = Phone(KEY.search(re.sub(r"\s+", " ", page.content()))[1])
    page.fill("#code", phone.code())
    page.click("text=Finish")
    page.check("Keep your recovery codes")
    page.click("text=Set a password")
    page.check("Set a password")
    page.fill("#password", "tulip ferry lantern")
    page.click("text=Show")
    assert page.get_attribute("#password", "type") == "text"
    page.click("main >> text=Set password")
    page.check("Your account")
    page.click("header >> text=Sign out")
    page.click("text=Sign in with a password instead")
    page.check("Sign in with a password")
    page.fill("#email", person.email)
    page.fill("#password", "tulip ferry lantern")
    page.click("main >> text=Continue")
    page.check("Enter a code")
    page.fill("#code", phone.code(later=30))
    page.click("main button:has-text('Sign in')")
    page.goto("/account")
    page.check("Your account")


@pytest.mark.parametrize("width", WIDTHS)
def test_dead_ends_are_kind(app, browse, person, width):
    """A password without the app, and a person whose role ended."""
    with app.app_context():
        hashed = sign_in_library.hashed("tulip ferry lantern")
    with working_as(Actor.system()) as work:
        work.get(Person, person.id).password = hashed
    page = browse(width)
    page.goto("/sign-in/password")
    page.fill("#email", person.email)
    page.fill("#password", "tulip ferry lantern")
    page.click("main >> text=Continue")
    page.check("One more thing to set up")
    page.click("text=Email me a link")
    page.check("Check your email")


def test_without_javascript_on_a_phone(browse, live_server, app):
    """Everything works without it."""
    person = a_pool_manager(a_pool().id)
    page = browse(360, javascript=False)
    ask(page, person.email)
    page.goto(sign_in.link_path(latest_link(person).id))
    page.click("main button")
    page.goto("/account")
    expect(page.locator("h1")).to_have_text("Your account")
    page.click("header >> text=Sign out")
    expect(page.locator("h1")).to_have_text("Sign in")
