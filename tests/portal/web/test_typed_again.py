"""A form that is sent after the sign-in ran out: nothing is done, nothing is lost, and nobody else gets it."""

import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from redis.exceptions import RedisError
from sqlalchemy import select, update

from pool import clock, queue
from pool.actor import Actor
from pool.models.audit import AuditEntry
from pool.models.login import Login
from pool.models.person import Membership, Person, SignInLink
from pool.models.session import PracticeSession
from pool.portal.web import forms, unsent_forms
from pool.portal.web.signed_in import KEPT, NOT_KEPT
from pool.portal.web.typed_again import NOT_DONE
from pool.services.people import sign_in, signed_tokens
from tests.builders import (
    a_booking,
    a_clinician,
    a_member,
    a_practice,
    a_practice_manager,
    a_session,
    actor_of,
    next_week,
    read,
    working_as,
    yesterday,
)
from tests.dispute_builders import a_dispute, full_hours
from tests.fixtures.signing_in import press, token_of
from tests.portal.reading import form_of, said


@pytest.fixture
def me(pool):
    """The clinician with the phone."""
    return a_clinician(pool)


@pytest.fixture
def booking(practice, me):
    """A booking of next week."""
    return a_booking(session=a_session(practice, on=next_week()), clinician=me)


@pytest.fixture
def worked(practice, me):
    """A session of yesterday."""
    return a_booking(session=a_session(practice, on=yesterday()), clinician=me)


def runs_out(person):
    """Hours pass without a click."""
    with working_as(Actor.system()) as work:
        ago = clock.now() - timedelta(hours=3)
        work.store.execute(
            update(Login).where(Login.person_id == person.id, Login.ended_at.is_(None)).values(seen_at=ago)
        )


def comes_back(browser, person, address):
    """Ask for a link at the page that somebody was led to, use it, and follow where it leads."""
    browser.post(address, data={"csrf_token": token_of(browser.get(address).text), "email": person.email})
    with working_as(Actor.system()) as work:
        newest = select(SignInLink.id).where(SignInLink.person_id == person.id).order_by(SignInLink.created_at.desc())
        path = sign_in.link_path(work.store.scalars(newest).first())
    return browser.get(press(browser, path).location, follow_redirects=True)


def form_on(answer, action):
    """What the form would send; one without an address stands alone on its page."""
    text = re.sub(r'<form method="post" (?!action|class)', '<form method="post" action="" ', answer.text)
    return form_of(SimpleNamespace(text=text), action if f'action="{action}"' in text else "")


def done(pool):
    """How much was ever done in the pool, signing in left out."""
    with working_as(Actor.system(pool.id)) as work:
        names = [entry.name for entry in work.all(select(AuditEntry).where(AuditEntry.pool_id == pool.id))]
    return [name for name in names if "SignIn" not in name and "SignedIn" not in name and "Link" not in name]


def posting(**_):
    """Post a session."""
    return (
        "sam",
        "/sessions/new",
        "/sessions/new",
        {
            "fee": "361.50",
            "days": next_week().isoformat(),
            "cover_reason": "annual_leave",
            "post_covered": "Dr Lee’s post",
        },
    )


def cancelling(booking, **_):
    """I cannot come."""
    page = f"/diary/{booking.id}/cancel"
    return "me", page, page, {"reason": "carer"}


def hours(worked, **_):
    """Hours that differ."""
    page = f"/diary/hours/{worked.id}"
    return "me", page, page, {"note": "Two late visits, then the list of the afternoon"}


def own_profile(**_):
    """Home and limits."""
    return "me", "/profile", "/profile", {"home_postcode": "NR1 1AA", "max_travel_minutes": "37"}


def notes(practice, **_):
    """How to get in."""
    page = f"/practice-settings/{practice.id}"
    return "sam", page, page, {"arrival_notes": "Ring the bell at the back, “Staff only”.\nSecond floor."}


def countering(worked, **_):
    """A form whose address is no page."""
    dispute = a_dispute(full_hours(worked), words="We have 12:50 as the end")
    page = f"/disputes/{dispute.id}"
    return "me", page, f"{page}/counter", {"figure": "20", "words": "The last patient left at 13:00"}


