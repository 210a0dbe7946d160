"""A form whose row somebody else changed meanwhile: one sentence that says so and what can be done, and what differs."""

import re
from html import unescape
from pathlib import Path

import pytest

import pool as product
from pool.models.person import Person
from pool.portal.web import session_forms
from pool.services.bookings import proposed_changes
from tests.builders import (
    a_booking,
    a_clinician,
    a_pool_manager,
    a_session,
    actor_of,
    again,
    next_week,
    read,
    working_as,
    yesterday,
)
from tests.dispute_builders import a_dispute, full_hours
from tests.portal.reading import form_of, said

DAY = next_week(2)
STALE = "after you opened"


@pytest.fixture
def me(pool):
    """The clinician."""
    return a_clinician(pool, name="Dr Jay Finch")


@pytest.fixture
def session(practice):
    """A posted session."""
    return a_session(practice, on=DAY)


@pytest.fixture
def dispute(practice, me):
    """About some hours of yesterday."""
    return a_dispute(
        full_hours(a_booking(session=a_session(practice, on=yesterday()), clinician=me)), words="We have 12:50"
    )


@pytest.fixture
def office(pool, signed_in):
    """The pool manager's browser."""
    return signed_in(a_pool_manager(pool.id))


def errors(answer):
    """The entries of the summary at the top."""
    (summary,) = re.findall(r'class="nhsuk-list nhsuk-error-summary__list">(.*?)</ul>', answer.text, re.S)
    return [unescape(re.sub(r"<[^>]+>", "", entry)).strip() for entry in re.findall(r"<li>(.*?)</li>", summary, re.S)]


def late(slow, quick, session, typed, changed):
    """Both open the form, one saves, then the other."""
    address = f"/sessions/{session.id}/change"
    sent = form_of(slow.get(address), address) | typed
    assert quick.post(address, data=form_of(quick.get(address), address) | changed).status_code == 303
    return slow.post(address, data=sent)


def another_day():
    """Another day of the next week, as the form sends it."""
    day = next_week(3)
    return {"on-day": day.day, "on-month": day.month, "on-year": day.year}


@pytest.mark.parametrize(
    ("typed", "changed", "said_now"),
    [
        ({"fee": "410"}, lambda: {"ends": "13:10"}, ["Fee: £357 is saved now", "End time: 13:10 is saved now"]),
        ({"fee": "410"}, lambda: {"fee": "420"}, ["Fee: £420 is saved now"]),
        ({"duty": "true"}, lambda: {"urgency": "2"}, ["Urgency: ", "Duty"]),
        ({}, another_day, ["Day: "]),
    ],
    ids=["one field each", "the same field", "two fields", "the day"],
)
def test_a_session_that_was_changed_meanwhile(desk, office, session, typed, changed, said_now):
    """Each field that differs says what is saved; the whole says one thing."""
    answer = late(desk, office, session, typed, changed())
    assert answer.status_code == 409
    sentence, *fields = errors(answer)
    assert sentence == session_forms.OVERTAKEN
    assert len(fields) == len(said_now)
    assert all(any(words in field for field in fields) for words in said_now)
    assert said(answer).count(STALE) == 1
    address = f"/sessions/{session.id}/change"
    assert desk.post(address, data=form_of(answer, address)).status_code == 303


def test_the_same_change_twice(desk, office, session):
    """Nothing differs: nothing is to be compared."""
    answer = late(desk, office, session, {"fee": "410"}, {"fee": "410"})
    assert errors(answer) == [session_forms.OVERTAKEN_BY_THE_SAME]


@pytest.mark.parametrize("ends", ["booked", "withdrawn"])
def test_a_session_that_can_no_longer_be_changed(desk, office, session, me, ends):
    """Never "save again" first and "it is fixed" then."""
    address = f"/sessions/{session.id}/change"
    sent = form_of(desk.get(address), address) | {"fee": "410"}
    if ends == "booked":
        a_booking(session=session, clinician=me)
    else:
        withdraw = f"/sessions/{session.id}/withdraw"
        office.post(withdraw, data=form_of(office.get(withdraw), withdraw) | {"reason": "Not needed"})
    assert again(session).version > int(sent["version"][0])
    answer = desk.post(address, data=sent)
    assert answer.status_code == 409
    (sentence,) = errors(answer)
    assert "its terms are fixed" in sentence
    assert "Save again" not in said(answer)


