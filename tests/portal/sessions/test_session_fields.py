"""Every field of a session is asked for, kept, agreed and said: whoever adds one and forgets a place fails here."""

import re
from dataclasses import replace
from datetime import time

import pytest

from pool.config import PROJECT
from pool.formats import full_day
from pool.models.invoice import InvoiceLine
from pool.models.person import Person
from pool.models.pool import Pool
from pool.models.session import DETAILS, PracticeSession
from pool.money import Money
from pool.rules.fees import described
from pool.rules.session_plan import COUNT, INPUTS, TICK, TIME, SessionPlan
from pool.rules.work_words import in_short, plan_lines, work_lines
from pool.schemas.proposed_changes import ProposeChange
from pool.schemas.sessions import PostSession, SessionDetails
from pool.services.billing import invoice_document
from pool.services.bookings import terms_differences
from pool.services.bookings.making_terms import terms_for, work_of
from pool.services.messages import session_facts
from tests.builders import (
    a_booking,
    a_clinician,
    a_practice,
    a_session,
    actor_of,
    an_offer,
    next_week,
    read,
    working_as,
)
from tests.portal.reading import said

SOMETHING = {COUNT: 1, TICK: True, TIME: time(11)}
FULL = replace(
    SessionPlan(**{name: SOMETHING[asked.kind] for name, asked in INPUTS.items()}),
    appointments=15,
    minutes_each=10,
    face_to_face=10,
    telephone=4,
    admin_minutes=30,
    break_minutes=10,
)
"""A plan that says something in every field."""

OTHER = {
    "kind": "duty",
    "starts": time(9),
    "ends": time(13),
    "profession": "nurse",
    "skills": ["coil_fitting"],
    "clinical_system": "vision",
    "system_required": False,
    "remote": True,
    "urgency": 2,
    "fee": Money(40100),
    "extra_visit_fee": Money(3100),
    "plan": FULL,
    "contract_context": "out_of_hours",
    "engaging_org": "Coast Network",
    "cover_reason": "study_leave",
    "post_covered": "Dr Green",
    "funding_source": "winter",
    "notes": "Park behind the church.",
}
"""Another value for each column than that of `plain`."""

NOT_AGREED = {"skills", "system_required", "urgency", "funding_source"}
"""What decides who is asked, how soon and who pays: no part of what both sides agree to."""


@pytest.fixture
def practice(pool):
    """The practice that posts."""
    return a_practice(pool, name="Bridge Surgery")


@pytest.fixture
def me(pool):
    """The clinician."""
    return a_clinician(pool, name="Dr Jay Finch")


def full_session(practice, **columns):
    """A session that says everything about the work."""
    everything = {"plan": FULL, "post_covered": "Dr Jones", "notes": "Ring the side door bell."}
    return a_session(practice, **everything | columns)


@pytest.mark.parametrize("name", INPUTS)
def test_each_field_of_the_plan_is_said(name):
    """Without it, the lines are others."""
    without = replace(FULL, **{name: getattr(SessionPlan(), name)})
    assert without != FULL
    assert plan_lines(without) != plan_lines(FULL)


def test_the_form_knows_every_column():
    """What may be typed is what a session keeps."""
    assert set(SessionDetails().load_fields) == set(DETAILS) - {"plan"} | set(INPUTS)
    assert set(DETAILS) == set(OTHER)
    assert {column.key for column in PracticeSession.__table__.columns} >= set(DETAILS)


def test_every_field_has_its_box(pool, practice, me, desk):
    """On the form of a session and on that of a proposed change."""
    posting = desk.get("/sessions/new").text
    booking = a_booking(session=a_session(practice, on=next_week(2)), clinician=me)
    change = desk.get(f"/bookings/{booking.id}/change").text
    assert [name for name in SessionDetails().load_fields if not asked_for(name, posting)] == []
    assert [name for name in ProposeChange().load_fields if not asked_for(name, change)] == []
    assert set(PostSession().load_fields) > set(SessionDetails().load_fields)


def asked_for(name, page):
    """Has the page a box of this name?"""
    return re.search(rf'name="{name}(-day)?"', page) is not None


@pytest.mark.parametrize("name", DETAILS)
def test_each_column_is_agreed_and_said(name, pool, practice, me, desk):
    """Another value makes other terms, and the practice reads it on the page of its session."""
    plain, other = a_session(practice), a_session(practice, on=next_week(2), **{name: OTHER[name]})
    with working_as(actor_of(read(Person, me.person_id))) as work:
        clinician, host_pool = work.get(type(me), me.id), work.get(Pool, pool.id)
        sessions = [work.get(PracticeSession, session.id) for session in (plain, other)]
        terms = [replace(terms_for(session, clinician, host_pool), on=plain.on) for session in sessions]
    assert (terms[0] != terms[1]) == (name not in NOT_AGREED)
    assert said_about(desk, plain) != said_about(desk, other)


def said_about(desk, session):
    """The rows of the page of a session, without its day."""
    page = desk.get(f"/sessions/{session.id}").text
    parts = re.findall(r"<h1.*?</h1>|<dt.*?</dd>", page.replace(full_day(session.on), ""), re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", part).split()) for part in parts]


def test_both_sides_and_every_message_say_the_same(pool, practice, me, desk, phone):
    """The practice's page, the clinician's offer, the e-mail, the agreed terms on both sides, the change and the calendar."""
    session = full_session(practice)
    offer = an_offer(session, me)
    lines = [f"{label} {value}" for label, value in work_lines(work_of(session))]
    facts = session_facts.of_terms(offer.terms)
    places = {
        "session": said(desk.get(f"/sessions/{session.id}")),
        "offer": said(phone.get(f"/offers/{offer.id}")),
        "e-mail": f"Work {facts['work']}".replace(": ", " "),
        "change": " ".join(f"{line.name} {line.new}" for line in changes_to(offer.terms)),
    }
    booking = a_booking(session=full_session(practice, on=next_week(3)), clinician=me)
    places |= {
        "booking": said(desk.get(f"/bookings/{booking.id}")),
        "diary": said(phone.get(f"/diary/{booking.id}")),
    }
    missing = {name: [line for line in lines if line not in words] for name, words in places.items()}
    assert missing == {name: [] for name in places}
    calendar = phone.get(f"/diary/{booking.id}/calendar.ics").text.replace("\r\n ", "")
    assert [words for words in in_short(FULL) if words not in calendar] == []


def changes_to(terms):
    """The lines of a change from nothing planned to these terms."""
    nothing = replace(
        terms,
        plan=SessionPlan(),
        notes="",
        clinical_system="",
        kind="",
        covering=replace(terms.covering, reason="", post=""),
    )
    return terms_differences.between(nothing, terms)


def test_the_paper_speaks_of_the_same_work(practice, me):
    """An invoice names role, kind, and which post was covered."""
    booking = a_booking(session=full_session(practice), clinician=me)
    terms = booking.terms
    assert described(terms) == "GP session (morning) by Dr Jay Finch"
    assert invoice_document.covering(InvoiceLine(booking=booking)) == "Cover for: annual leave (Dr Jones)."
    assert ("Work", "GP, morning") in work_lines(terms)
    assert ("Covering", "Annual leave (Dr Jones)") in work_lines(terms)


@pytest.mark.parametrize("template", ["offer_sent", "booking_made_clinician", "booking_made_practice", "cover_needed"])
def test_every_message_about_the_work_says_all_of_it(template):
    """The block of the work is there, a line each."""
    source = (PROJECT / "templates" / "messages" / f"{template}.txt").read_text()
    assert re.search(r"\{\{ (offer\.)?work \| indent\(12\) \}\}", source)
