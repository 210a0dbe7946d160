"""Somebody of several pools puts their own name right; whoever belongs to one pool asks its manager."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from pool import clock
from pool.actor import Actor
from pool.models.audit import AuditEntry
from pool.models.person import Person
from pool.services.people import corrected_facts
from tests.builders import a_clinician, a_pool, read, working_as
from tests.portal.reading import said


@pytest.fixture
def me(pool):
    """The row in one pool."""
    return a_clinician(pool, name="Dr Jya Finch")


@pytest.fixture
def elsewhere(me):
    """The row in another one."""
    return a_clinician(a_pool(), person=me.person)


def corrected(pool_id):
    """What the audit trail of a pool holds about it."""
    with working_as(Actor.system(pool_id)) as work:
        found = work.all(select(AuditEntry).where(AuditEntry.name == "PersonCorrected", AuditEntry.pool_id == pool_id))
        return [(sentence.person_id, sentence.data["old_name"]) for sentence in found]


def test_it_changes_in_all_pools_and_each_writes_it_down(phone, me, elsewhere, post_form):
    """With the name before; the same name again is no change."""
    assert "/account/name" in phone.get("/account").text
    answer = post_form(phone, "/account/name", name="Dr Jay Finch\u200b")
    assert "Your name is changed in all your pools" in said(phone.get(answer.location))
    assert read(Person, me.person_id).name == "Dr Jay Finch"
    for pool_id in (me.pool_id, elsewhere.pool_id):
        assert corrected(pool_id) == [(me.person_id, "Dr Jya Finch")]
    again = post_form(phone, "/account/name", name="Dr Jay Finch")
    assert "is changed" not in said(phone.get(again.location))
    assert len(corrected(me.pool_id)) == 1


def test_a_name_is_needed(phone, elsewhere, post_form):
    """And comes back with its error."""
    answer = post_form(phone, "/account/name", name=" ")
    assert answer.status_code == 422
    assert "Enter the full name" in said(answer)


def test_it_needs_a_fresh_sign_in(phone, me, elsewhere, token_for):
    """Like everything about who somebody is."""
    sent = {"csrf_token": token_for(phone), "name": "Dr Other"}
    with time_machine.travel(clock.now() + timedelta(minutes=59), tick=False):
        for answer in (phone.get("/account/name"), phone.post("/account/name", data=sent)):
            assert answer.status_code == 303
            assert answer.location.startswith("/sign-in")
    assert read(Person, me.person_id).name == "Dr Jya Finch"


def test_whoever_belongs_to_one_pool_asks_its_manager(phone, me, post_form):
    """The page says so, and the form does nothing."""
    page = phone.get("/account")
    assert "ask your pool manager" in said(page)
    assert "/account/name" not in page.text
    assert corrected_facts.ASK_POOL in said(phone.get("/account/name", follow_redirects=True))
    assert post_form(phone, "/account", to="/account/name", name="Dr Other").status_code == 403
    assert read(Person, me.person_id).name == "Dr Jya Finch"
