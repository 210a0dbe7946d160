"""The way in by an e-mailed link: what is sent, what works once, what a thief or a mail scanner cannot do."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from redis import ConnectionPool
from sqlalchemy import select

from pool import clock
from pool.actor import Actor
from pool.doors.rate_limits import limiter
from pool.models.audit import AuditEntry
from pool.models.login import Login
from pool.models.message import Message
from pool.models.outbox import OutboxMessage
from pool.models.person import SignInLink
from pool.permissions import MANAGER
from pool.portal.people import constant_time
from pool.services.people import sign_in
from pool.unit_of_work import system_actor
from tests.builders import (
    a_member,
    a_person,
    a_pool,
    a_pool_manager,
    working_as,
)
from tests.fixtures.signing_in import is_in, press, token_of
from workers import messages, outbox


@pytest.fixture
def manager(app):
    """A pool manager."""
    return a_pool_manager(a_pool().id)


@pytest.fixture
def ask(client, post_form):
    """Asks for a link: ask(person) is its path, as the mail worker makes it."""

    def ask(person, browser=None, **query):
        answer = post_form(browser or client, "/sign-in", to=address("/sign-in", query), email=person.email)
        assert answer.status_code == 303
        return sign_in.link_path(latest_link(person).id)

    return ask


def address(path, query):
    """A path with a query string."""
    return path + ("?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else "")


def latest_link(person):
    """The newest link of a person."""
    with working_as(Actor.system()) as work:
        link = work.first(
            select(SignInLink).where(SignInLink.person_id == person.id).order_by(SignInLink.created_at.desc())
        )
        work.store.expunge_all()
    assert link
    return link


def events_of(person, pool_id):
    """The names in the audit trail about a person."""
    with working_as(Actor.system(pool_id)) as work:
        found = work.all(select(AuditEntry).where(AuditEntry.pool_id == pool_id).order_by(AuditEntry.at))
        return [link.name for link in found if str(person.id) in str(link.data)]


def logins_of(person):
    """How many log-ins a person has ever begun."""
    with working_as(Actor.system()) as work:
        return len(work.all(select(Login).where(Login.person_id == person.id)))


def test_a_link_leads_in(client, manager, ask):
    """Ask, open, press: signed in, on the first page of the role."""
    answer = press(client, ask(manager))
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/"
    assert is_in(client)
    assert latest_link(manager).used_at


def test_the_audit_trail_of_every_pool_knows(client, ask):
    """Somebody with roles in two pools: the link is asked of one, so one message goes out; both learn of the log-in."""
    first, second = a_pool(), a_pool()
    person = a_pool_manager(first.id)
    a_member(MANAGER, second.id, person=person)
    press(client, ask(person))
    names = [events_of(person, first.id), events_of(person, second.id)]
    assert sorted(map(sorted, names)) == [["PersonSignedIn"], ["PersonSignedIn", "SignInLinkAsked"]]


def test_no_secret_is_kept(app, manager, ask):
    """Neither the link's table nor the outbox nor the audit trail holds what opens the door."""
    token = ask(manager).rsplit("/", 1)[1]
    link = latest_link(manager)
    assert token not in f"{link.token_hash} {link.browser_hash} {link.details}"
    with app.app_context():
        everybody = system_actor("tests look at rows of every pool")
    with working_as(everybody) as work:
        kept = [str(row.data) for model in (AuditEntry, OutboxMessage) for row in work.all(select(model))]
    assert kept
    assert not [data for data in kept if token in data]


def test_a_link_works_once(client, manager, ask, app):
    """A second use, even in the right browser, is refused and begins nothing."""
    path = ask(manager)
    press(client, path)
    client.post("/sign-out", data={"csrf_token": token_of(client.get("/account").text)})
    again = client.get(path)
    assert again.status_code == 410
    assert "no longer works" in again.text
    assert client.post(path, data={"csrf_token": token_of(again.text)}).status_code == 410
    assert logins_of(manager) == 1
    assert not is_in(client)


def test_another_browser_is_told_kindly(app, client, manager, ask):
    """Whoever reads the mail elsewhere cannot use it, is told why, and the link still works where it was asked for."""
    path = ask(manager)
    thief = app.test_client()
    page = thief.get(path)
    assert page.status_code == 403
    assert "browser that asked" in page.text
    assert thief.post(path, data={"csrf_token": token_of(page.text)}).status_code == 403
    assert not is_in(thief)
    assert press(client, path).status_code == 303