@pytest.mark.parametrize("form", [posting, cancelling, hours, own_profile, notes, countering])
def test_what_was_typed_is_in_the_form_again_and_nothing_was_sent(form, request, pool, practice, me, sam, signed_in):
    """Of every kind of form, by the one way; then it is sent once."""
    made = {name: request.getfixturevalue(name) for name in ("booking", "worked") if name in form.__code__.co_varnames}
    who, page, address, typed = form(practice=practice, **made)
    person = sam if who == "sam" else read(Person, me.person_id)
    browser = signed_in(person)
    sent = form_on(browser.get(page), address) | typed
    before = done(pool)
    runs_out(person)
    answer = browser.post(address, data=sent)
    assert answer.status_code == 303
    assert KEPT in said(browser.get(answer.location))
    shown = comes_back(browser, person, answer.location)
    assert shown.status_code == 200
    assert forms.NOT_SENT in said(shown)
    again = form_on(shown, address)
    assert {name: again[name] for name in typed} == {name: [value] for name, value in typed.items()}
    assert done(pool) == before
    once_more = browser.post(address, data=again)
    assert once_more.status_code == 303, said(once_more)
    assert forms.NOT_SENT not in browser.get(shown.request.full_path, follow_redirects=True).text


def test_a_session_is_posted_once(sam, signed_in):
    """Shown, shown again by a reload, then sent by its button: one session."""
    browser = signed_in(sam)
    sent = form_of(browser.get("/sessions/new"), "/sessions/new") | posting()[3]
    runs_out(sam)
    shown = comes_back(browser, sam, browser.post("/sessions/new", data=sent).location)
    again = form_of(browser.get(shown.request.full_path), "/sessions/new")
    with working_as(actor_of(sam)) as work:
        assert work.all(select(PracticeSession)) == []
    answer = browser.post("/sessions/new", data=again)
    assert answer.status_code == 303, said(answer)
    with working_as(actor_of(sam)) as work:
        assert len(work.all(select(PracticeSession))) == 1


def test_nobody_else_gets_it(sam, practice, signed_in, app):
    """A colleague of the same practice at the same computer, and the same person at another one, see the plain page."""
    colleague = a_practice_manager(practice, "Robin Hale")
    browser = signed_in(sam)
    address = f"/practice-settings/{practice.id}"
    sent = form_of(browser.get(address), address) | {"arrival_notes": "The key is under the stone"}
    runs_out(sam)
    led_to = browser.post(address, data=sent).location
    theirs = comes_back(browser, colleague, led_to)
    assert theirs.status_code == 200
    assert "under the stone" not in theirs.text
    elsewhere = comes_back(app.test_client(), sam, led_to)
    assert elsewhere.status_code == 200
    assert "under the stone" not in elsewhere.text


def test_it_is_sealed_and_short_lived(sam, practice, signed_in):
    """Whoever reads Valkey reads nothing, and after an hour nothing is there."""
    browser = signed_in(sam)
    address = f"/practice-settings/{practice.id}"
    sent = form_of(browser.get(address), address) | {"arrival_notes": "The key is under the stone"}
    runs_out(sam)
    browser.post(address, data=sent)
    shelf = "unsent:" + signed_tokens.mark("unsent forms of", str(sam.id))
    (kept,) = queue.redis().hvals(shelf)
    assert b"stone" not in kept
    assert 0 < queue.redis().ttl(shelf) <= unsent_forms.KEPT_SECONDS
    assert str(sam.id) not in shelf


def test_a_login_that_was_ended_on_purpose_keeps_nothing(sam, practice, signed_in):
    """Signed out from elsewhere: whoever sits there now is not believed."""
    browser = signed_in(sam)
    address = f"/practice-settings/{practice.id}"
    sent = form_of(browser.get(address), address)
    with working_as(Actor.system()) as work:
        work.store.execute(update(Login).where(Login.person_id == sam.id).values(ended_at=work.now))
    led_to = browser.post(address, data=sent).location
    assert led_to == "/sign-in"
    assert browser.get_cookie("unsent") is None


