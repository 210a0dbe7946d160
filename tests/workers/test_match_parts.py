"""A large run in parts: divided, solved area by area, stitched once; whatever dies is done again and nothing twice."""

import dataclasses
from datetime import time

import pytest
from sqlalchemy import func, select, update

import matching
from pool.models.person import Person
from pool.models.run_part import RunPart
from pool.services.runs import part_arrays, plan_figures, run_parts, run_requests
from tests.builders import a_clinician, a_practice, a_session, again, next_week, read, working_as
from tests.workers.places import Market, a_market
from workers import match, match_parts, sweeper

FAR = ("IP1 1AA", 616000, 244000)
"""Sixty kilometres away."""


@pytest.fixture
def areas_of_three(app, monkeypatch):
    """Runs with more than three open sessions are divided."""
    config = dataclasses.replace(app.extensions["pool_config"], area_sessions=3)
    monkeypatch.setitem(app.extensions, "pool_config", config)


def a_wide_market(**columns) -> Market:
    """Two towns with three sessions and two clinicians each."""
    market = a_market(sessions=3, clinicians=2, **columns)
    far = a_practice(market.pool, position=FAR)
    market.sessions += [a_session(far, on=next_week(day)) for day in range(1, 4)]
    market.clinicians += [a_clinician(market.pool, home_easting=FAR[1], home_northing=FAR[2]) for _ in range(2)]
    return market


JOURNEY = 320
"""Points for the 32 minutes that the one spread session costs."""


def a_costly_market() -> Market:
    """Spreading costs journeys: a GP with two sessions a week, three at home and three twenty kilometres away. And a
    nurse whose two sessions of a Tuesday cannot both be reached, which only a look beyond the flow can tell."""
    market = a_market(sessions=3, clinicians=1, weekly_cap=2)
    away = a_practice(market.pool, position=("NR34 9AA", 652665, 284229))
    market.sessions += [a_session(away, on=next_week(day)) for day in range(1, 4)]
    market.clinicians.append(a_clinician(market.pool, profession="nurse"))
    later = {"starts": time(12, 45), "ends": time(16, 55), "kind": "pm"}
    market.sessions.append(a_session(market.practice, profession="nurse"))
    market.sessions.append(a_session(away, profession="nurse", **later))
    return market


def parts_of(market, run):
    """The parts of a run in their order."""
    return market.rows(select(RunPart).where(RunPart.run_id == run.id).order_by(RunPart.number))


def divided(app, market):
    """A run whose parts are drawn and not yet solved."""
    run = market.request()
    with app.app_context():
        match.run(str(market.pool.id), str(run.id))
    assert again(run).state == "divided"
    return run


@pytest.mark.usefixtures("areas_of_three")
def test_a_large_run_is_solved_in_parts_and_published_once(work_off):
    """Request, parts, stitching, plan: nobody has to do anything else, and the proof is that of one go."""
    market = a_wide_market()
    run = market.request()
    assert work_off() == 0
    done = again(run)
    assert (done.state, done.attempt, done.gap) == ("published", 2, 0.0)
    assert [(part.state, part.sessions, part.attempt) for part in parts_of(market, run)] == [("solved", 3, 1)] * 2
    assert len(market.proposals(run)) == 6
    assert len(market.events("RunPublished")) == 1


@pytest.mark.usefixtures("areas_of_three")
def test_the_plan_is_worth_as_much_as_one_made_in_one_go(work_off, app, monkeypatch):
    market = a_wide_market(weekly_cap=2)
    in_parts = market.request()
    assert work_off() == 0
    monkeypatch.setitem(
        app.extensions, "pool_config", dataclasses.replace(app.extensions["pool_config"], area_sessions=99)
    )
    whole = market.request()
    assert work_off() == 0
    kept = again(whole).summary["objective_terms"]["kept"]
    assert again(in_parts).objective == again(whole).objective - kept


@pytest.mark.usefixtures("areas_of_three")
def test_a_divided_run_has_its_price_of_fairness(work_off, app, monkeypatch):
    """The same one as a run of such a market that is made in one go."""
    market = a_costly_market()
    in_parts = market.request()
    assert work_off() == 0
    config = dataclasses.replace(app.extensions["pool_config"], area_sessions=99)
    monkeypatch.setitem(app.extensions, "pool_config", config)
    twin = a_costly_market()
    in_one_go = twin.request()
    assert work_off() == 0
    divided, whole = again(in_parts).report["price"], again(in_one_go).report["price"]
    assert parts_of(market, in_parts)
    assert not parts_of(twin, in_one_go)
    assert divided["points"] == divided["at_most"] == whole["points"] == whole["at_most"] == JOURNEY


