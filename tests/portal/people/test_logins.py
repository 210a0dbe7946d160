"""A log-in, from signing in to signing out: what ends it, and in which role it is."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from pool import clock
from pool.actor import Actor
from pool.models.person import Membership, Person
from tests.builders import (
    a_member,
    a_pool,
    a_pool_manager,
    a_practice,
    a_practice_manager,
    working_as,
)
from tests.fixtures.signing_in import is_in, token_of


@pytest.fixture
def manager(app):
    """A pool manager."""
    return a_pool_manager(a_pool().id)


def test_signed_out_means_out(client, manager, signed_in, app):
    """A copy of the cookie dies with the log-in; signing out is a POST."""
    signed_in(manager, client)
    copied = client.get_cookie("pool").value
    assert client.get("/sign-out").status_code == 405
    answer = client.post("/sign-out", data={"csrf_token": token_of(client.get("/account").text)})
    assert answer.status_code == 303
    thief = app.test_client()
    thief.set_cookie("pool", copied)
    assert not is_in(thief)


def test_idle_and_old_login_end(client, manager, signed_in):
    """Two hours without a click, or twelve hours in all."""
    start = clock.now()
    signed_in(manager, client)
    for hours in (1, 2, 3, 4):
        with time_machine.travel(start + timedelta(hours=hours), tick=False):
            assert is_in(client), hours
    with time_machine.travel(start + timedelta(hours=6, minutes=1), tick=False):
        assert not is_in(client)


def test_twelve_hours_are_the_longest_login(client, manager, signed_in):
    """However busy."""
    start = clock.now()
    signed_in(manager, client)
    for half_hours in range(1, 24):
        with time_machine.travel(start + timedelta(minutes=30 * half_hours), tick=False):
            assert is_in(client), half_hours
    with time_machine.travel(start + timedelta(hours=12, seconds=5), tick=False):
        assert not is_in(client)


def test_a_role_that_ended_is_gone_with_the_next_click(client, signed_in):
    """No role is kept in the cookie; the page says what to do (ASVS 8.3.2)."""
    pool = a_pool()
    manager = a_pool_manager(pool.id)
    signed_in(manager, client)
    assert is_in(client)
    with working_as(Actor.system(pool.id)) as work:
        work.store.execute(update(Membership).where(Membership.person_id == manager.id).values(ended_at=work.now))
    refused = client.get("/account")
    assert refused.status_code == 302
    page = client.get(refused.headers["Location"])
    assert page.status_code == 200
    assert "You have no role at the moment" in page.text


def test_a_person_who_was_switched_off_is_out(client, manager, signed_in):
    """And gets no link either."""
    signed_in(manager, client)
    with working_as(Actor.system()) as work:
        work.get(Person, manager.id).active = False
    assert not is_in(client)


def test_the_front_door(client, manager, signed_in):
    """Strangers are led to the sign-in page, members to where their work starts."""
    assert client.get("/").headers["Location"] == "/sign-in"
    signed_in(manager, client)
    assert client.get("/").headers["Location"] not in {"/", "/sign-in"}
    assert client.get("/sign-in").headers["Location"] == "/"


def test_switching_roles(client, signed_in, post_form):
    """One person, two practices: each role is offered, and switching makes a new log-in with the same limit."""
    pool = a_pool()
    person = a_practice_manager(a_practice(pool, name="Bridge Surgery"))
    other = a_practice(pool, name="Harbour Practice")
    a_member("practice", pool.id, practice_id=other.id, person=person)
    signed_in(person, client)
    page = client.get("/account/role").text
    offered = re.findall(r'name="membership" type="radio" value="([^"]+)"', page)
    assert len(offered) == 2
    assert "Bridge Surgery" in page
    assert "Harbour Practice" in page
    before = client.get_cookie("pool").value
    with working_as(Actor.system(pool.id)) as work:
        chosen = work.one(select(Membership.id).where(Membership.practice_id == other.id))
    assert post_form(client, "/account/role", membership=str(chosen)).status_code == 303
    assert is_in(client)
    client.set_cookie("pool", before)
    assert not is_in(client)


def test_no_one_elses_role(client, manager, signed_in, post_form):
    """A membership of somebody else is not there."""
    other = a_pool()
    a_pool_manager(other.id, "Somebody Else")
    with working_as(Actor.system(other.id)) as work:
        foreign = work.one(select(Membership.id).where(Membership.pool_id == other.id))
    signed_in(manager, client)
    assert post_form(client, "/account/role", membership=str(foreign)).status_code == 404


def test_signing_out_everywhere_else(app, manager, signed_in, post_form):
    """Somebody who left a browser open at another surgery ends it from here."""
    here, there = signed_in(manager), signed_in(manager)
    assert "1 other browser" in here.get("/account").text
    assert post_form(here, "/account", to="/account/sign-out-elsewhere").status_code == 303
    assert is_in(here)
    assert not is_in(there)
