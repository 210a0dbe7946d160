"""Addresses, numbers and times as they are pasted from mails and Word: read as meant, one person stays one person."""

from datetime import time

import pytest
from marshmallow import Schema, fields
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from pool import schemas
from pool.actor import Actor
from pool.models.person import Person, SignInLink
from pool.models.session import PracticeSession
from tests import builders
from tests.builders import again, working_as
from tests.portal.reading import form_of, said

PASTED = [
    "jo.example@example.org\u200b",
    "jo.example@exam\u200bple.org",
    "\u200bjo.example@example.org",
    "jo.example@example.org\u00a0",
    "\ufeffJo.Example@example\u2060.org",
]


def how_many(model):
    """How many rows there are."""
    with working_as(Actor.system()) as work:
        return work.store.scalar(select(func.count()).select_from(model))


@pytest.mark.parametrize("email", PASTED)
def test_a_pasted_address_is_the_same_person(pool, signed_in, post_form, email):
    """Invited twice, once by a pasted address: one person with two roles, whom mail reaches."""
    jo = builders.a_person("Jo Example", email="jo.example@example.org")
    browser, people = signed_in(builders.a_pool_manager(pool.id)), how_many(Person)
    answer = post_form(browser, "/people/invite", name="Jo\u200b Example", email=email, role="manager")
    assert answer.status_code == 303
    assert how_many(Person) == people
    assert again(jo).email == "jo.example@example.org"


@pytest.mark.parametrize("email", PASTED)
def test_a_pasted_address_signs_in(pool, client, post_form, email):
    """The link goes to the person who has this address."""
    jo = builders.a_pool_manager(pool.id)
    with working_as(Actor.system()) as work:
        work.get(Person, jo.id).email = "jo.example@example.org"
    assert post_form(client, "/sign-in", email=email).status_code == 303
    with working_as(Actor.system()) as work:
        assert work.one(select(SignInLink)).person_id == jo.id


def test_postgresql_refuses_what_nobody_sees(app):
    """However a row gets there: an address that looks like another person's cannot be kept."""
    with pytest.raises(IntegrityError, match="plain_email"):
        builders.a_person(email="jo.example@example.org\u200b")


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("01632\u2011960\u2011001", "01632-960-001"),
        ("01632\u00a0960001", "01632 960001"),
        ("\u202a01632 960001\u202c", "01632 960001"),
        ("01632 960001 ext 4", "01632 960001 ext 4"),
    ],
)
def test_a_pasted_telephone_number_is_kept_as_meant(practice, desk, pasted, kept):
    """And can be dialled."""
    address = f"/practice-settings/{practice.id}"
    typed = {"phone": pasted, "arrival_notes": "Ring the bell or call +44 161 496 0003"}
    answer = desk.post(address, data=form_of(desk.get(address), address) | typed, follow_redirects=True)
    assert "Saved." in said(answer)
    assert (again(practice).phone, again(practice).arrival_notes) == (kept, typed["arrival_notes"])


@pytest.mark.parametrize(
    ("starts", "ends", "kept"),
    [
        ("08:30\u200b", "12:40", (time(8, 30), time(12, 40))),
        ("8:30 a.m.", "12.40 p.m.", (time(8, 30), time(12, 40))),
        ("20:00", "24:00", (time(20), time())),
    ],
)
def test_pasted_times_are_understood(desk, sam, starts, ends, kept):
    """24:00 is the end of a day."""
    form = form_of(desk.get("/sessions/new"), "/sessions/new")
    day = builders.next_week().isoformat()
    typed = {
        "days": day,
        "fee": "\u200b357",
        "cover_reason": "annual_leave",
        "starts": starts,
        "ends": ends,
        "step": "checked",
    }
    answer = desk.post("/sessions/new", data=form | typed)
    assert answer.status_code == 303, said(answer)
    with working_as(builders.actor_of(sam)) as work:
        session = work.one(select(PracticeSession))
        assert (session.starts, session.ends) == kept


def test_a_session_does_not_start_at_24_o_clock(desk):
    """It would be anybody's guess on which day."""
    typed = {"days": builders.next_week().isoformat(), "fee": "357", "cover_reason": "annual_leave", "starts": "24:00"}
    answer = desk.post("/sessions/new", data=form_of(desk.get("/sessions/new"), "/sessions/new") | typed)
    assert answer.status_code == 422
    assert "Start time must be a time, like 08:30" in said(answer)


def all_fields():
    """Every field of every schema of the product."""
    kinds = [kind for kind in Schema.__subclasses__() if kind.__module__.startswith(schemas.__name__)]
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
        for name, field in kind._declared_fields.items():
            yield f"{kind.__name__}.{name}", field


def test_no_schema_reads_an_address_untidied():
    """EmailAddress, Telephone and Postcode are the only ways in."""
    names = ("email", "phone", "postcode", "number", "sort_code")
    plain = {name for name, field in all_fields() if type(field) in (fields.String, fields.Email)}
    assert {name for name in plain if any(word in name for word in names)} == set()
