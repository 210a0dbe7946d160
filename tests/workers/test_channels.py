"""A second channel beside e-mail: what it costs to add one, and that neither stops the other."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from pool.actor import Actor
from pool.channels.email import EMAIL
from pool.channels.protocol import ChannelUnavailable, PermanentFailure, TransientFailure, Words
from pool.models.message import Message
from pool.models.outbox import OutboxMessage
from pool.services.messages import delivery, recipients
from pool.services.messages.composing import Composed
from pool.services.messages.recipients import Contact
from tests import builders
from tests.builders import working_as
from workers import messages as sending
from workers import outbox

NUMBER = "07700 900123"


class InMemory:
    """Short texts to telephone numbers, kept in a list."""

    name = "memory"

    def __init__(self):
        self.texts, self.failure = [], None

    def words_of(self, template, facts):
        """One line without a subject."""
        return Words("", f"{template}: {facts['link']}")

    def shown(self, name, address):
        """Dr Jay Finch, 07700 900123."""
        return f"{name}, {address}"

    def deliver(self, message):
        """Keep it, or fail as a server would."""
        if self.failure is not None:
            raise self.failure
        self.texts.append((message.address, message.body))

    def close(self):
        """Nothing to end."""


@pytest.fixture
def memory(app, monkeypatch):
    """The second channel, for every clinician; practices still get e-mails."""
    channel, by_email, all_channels = InMemory(), recipients.contact_of, sending.channels_of

    def contact_of(person):
        return Contact("memory", person.name, NUMBER, person.id) if person.name == "Dr Jay Finch" else by_email(person)

    monkeypatch.setattr(recipients, "contact_of", contact_of)
    monkeypatch.setattr(sending, "channels_of", lambda config: {**all_channels(config), "memory": channel})
    return channel


@pytest.fixture
def booking(app):
    """A booking of which the clinician and the practice are to hear."""
    practice = builders.a_practice(email="desk@park.example")
    clinician = builders.a_clinician(builders.read(builders.Pool, practice.pool_id), name="Dr Jay Finch")
    return builders.a_booking(session=builders.a_session(practice), clinician=clinician)


@pytest.fixture
def background(app, smtp_sink):
    """What the workers do when they are woken: relay, then send."""

    def run():
        with app.app_context():
            outbox.relay()
            sending.deliver()

    return run


def states(booking):
    """Channel, state and number of failures of the messages about the booking."""
    made = ("booking_made_clinician", "booking_made_practice")
    with working_as(Actor.system(booking.pool_id)) as work:
        rows = work.all(select(Message).where(Message.template.in_(made)))
        return {row.channel: (row.state, row.attempts) for row in rows}


def test_each_person_is_reached_on_their_channel(booking, memory, background, smtp_sink):
    """The clinician by text, the practice by e-mail, each in the words of the channel."""
    background()
    ((number, words),) = memory.texts
    assert number == NUMBER
    assert words.startswith("booking_made_clinician: http")
    assert words.endswith(f"/diary/{booking.id}")
    assert [message["Subject"].split(":")[0] for message in smtp_sink.to("desk@park.example")] == [
        "Dr Jay Finch is booked"
    ]
    assert states(booking) == {"memory": ("sent", 0), EMAIL: ("sent", 0)}


def test_a_channel_that_is_away_holds_up_no_other(booking, memory, background, smtp_sink):
    """E-mails go out; texts wait without losing a try."""
    memory.failure = ChannelUnavailable("no answer")
    with time_machine.travel(datetime.now(UTC), tick=False) as now:
        background()
        assert states(booking) == {"memory": ("waiting", 0), EMAIL: ("sent", 0)}
        memory.failure = None
        now.shift(delivery.AWAY + timedelta(seconds=1))
        background()
    assert states(booking) == {"memory": ("sent", 0), EMAIL: ("sent", 0)}


@pytest.mark.parametrize(
    ("failure", "state"),
    [(TransientFailure("busy"), ("waiting", 1)), (PermanentFailure("no such number"), ("failed", 0))],
)
def test_a_channel_says_whether_trying_again_helps(booking, memory, background, failure, state):
    """Transient failures are tried again, permanent ones are given up."""
    memory.failure = failure
    background()
    assert states(booking)["memory"] == state


def test_the_same_message_may_go_out_on_two_channels(booking, app):
    """Once on each, however often the event is handled."""
    with working_as(Actor.system(booking.pool_id)) as work:
        event = work.first(select(OutboxMessage).where(OutboxMessage.name == "BookingMade"))
        both = [
            Composed("booking_made_clinician", Contact(name, "", NUMBER), Words("", "Booked")) for name in ("a", "b")
        ]
        assert [delivery.keep(work, event.id, both) for _ in range(2)] == [2, 0]
