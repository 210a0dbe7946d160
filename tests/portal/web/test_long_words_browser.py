"""Long addresses and names break on a phone; they never push the page sideways."""

import pytest

from tests.builders import a_clinician, a_member, a_person, a_pool, a_pool_manager, a_practice, a_session, next_week

LONG = "Llanfairpwllgwyngyllgogerychwyrndrobwll"
EMAIL = f"{'very-long-given-name.' * 2}{LONG.lower()}@{'surgery-' * 3}example.org"


@pytest.fixture
def taylor(app, live_server):
    """The manager of a pool in which everything has a long name."""
    pool = a_pool(f"{LONG} pool")
    practice = a_practice(pool, name=f"{LONG} Surgery")
    a_session(practice, on=next_week())
    a_member("practice", pool.id, practice_id=practice.id, person=a_person(f"{LONG} Ant", email=EMAIL))
    a_clinician(pool, name=f"Dr Demo {LONG}")
    return a_pool_manager(pool.id, name=f"Taylor {LONG}")


@pytest.mark.parametrize("path", ["/people/", "/practices/", "/clinicians/", "/sessions", "/manager/", "/account"])
def test_lists_keep_to_the_screen(enter, taylor, path):
    """The narrowest phone that we promise."""
    page = enter(taylor, 360)
    assert page.goto(path).status == 200
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_what_was_typed_at_sign_in_keeps_to_the_screen(open_page, live_server):
    """The page repeats the address, so that a slip is seen."""
    page = open_page(360)
    page.goto("/sign-in")
    page.fill("#email", EMAIL)
    page.click("text=Email me a link")
    page.locator("h1", has_text="Check your email").wait_for()
    assert EMAIL in page.inner_text("main")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