def test_bank_details_and_passwords_are_not_kept(me, signed_in):
    """The page says so; nothing about them is anywhere."""
    person = read(Person, me.person_id)
    browser = signed_in(person)
    mark = token_of(browser.get("/account").text)
    runs_out(person)
    for address in ("/account/password", "/payment-details"):
        answer = browser.post(
            address, data={"csrf_token": mark, "password": "a long new secret", "sort_code": "089999"}
        )
        if answer.status_code == 404:
            continue
        assert answer.location == "/sign-in"
        assert NOT_KEPT in said(browser.get(answer.location))
    assert browser.get_cookie("unsent") is None


def test_too_much_is_not_kept_and_said(sam, practice, signed_in, monkeypatch):
    """Too long, too many, or nowhere to keep it: never a promise."""
    browser = signed_in(sam)
    address = f"/practice-settings/{practice.id}"
    sent = form_of(browser.get(address), address)
    runs_out(sam)
    answer = browser.post(address, data=sent | {"arrival_notes": "x" * unsent_forms.MOST_BYTES})
    assert NOT_KEPT in said(browser.get(answer.location))
    monkeypatch.setattr(unsent_forms, "MOST_FORMS", 0)
    assert NOT_KEPT in said(browser.get(browser.post(address, data=sent).location))
    monkeypatch.setattr(unsent_forms, "MOST_FORMS", 10)

    def away():
        raise RedisError

    monkeypatch.setattr(unsent_forms.queue, "redis", away)
    assert browser.post(address, data=sent).location == "/sign-in"


def test_a_button_is_not_pressed_by_itself(me, worked, pool, signed_in):
    """“Send as booked” has nothing typed: the list says that it was not done."""
    person = read(Person, me.person_id)
    browser = signed_in(person)
    address = f"/diary/hours/{worked.id}/as-booked"
    sent = form_of(browser.get("/diary/hours"), address)
    before = done(pool)
    runs_out(person)
    led_to = browser.post(address, data=sent, headers={"Referer": "http://localhost/diary/hours"}).location
    shown = comes_back(browser, person, led_to)
    assert shown.request.path == "/diary/hours"
    assert NOT_DONE in said(shown)
    assert done(pool) == before


def test_the_role_it_was_typed_in_comes_back(pool, practice, signed_in, post_form):
    """Two practices, one person: after signing in again they stand where they stood."""
    person = a_practice_manager(practice)
    other = a_practice(pool, name="Harbour Practice")
    a_member("practice", pool.id, practice_id=other.id, person=person)
    with working_as(Actor.system(pool.id)) as work:
        ids = work.store.execute(
            select(Membership.practice_id, Membership.id).where(Membership.person_id == person.id)
        ).all()
    for practice_id, membership_id in ids:
        browser = signed_in(person)
        post_form(browser, "/account/role", membership=str(membership_id))
        address = f"/practice-settings/{practice_id}"
        sent = form_of(browser.get(address), address) | {"arrival_notes": "Ring twice"}
        runs_out(person)
        shown = comes_back(browser, person, browser.post(address, data=sent).location)
        assert form_of(shown, address)["arrival_notes"] == ["Ring twice"]


def test_every_door_that_writes_is_shut_while_a_form_is_shown():
    """Only those that strangers use, whose forms are never kept, and readers open a unit of work by themselves."""
    portal = Path(unsent_forms.__file__).parents[1]
    opening = {path.name for path in portal.rglob("*.py") if re.search(r"\bunit_of_work\(", path.read_text())}
    assert opening == {"login.py", "demo_sign_in.py", "sign_in_link.py", "reports.py"}
    assert "unit_of_work(one, read_only=True" in (portal / "insight" / "reports.py").read_text()


def test_a_form_of_a_stranger_is_not_kept(client, sam, practice):
    """Nobody was ever signed in here."""
    address = f"/practice-settings/{practice.id}"
    answer = client.post(address, data={"csrf_token": token_of(client.get("/sign-in").text), "arrival_notes": "x"})
    assert answer.location == "/sign-in"
    assert client.get_cookie("unsent") is None
