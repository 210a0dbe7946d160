"""Password and second factor: what it takes, and that neither alone is enough."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from passlib.totp import TOTP
from sqlalchemy import select

from pool import clock
from pool.actor import Actor
from pool.models.audit import AuditEntry
from pool.models.person import SignInLink
from pool.portal.web import sign_in_library
from pool.portal.web.sign_in_library import FRESH
from pool.services.people import accounts, sign_in
from tests.builders import a_person, a_pool, a_pool_manager, again, working_as
from tests.fixtures.signing_in import is_in, token_of

WORDS = "tulip ferry lantern"
KEY = re.compile(r"type this key into it: <strong[^>]*>([^<]+)<")
CODE = re.compile(r"<strong class=\"app-reference\">([0-9a-f-]{14})<")


@pytest.fixture
def manager(app):
    """A pool manager without password or second factor."""
    return a_pool_manager(a_pool().id)


@pytest.fixture
def browser(app, manager, signed_in):
    """A browser in which the manager is signed in."""
    return signed_in(manager)


class Phone:
    """An authenticator app: shows the code of any moment."""

    def __init__(self, key):
        self.app = TOTP(key=key.replace("-", ""))

    def code(self, later=0):
        """The code that it shows in so many seconds."""
        return self.app.generate(clock.now().timestamp() + later).token


@pytest.fixture
def phone(browser, post_form):
    """The manager's phone, set up on the page as people do it; `phone.codes` are the recovery codes."""
    phone = Phone(KEY.search(browser.get("/account/second-factor").text)[1])
    phone.proof = phone.code()
    page = post_form(browser, "/account/second-factor", code=phone.proof)
    assert page.status_code == 200
    phone.codes = CODE.findall(page.text)
    assert len(set(phone.codes)) == 10
    return phone


@pytest.fixture
def with_password(browser, phone, post_form):
    """The manager has a password too."""
    answer = post_form(browser, "/account/password", password=WORDS)
    assert answer.status_code == 303


def first_step(client, post_form, person, password=WORDS):
    """Give the password."""
    return post_form(client, "/sign-in/password", email=person.email, password=password)


def second_step(client, post_form, code):
    """Give the code."""
    return post_form(client, "/sign-in/code", code=code)


def test_password_and_code_lead_in(client, manager, phone, with_password, post_form):
    """Both, in this order."""
    answer = first_step(client, post_form, manager)
    assert answer.headers["Location"] == "/sign-in/code"
    assert not is_in(client)
    answer = second_step(client, post_form, phone.code(later=30))
    assert answer.status_code == 303
    assert is_in(client)


def test_a_password_alone_is_not_enough(client, manager, with_password, post_form):
    """After the right password nobody is in; the pages of the account stay closed (ASVS 6.3.3)."""
    first_step(client, post_form, manager)
    for page in ("/account", "/account/second-factor", "/account/password"):
        assert client.get(page).status_code == 302
    assert second_step(client, post_form, "000000").status_code == 422
    assert not is_in(client)


def test_no_password_without_a_second_factor(browser, manager, post_form):
    """The page leads to the app first, and the use case refuses it too."""
    assert browser.get("/account/password").headers["Location"] == "/account/second-factor"
    token = token_of(browser.get("/account").text)
    assert browser.post("/account/password", data={"csrf_token": token, "password": WORDS}).status_code == 409
    assert again(manager).password is None


def test_an_old_password_without_a_second_factor_leads_to_setting_it_up(app, client, manager, post_form):
    """Somebody whose password was set before: right words, but still no way in until the app is set up by link."""
    with app.app_context():
        hashed = sign_in_library.hashed(WORDS)
    with working_as(Actor.system()) as work:
        work.get(type(manager), manager.id).password = hashed
    page = first_step(client, post_form, manager)
    assert page.status_code == 200
    assert "One more thing to set up" in page.text
    assert "next=/account/second-factor" in page.text
    assert not is_in(client)


def test_a_code_works_once(app, manager, phone, with_password, post_form):
    """Whoever looks over a shoulder cannot use the code again, nor the one that set the app up (ASVS 6.5.1)."""
    code = phone.code(later=30)
    first, second = app.test_client(), app.test_client()
    for client in (first, second):
        first_step(client, post_form, manager)
    assert second_step(second, post_form, phone.proof).status_code == 422
    assert second_step(first, post_form, code).status_code == 303
    assert second_step(second, post_form, code).status_code == 422
    assert not is_in(second)


