"""The steps of signing in below the pages: what a link needs, what is kept, and when a log-in ends."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import select

from pool import clock
from pool.actor import Actor
from pool.models.login import Login
from pool.models.person import SignInLink
from pool.services.people import accounts, logins, sign_in, sign_in_factors, signed_tokens
from tests.builders import a_person, a_pool, a_pool_manager, working_as


@pytest.fixture
def member(app):
    """A pool manager about to sign in."""
    person = a_pool_manager(a_pool().id)
    with app.app_context():
        return accounts.by_id(person.id)


def begin(member, **when):
    """Begin a log-in."""
    with working_as(member.actor, **when) as work:
        return logins.begin(work, member.person.id, sign_in.LINK)


def person_of(app, login_id):
    """Who is behind a log-in now?"""
    with app.app_context():
        return logins.person_of(login_id)


def test_marks_differ_by_key_purpose_and_value(app):
    """Whoever reads the table cannot make a link, and a mark of one kind is none of another."""
    one = signed_tokens.mark("sign-in link", "a")
    assert one == signed_tokens.mark("sign-in link", "a")
    assert len({one, signed_tokens.mark("sign-in link", "b"), signed_tokens.mark("recovery code", "a")}) == 3
    config = app.extensions["pool_config"]
    try:
        signed_tokens.unlock("another key")
        assert signed_tokens.mark("sign-in link", "a") != one
    finally:
        signed_tokens.unlock(config.secret_key)


def test_a_link_without_a_browser_opens_nothing(member):
    """An empty secret is not the secret of a link that was made for no browser."""
    with working_as(member.actor) as work:
        link = SignInLink(
            person_id=member.person.id,
            token_hash="x",
            browser_hash=None,
            created_at=work.now,
            expires_at=work.now + sign_in.LINK_LIFE,
            details={},
        )
        work.add(link)
        assert sign_in.problem(link, "", work.now, True) == sign_in.OTHER_BROWSER


def test_people_without_a_role_are_no_members(app):
    """They get no link and leave no trace."""
    person = a_person()
    with app.app_context():
        assert accounts.by_email(person.email) is None
        assert accounts.by_id(uuid4()) is None


def test_an_address_is_known_in_any_case(app, member):
    """People type capitals."""
    with app.app_context():
        assert accounts.by_email(member.person.email.upper()).person.id == member.person.id


def test_old_links_and_login_are_forgotten(member):
    """A day after a link's end, a month after a log-in's last click: at the person's next one."""
    long_ago = clock.now() - timedelta(days=31)
    begin(member, now=long_ago)
    with working_as(member.actor, now=long_ago) as work:
        sign_in.ask_link(work, member.person.id, "browser", "")
    begin(member)
    with working_as(member.actor) as work:
        new = sign_in.ask_link(work, member.person.id, "browser", "")
    with working_as(Actor.system()) as work:
        assert list(work.store.scalars(select(SignInLink.id))) == [new]
        assert len(work.all(select(Login))) == 1


def test_a_login_remembers_clicks_once_a_minute(app, member):
    """Not every click writes."""
    start = clock.now()
    login_id = begin(member, now=start)
    for seconds, noted in ((30, 0), (61, 61), (100, 61), (130, 130)):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            assert person_of(app, login_id)
        with working_as(Actor.system()) as work:
            assert round((work.get(Login, login_id).seen_at - start).total_seconds()) == noted


def test_a_renewed_login_keeps_its_limit(app, member):
    """Switching roles does not make a log-in longer, and the old one is over."""
    start = clock.now()
    old = begin(member, now=start)
    with working_as(member.actor, now=start + timedelta(hours=1)) as work:
        new = logins.renew(work, old)
    assert person_of(app, old) is None
    with time_machine.travel(start + timedelta(hours=1, minutes=30), tick=False):
        assert person_of(app, new).id == member.person.id
    with working_as(Actor.system()) as work:
        assert work.get(Login, new).began_at == work.get(Login, old).began_at


def test_signing_out_elsewhere_leaves_others_alone(app, member):
    """Only the log-ins of this person."""
    mine, other = begin(member), begin(member)
    person = a_pool_manager(a_pool().id)
    with app.app_context():
        stranger = begin(accounts.by_id(person.id))
    with working_as(member.actor) as work:
        assert logins.others(work, member.person.id, mine) == 1
        logins.end_others(work, member.person.id, mine)
    assert [bool(person_of(app, login)) for login in (mine, other, stranger)] == [True, False, True]


@pytest.mark.parametrize("typed", ["4f2a-9c01-77de", "4F2A 9C01 77DE", "4f2a9c0177de"])
def test_recovery_codes_as_people_type_them(member, typed):
    """Case, blanks and dashes do not matter."""
    keep = begin(member)
    with working_as(member.actor) as work:
        codes = ["4f2a-9c01-77de", "0000-1111-2222"]
        sign_in_factors.set_second_factor(work, member.person.id, "secret", 1, codes, keep=keep)
        person = work.get(type(member.person), member.person.id)
        assert not sign_in_factors.use_recovery_code(person, "")
        assert sign_in_factors.use_recovery_code(person, typed)
        assert not sign_in_factors.use_recovery_code(person, typed)
        assert len(person.mf_recovery_codes) == 1
