"""Every door has a lock: each route names an action of the permission table, and a GET never writes."""

import inspect
from uuid import uuid4

import pytest

from pool.permissions import ACTIONS, ANYONE

NOT_OURS = frozenset({"static"})
"""Routes of libraries: files only."""


def own_rules(app):
    """The routes of the product."""
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in NOT_OURS]


def test_every_route_names_its_action(app):
    """A route without an action would be open to everybody by accident."""
    nameless = [
        rule.endpoint
        for rule in own_rules(app)
        if getattr(app.view_functions[rule.endpoint], "permission", None) not in ACTIONS
    ]
    assert nameless == []


def test_every_action_is_used(app):
    """An action that no route and no use case names is dead and misleads."""
    used = {getattr(view, "permission", None) for view in app.view_functions.values()}
    assert sorted(set(ACTIONS) - used) == []


def test_strangers_are_asked_to_sign_in(app, client):
    """No page of members answers 200 to somebody who is not signed in."""
    for rule in own_rules(app):
        if "GET" not in rule.methods or ACTIONS[app.view_functions[rule.endpoint].permission] >= ANYONE:
            continue
        address = rule.build({name: str(uuid4()) for name in rule.arguments})
        assert address is not None
        answer = client.get(address[1])
        assert answer.status_code == 302, rule.endpoint
        assert "/sign-in" in answer.headers["Location"], rule.endpoint


def test_every_view_says_what_it_is_for(app):
    """The docstring of a view is the sentence a new colleague reads first."""
    silent = [rule.endpoint for rule in own_rules(app) if not inspect.getdoc(app.view_functions[rule.endpoint])]
    assert silent == []


def test_unsafe_methods_need_a_token(app, client):
    """Cross-site requests are refused before anything else happens."""
    if not app.config.get("WTF_CSRF_ENABLED", True):
        pytest.fail("the tests must run with cross-site protection on")
    for rule in own_rules(app):
        if "POST" in rule.methods:
            answer = client.post(rule.build({name: str(uuid4()) for name in rule.arguments})[1])
            assert answer.status_code == 400, rule.endpoint
