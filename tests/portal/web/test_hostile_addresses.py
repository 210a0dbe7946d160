"""Whatever stands in an address or a search, the answer is a page: never a breakdown, never a page of the database's words."""

import inspect
import json
import re
import sys
from datetime import timedelta

import pytest

from pool import clock
from pool.permissions import ACTIONS, CLINICIAN, ICS, MANAGER, PRACTICE
from tests import builders
from tests.portal.hours.test_diary import line

HOSTILE = ("a\0b", "2026-02-30", "9999-12-31", "0001-01-01", "9" * 40)
OTHER_AGES = ("9999-12-31", "0001-01-01")
"""Real days, each by itself: beside another wrong value a form is not read at all."""

PLAIN = re.compile(r'request\.args\.get\(\s*"([\w-]+)"')
LISTED = re.compile(r'request\.args\.getlist\(\s*"([\w-]+)"')
CHECKED = re.compile(r"forms\.load\((\w+), request\.args")
WORDS = frozenset({"month", "token", "name"})
"""Arguments of routes that are no ids."""


def asked_by(view):
    """The names that the module of a view reads from an address, those of each form apart."""
    module = sys.modules[inspect.unwrap(view).__module__]
    source = inspect.getsource(module)
    yield sorted({*PLAIN.findall(source), *LISTED.findall(source), "page"})
    for schema in set(CHECKED.findall(source)):
        if hasattr(module, schema):
            yield sorted(field.data_key or name for name, field in getattr(module, schema)().load_fields.items())


@pytest.fixture
def life(pool, practice):
    """A little of everything, and a person of each role."""
    clinician = builders.a_clinician(pool)
    session = builders.a_session(practice)
    people = {
        PRACTICE: builders.a_practice_manager(practice),
        CLINICIAN: clinician.person,
        MANAGER: builders.a_pool_manager(pool.id),
        ICS: builders.a_member(ICS, pool.id),
    }
    return people, {"practice_id": practice.id, "clinician_id": clinician.id, "session_id": session.id}


def addresses(app, role, ids):
    """Each page of the role, with the names that it reads, with each hostile value."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            view = app.view_functions[rule.endpoint]
            if "GET" not in rule.methods or role not in ACTIONS.get(getattr(view, "permission", ""), ()):
                continue
            words = rule.arguments & WORDS
            if rule.arguments - WORDS - set(ids):
                continue
            own = {name: ids[name] for name in rule.arguments - WORDS}
            for value in HOSTILE if words else ():
                yield rule.build({**own, **dict.fromkeys(words, value)})[1], {}
            if not words:
                for names in asked_by(view):
                    yield from ((rule.build(own)[1], dict.fromkeys(names, value)) for value in HOSTILE)
                    yield from ((rule.build(own)[1], {name: value}) for name in names for value in OTHER_AGES)


def status_of(browser, path, asked):
    """How a page answers; its files are closed."""
    with browser.get(path, query_string=asked) as answer:
        return answer.status_code


@pytest.mark.parametrize("role", [PRACTICE, CLINICIAN, MANAGER, ICS])
def test_every_page_answers(app, life, signed_in, role):
    """For each role."""
    people, ids = life
    browser, app.config["PROPAGATE_EXCEPTIONS"] = signed_in(people[role]), False
    tried = [(path, asked, status_of(browser, path, asked)) for path, asked in addresses(app, role, ids)]
    app.config["PROPAGATE_EXCEPTIONS"] = None
    assert len(tried) > 20
    assert [address for address in tried if address[2] >= 500] == []


def test_the_database_keeps_what_was_typed_to_itself(app):
    """An error of the database reaches the log without the values of the statement."""
    with app.app_context():
        assert app.extensions["sqlalchemy"].engine.hide_parameters


def test_one_line_for_each_request(app, life, signed_in, capsys):
    """Route, duration and a mark of the person: the same for one person, nobody's name or address."""
    people, _ = life
    browsers = [signed_in(people[MANAGER]), signed_in(people[MANAGER]), signed_in(people[PRACTICE])]
    for browser in browsers:
        browser.get("/account?q=secret")
    printed = capsys.readouterr().out
    lines = [line for line in printed.splitlines() if '"event": "request"' in line]
    marks = [re.search(r'"person": "([\w-]{12})"', line)[1] for line in lines]
    assert len(lines) == 3
    assert all(re.search(r'"route": "/account", .*"ms": \d+', line) for line in lines)
    assert (marks[0], marks[0] == marks[2]) == (marks[1], False)
    assert "secret" not in printed
    assert people[MANAGER].email not in printed


def test_a_refused_form_is_logged_under_its_own_reference(client, capsys):
    """It stood under the request before, which was somebody else's; and no line tells the secret of a sign-in link."""
    for reference in ("first-request", "second-request"):
        assert client.post("/sign-in/link/the-secret", headers={"X-Request-Id": reference}).status_code == 400
    printed = capsys.readouterr().out
    lines = [json.loads(line) for line in printed.splitlines() if '"event": "form.refused"' in line]
    assert [line["request_id"] for line in lines] == ["first-request", "second-request"]
    assert "the-secret" not in printed


def test_a_calendar_entry_keeps_its_name_under_every_host(signed_in, practice, pool):
    """Or the calendar would have it twice."""
    booking = builders.a_booking(session=builders.a_session(practice), clinician=builders.a_clinician(pool))
    browser = signed_in(booking.clinician.person)
    names = {
        line(browser.get(f"/diary/{booking.id}/calendar.ics", base_url=origin), "UID")
        for origin in ("http://localhost", "http://localhost:8000")
    }
    assert names == {f"booking-{booking.id}@127.0.0.1"}


def test_availability_has_a_measure(pool, signed_in, post_form):
    """Nobody needs days in ten years, hundreds of single days, or twenty spells on one weekday."""
    browser = signed_in(builders.a_clinician(pool).person)
    far = clock.today() + timedelta(days=700)
    page = post_form(browser, "/availability/away", **boxes("first", far))
    assert "within the next 18 months" in page.text
    many = ", ".join(f"{hour}:00 to {hour}:10" for hour in range(8, 20))
    assert "at most 8 times for one day" in post_form(browser, "/availability", exact_0=many).text
    start = clock.today() + timedelta(days=1)
    answers = [
        post_form(
            browser,
            "/availability/away",
            **boxes("first", start + timedelta(days=100 * turn)),
            **boxes("last", start + timedelta(days=100 * turn + 91)),
        )
        for turn in range(5)
    ]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 303, 422]
    assert "368 days differ from the usual week already" in answers[-1].text


def boxes(name, day):
    """A date in its three boxes."""
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}
