"""One message for one step, nothing that is no longer true, and in the order in which it happened."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from pool.actor import Actor
from pool.models.clinician import Clinician
from pool.models.message import Message
from pool.models.person import Person
from pool.models.session import PracticeSession
from pool.permissions import CLINICIAN
from pool.services.bookings import cancelling, offers
from pool.services.messages.by_event import BY_NAME
from pool.services.people import sign_in
from tests import builders
from tests.builders import working_as
from tests.fixtures.ports import own_port
from workers import messages as post
from workers import outbox

A_DAY_AWAY = timedelta(hours=26)
FIRST = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)


@pytest.fixture
def clinician(pool):
    """Somebody who is offered much."""
    return builders.a_clinician(pool, name="Dr Jay Finch")


@pytest.fixture
def practice(pool):
    """A practice that is reached at its own address."""
    return builders.a_practice(pool, name="The Park Surgery", email="desk@park.example")


@pytest.fixture
def background(app):
    """What the workers do when they are woken: relay, then send."""

    def run():
        with app.app_context():
            outbox.relay()
            post.deliver()

    return run


@pytest.fixture
def mail_server(app, monkeypatch):
    """mail_server(there=False) unplugs it, mail_server(there=True) plugs it in again."""
    here = app.extensions["pool_config"]
    with own_port() as nobody:
        away = dataclasses.replace(here, smtp_url=f"smtp://127.0.0.1:{nobody}")

        def plug(*, there):
            monkeypatch.setitem(app.extensions, "pool_config", here if there else away)

        yield plug


def release(practice, clinician, count, *, first=0):
    """Offers for so many sessions in one step, as a plan is released."""
    sessions = [builders.a_session(practice, on=builders.next_week(number)) for number in range(first, first + count)]
    with working_as(Actor.system(practice.pool_id)) as work:
        return [
            offers.send(work, work.get(PracticeSession, session.id, lock=True), work.get(Clinician, clinician.id)).id
            for session in sessions
        ]


def subjects(smtp_sink, address):
    """What somebody got, in order."""
    return [message["Subject"] for message in smtp_sink.to(address)]


def states(pool_id):
    """Each message of a pool by template."""
    with working_as(Actor.system(pool_id)) as work:
        return {(row.template, row.state) for row in work.all(select(Message))}


def test_one_release_is_one_mail_to_each_person(pool, practice, clinician, background, smtp_sink):
    """Nine offers are nine rows and one message with all of them; another clinician has one of their own."""
    other = builders.a_clinician(pool)
    made = release(practice, clinician, 9)
    release(practice, other, 1, first=9)
    background()
    (message,) = smtp_sink.to(clinician.person.email)
    assert message["Subject"] == "9 sessions offered to you"
    words = message.get_content()
    assert [str(message) in words for message in made] == [True] * 9
    (single,) = subjects(smtp_sink, other.person.email)
    assert single.startswith("Session offered: The Park Surgery")


def test_what_runs_out_together_is_told_together(practice, clinician, background, smtp_sink):
    """Two were answered; the others ran out, and that is one message."""
    with time_machine.travel(datetime.now(UTC), tick=False) as now:
        made = release(practice, clinician, 5)
        background()
        with working_as(Actor.system(practice.pool_id)) as work:
            offers.decline(work, made[0])
        now.shift(timedelta(days=3))
        with working_as(Actor.system(practice.pool_id)) as work:
            assert offers.expire_due(work) == 4
        background()
    assert subjects(smtp_sink, clinician.person.email) == ["5 sessions offered to you", "4 offers ran out"]


def test_a_message_about_several_names_only_those_that_are_still_open(
    practice, clinician, background, smtp_sink, mail_server
):
    """One was withdrawn while the mail server was away: it is neither offered nor said to be closed."""
    mail_server(there=False)
    with time_machine.travel(datetime.now(UTC), tick=False) as now:
        made = release(practice, clinician, 3)
        background()
        now.shift(timedelta(hours=1))
        with working_as(Actor.system(practice.pool_id)) as work:
            offers.withdraw(work, made[1], "not_needed")
        background()
        mail_server(there=True)
        now.shift(timedelta(minutes=5))
        background()
    (message,) = smtp_sink.to(clinician.person.email)
    assert message["Subject"] == "2 sessions offered to you"
    assert [str(written) in message.get_content() for written in made] == [True, False, True]


def test_after_a_day_without_mail_only_what_is_true_goes_out_in_order(
    practice, clinician, background, smtp_sink, mail_server
):
    """An offer that ran out, a link that is dead, a booking that was made and cancelled, then one that stands."""
    address = clinician.person.email
    mail_server(there=False)
    with time_machine.travel(datetime.now(UTC), tick=False) as now:
        (gone, taken, stands) = release(practice, clinician, 3)
        ask_for_a_link(clinician)
        background()
        accepted = accept(taken, clinician)
        background()
        now.shift(timedelta(minutes=3))
        with working_as(as_clinician(clinician)) as work:
            cancelling.cancel(work, accepted, "other")
        background()
        now.shift(timedelta(minutes=3))
        accept(stands, clinician)
        background()
        now.shift(A_DAY_AWAY + timedelta(days=2))
        with working_as(Actor.system(practice.pool_id)) as work:
            offers.expire_due(work)
        background()
        mail_server(there=True)
        now.shift(timedelta(minutes=5))
        background()
    assert builders.read(builders.Offer, gone).state == "expired"
    got = [subject.split(":")[0] for subject in subjects(smtp_sink, address)]
    assert got == ["Cancelled", "Booked"]
    assert {("offer_sent", "superseded"), ("sign_in_link", "superseded")} <= states(practice.pool_id)
    assert ("offer_expired", "sent") not in states(practice.pool_id)


def ask_for_a_link(clinician):
    """The clinician asks for a way in."""
    asking = Actor(role="anonymous", pool_ids=(clinician.pool_id,), person_id=clinician.person_id)
    with working_as(asking) as work:
        sign_in.ask_link(work, clinician.person_id, "browser", "/")


def as_clinician(clinician):
    """The clinician as an actor."""
    return Actor(
        role=CLINICIAN,
        pool_ids=(clinician.pool_id,),
        person_id=clinician.person_id,
        clinician_ids=(clinician.id,),
        name=clinician.name,
    )


def accept(offer_id, clinician):
    """The clinician takes it; the id of the booking."""
    with working_as(as_clinician(clinician)) as work:
        return offers.accept(work, offer_id).id


def test_a_mended_address_gets_what_waited_for_the_wrong_one(practice, clinician, background, smtp_sink, mail_server):
    """The row is read again, and so is the person."""
    wrong = clinician.person.email
    mail_server(there=False)
    with time_machine.travel(datetime.now(UTC), tick=False) as now:
        release(practice, clinician, 1)
        background()
        with working_as(Actor.system(practice.pool_id)) as work:
            work.get(Person, clinician.person_id).email = "jay.finch@mended.example"
        mail_server(there=True)
        now.shift(timedelta(minutes=5))
        background()
    assert smtp_sink.to(wrong) == []
    assert len(smtp_sink.to("jay.finch@mended.example")) == 1


def test_a_message_that_cannot_be_written_again_stops_no_other(
    practice, clinician, background, smtp_sink, monkeypatch, app
):
    """It waits like a refused one; the next goes out."""
    release(practice, clinician, 1)
    with app.app_context():
        outbox.relay()

    def broken(_):
        raise RuntimeError("a row that nobody expected")

    monkeypatch.setitem(BY_NAME, "OfferSent", dataclasses.replace(BY_NAME["OfferSent"], write=broken))
    ask_for_a_link(clinician)
    background()
    assert [subject.startswith("Session offered") for subject in subjects(smtp_sink, clinician.person.email)] == [False]
    assert ("offer_sent", "waiting") in states(practice.pool_id)
