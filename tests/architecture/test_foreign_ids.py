"""A foreign id is simply not there: on every route, for every role, whether of another pool, practice or clinician."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from pool.actor import Actor
from pool.models.booking import Booking
from pool.models.clinician import PracticePreference
from pool.models.pool import Pool
from pool.money import Money
from pool.permissions import ACTIONS, CLINICIAN, ICS, MANAGER, PRACTICE
from pool.services.bookings import proposed_changes
from tests import builders
from tests.journeys.full_life import a_full_life

SIGN_IN = frozenset({"token", "name", "month"})
"""Arguments that are not ids of rows: secrets, file names, demonstration personas, months."""


NOBODYS = frozenset({"stand_in_id", "key"})
"""Ids without a row in this life: somebody who may stand in, an e-mail of the demonstration."""


@pytest.fixture(scope="module")
def ids(app, clean_after_all):
    """A row behind every kind of id that a route takes; whoever finds nothing there changes nothing."""
    life = a_full_life()
    found = {name: rows[0] for name, rows in life.ids.items()}
    booking = builders.read(Booking, found["booking_id"])
    with builders.working_as(builders.actor_of(life.people[PRACTICE])) as work:
        details = {name: getattr(booking.session, name) for name in proposed_changes.PROPOSED}
        dearer = details | {"fee": booking.session.fee + Money(1000)}
        change_id = proposed_changes.propose(work, booking.id, booking.terms_hash, dearer).id
    with builders.working_as(Actor.system(booking.pool_id)) as work:
        preference_id = work.one(select(PracticePreference).limit(1)).id
    rows = found | {"pool_id": booking.pool_id, "change_id": change_id, "preference_id": preference_id}
    return rows | {name: uuid4() for name in NOBODYS}


def routes_with_ids(app, role):
    """The routes of a role that take the id of something."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.arguments - SIGN_IN
        and role in ACTIONS.get(getattr(app.view_functions[rule.endpoint], "permission", ""), ())
        and "anonymous" not in ACTIONS[app.view_functions[rule.endpoint].permission]
    ]


def answers(app, browser, token, role, ids):
    """(endpoint, method, status) of every route of the role with these ids."""
    found = []
    for rule in routes_with_ids(app, role):
        address = rule.build({name: ids[name] for name in rule.arguments})[1]
        for method in sorted(rule.methods & {"GET", "POST"}):
            answer = browser.open(address, method=method, data={"csrf_token": token} if method == "POST" else None)
            found.append((rule.endpoint, method, answer.status_code))
    return found


@pytest.fixture
def outsiders(ids):
    """A person of each role who has nothing to do with the life that is looked at."""
    elsewhere = builders.a_pool()
    practice = builders.a_practice(elsewhere)
    clinician = builders.a_clinician(elsewhere)
    return {
        PRACTICE: builders.a_practice_manager(practice),
        CLINICIAN: clinician.person,
        MANAGER: builders.a_pool_manager(elsewhere.id),
        ICS: builders.a_member(ICS, elsewhere.id),
    }


@pytest.mark.parametrize("role", [PRACTICE, CLINICIAN, MANAGER, ICS])
def test_rows_of_another_pool_are_not_there(app, signed_in, token_for, outsiders, ids, role):
    """Two pools do not mix, whatever address is typed."""
    browser = signed_in(outsiders[role])
    wrong = [answer for answer in answers(app, browser, token_for(browser), role, ids) if answer[2] != 404]
    assert wrong == []


@pytest.mark.parametrize("role", [PRACTICE, CLINICIAN])
def test_rows_of_a_neighbour_in_the_same_pool_are_not_there(app, signed_in, token_for, ids, role):
    """A practice sees its own rows, a clinician theirs: rates and bookings of neighbours stay private (design D12)."""
    pool = builders.read(Pool, ids["pool_id"])
    neighbour = {
        PRACTICE: lambda: builders.a_practice_manager(builders.a_practice(pool)),
        CLINICIAN: lambda: builders.a_clinician(pool).person,
    }[role]()
    browser = signed_in(neighbour)
    shared = {"session_id"} if role == CLINICIAN else set()
    wrong = [
        answer
        for answer in answers(app, browser, token_for(browser), role, ids)
        if answer[2] != 404 and not shared & set(_arguments(app, answer[0]))
    ]
    assert wrong == []


def _arguments(app, endpoint):
    return {name for rule in app.url_map.iter_rules(endpoint) for name in rule.arguments}
