"""The pool manager's page of people, and that it fits a phone."""

import re

import pytest
from playwright.sync_api import expect

from pool.actor import Actor
from pool.models.person import Person
from pool.models.pool import Pool
from pool.services.people import logins, sign_in_factors
from tests.builders import (
    a_clinician,
    a_member,
    a_person,
    a_pool_manager,
    a_practice,
    a_practice_manager,
    again,
    read,
    working_as,
)


@pytest.fixture
def practice(pool):
    """Its practice."""
    return a_practice(pool, name="Bridge Surgery")


@pytest.fixture
def manager_in(pool, signed_in):
    """Its manager's browser."""
    return signed_in(a_pool_manager(pool.id))


def membership_in(page):
    """The first membership a list links to."""
    return re.search(r'href="/people/([0-9a-f-]{36})"', page.text)[1]


def test_invite_and_end(manager_in, practice, post_form):
    """A colleague for a practice comes and goes."""
    said = {"name": "Robin Marsh", "email": "robin@surgery.example", "role": "practice", "practice": str(practice.id)}
    assert post_form(manager_in, "/people/invite", **said).headers["Location"] == "/people/"
    page = manager_in.get("/people/?q=robin")
    assert "Bridge Surgery" in page.text
    again_said = post_form(manager_in, "/people/invite", **said)
    assert again_said.status_code == 409
    assert "has this role already" in again_said.text
    address = f"/people/{membership_in(page)}/end"
    assert "Robin Marsh will no longer be practice manager of Bridge Surgery" in manager_in.get(address).text
    assert post_form(manager_in, address).status_code == 303
    assert "Nobody found" in manager_in.get("/people/?q=robin").text


def test_what_is_missing_is_said(manager_in, practice, post_form):
    """Beside the boxes."""
    page = post_form(manager_in, "/people/invite", role="practice", name="R", email="robin")
    assert page.status_code == 422
    assert "Full name must have between 2 and 80 characters" in page.text
    page = post_form(manager_in, "/people/invite", role="practice", name="Robin Marsh", email="robin@surgery.example")
    assert "Choose the practice this person works for" in page.text
    page = post_form(manager_in, "/people/invite", name="Robin Marsh", email="robin@surgery.example", role="ics")
    assert page.status_code == 422


def test_others_have_no_such_page(app, practice, signed_in):
    """Clinicians do not see who else signs in."""
    assert signed_in(a_clinician(read(Pool, practice.pool_id)).person).get("/people/").status_code == 403


def test_a_practice_adds_a_colleague(practice, signed_in, post_form):
    """Name and address are enough; whoever it is belongs to the same practice."""
    desk = signed_in(a_practice_manager(practice))
    said = {"name": "Robin Marsh", "email": "robin@surgery.example"}
    assert post_form(desk, "/people/invite", **said).headers["Location"] == "/people/"
    assert "Robin Marsh" in desk.get("/people/").text
    refused = post_form(desk, "/people/invite", **said, role="manager")
    assert refused.status_code == 422


def test_a_lost_phone(manager_in, pool, signed_in, post_form):
    """The manager gives somebody back the way in by link; that person is signed out everywhere."""
    person = a_member("manager", pool.id, person=a_person("Sam Reed"))
    theirs = signed_in(person)
    with working_as(Actor.system()) as work:
        keep = logins.begin(work, person.id, "link")
        sign_in_factors.set_second_factor(work, person.id, "secret", 1, ["4f2a-9c01-77de"], keep=keep)
    address = f"/people/{membership_in(manager_in.get('/people/?q=sam'))}"
    assert post_form(manager_in, address, to=f"{address}/forget-phone").headers["Location"] == address
    kept = again(person)
    assert (kept.tf_totp_secret, kept.password) == (None, None)
    assert not kept.mf_recovery_codes
    assert theirs.get("/account").status_code == 302


def with_a_phone(person):
    """Somebody who has set up an authenticator."""
    with working_as(Actor.system()) as work:
        sign_in_factors.set_second_factor(work, person.id, "secret", 1, ["4f2a-9c01-77de"], keep=person.id)
    return person


def test_a_clinicians_lost_phone(manager_in, pool, post_form):
    """Clinicians are not under People: nobody could let one in again, nor confirm it for a manager who is one elsewhere."""
    clinician = a_clinician(pool)
    person, address = read(Person, clinician.person_id), f"/clinicians/{clinician.id}"
    assert "Lost phone" not in manager_in.get(address).text
    with_a_phone(person)
    assert "Forget the lost phone" in manager_in.get(address).text
    assert post_form(manager_in, address, to=f"{address}/forget-phone").headers["Location"] == address
    assert again(person).tf_totp_secret is None


def test_nobody_forgets_their_own_phone(pool, signed_in, post_form):
    """Whoever sits at an unlocked screen would take the second factor off, without signing in again."""
    person = with_a_phone(a_pool_manager(pool.id))
    browser = signed_in(person)
    address = f"/people/{membership_in(browser.get('/people/'))}"
    assert "Lost phone" not in browser.get(address).text
    assert post_form(browser, address, to=f"{address}/forget-phone").status_code == 403
    assert again(person).tf_totp_secret == "secret"


@pytest.mark.parametrize("width", [360, 1280])
def test_in_a_browser(pool, practice, open_page, axe, live_server, width):
    """No violation, no sideways scrolling."""
    manager = a_pool_manager(pool.id)
    sam = a_practice_manager(practice, "Sam Reed")
    with working_as(Actor.system()) as work:
        work.get(Person, sam.id).tf_primary_method = "authenticator"
        work.get(Person, sam.id).tf_totp_secret = "something"
    page = open_page(width)
    page.goto("/demo/people")
    page.click(f"text=Try as {manager.name} >> nth=0")
    for address, heading in (
        ("/people/", "People"),
        ("/people/invite", "Invite someone"),
        ("/people/?q=sam", "People"),
    ):
        page.goto(address)
        assert page.locator("h1").inner_text() == heading
        check(page, axe, width)
    page.click("table >> text=Sam Reed")
    check(page, axe, width)
    page.click("text=End this role")
    expect(page.locator("h1")).to_have_text("End this role?")
    check(page, axe, width)


def test_a_wrong_name_and_address_are_mended(manager_in, practice, signed_in, post_form):
    """On the person's page; an address that does not exist is an error beside the box."""
    sam = a_practice_manager(practice, "Sma Reed")
    address = f"/people/{membership_in(manager_in.get('/people/?q=sma'))}"
    theirs = signed_in(sam)
    page = post_form(manager_in, f"{address}/correct", name="Sam Reed", email="sam@surgery")
    assert page.status_code == 422
    assert post_form(manager_in, f"{address}/correct", name="Sam Reed", email="sam@surgery.example").status_code == 303
    assert (again(sam).name, again(sam).email) == ("Sam Reed", "sam@surgery.example")
    assert theirs.get("/account").status_code == 302


def check(page, axe, width):
    """Accessible and as wide as the screen."""
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
