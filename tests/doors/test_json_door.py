"""Another door beside the portal needs the door kit, the shapes and the use cases, and not a page."""

import ast
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from pool.models.audit import AuditEntry
from pool.permissions import CLINICIAN
from tests.builders import (
    a_clinician,
    a_practice,
    a_practice_manager,
    a_session,
    actor_of,
    again,
    working_as,
)
from tests.doors import json_door

NOWHERE = UUID(int=0)
"""An id of no session."""

FROM_FLASK = {"Blueprint", "Flask", "Response", "g", "request"}


@pytest.fixture(scope="module")
def askers():
    """Who may be named in the header: filled by each test."""
    return {}


@pytest.fixture(scope="module")
def door(config, app, askers):
    """The application with the JSON door alone."""
    return json_door.build(config, askers)


@pytest.fixture
def practice(app):
    """The practice of the asker."""
    return a_practice()


@pytest.fixture
def sam(practice, askers):
    """Its manager, known to the door as sam."""
    askers["sam"] = actor_of(a_practice_manager(practice))
    return askers["sam"]


@pytest.fixture
def call(door):
    """Sends one request: call("get", path, asker, json=…)."""

    def call(method, path="", asker="sam", **sent):
        return getattr(door.test_client(), method)(f"/v1/sessions{path}", headers={json_door.ASKER: asker}, **sent)

    return call


def test_a_list_holds_the_rows_of_the_asker(call, sam, practice):
    """Tenancy and the narrowing to one practice come with the unit of work."""
    own, _foreign = a_session(practice), a_session()
    assert call("get").json == {"sessions": [{"id": str(own.id), "state": "posted"}]}


def test_what_is_sent_is_done_once_and_audited(call, sam, practice):
    """The same use case as behind the button of the portal, with the request's reference in the audit."""
    session = a_session(practice)
    answer = call("post", f"/{session.id}/withdraw", json={"reason": "  Dr Hart is back\u200b "})
    assert answer.json == {"id": str(session.id), "state": "withdrawn"}
    assert again(session).withdrawn_reason == "Dr Hart is back"
    with working_as(sam) as work:
        entries = work.all(select(AuditEntry).where(AuditEntry.name == "SessionWithdrawn"))
        assert [entry.request_id for entry in entries] == [answer.headers["X-Request-Id"]]


@pytest.mark.parametrize(
    ("sent", "field", "sentence"),
    [
        ({}, "reason", "Enter the reason"),
        ({"reason": "x" * 201}, "reason", "Reason must have 200 characters or fewer"),
        ({"reason": "Back", "colour": "red"}, "_schema", "This was not expected: colour"),
        ({"reason": "Back \U00013000"}, "reason", "cannot be printed"),
        ({"reason": {"why": 1}}, "reason", "Enter the reason again"),
    ],
)
def test_input_that_cannot_be_used_is_said_by_field(call, sam, practice, sent, field, sentence):
    """The sentences are those of the forms."""
    answer = call("post", f"/{a_session(practice).id}/withdraw", json=sent)
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "invalid")
    assert sentence in answer.json["error"]["fields"][field][0]


def test_input_that_is_no_object_is_refused(call, sam, practice):
    """A list or a number has no fields to name."""
    answer = call("post", f"/{a_session(practice).id}/withdraw", json=["reason"])
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "invalid")


def test_a_second_withdrawal_is_a_conflict(call, sam, practice):
    """The sentence of the use case is the message; the code is for programs."""
    session = a_session(practice)
    for expected in (200, 409):
        answer = call("post", f"/{session.id}/withdraw", json={"reason": "Back"})
        assert answer.status_code == expected
    assert answer.json["error"]["code"] == "wrong_state"
    assert answer.json["error"]["message"]


def test_strangers_and_other_roles_are_refused(call, app, askers):
    """401 for nobody, 403 for a role that the permission table does not name."""
    clinician = a_clinician()
    askers["asha"] = actor_of(clinician.person)
    assert askers["asha"].role == CLINICIAN
    nobody, asha = call("get", asker=""), call("get", asker="asha")
    assert (nobody.status_code, nobody.json["error"]["code"]) == (401, "not_signed_in")
    assert (asha.status_code, asha.json["error"]["code"]) == (403, "not_allowed")


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "code"),
    [
        ("post", f"/{NOWHERE}/withdraw", {"json": {"reason": "Back"}}, 404, "not_found"),
        ("get", "/nowhere", {}, 404, "not_found"),
        ("put", "", {}, 405, "wrong_method"),
        ("post", f"/{NOWHERE}/withdraw", {"data": b"{", "content_type": "application/json"}, 400, "unreadable"),
        ("post", f"/{NOWHERE}/withdraw", {"json": {"reason": "x" * 20_000}}, 413, "too_large"),
    ],
)
def test_every_refusal_is_json(call, sam, method, path, sent, status, code):
    """Foreign ids are nowhere, and HTTP's own errors have codes too."""
    answer = call(method, path, **sent)
    assert (answer.status_code, answer.json["error"]["code"]) == (status, code)


def test_the_database_being_away_is_json_too(call, sam, away):
    """With the time after which to try again."""
    with away():
        answer = call("get")
    assert (answer.status_code, answer.json["error"]["code"]) == (503, "away")
    assert answer.headers["Retry-After"] == "10"


def test_too_many_tries_say_how_long_to_wait(call, sam, monkeypatch):
    """The limit is counted on the product's own connection."""
    monkeypatch.setattr("limits.strategies.MovingWindowRateLimiter.hit", lambda *_, **__: False)
    answer = call("post", f"/{NOWHERE}/withdraw", json={"reason": "Back"})
    assert (answer.status_code, answer.json["error"]["code"]) == (429, "too_many_tries")
    assert int(answer.headers["Retry-After"]) >= 1


def test_the_kit_takes_no_pages_and_no_cookies_from_flask():
    """What it imports of the product is held by the import contracts; Flask also offers templates and a cookie."""
    taken = {
        name.name
        for path in Path("pool/doors").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "flask"
        for name in node.names
    }
    assert taken <= FROM_FLASK
