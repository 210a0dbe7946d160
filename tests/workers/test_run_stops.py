"""A run that takes too much is ended, and so is one that a manager stops: with the best checked plan, or plainly with none."""

import signal
from itertools import count

import pytest
from sqlalchemy import select

import matching
from matching.basis.stage_limits import BEST_SO_FAR
from pool.errors import Conflict
from pool.models.run_part import RunPart
from pool.services.runs import run_leases, run_stops
from tests.builders import again, working_as
from tests.workers.neighbours import agree, divided, runs_of
from tests.workers.places import a_market
from workers import apart, match, match_parts, processes, sweeper, watching

NEVER_ENDS = 10_000.0


@pytest.fixture
def stands_still(monkeypatch, tmp_path):
    """The engine that stands still in its child, before or after it had a plan; from then on it seems to use the processor
    without end, as whoever looks at it is told."""
    mark, seen = tmp_path / "stands still", []
    solve, cpu_seconds = matching.solve, processes.cpu_seconds

    def stands_still(*, with_a_plan):
        def solve_without_end(problem, **options):
            if with_a_plan:
                solve(problem, **options)
            mark.touch()
            signal.pause()

        def looked_at(pid):
            if not mark.exists() or pid != (seen or [pid])[0]:
                return cpu_seconds(pid)
            seen.append(pid)
            return NEVER_ENDS * len(seen)

        monkeypatch.setattr(matching, "solve", solve_without_end)
        monkeypatch.setattr(processes, "cpu_seconds", looked_at)

    return stands_still


def test_a_run_that_would_not_end_is_published_with_its_best_plan(work_off, stands_still):
    market = a_market()
    run = market.request()
    stands_still(with_a_plan=True)
    assert work_off() == 0
    done = again(run)
    assert (done.state, done.attempt) == ("published", 1)
    assert len(market.proposals(run)) == 3
    (said,) = done.summary["stopped"]
    assert "CPU seconds that it may take" in said
    assert done.objective <= done.bound


def test_a_run_without_any_plan_fails_and_says_why(work_off, stands_still):
    market = a_market()
    run = market.request()
    stands_still(with_a_plan=False)
    assert work_off() == 0
    done = again(run)
    assert (done.state, done.attempt) == ("failed", 1)
    assert "before it had a plan" in done.failure
    assert "CPU seconds that it may take" in done.failure
    assert market.proposals() == []


@pytest.fixture
def stopped_while_it_works(monkeypatch):
    """The manager stops the run when the engine is about to begin; it hears of it at its first look."""
    solve_apart, solve_run = match.solve_apart, match.solving.solve_run

    def stopped_while_it_works(market, run, wish):
        def stop_and_solve(*args):
            with working_as(market.manager) as work:
                run_stops.ask(work, run.id, wish)
            return solve_apart(*args)

        def solve_when_asked(run_input, area_sessions, listener):
            while not listener.asked():
                signal.sigtimedwait([], 0.01)
            return solve_run(run_input, area_sessions, listener)

        monkeypatch.setattr(match, "solve_apart", stop_and_solve)
        monkeypatch.setattr(match.solving, "solve_run", solve_when_asked)
        monkeypatch.setattr(watching, "ASK_SECONDS", 0.0)

    return stopped_while_it_works


def test_a_manager_gets_the_best_plan_so_far(work_off, stopped_while_it_works):
    market = a_market()
    run = market.request()
    stopped_while_it_works(market, run, run_stops.KEEP)
    assert work_off() == 0
    done = again(run)
    assert (done.state, done.attempt, done.summary["stopped"]) == ("published", 1, [BEST_SO_FAR])
    assert len(market.proposals(run)) == 3