def test_a_browser_that_asked_for_itself_is_another_browser(app, client, manager, ask):
    """Having some secret is not enough: it must be the one of this link."""
    path = ask(manager)
    thief = app.test_client()
    ask(a_pool_manager(a_pool().id), browser=thief)
    assert thief.get(path).status_code == 403


def test_scanners_do_no_harm(app, client, manager, ask):
    """Mail scanners open links before people do: looking, with or without the cookie, uses nothing up."""
    path = ask(manager)
    for browser in (app.test_client(), client):
        for _ in range(3):
            browser.get(path)
            browser.head(path)
    assert logins_of(manager) == 0
    assert press(client, path).status_code == 303


def test_a_link_lives_ten_minutes(client, manager, ask):
    """Nine minutes on it works, ten minutes on it does not, and asking anew is one button away."""
    path = ask(manager)
    with time_machine.travel(clock.now() + timedelta(minutes=10), tick=False):
        page = client.get(path)
        assert page.status_code == 410
        assert "Email me a new link" in page.text
        assert client.post(path, data={"csrf_token": token_of(page.text)}).status_code == 410
    with time_machine.travel(clock.now() + timedelta(minutes=9), tick=False):
        assert press(client, path).status_code == 303


def test_two_links_asked_for_one_after_the_other_both_work(client, manager, ask):
    """People press twice and then open either mail."""
    first = ask(manager)
    ask(manager)
    assert press(client, first).status_code == 303


def test_pressed_twice_at_once_one_login_begins(app, manager, ask):
    """Eight parallel uses of one link in one browser: exactly one goes in (threat 11)."""
    asking = app.test_client()
    path = ask(manager, browser=asking)
    page = asking.get(path).text
    data = {"csrf_token": token_of(page)}
    cookies = {name: asking.get_cookie(name).value for name in ("pool", "asked")}

    def use(_):
        browser = app.test_client()
        for name, value in cookies.items():
            browser.set_cookie(name, value)
        return browser.post(path, data=data).status_code

    with ThreadPoolExecutor(8) as pressing:
        answers = sorted(pressing.map(use, range(8)))
    assert answers == [303] + [410] * 7
    assert logins_of(manager) == 1


def test_strangers_get_the_same_answer(app, manager, post_form):
    """Status, headers and pages are equal for a member, a person without a pool, and nobody (threat 14)."""
    emails = [manager.email, a_person().email, "nobody@demo.example"]
    seen = [asked_and_shown(app.test_client(), post_form, email) for email in emails]
    assert seen[0] == seen[1] == seen[2]
    with working_as(Actor.system()) as work:
        assert len(work.all(select(SignInLink))) == 1


def asked_and_shown(browser, post_form, email):
    """What a browser sees after asking, without what differs with each request."""
    answer = post_form(browser, "/sign-in", email=email)
    shown = browser.get(answer.headers["Location"])
    cookies = sorted(header.split("=")[0] for header in answer.headers.getlist("Set-Cookie"))
    return answer.status_code, answer.headers["Location"], cookies, plain(answer.text), plain(shown.text, email)


def plain(page, email="-"):
    """A page without marks and addresses."""
    return re.sub(r'(nonce|content|value)="[^"]*"', r'\1=""', page.replace(email, "EMAIL"))


ENOUGH_ANSWERS = 60
"""Tries that a stranger could make before somebody notices; what no watch tells after so many, it does not tell."""


def test_a_watch_tells_nothing(client, manager, valkey):
    """Writing a link down takes longer than finding nobody; the answer comes after the same time (ASVS 6.3.8).

    The shortest of the answers are compared: a busy machine only ever adds time, so it may be asked again and again.
    """
    data = {"csrf_token": token_of(client.get("/sign-in").text)}
    taken = {manager.email: [], "nobody@demo.example": []}
    for _ in range(ENOUGH_ANSWERS):
        for email, seconds in taken.items():
            began = time.monotonic()
            assert client.post("/sign-in", data=data | {"email": email}).status_code == 303
            seconds.append(time.monotonic() - began)
        valkey.flushdb()
        if apart(taken) < constant_time.SECONDS / 3:
            break
    assert min(min(seconds) for seconds in taken.values()) >= constant_time.SECONDS
    assert apart(taken) < constant_time.SECONDS / 3


def apart(taken):
    """By how much the shortest answer to one address is shorter than to the other."""
    known, unknown = (min(seconds) for seconds in taken.values())
    return abs(known - unknown)


