"""Matched together with other pools: what managers choose, what they are told, what the pages of runs and members say."""

import pytest

from matching import ProblemError
from pool.models.person import Person
from pool.models.pool import Pool
from pool.services.runs.joint_problem import JointProblem
from tests.builders import a_clinician, a_pool, again, read
from tests.workers.neighbours import agree, change, joined, matched, runs_of
from tests.workers.places import a_market
from workers import match

ADDRESS = "/manager/together/"


@pytest.fixture
def markets(app):
    """Two pools of one care system that have agreed on nothing."""
    markets = [a_market(sessions=1, clinicians=1) for _ in range(2)]
    agree(*markets)
    for market in markets:
        change(market, together=[])
    return markets


@pytest.fixture
def manager_of(signed_in):
    """The manager of a market in a browser."""
    return lambda market: signed_in(read(Person, market.manager.person_id))


def after_saving(manager, post_form, *others) -> str:
    """The page as it comes back after these pools were ticked."""
    assert post_form(manager, ADDRESS, together=[str(other.pool.id) for other in others]).status_code == 303
    return manager.get(ADDRESS).text


def test_two_managers_agree_and_one_ends_it(markets, manager_of, post_form):
    """Each is told at every step what is missing."""
    here, there = markets
    one, two = map(manager_of, markets)
    assert "Your pool is matched alone." in one.get(ADDRESS).text
    page = after_saving(one, post_form, there)
    assert f"{there.pool.name} has not agreed yet." in page
    assert f"{here.pool.name} asks to be matched together with your pool." in two.get(ADDRESS).text
    assert f"{here.pool.name} would like to be matched together with your pool." in two.get("/manager/rules/").text
    page = after_saving(two, post_form, here)
    assert f"The next run covers {here.pool.name} too." in page
    assert f"Your pool is matched together with {here.pool.name}." in page
    assert f"Your pool is matched together with {there.pool.name}" in one.get("/runs/new").text
    page = after_saving(one, post_form)
    assert "The next run covers your pool alone." in page
    assert read(Pool, here.pool.id).policy["together"] == []
    assert there.pool.name not in one.get("/runs/new").text


def test_pools_that_count_differently_are_told_what_to_do(markets, manager_of):
    """On the page of the agreement and before a run is started: nothing is left out in silence."""
    here, there = markets
    agree(*markets)
    change(there, own_weights={"travel": 25})
    manager = manager_of(here)
    assert f"A minute of travel (10 in {here.pool.name}, 25 in {there.pool.name})" in manager.get(ADDRESS).text
    assert f"{there.pool.name} and your pool do not count the same points" in manager.get("/runs/new").text


def test_a_pool_of_another_care_system_is_not_offered_and_not_taken(markets, manager_of, post_form):
    """What is not on the page cannot be chosen by hand."""
    other, manager = a_pool(), manager_of(markets[0])
    assert other.name not in manager.get(ADDRESS).text
    answer = post_form(manager, ADDRESS, together=[str(other.id)])
    assert answer.status_code == 422
    assert "Choose pools of your own care system only" in answer.text
    assert post_form(manager, ADDRESS, together=["another"]).status_code == 422


def test_a_pool_without_neighbours_is_told_so(signed_in, manager_of):
    page = manager_of(a_market(sessions=0, clinicians=0)).get(ADDRESS).text
    assert "No other pool" in page


def test_members_read_that_their_pool_is_matched_together(markets, signed_in):
    """Where they read what counts."""
    agree(*markets)
    clinician = a_clinician(markets[0].pool)
    page = signed_in(read(Person, clinician.person_id)).get("/what-counts").text
    assert f"This pool is matched together with {markets[1].pool.name}" in page


def test_the_plan_says_what_is_proven_over_all_and_shows_its_own(app, markets, manager_of):
    """Bound and gap are those of all pools; sessions, reasons and reports are the pool's own. Nobody reads the other plan."""
    here, there = markets
    joined(there, here.clinicians[0])
    agree(*markets)
    matched(app, markets)
    for market, other in ((here, there), (there, here)):
        (run,) = runs_of(market)
        manager = manager_of(market)
        page = manager.get(f"/runs/{run.id}").text
        assert f"Matched together with {other.pool.name}" in page
        assert "It is proven that no plan over all of them can be better." in page
        assert "1 of 1" in page
        assert manager.get(f"/plans/{run.id}/report").status_code == 200
        assert manager.get(f"/runs/{runs_of(other)[0].id}").status_code == 404
        assert manager.get(f"/plans/{runs_of(other)[0].id}/report").status_code == 404
        assert f"Run of {here.pool.name}" in manager.get("/runs/").text or market is here


def test_a_failed_run_says_so_to_each_manager(app, markets, manager_of, monkeypatch):
    """With what to do; what is wrong in one pool is not told to the others."""
    agree(*markets)
    run = markets[0].request()

    def refuse(*tables):
        raise ProblemError("“a private word” cannot be used", table="sessions", row=1, column="start")

    monkeypatch.setattr(JointProblem, "of", refuse)
    with app.app_context():
        match.run(str(markets[0].pool.id), str(run.id))
    for market in markets:
        (row,) = runs_of(market)
        assert again(row).failure == match.JOINT_SENTENCE
        page = manager_of(market).get(f"/runs/{row.id}").text
        assert "take the tick from" in page
        assert "a private word" not in page