def test_a_manager_gets_no_plan_when_none_is_wanted(work_off, stopped_while_it_works):
    market = a_market()
    run = market.request()
    stopped_while_it_works(market, run, run_stops.DROP)
    assert work_off() == 0
    done = again(run)
    assert (done.state, done.attempt) == ("stopped", 1)
    assert done.failure.endswith("No plan was wanted.")
    assert market.pool.name in done.failure
    assert market.proposals() == []
    assert len(market.events("RunStopped")) == 1


@pytest.mark.parametrize("wish", [run_stops.KEEP, run_stops.DROP])
def test_a_run_that_waits_ends_at_once_and_the_next_one_is_its_own(work_off, wish):
    market = a_market()
    run = market.request()
    with working_as(market.manager) as work:
        run_stops.ask(work, run.id, wish)
    assert again(run).state == "stopped"
    assert work_off() == 0
    assert again(run).attempt == 0
    other = market.request()
    assert other.id != run.id
    assert work_off() == 0
    assert again(other).state == "published"
    with working_as(market.manager) as work, pytest.raises(Conflict, match="over already"):
        run_stops.ask(work, other.id, wish)


def test_a_run_whose_worker_is_gone_ends_at_once(app):
    market = a_market()
    run = market.request()
    with app.app_context():
        owned = match.claim(market.system, run.id)
    with working_as(market.system) as work:
        run_leases.release(work, run.id, owned.attempt, "")
    with working_as(market.manager) as work:
        run_stops.ask(work, run.id, run_stops.KEEP)
    assert again(run).state == "stopped"
    with working_as(market.system) as work:
        assert not run_leases.renew_lease(work, run.id, owned.attempt)


def test_a_run_of_several_pools_ends_for_all_when_one_of_them_stops_it(app, work_off):
    """A pool that follows cannot touch the row of the pool that asked: whoever works for all ends it."""
    here, there = a_market(sessions=1), a_market(sessions=1)
    agree(here, there)
    divided(app, [here, there])
    (following,) = runs_of(there)
    with working_as(there.manager) as work:
        run_stops.ask(work, following.id, run_stops.KEEP)
    assert again(following).state == "divided"
    with app.app_context():
        sweeper.sweep()
    assert work_off("match") == 0
    for market in (here, there):
        (ended,) = runs_of(market)
        assert (ended.state, ended.stop) == ("stopped", run_stops.KEEP if market is there else "")
        assert ended.failure.startswith(there.pool.name)
        assert ended.failure.endswith("It had no plan yet.")


def test_a_part_of_a_stopped_run_is_left(app):
    market, other = a_market(sessions=1), a_market(sessions=1)
    agree(market, other)
    divided(app, [market, other])
    (part,) = market.rows(select(RunPart))
    with app.app_context():
        owned = match_parts.claim(market.system, part.id)
        with working_as(market.manager) as work:
            run_stops.ask(work, runs_of(market)[0].id, run_stops.DROP)
        match.run(str(market.pool.id), str(runs_of(market)[0].id))
        assert runs_of(market)[0].state == "stopped"
        for left in (lambda: match_parts.solve_apart(owned), watching.Watching(owned).is_asked):
            with pytest.raises(match.Lost):
                left()


def test_a_part_that_takes_too_much_ends_its_run(app, monkeypatch):
    market, other = a_market(sessions=1), a_market(sessions=1)
    agree(market, other)
    divided(app, [market, other])
    (part,) = market.rows(select(RunPart))
    looks = count(1)
    monkeypatch.setattr(processes, "cpu_seconds", lambda pid: NEVER_ENDS * next(looks))
    monkeypatch.setattr(matching, "solve_part", lambda part: signal.pause())
    with app.app_context():
        match_parts.run(str(market.pool.id), str(part.id))
    for place in (market, other):
        (run,) = runs_of(place)
        assert run.state == "failed"
        assert "areas of the run was ended" in run.failure


def test_limits_are_those_of_the_settings(app):
    with app.app_context():
        config = app.extensions["pool_config"]
        assert watching.limits() == apart.Limits(config.stage_seconds, config.run_megabytes)
