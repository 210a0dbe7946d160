"""PostgreSQL goes away under people who are signed in: the promised page, a short line, and no traceback."""

import json

import pytest
from sqlalchemy import text

from pool.services.insight import overview


@pytest.mark.parametrize("path", ["/manager/", "/sessions/", "/no-such-page", "/account"])
def test_signed_in_people_get_the_promised_page(manager, away, path):
    """A bare "500" makes a practice ring everybody; the page says that nothing is lost, with the product's own look."""
    with away():
        answer = manager.get(path)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert "Sorry, the service is not available" in answer.text
    assert "Nothing that was saved before is lost" in answer.text
    assert "nhsuk-frontend.min.css" in answer.text
    assert answer.headers["X-Request-Id"] in answer.text


def test_the_page_goes_when_the_server_is_back(manager, away):
    """Nobody has to start anything again."""
    with away():
        assert manager.get("/manager/").status_code == 503
    assert manager.get("/manager/").status_code == 200


def test_a_form_that_is_sent_meanwhile_is_answered_by_the_page(manager, away, token_for):
    """Pressing a button is when people worry most."""
    token = token_for(manager)
    with away():
        answer = manager.post("/account/password", data={"csrf_token": token})
    assert answer.status_code == 503
    assert "check whether it was saved" in answer.text


def test_a_panel_that_asks_again_gets_a_notice(manager, away):
    """The page somebody is on stays, and says why it does not move."""
    with away():
        answer = manager.get("/manager/run", headers={"HX-Request": "true"})
    assert answer.status_code == 503
    assert answer.headers["HX-Retarget"] == "#notices"
    assert "<html" not in answer.text
    assert "not available" in answer.text


def test_the_log_has_a_short_line_for_each_request(manager, away, capsys):
    """74 kB a request would fill the disk while everybody reloads."""
    with away():
        manager.get("/manager/")
        capsys.readouterr()
        manager.get("/manager/")
    said = capsys.readouterr()
    written = said.out + said.err
    assert len(written) < 2_000, written
    lines = [json.loads(line) for line in written.splitlines()]
    assert "database_away" in [line["event"] for line in lines]


def test_a_wrong_statement_is_still_a_bug_with_a_reference(app, manager, monkeypatch):
    """Only a server that is away is called away; mistakes of ours keep their traceback."""

    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr(overview, "home", lambda work, chosen: work.store.execute(text("SELECT nonsense")))
    answer = manager.get("/manager/")
    assert answer.status_code == 500
    assert "problem with the service" in answer.text