def test_a_code_sent_twice_at_once_counts_once(app, manager, phone, with_password, post_form):
    """Four browsers, one code, the same moment: one is in."""
    browsers = [app.test_client() for _ in range(4)]
    for client in browsers:
        first_step(client, post_form, manager)
    tokens = [token_of(client.get("/sign-in/code").text) for client in browsers]
    code = phone.code(later=30)

    def send(pair):
        client, token = pair
        return client.post("/sign-in/code", data={"csrf_token": token, "code": code}).status_code

    with ThreadPoolExecutor(4) as sending:
        answers = sorted(sending.map(send, zip(browsers, tokens, strict=True)))
    assert answers == [303, 422, 422, 422]


def test_a_recovery_code_works_once(app, manager, phone, with_password, post_form):
    """Without the phone: each of the ten codes once, however it is typed."""
    first, second = app.test_client(), app.test_client()
    first_step(first, post_form, manager)
    assert second_step(first, post_form, phone.codes[3].upper().replace("-", " ")).status_code == 303
    first_step(second, post_form, manager)
    assert second_step(second, post_form, phone.codes[3]).status_code == 422
    assert len(again(manager).mf_recovery_codes) == 9


def test_secrets_are_not_readable_in_the_table(manager, phone, with_password):
    """Password as argon2 hash, recovery codes as marks, the app's secret encrypted."""
    kept = again(manager)
    assert kept.password.startswith("$argon2id$")
    assert not set(phone.codes) & set(kept.mf_recovery_codes)
    assert phone.app.base32_key not in kept.tf_totp_secret


def test_a_link_asks_for_the_code_too(client, manager, phone, post_form):
    """Or the mailbox would be a way around the second factor."""
    post_form(client, "/sign-in", email=manager.email)
    path = sign_in.link_path(newest_link(manager))
    answer = client.post(path, data={"csrf_token": token_of(client.get(path).text)})
    assert answer.headers["Location"] == "/sign-in/code"
    assert not is_in(client)
    assert second_step(client, post_form, phone.code(later=30)).status_code == 303
    assert is_in(client)


def newest_link(person):
    """The id of the newest link of a person."""
    with working_as(Actor.system()) as work:
        newest = select(SignInLink.id).where(SignInLink.person_id == person.id, SignInLink.browser_hash.is_not(None))
        return work.one(newest)


def test_between_the_steps_ten_minutes(client, manager, phone, with_password, post_form):
    """A browser left at the second step is back at the start."""
    first_step(client, post_form, manager)
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        assert client.get("/sign-in/code").headers["Location"] == "/sign-in"


def test_wrong_password_unknown_address_and_no_password_look_the_same(app, manager, with_password, post_form):
    """Nothing on the page tells a member from a stranger."""
    pages = {
        first_step(app.test_client(), post_form, person, "wrong words here")
        .text.split("<main")[1]
        .replace(person.email, "EMAIL")
        for person in (manager, a_person(), a_pool_manager(a_pool().id))
    }
    plain = {re.sub(r'name="csrf_token" value="[^"]*"', "", page) for page in pages}
    assert len(plain) == 1
    assert "Email address or password is wrong" in plain.pop()


def test_guessing_is_stopped(app, client, manager, with_password, post_form):
    """Five passwords in a quarter of an hour, then 429 even for the right one; the same for codes."""
    for _ in range(5):
        assert first_step(client, post_form, manager, "wrong words here").status_code == 422
    assert first_step(client, post_form, manager).status_code == 429


def test_guessing_codes_is_stopped(client, manager, with_password, post_form):
    """Five codes in a quarter of an hour."""
    first_step(client, post_form, manager)
    for _ in range(5):
        assert second_step(client, post_form, "000000").status_code == 422
    assert second_step(client, post_form, "000000").status_code == 429


def wrong_from(app, manager, address):
    """Somebody at this network address types a wrong password in a browser of theirs."""
    stranger = app.test_client()
    data = {
        "csrf_token": token_of(stranger.get("/sign-in/password").text),
        "email": manager.email,
        "password": "wrong words",
    }
    return stranger.post("/sign-in/password", data=data, environ_base={"REMOTE_ADDR": address}).status_code


