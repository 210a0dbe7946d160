"""What a thief would change first: where money goes, where links go, and the second factor of people who run things."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from pool import clock
from pool.actor import Actor
from pool.models.invoice import Seller
from pool.models.outbox import OutboxMessage
from pool.models.person import Person, SignInLink
from pool.models.pool import Pool
from pool.portal.web.sign_in_library import FRESH
from pool.services.billing import invoice_document
from pool.services.people import own_address, sign_in, sign_in_factors
from tests import builders
from tests.builders import again, read, working_as
from tests.fixtures.signing_in import is_in, token_of
from tests.invoice_builders import a_clinician_who_sells, confirmed_hours, issued

NEW = "new.address@surgery.example"
ACCOUNT = {
    "seller_name": "Dr Jay Finch",
    "address": "3 Demo Lane",
    "account_name": "J Finch",
    "sort_code": "001122",
    "account_number": "87654321",
}


@pytest.fixture
def finch(pool):
    """A clinician with payment details."""
    return a_clinician_who_sells(pool, name="Dr Jay Finch")


@pytest.fixture
def theirs(finch, signed_in):
    """Their browser."""
    return signed_in(finch.person)


def happened(name):
    """What was recorded under this name, as data."""
    with working_as(Actor.system()) as work:
        pool_ids = work.all(select(Pool.id))
    with working_as(Actor.system(*pool_ids)) as work:
        return [message.data for message in work.all(select(OutboxMessage).where(OutboxMessage.name == name))]


@pytest.mark.parametrize("page", ["/payment-details", "/account/email"])
def test_it_needs_a_recent_sign_in(theirs, page):
    """Half an hour after signing in one signs in again first; neither the page nor the button opens."""
    with time_machine.travel(clock.now() + FRESH + timedelta(minutes=11), tick=False):
        assert theirs.get(page).headers["Location"] == f"/sign-in?next={page}"
        token = token_of(theirs.get("/account").text)
        answer = theirs.post(page, data={"csrf_token": token, "email": NEW} | ACCOUNT)
        assert answer.headers["Location"] == "/sign-in?next=/account"


@pytest.mark.parametrize("page", ["/payment-details/host", "/payment-details/platform"])
def test_the_hosts_account_needs_it_too(pool, signed_in, page):
    """For the manager."""
    browser = signed_in(builders.a_pool_manager(pool.id))
    with time_machine.travel(clock.now() + FRESH + timedelta(minutes=11), tick=False):
        assert browser.get(page).headers["Location"] == f"/sign-in?next={page}"


def test_a_new_account_is_told_and_stands_on_the_next_invoice(pool, practice, finch, theirs, post_form):
    """The clinician hears of it; the practice reads it on the next invoice, and on that one only."""
    first = issued(confirmed_hours(practice, finch))
    assert post_form(theirs, "/payment-details", **ACCOUNT).status_code == 303
    (told,) = happened("AccountChanged")
    assert (told["old_ending"], told["new_ending"]) == ("678", "321")
    second = issued(confirmed_hours(practice, finch, on=builders.yesterday() - timedelta(days=1)))
    third = issued(confirmed_hours(practice, finch, on=builders.yesterday() - timedelta(days=2)))
    assert [notes_of(booking) for booking in (first, second, third)] == [False, True, False]


def notes_of(invoice):
    """Does the document warn of a new account?"""
    with working_as(Actor.system(invoice.pool_id)) as work:
        return invoice_document.NEW_ACCOUNT in invoice_document.document_of(work, invoice.id)["notes"]


def test_the_same_account_again_is_no_news(finch, theirs, post_form):
    """Saving the page without changing the account tells nobody."""
    same = ACCOUNT | {"account_number": "12345678"}
    assert post_form(theirs, "/payment-details", **same).status_code == 303
    assert happened("AccountChanged") == []


def newest_link():
    """The id of the newest link."""
    with working_as(Actor.system()) as work:
        return work.first(select(SignInLink.id).order_by(SignInLink.created_at.desc()))


def test_a_new_address_is_proved_by_a_link(finch, theirs, signed_in, post_form):
    """Nothing changes before it is opened; then other browsers are out, both addresses hear, documents follow."""
    other, old = signed_in(finch.person), finch.person.email
    assert post_form(theirs, "/account/email", email=NEW).headers["Location"] == "/account"
    assert again(finch.person).email == old
    path = own_address.confirm_path(newest_link())
    assert NEW in theirs.get(path).text
    assert theirs.post(path, data={"csrf_token": token_of(theirs.get(path).text)}).status_code == 303
    assert again(finch.person).email == NEW
    assert happened("PersonCorrected") == [{"person_id": str(finch.person_id), "old_address": old, "old_name": ""}]
    assert (is_in(theirs), is_in(other)) == (True, False)
    with working_as(Actor.system(finch.pool_id)) as work:
        assert work.one(select(Seller).where(Seller.clinician_id == finch.id)).email == NEW
    assert theirs.get(path).status_code == 404


def test_the_link_signs_nobody_in_and_works_for_nobody_else(app, finch, theirs, signed_in, post_form):
    """Neither as a sign-in link nor in another person's or another browser's hands."""
    post_form(theirs, "/account/email", email=NEW)
    link = newest_link()
    assert app.test_client().get(sign_in.link_path(link)).status_code == 410
    assert signed_in(builders.a_clinician().person).get(own_address.confirm_path(link)).status_code == 404
    assert signed_in(finch.person).get(own_address.confirm_path(link)).status_code == 404


def test_an_address_that_is_taken_looks_the_same(theirs, post_form):
    """And no link goes there."""
    taken = builders.a_person()
    answer = post_form(theirs, "/account/email", email=taken.email)
    assert answer.headers["Location"] == "/account"
    assert happened("AddressChangeAsked") == []


@pytest.fixture
def real_manager(pool):
    """Somebody who is not of the demonstration and has no authenticator."""
    person = builders.a_pool_manager(pool.id)
    with working_as(Actor.system()) as work:
        work.store.execute(update(Person).where(Person.id == person.id).values(is_demo=False))
    return person


def test_staff_set_up_a_second_factor_first(pool, real_manager, signed_in):
    """Every page of the role leads there until it is done; the account itself stays open."""
    browser = signed_in(real_manager)
    assert browser.get("/manager/").headers["Location"] == "/account/second-factor"
    assert "Set it up first" in browser.get("/account/second-factor").text
    assert browser.get("/account").status_code == 200
    with working_as(Actor.system(pool.id)) as work:
        sign_in_factors.set_second_factor(work, real_manager.id, "secret", 1, [], keep=real_manager.id)
    assert signed_in(real_manager).get("/manager/").status_code == 200


def test_the_pool_may_do_without(pool, real_manager, signed_in):
    """A rule of the pool; on unless it says otherwise."""
    with working_as(Actor.system(pool.id)) as work:
        row = work.get(Pool, pool.id)
        row.policy = row.policy | {"staff_second_factor": False}
    assert signed_in(real_manager).get("/manager/").status_code == 200


def test_clinicians_and_the_demonstration_are_not_asked(pool, signed_in):
    """A clinician accepts an offer between two patients; the demonstration is to be looked at."""
    clinician = builders.a_clinician(pool)
    with working_as(Actor.system()) as work:
        work.store.execute(update(Person).where(Person.id == clinician.person_id).values(is_demo=False))
    assert signed_in(read(Person, clinician.person_id)).get("/offers").status_code == 200
    assert signed_in(builders.a_pool_manager(pool.id)).get("/manager/").status_code == 200
