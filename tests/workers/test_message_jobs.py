"""E-mails over real SMTP: sent once, tried again when refused, kept while the mail server is away."""

import dataclasses
import re
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import select

from pool import queue
from pool.actor import Actor
from pool.channels.email import EMAIL, EmailChannel, addressed, email_of
from pool.channels.protocol import Outgoing, PermanentFailure
from pool.channels.texts import one_line
from pool.models.message import Message
from pool.models.offer import Offer
from pool.models.outbox import OutboxMessage
from pool.models.pool import Pool
from pool.services import messages as room
from pool.services.bookings import offers
from pool.services.messages import delivery
from pool.services.people import sign_in
from tests import builders
from tests.builders import working_as
from tests.fixtures.ports import own_port
from tests.workers.places import a_market
from workers import messages as post
from workers import outbox

SENDER = Address("Staffing Pool", addr_spec="pool@pool.example")


@pytest.fixture
def offer(app):
    """An offer that somebody is to hear about."""
    return builders.an_offer()


@pytest.fixture
def address(offer):
    """Of the clinician who has the offer."""
    with working_as(Actor.system(offer.pool_id)) as work:
        return work.get(Offer, offer.id).clinician.person.email


@pytest.fixture
def deliver(app, smtp_sink):
    """Send what is due, as the worker does."""

    def deliver():
        with app.app_context():
            post.deliver()

    return deliver


@pytest.fixture
def relay(app):
    """Let everything follow that has happened."""

    def relay():
        with app.app_context():
            outbox.relay()

    return relay


def rows(pool_id):
    """The messages of a pool."""
    with working_as(Actor.system(pool_id)) as work:
        found = work.all(select(Message).order_by(Message.created_at))
        work.store.expunge_all()
        return found


def test_an_offer_reaches_the_clinician(offer, relay, work_off, smtp_sink, address):
    """From the event to the mailbox, through the queue, with everything a mail program needs."""
    assert work_off() == 0
    (message,) = smtp_sink.to(address)
    (row,) = [row for row in rows(offer.pool_id) if row.template == "offer_sent"]
    assert message["Subject"] == row.subject
    assert message["Message-ID"] == f"<{row.id}@pool.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert str(message["From"]) == "Staffing Pool <pool@pool.example>"
    assert message.get_content().replace("\r\n", "\n") == row.body
    assert f"/offers/{offer.id}" in row.body
    assert (row.state, row.failure) == ("sent", "")


def test_an_event_that_is_handled_twice_is_told_once(offer, work_off, smtp_sink, address):
    """The relay delivers at least once; people read it once."""
    work_off()
    with working_as(Actor.system(offer.pool_id)) as work:
        for row in work.all(select(OutboxMessage)):
            row.done_at, row.next_try_at = None, None
    with working_as(Actor.system(offer.pool_id)) as _:
        outbox.relay()
    work_off()
    assert len(smtp_sink.to(address)) == 1


def test_a_burst_of_events_leaves_one_signal_for_its_emails_and_none_in_the_way_of_the_next(app, relay, valkey):
    """Each event woke the sender of e-mails in the queue of the relays: 325 bookings made events wait for a minute."""
    market = a_market(sessions=3, clinicians=3)
    for session, clinician in zip(market.sessions, market.clinicians, strict=True):
        builders.an_offer(session, clinician)
    valkey.flushdb()
    relay()
    assert waiting(valkey, queue.MAIL) == 1
    assert waiting(valkey, queue.NOW) == 0
    queue.nudge()
    assert waiting(valkey, queue.NOW) == 1


def waiting(valkey, name):
    """How many signals wait in a queue."""
    return Queue(name, connection=valkey, serializer=JSONSerializer).count


def test_offers_that_are_closed_already_are_not_announced(offer, app, relay, deliver, smtp_sink, address):
    """An e-mail about something that is over only annoys."""
    with working_as(Actor.system(offer.pool_id)) as work:
        offers.withdraw(work, offer.id, "not_needed")
    relay()
    deliver()
    assert smtp_sink.to(address) == [], "nor is it told that it was closed"


def test_a_refused_message_is_tried_again_and_given_up_after_eight_times(offer, relay, deliver, smtp_sink, address):
    """A mailbox that is full today may take it tomorrow; one that does not exist will not."""
    smtp_sink.answer = "452 mailbox full"
    with time_machine.travel(datetime.now(UTC), tick=False) as now:
        relay()
        for attempt in range(1, 9):
            deliver()
            (row,) = rows(offer.pool_id)
            assert (row.attempts, row.state) == (attempt, "failed" if attempt == 8 else "waiting")
            assert row.failure == "452 mailbox full"
            deliver()
            assert rows(offer.pool_id)[0].attempts == attempt, "it was tried again before its time"
            now.shift(timedelta(minutes=2 ** (attempt - 1), seconds=1))
    assert smtp_sink.to(address) == []


def test_a_message_that_was_refused_once_arrives_in_the_end(offer, relay, deliver, smtp_sink, address):
    """First no, then yes: it arrives, once."""
    with time_machine.travel(datetime.now(UTC), tick=False) as now:
        relay()
        smtp_sink.answer = "451 try again later"
        deliver()
        smtp_sink.answer = "250 OK"
        now.shift(timedelta(minutes=2))
        deliver()
        deliver()
    assert len(smtp_sink.to(address)) == 1
    assert rows(offer.pool_id)[0].state == "sent"