def test_a_stranger_cannot_shut_the_owner_out(app, client, manager, phone, with_password, post_form):
    """Twenty tries an hour for the world, one of them the owner's first; the owner's browser and last address stay open."""
    first_step(client, post_form, manager)
    assert second_step(client, post_form, phone.code(later=30)).status_code == 303
    tries = [wrong_from(app, manager, f"203.0.113.{number}") for number in range(21)]
    assert tries == [422] * 19 + [429] * 2
    assert first_step(client, post_form, manager).status_code == 303
    assert first_step(app.test_client(), post_form, manager).status_code == 303
    elsewhere = {"REMOTE_ADDR": "198.51.100.7"}
    token = token_of(client.get("/sign-in/password").text)
    said = {"csrf_token": token, "email": manager.email, "password": WORDS}
    assert client.post("/sign-in/password", data=said, environ_base=elsewhere).status_code == 303


def test_a_known_browser_has_its_own_limit(client, manager, phone, with_password, post_form):
    """Whoever finds it unlocked guesses no more often than anybody else."""
    first_step(client, post_form, manager)
    second_step(client, post_form, phone.code(later=30))
    tries = [first_step(client, post_form, manager, "wrong words here").status_code for _ in range(6)]
    assert tries == [422] * 5 + [429]


def test_what_is_tried_is_written_down(client, manager, with_password, post_form):
    """The audit trail has the wrong password and the change, with their reasons (ASVS 16.3.1)."""
    first_step(client, post_form, manager, "wrong words here")
    with working_as(system_of(manager)) as work:
        said = [(entry.name, entry.data) for entry in work.all(select(AuditEntry))]
    assert ("SignInRefused", {"person_id": str(manager.id), "reason": "wrong password"}) in said
    assert ("SignInChanged", {"person_id": str(manager.id), "changed": "password"}) in said


def system_of(person):
    """The system in the pools of a person."""
    with working_as(Actor.system()):
        return Actor.system(*accounts.by_id(person.id).actor.pool_ids)


def test_changing_signs_other_browsers_out(browser, manager, signed_in, phone, post_form):
    """A thief who is already in goes when the password changes."""
    other = signed_in(manager)
    post_form(browser, "/account/password", password="another set of words")
    assert not is_in(other)
    assert is_in(browser)


@pytest.mark.parametrize("page", ["/account/password", "/account/second-factor"])
def test_changing_needs_a_recent_sign_in(browser, phone, page):
    """Half an hour after signing in one signs in again first, and is brought back (ASVS 7.5.1)."""
    with time_machine.travel(clock.now() + FRESH + timedelta(minutes=11), tick=False):
        assert browser.get(page).headers["Location"] == f"/sign-in?next={page}"
        assert browser.get(f"/sign-in?next={page}").status_code == 200
        token = token_of(browser.get("/account").text)
        answer = browser.post(page, data={"csrf_token": token, "code": "123456", "password": WORDS})
        assert answer.headers["Location"] == "/sign-in?next=/account"


def test_a_short_password_is_refused(browser, manager, phone, post_form):
    """With the reason beside the box, and without sending it back."""
    page = post_form(browser, "/account/password", password="short words")
    assert page.status_code == 422
    assert "Password must have at least 12 characters" in page.text
    assert "short words" not in page.text
    assert again(manager).password is None


def test_a_wrong_code_does_not_set_the_app_up(browser, manager, post_form):
    """The same picture stays, so that the app need not be set up again."""
    before = KEY.search(browser.get("/account/second-factor").text)[1]
    page = post_form(browser, "/account/second-factor", code="000000")
    assert page.status_code == 422
    assert KEY.search(page.text)[1] == before
    assert again(manager).tf_totp_secret is None


def test_new_recovery_codes_replace_the_old(browser, manager, phone, post_form):
    """Ten new ones; the old are gone."""
    before = set(again(manager).mf_recovery_codes)
    page = post_form(browser, "/account", to="/account/recovery-codes")
    assert len(set(CODE.findall(page.text))) == 10
    assert not before & set(again(manager).mf_recovery_codes)
