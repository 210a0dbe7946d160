"""What a signed-in browser sends, made by the application's own code: the log-in is real, only the walk through the
sign-in pages is left out. Those have tests of their own."""

from typing import NamedTuple
from uuid import UUID

from flask import Flask, session
from flask_wtf.csrf import generate_csrf

from pool.actor import Actor
from pool.models.person import Person
from pool.permissions import CLINICIAN
from pool.portal.web import cookie
from pool.services.people import logins
from tests.builders import working_as
from tests.replay import replayed


class Pass(NamedTuple):
    """The cookie of a signed-in browser and the mark of its forms."""

    name: str
    value: str
    mark: str


@replayed
def a_login(person: Person) -> UUID:
    """A new log-in of a person, as it begins when a link is used."""
    with working_as(Actor(role=CLINICIAN, pool_ids=(), person_id=person.id)) as work:
        return logins.begin(work, person.id, "link")


def a_pass(app: Flask, person: Person) -> Pass:
    """A signed-in browser of a person."""
    login_id = a_login(person)
    with app.test_request_context():
        cookie.start_login(person, login_id)
        mark = generate_csrf()
        signed = app.session_interface.get_signing_serializer(app).dumps(dict(session))
    return Pass(app.config["SESSION_COOKIE_NAME"], signed, mark)
