"""The demonstration's own ways in, and that they open nothing real."""

import dataclasses
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from pool import clock
from pool.actor import Actor
from pool.models.person import Person
from pool.portal import pages
from pool.services.people import sign_in
from tests.builders import (
    a_clinician,
    a_pool,
    a_pool_manager,
    a_practice,
    a_session,
    an_offer,
    working_as,
)
from tests.fixtures.signing_in import is_in, press


@pytest.fixture
def manager(app):
    """A pool manager."""
    return a_pool_manager(a_pool().id)


def test_trying_as_somebody(client, manager, post_form):
    """In a demonstration one button is enough; somebody who is not of the demonstration is not there."""
    assert manager.name in client.get("/demo/people").text
    assert post_form(client, "/demo/people", person=str(manager.id)).status_code == 303
    assert is_in(client)
    real = a_pool_manager(a_pool().id, "Real Person")
    with working_as(Actor.system()) as work:
        work.get(Person, real.id).is_demo = False
    assert post_form(client, "/demo/people", person=str(real.id)).status_code == 404


def test_a_real_installation_has_no_such_page(config):
    """The demonstration's doors are not there at all, rather than locked."""
    real = Flask("real")
    pages.install(real, dataclasses.replace(config, demo=False))
    assert "login.show" in real.view_functions
    assert [name for name in real.view_functions if name.startswith("demo")] == []


def test_who_has_most_to_show_is_up_front(client):
    """Whoever tries the service as a clinician finds an offer, not an empty page."""
    pool = a_pool()
    a_clinician(pool, name="Dr Demo Aalto")
    an_offer(clinician=a_clinician(pool, name="Dr Demo Zell"), session=a_session(a_practice(pool)))
    page = client.get("/demo/people").text
    assert page.index("Try as Dr Demo Zell") < page.index("Try as Dr Demo Aalto")


def test_a_demo_link_is_for_the_demonstration_only(app, client, manager):
    """It works again and again, in any browser, for twelve hours; outside demo mode it is spent."""
    with app.app_context():
        path = sign_in.issue_demo_link(manager.id)
        token = path.rsplit("/", 1)[1]
        assert sign_in.find_link(token, "", demo=True).problem == ""
        assert sign_in.find_link(token, "", demo=False).problem == sign_in.SPENT
    for browser in (client, app.test_client()):
        assert press(browser, path).status_code == 303
    with time_machine.travel(clock.now() + timedelta(hours=12, seconds=5), tick=False):
        assert app.test_client().get(path).status_code == 410


def test_no_demo_link_for_a_real_person(app):
    """A link that works in any browser is never made for somebody real."""
    real = a_pool_manager(a_pool().id, "Real Person")
    with working_as(Actor.system()) as work:
        work.get(Person, real.id).is_demo = False
    with app.app_context(), pytest.raises(ValueError, match="demonstration only"):
        sign_in.issue_demo_link(real.id)