def say(browser, dispute, do, **typed):
    """Answer a dispute."""
    address = f"/disputes/{dispute.id}/{do}"
    answer = browser.post(address, data=form_of(browser.get(f"/disputes/{dispute.id}"), address) | typed)
    assert answer.status_code == 303
    return answer


def opened(browser, dispute, do, **typed):
    """A form that is sent later."""
    return form_of(browser.get(f"/disputes/{dispute.id}"), f"/disputes/{dispute.id}/{do}") | typed


def settled(phone, desk, office, dispute):
    """The practice gives in while the clinician types."""
    sent = opened(phone, dispute, "counter", figure="20")
    say(desk, dispute, "accept")
    return phone, "counter", sent, "The practice accepted", "The dispute is over, so there is nothing left to answer."


def my_turn_again(phone, desk, office, dispute):
    """Two rounds later it is the clinician's turn, with another offer."""
    sent = opened(phone, dispute, "accept")
    say(phone, dispute, "counter", figure="20", words="")
    say(desk, dispute, "counter", figure="12", words="")
    return phone, "accept", sent, "The practice proposed 12 min", "Send it again if it still fits."


def pressed_twice(phone, desk, office, dispute):
    """A second window of the same side."""
    sent = opened(phone, dispute, "counter", figure="20")
    say(phone, dispute, "counter", figure="20", words="")
    return phone, "counter", sent, "This was answered before: The clinician proposed 20 min", "you can agree below."


def decided_twice(phone, desk, office, dispute):
    """Two managers."""
    say(phone, dispute, "escalate", reason="")
    sent = opened(office, dispute, "decide", due="10", words="The door log")
    say(office, dispute, "decide", due="10", words="The door log")
    return office, "decide", sent, "The pool manager decided", "nothing left to answer."


@pytest.mark.parametrize("case", [settled, my_turn_again, pressed_twice, decided_twice])
def test_a_dispute_that_was_answered_meanwhile(case, phone, desk, office, dispute):
    """What was answered, and what the reader can do now: never asked to decide what is not theirs."""
    browser, do, sent, happened, to_do = case(phone, desk, office, dispute)
    answer = browser.post(f"/disputes/{dispute.id}/{do}", data=sent)
    assert answer.status_code == 409
    (sentence,) = errors(answer)
    assert happened in sentence
    assert sentence.endswith(to_do)
    able = f'action="/disputes/{dispute.id}/' in answer.text
    assert able == ("nothing left" not in to_do)


def test_a_booking_whose_terms_changed_meanwhile(desk, office, practice, me):
    """The manager proposes other terms and the clinician accepts them while the practice types: one sentence, nothing else."""
    booking = a_booking(session=a_session(practice, on=DAY), clinician=me)
    address = f"/bookings/{booking.id}/change"
    sent = form_of(desk.get(address), address) | {"fee": "410"}
    assert office.post(address, data=form_of(office.get(address), address) | {"fee": "420"}).status_code == 303
    with working_as(actor_of(read(Person, me.person_id))) as work:
        proposed_changes.accept(work, proposed_changes.open_change(work, booking.id).id)
    answer = desk.post(address, data=sent)
    assert answer.status_code == 409
    assert errors(answer) == [
        "The terms of this booking changed after you opened the page. Look at them and try again."
    ]
    assert form_of(answer, address)["fee"] == ["410"]


def test_no_other_use_case_knows_a_stale_form():
    """Whoever adds one adds it to this table."""
    services = Path(product.__file__).parent / "services"
    assert {path.name for path in services.rglob("*.py") if "raise StaleForm" in path.read_text()} == {
        "posting.py",
        "disputes.py",
        "proposed_changes.py",
    }
