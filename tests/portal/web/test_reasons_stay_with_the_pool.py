"""No reason of a clinician reaches a practice: every page, table, e-mail and line of the log is read for it."""

import csv
import io
import json

import pytest
from sqlalchemy import select

from pool import catalogue
from pool.actor import Actor
from pool.models.message import Message
from pool.models.outbox import OutboxMessage
from pool.models.person import Person
from pool.permissions import ACTIONS, PRACTICE
from pool.services.bookings import cancelling, offers
from pool.services.messages.by_event import BY_NAME
from tests.builders import (
    a_booking,
    a_clinician,
    a_pool_manager,
    a_practice,
    a_practice_manager,
    a_session,
    actor_of,
    an_offer,
    next_week,
    read,
    working_as,
)
from tests.messages.conftest import write_messages

CANCELLED = {"ill": "Zymosis", "carer": "Yowlring"}
"""Words that stand nowhere else, in the place of Illness and of Caring for someone."""
DECLINED = {"fee": "Xylopyre", "too_far": "Wuthering"}
ARGUMENTS = ("session_id", "booking_id", "practice_id", "offer_id", "clinician_id")


@pytest.fixture
def marked(monkeypatch):
    """The catalogue with words that can be found again."""
    for code, word in CANCELLED.items():
        monkeypatch.setitem(catalogue.CANCEL_REASONS, code, word)
    for code, word in DECLINED.items():
        monkeypatch.setitem(catalogue.DECLINE_REASONS, code, word)


@pytest.fixture
def told(pool, marked):
    """A practice whose clinicians have said no in every way: by page and by phone, once with the session withdrawn."""
    practice = a_practice(pool)
    taylor = a_pool_manager(pool.id)
    ids = {name: [] for name in ARGUMENTS} | {"practice_id": [practice.id]}
    for number, (reason, by_phone, needed) in enumerate(
        [("ill", False, True), ("carer", False, True), ("ill", True, True), ("carer", True, False)]
    ):
        booking = a_booking(session=a_session(practice, on=next_week(number)), clinician=a_clinician(pool))
        actor = actor_of(taylor if by_phone else read(Person, booking.person_id))
        with working_as(actor) as work:
            cancelling.cancel(work, booking.id, reason, by_phone=by_phone, still_needed=needed)
        keep(ids, booking.session_id, booking.id, booking.offer_id, booking.clinician_id)
    for reason in DECLINED:
        offer = an_offer(a_session(practice, on=next_week(4)), a_clinician(pool))
        with working_as(actor_of(read(Person, offer.clinician.person_id))) as work:
            offers.decline(work, offer.id, reason)
        keep(ids, offer.session_id, None, offer.id, offer.clinician_id)
    return a_practice_manager(practice), ids


def keep(ids, session_id, booking_id, offer_id, clinician_id):
    """Remember the rows, for addresses."""
    rows = {"session_id": session_id, "booking_id": booking_id, "offer_id": offer_id, "clinician_id": clinician_id}
    for name, value in rows.items():
        ids[name] += [value] if value else []


def found_in(text: str) -> list[str]:
    """The words that must not be there, and the codes where they stand by themselves."""
    words = [*CANCELLED.values(), *DECLINED.values(), "Illness", "Caring for someone", '"ill"', '"carer"']
    return [word for word in words if word in text]


def test_no_page_table_or_answer_tells(app, told, signed_in):
    """Every address that a practice may ask for, with every row that there is."""
    sam, ids = told
    desk = signed_in(sam)
    asked = addresses(app, ids)
    assert len([message for message in asked if "/sessions/" in message]) > 10
    tells = {address: found for address in asked if (found := found_in(words_at(desk, address)))}
    assert tells == {}


def words_at(desk, address) -> str:
    """What an address answers, as text; documents are read as they are."""
    with desk.get(address, follow_redirects=True) as answer:
        return answer.data.decode(errors="replace")


def addresses(app, ids) -> list[str]:
    """The GET addresses of a practice, once for each row that fits."""
    found = []
    for rule in app.url_map.iter_rules():
        action = getattr(app.view_functions[rule.endpoint], "permission", "public.see")
        if "GET" not in rule.methods or PRACTICE not in ACTIONS[action] or not rule.arguments <= set(ARGUMENTS):
            continue
        rows = ids[next(iter(rule.arguments))] if rule.arguments else [None]
        found += [rule.build(dict.fromkeys(rule.arguments, row))[1] for row in rows]
    return found


def test_the_tables_that_were_read_had_something_in_them(told, signed_in):
    """Otherwise the walk above would have looked at empty pages."""
    sam, ids = told
    desk = signed_in(sam)
    assert "Booking cancelled by the clinician" in desk.get(f"/sessions/{ids['session_id'][0]}").text
    assert "declined" in desk.get(f"/sessions/{ids['session_id'][-1]}").text
    assert csv.reader(io.StringIO(desk.get("/exports/payments").text))


def test_no_email_or_event_tells(pool, told):
    """Written for every event that there was: neither to a practice nor to anybody else."""
    with working_as(Actor.system(pool.id)) as work:
        outbox = [(row.id, row.name, row.data) for row in work.all(select(OutboxMessage))]
    for outbox_id, name, _ in outbox:
        if name in BY_NAME:
            write_messages(Actor.system(pool.id), outbox_id)
    cancelled = json.dumps([data for _, name, data in outbox if name == "BookingCancelled"])
    assert found_in(cancelled) == []
    with working_as(Actor.system(pool.id)) as work:
        sent = work.all(select(Message))
        assert {message.template for message in sent} >= {"booking_cancelled_practice", "cover_needed"}
        assert [message.template for message in sent if found_in(message.subject + message.body)] == []


def test_no_line_of_the_log_tells(pool, marked, capfd):
    """Nor do the lines that the work itself writes."""
    booking = a_booking(session=a_session(a_practice(pool)), clinician=a_clinician(pool))
    capfd.readouterr()
    with working_as(actor_of(read(Person, booking.person_id))) as work:
        cancelling.cancel(work, booking.id, "ill")
    said = capfd.readouterr()
    assert found_in(said.out + said.err) == []


def test_the_pool_manager_may_know(told, pool, signed_in):
    """It stays with the pool, and the page for the clinician said so."""
    _, ids = told
    page = signed_in(a_pool_manager(pool.id)).get(f"/sessions/{ids['session_id'][0]}").text
    assert CANCELLED["ill"] in page