def test_a_mail_server_that_is_away_costs_no_message_its_tries(
    offer, app, relay, deliver, smtp_sink, address, monkeypatch
):
    """However long it is away, nothing is given up, and nobody waits for a dead server a hundred times."""
    here = app.extensions["pool_config"]
    with own_port() as nobody, time_machine.travel(datetime.now(UTC), tick=False) as now:
        relay()
        away = dataclasses.replace(here, smtp_url=f"smtp://127.0.0.1:{nobody}")
        monkeypatch.setitem(app.extensions, "pool_config", away)
        for _ in range(12):
            deliver()
            (row,) = rows(offer.pool_id)
            assert (row.state, row.attempts) == ("waiting", 0)
            assert "ConnectionRefused" in row.failure
            now.shift(delivery.AWAY + timedelta(seconds=1))
        monkeypatch.setitem(app.extensions, "pool_config", here)
        deliver()
    assert len(smtp_sink.to(address)) == 1


def test_a_worker_that_dies_while_sending_loses_nothing(offer, app, relay, deliver, smtp_sink, address):
    """The message is taken by another worker when the lease is over, under the same Message-ID."""
    with time_machine.travel(datetime.now(UTC), tick=False) as now:
        relay()
        with working_as(Actor.system(offer.pool_id)) as work:
            taken = delivery.take(work, [EMAIL])
        deliver()
        assert smtp_sink.to(address) == [], "two workers had it at once"
        now.shift(delivery.LEASE + timedelta(seconds=1))
        deliver()
    assert [message["Message-ID"] for message in smtp_sink.to(address)] == [f"<{taken.id}@pool.example>"]


def test_two_workers_never_hold_the_same_message(offer, relay):
    """Both ask at once; one gets it."""
    relay()
    pool = Actor.system(offer.pool_id)
    with working_as(pool) as one, working_as(pool) as other:
        assert delivery.take(one, [EMAIL]) is not None
        assert delivery.take(other, [EMAIL]) is None


def test_an_address_that_is_none_is_given_up_at_once(app, relay, deliver, smtp_sink):
    """No server could ever take it; the others still go out."""
    booking = builders.a_booking(session=builders.a_session(builders.a_practice(email="nobody")))
    relay()
    deliver()
    (row,) = [row for row in rows(booking.pool_id) if row.template == "booking_made_practice"]
    assert (row.state, row.failure) == ("failed", "'nobody' is not an e-mail address.")
    assert [message["Subject"].split(":")[0] for message in smtp_sink.messages] == ["Booked"]


def test_a_sign_in_link_is_not_kept_after_it_was_sent(app, relay, deliver, smtp_sink):
    """Whoever reads the table later cannot sign in with it."""
    person = builders.a_practice_manager(builders.a_practice())
    pool_id = builders.actor_of(person).pool_ids[0]
    with working_as(Actor(role="anonymous", pool_ids=(pool_id,), person_id=person.id)) as work:
        sign_in.ask_link(work, person.id, "browser", "/")
    relay()
    deliver()
    (message,) = smtp_sink.to(person.email)
    assert "/sign-in/link/" in message.get_content()
    (row,) = rows(pool_id)
    assert (row.state, row.body) == ("sent", "")


def test_a_name_with_a_line_break_adds_no_header(app, smtp_sink, deliver, relay):
    """Somebody's name is text; it must not become a blind copy to everybody."""
    practice = builders.a_practice(name="Surgery\r\nBcc: all@victim.example")
    clinician = builders.a_clinician(builders.read(Pool, practice.pool_id), name="Dr Evil\r\nBcc: all@victim.example")
    builders.an_offer(builders.a_session(practice), clinician)
    relay()
    deliver()
    (message,) = smtp_sink.messages
    assert message["Bcc"] is None
    assert "\n" not in message["Subject"]
    assert message["To"].addresses[0].display_name == "Dr Evil Bcc: all@victim.example"


@pytest.mark.parametrize("address", ["", "nobody", "a@b\r\nBcc: c@d.example", "a b@c.example", "a@b@c.example"])
def test_addresses_that_cannot_be_are_refused(address):
    with pytest.raises(PermanentFailure):
        addressed("Somebody", address)


def test_headers_are_one_line_and_signs_survive():
    """£ and – are written as people read them; line breaks are not."""
    outgoing = Outgoing(
        id=uuid4(),
        pool_id=uuid4(),
        channel=EMAIL,
        name="Zoë\nO’Neil",
        address="zoe@demo.example",
        subject="Fee £1 –\r\nBcc: x@y.example",
        body="08:30–12:40 £357.00\n",
        written_at=datetime(2026, 5, 4, tzinfo=UTC),
    )
    message = email_of(outgoing, SENDER)
    assert message["Subject"] == "Fee £1 – Bcc: x@y.example"
    assert message["To"].addresses[0].display_name == "Zoë O’Neil"
    assert "Bcc" not in message
    assert message.get_content() == "08:30–12:40 £357.00\n"
    assert one_line(" a \r\n b ") == "a b"


def test_every_page_named_in_an_email_exists(app):
    """A link that leads nowhere is worse than none."""
    sources = [path.read_text() for path in Path(room.__path__[0]).glob("about_*.py")]
    named = set(re.findall(r'links\.page\(\s*"([a-z_.]+)"', "".join(sources)))
    assert len(named) > 20
    assert named <= set(app.view_functions)


def test_a_missing_fact_is_noticed():
    """A template that asks for what nobody gave raises instead of sending a gap."""
    with pytest.raises(Exception, match="is undefined"):
        EmailChannel("smtp://127.0.0.1", SENDER).words_of("offer_sent", {"name": "Somebody"})
