"""The manager's list of messages that did not reach people."""

import pytest
from sqlalchemy import select, update

from pool.actor import Actor
from pool.models.message import Message
from pool.models.outbox import OutboxMessage
from tests import builders
from tests.builders import working_as
from tests.messages.conftest import write_messages
from tests.portal.reading import said


@pytest.fixture
def told(pool, practice):
    """Both sides are written to about a booking."""
    clinician = builders.a_clinician(pool, name="Dr Jay Finch")
    builders.a_booking(session=builders.a_session(practice), clinician=clinician)
    with working_as(Actor.system(pool.id)) as work:
        made = work.first(select(OutboxMessage.id).where(OutboxMessage.name == "BookingMade"))
    write_messages(Actor.system(pool.id), made)
    return clinician


def becomes(pool, **columns):
    """What became of the clinician's message."""
    with working_as(Actor.system(pool.id)) as work:
        theirs = update(Message).where(Message.template == "booking_made_clinician")
        work.store.execute(theirs.values(**columns))


def test_what_waits_or_was_sent_is_not_listed(told, manager):
    """Only what needs a look."""
    assert "Every message was delivered" in said(manager.get("/messages/"))


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (
            {"state": "superseded", "failure": "The booking was cancelled."},
            "Not sent, no longer true Why The booking was",
        ),
        ({"state": "failed", "failure": "550 no such user"}, "Not delivered Why 550 no such user"),
        ({"failure": "452 mailbox full", "attempts": 2}, "Waiting to be sent Why 452 mailbox full"),
    ],
)
def test_the_manager_sees_what_did_not_arrive_and_why(pool, told, manager, columns, words):
    """To whom, about what, and the reason."""
    becomes(pool, **columns)
    page = said(manager.get("/messages/"))
    assert f"Dr Jay Finch <{told.person.email}> About Booked:" in page
    assert words in page


def test_links_to_sign_in_are_nobody_else_s(pool, told, manager):
    """They concern one person only."""
    becomes(pool, state="failed", failure="550 no such user", template="sign_in_link")
    assert "Every message was delivered" in said(manager.get("/messages/"))


def test_another_pool_s_messages_are_not_there(pool, told, signed_in):
    becomes(pool, state="failed", failure="550 no such user")
    elsewhere = signed_in(builders.a_pool_manager(builders.a_pool().id))
    assert "Every message was delivered" in said(elsewhere.get("/messages/"))
