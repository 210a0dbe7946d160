"""The manager stops a run from its page, and reads plainly what became of it."""

import pytest

from matching.basis.stage_limits import BEST_SO_FAR
from pool.models.person import Person
from pool.services.runs import run_leases, run_stops
from tests.builders import again, read, working_as
from tests.workers.places import a_market
from workers import match


@pytest.fixture
def manager_of(signed_in):
    """The manager of a market at the keyboard."""
    return lambda market: signed_in(read(Person, market.manager.person_id))


def address(run, rest=""):
    return f"/runs/{run.id}{rest}"


def test_a_live_run_offers_to_stop_it_and_says_when_it_is_asked(app, manager_of, post_form):
    market = a_market()
    run = market.request()
    with app.app_context():
        match.claim(market.system, run.id)
    client = manager_of(market)
    assert f"{address(run)}/stop" in client.get(address(run)).text
    page = client.get(address(run, "/stop")).text
    assert "Publish the best plan found by then" in page
    assert "End without a plan" in page
    answer = post_form(client, address(run, "/stop"), wish="keep")
    assert answer.status_code == 303
    page = client.get(address(run)).text
    assert "asked on" in page
    assert "with the best plan found by then" in page
    assert f"{address(run)}/stop" not in page


def test_no_choice_is_asked_for_again(manager_of, post_form):
    market = a_market()
    run = market.request()
    client = manager_of(market)
    answer = post_form(client, address(run, "/stop"))
    assert answer.status_code == 422
    assert again(run).state == "pending"


def test_a_stopped_run_says_who_stopped_it_and_what_is_unchanged(manager_of, post_form):
    market = a_market()
    run = market.request()
    client = manager_of(market)
    post_form(client, address(run, "/stop"), wish="drop")
    page = client.get(address(run)).text
    assert "The run was stopped" in page
    assert market.pool.name in page
    assert "No plan was wanted." in page
    assert "earlier proposals and offers are as they were" in page
    assert "Stopped" in client.get("/runs/").text
    assert "over already" in client.get(address(run, "/stop")).text


def test_a_plan_that_was_cut_short_says_so(app, manager_of):
    market = a_market()
    run = market.request()
    with app.app_context():
        match.run(str(market.pool.id), str(run.id))
    client = manager_of(market)
    assert "stopped before it had finished" not in client.get(address(run)).text
    with working_as(market.system) as work:
        row = work.get(type(run), run.id)
        row.summary = row.summary | {"stopped": [BEST_SO_FAR]}
    page = client.get(address(run)).text
    assert "stopped before it had finished" in page
    assert BEST_SO_FAR in page


def test_a_stop_that_comes_too_late_says_so(app, manager_of, post_form):
    market = a_market()
    run = market.request()
    with app.app_context():
        match.run(str(market.pool.id), str(run.id))
    client = manager_of(market)
    answer = post_form(client, address(run, "/stop"), wish="keep")
    assert answer.status_code == 303
    assert run_stops.OVER.split(".")[0] in client.get(address(run)).text
    assert again(run).state == "published"
    assert again(run).attempt < run_leases.MOST_ATTEMPTS