def test_a_wrong_address_is_an_error_beside_the_box(client, post_form):
    """What was typed stays."""
    answer = post_form(client, "/sign-in", email="sam at surgery")
    assert answer.status_code == 422
    assert "Enter an email address in the right form" in answer.text
    assert "sam at surgery" in answer.text


def test_asking_too_often_is_stopped(client, manager, post_form):
    """Five in a quarter of an hour; then 429 with the time to wait, which no forwarded address shortens (threat 13)."""
    for _ in range(5):
        assert post_form(client, "/sign-in", email=manager.email).status_code == 303
    token = token_of(client.get("/sign-in").text)
    refused = client.post(
        "/sign-in",
        data={"csrf_token": token, "email": manager.email.upper()},
        headers={"X-Forwarded-For": "203.0.113.9"},
    )
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 900
    assert "Wait 15 minutes" in refused.text
    assert post_form(client, "/sign-in", email="someone.else@demo.example").status_code == 303


def test_the_limit_is_the_same_for_strangers(client, post_form):
    """Or the limit itself would tell who is a member."""
    answers = [post_form(client, "/sign-in", email="nobody@demo.example").status_code for _ in range(6)]
    assert answers == [303] * 5 + [429]


def test_no_email_address_is_kept_in_valkey(client, manager, post_form, valkey):
    """The counters know accounts by a mark only."""
    post_form(client, "/sign-in", email=manager.email)
    keys = b" ".join(valkey.keys("*"))
    assert b"tries" in keys
    assert manager.email.encode() not in keys


def test_without_valkey_nobody_signs_in(client, manager, post_form, monkeypatch):
    """The limits fail closed: a calm 503, not an open door and not a breakdown."""
    away = ConnectionPool.from_url("redis://127.0.0.1:1", socket_connect_timeout=0.2)
    monkeypatch.setattr(limiter.storage.storage, "connection_pool", away)
    answer = post_form(client, "/sign-in", email=manager.email)
    assert answer.status_code == 503
    assert "nobody can sign in" in answer.text


def test_the_cookie_changes(client, manager, ask):
    """A cookie planted before signing in is worth nothing afterwards (threat 12)."""
    path = ask(manager)
    before = client.get_cookie("pool").value
    press(client, path)
    after = client.get_cookie("pool").value
    assert before != after
    client.set_cookie("pool", before)
    assert not is_in(client)
    client.set_cookie("pool", after)
    assert is_in(client)


def test_a_forged_request_signs_nobody_out_or_in(client, manager, signed_in, ask):
    """Every form needs the security mark of its own browser (threat 19)."""
    path = ask(manager)
    assert client.post(path).status_code == 400
    signed_in(manager, client)
    for address in ("/sign-out", "/account/role", "/account/password", "/account/sign-out-elsewhere"):
        assert client.post(address).status_code == 400
    assert is_in(client)


@pytest.mark.parametrize("page", ["/sessions?week=2026-W20", "/sessions"])
def test_the_way_to_sign_in_names_the_page_that_was_asked_for(client, page):
    """As it was asked for: without a stray question mark."""
    (target,) = parse_qs(urlsplit(client.get(page).headers["Location"]).query)["next"]
    assert target == page


def test_the_page_they_wanted(client, manager, ask):
    """The link remembers where they were going."""
    answer = press(client, ask(manager, next="/account/role"))
    assert answer.headers["Location"] == "/account/role"


ELSEWHERE = [
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example",
    "https:evil.example",
    "http:/evil.example",
    "/%09/evil.example",
    "/%0a/evil.example",
    "%2f%2fevil.example",
    "javascript:alert(1)",
    "evil.example",
    "///evil.example",
    "/%5cevil.example",
    "/%e2%80%8b/evil.example",
    "account",
    "",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_next_never_leads_elsewhere(client, manager, ask, target):
    """Only a path of our own; everything else leads to the first page (threat 9)."""
    assert press(client, ask(manager, next=target.replace(" ", "%20"))).headers["Location"] == "/"


def test_from_the_mailbox_to_the_account(app, client, manager, post_form, smtp_sink):
    """The whole way: asked, relayed, sent, opened, in; and the message's words are not kept."""
    post_form(client, "/sign-in", email=manager.email)
    with app.app_context():
        outbox.relay()
        messages.deliver()
    (mail,) = smtp_sink.to(manager.email)
    path = re.search(r"/sign-in/link/\S+", mail.get_content())[0]
    assert press(client, path).status_code == 303
    assert is_in(client)
    with app.app_context():
        everybody = system_actor("tests look at rows of every pool")
    with working_as(everybody) as work:
        assert [message.body for message in work.all(select(Message))] == [""]