@pytest.mark.usefixtures("areas_of_three")
def test_a_price_that_was_cut_short_is_told_as_a_range(work_off, monkeypatch, signed_in):
    """At least so much, at most so much, and why: on the page, in plain words."""
    hurried = matching.Budget(operations=0, tighten=0, effort=0, core=0)
    monkeypatch.setattr(plan_figures, "price_budget", lambda *, divided: hurried)
    market = a_costly_market()
    run = market.request()
    assert work_off() == 0
    price = again(run).report["price"]
    assert parts_of(market, run)
    assert 0 < price["points"] < price["at_most"]
    page = signed_in(read(Person, market.manager.person_id)).get(f"/plans/{run.id}/report").text
    assert f"at least {price['points']:,} points" in page
    assert f"no plan could do better than {price['at_most']:,}" in page


def test_a_small_run_stays_one_job(work_off):
    market = a_wide_market()
    run = market.request()
    assert work_off() == 0
    assert parts_of(market, run) == []
    assert again(run).attempt == 1


@pytest.mark.usefixtures("areas_of_three")
def test_signals_that_were_lost_are_given_again(app, valkey, work_off):
    """Everything in Valkey is gone, twice: before the parts are solved and before they are stitched."""
    market = a_wide_market()
    run = divided(app, market)
    valkey.flushdb()
    with app.app_context():
        sweeper.sweep()
        for part in parts_of(market, run):
            match_parts.run(str(market.pool.id), str(part.id))
        valkey.flushdb()
        sweeper.sweep()
    assert work_off() == 0
    assert again(run).state == "published"


@pytest.mark.usefixtures("areas_of_three")
def test_a_part_that_was_given_up_on_comes_back_too_late(app, work_off):
    """The fence: the answer of an earlier attempt is not taken, and the part is solved by the next one."""
    market = a_wide_market()
    run = divided(app, market)
    first = parts_of(market, run)[0]
    with app.app_context():
        late = match_parts.claim(market.system, first.id)
        with working_as(market.system) as work:
            work.store.execute(update(RunPart).where(RunPart.id == first.id).values(lease_until=func.now()))
        assert match_parts.claim(market.system, first.id).attempt == 2
        match_parts.hand_in(late, match_parts.solve_apart(late))
    assert again(first).state == "running"
    with working_as(market.system) as work:
        assert not run_parts.renew_lease(work, first.id, late.attempt)
        work.store.execute(update(RunPart).where(RunPart.id == first.id).values(lease_until=func.now()))
    with app.app_context():
        sweeper.sweep()
    assert work_off() == 0
    assert again(run).state == "published"


@pytest.mark.usefixtures("areas_of_three")
def test_a_part_that_kills_its_worker_every_time_ends_the_run(app):
    """With a sentence that says what to do."""
    market = a_wide_market()
    run = divided(app, market)
    part = parts_of(market, run)[0]
    with working_as(market.system) as work:
        work.store.execute(update(RunPart).where(RunPart.id == part.id).values(attempt=run_parts.MOST_ATTEMPTS))
    with app.app_context():
        match_parts.run(str(market.pool.id), str(part.id))
    assert (again(run).state, again(run).failure) == ("failed", run_parts.STOPPED)
    with working_as(market.system) as work:
        assert run_parts.waiting(work) == []


@pytest.mark.usefixtures("areas_of_three")
def test_answers_of_another_release_are_not_stitched(app, work_off):
    """The parts are drawn anew from the rows, and the plan is right."""
    market = a_wide_market()
    run = divided(app, market)
    with working_as(market.system) as work:
        work.store.execute(update(RunPart).where(RunPart.run_id == run.id, RunPart.number == 1).values(digest="older"))
    assert work_off() == 0
    with app.app_context():
        sweeper.sweep()
    assert work_off() == 0
    assert (again(run).state, again(run).attempt) == ("published", 4)


@pytest.mark.usefixtures("areas_of_three")
def test_a_part_survives_its_row(app):
    """What is read back is what was written, and solves alike."""
    market = a_wide_market()
    run = divided(app, market)
    with working_as(market.system) as work:
        part = work.get(RunPart, parts_of(market, run)[0].id)
        arrays = part_arrays.read(part_arrays.Part, part.problem)
        assert part_arrays.digest(arrays) == part.digest


@pytest.mark.usefixtures("areas_of_three")
def test_a_pool_has_one_run_at_a_time_also_while_it_is_divided(app):
    market = a_wide_market()
    run = divided(app, market)
    with working_as(market.manager) as work:
        assert run_requests.request(work, run.first_day, run.last_day).id == run.id


@pytest.mark.usefixtures("areas_of_three")
def test_people_see_the_areas_while_they_wait(app, signed_in):
    """Each with its state, on the page that is asked again every two seconds."""
    market = a_wide_market()
    run = divided(app, market)
    person = read(Person, market.manager.person_id)
    page = signed_in(person).get(f"/runs/{run.id}").text
    assert "Area 1, 3 sessions" in page
    assert "2 areas: 0 of 2 solved" in page
