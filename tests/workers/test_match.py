"""A run from the manager's click to the plan, through the queue and the worker, without a process of its own."""

import dataclasses
import gzip
import json
from datetime import time, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

import matching
from matching import Problem
from pool.config import Config
from pool.models.match_run import MatchRun
from pool.services.runs import run_leases
from tests.builders import a_session, again, working_as
from tests.deploy.waiting import HOPELESS, wait_for
from tests.workers.places import a_market
from workers import match, ownership, queues, sweeper

pytestmark = pytest.mark.usefixtures("app")


def test_a_request_becomes_a_plan(work_off):
    """Request, outbox, relay, worker, plan: nobody has to do anything else."""
    market = a_market(sessions=3, clinicians=2)
    run = market.request()
    assert work_off() == 0
    done = again(run)
    assert (done.state, done.attempt, done.stage) == ("published", 1, "Published")
    assert len(market.proposals(run)) == 3
    with working_as(market.system) as work:
        kept = json.loads(gzip.decompress(work.get(MatchRun, run.id).snapshot_gz))
    assert len(Problem.from_tables(kept).sessions.ids) == 3


def test_a_night_is_matched_with_somebody_who_is_free_on_both_days(work_off):
    """Free until the last minute of one day and from the first of the next is free all night."""
    market = a_market(sessions=0, clinicians=1)
    night = {"starts": time(20), "ends": time(2), "kind": "evening"}
    market.sessions.append(a_session(market.practice, **night))
    run = market.request()
    assert work_off() == 0
    assert market.holders(run) == {market.sessions[0].id: market.clinicians[0].id}
    market.away(market.clinicians[0], market.sessions[0].on + timedelta(days=1))
    run = market.request()
    assert work_off() == 0
    assert market.holders(run) == {}


def test_a_doubled_job_changes_nothing(work_off):
    market = a_market()
    run = market.request()
    for _ in range(3):
        queues.signal(queues.MATCH_RUN, market.pool.id, run.id)
    assert work_off() == 0
    assert again(run).attempt == 1
    assert len(market.events("RunPublished")) == 1


def test_a_job_for_another_pool_finds_no_run(work_off):
    """Ids in the queue are not trusted: the pool's fence holds."""
    market, other = a_market(), a_market()
    run = market.request()
    queues.signal(queues.MATCH_RUN, other.pool.id, run.id)
    assert work_off("match") == 0
    assert again(run).state == "pending"


def test_a_lost_signal_is_given_again_by_the_sweeper(app, valkey, work_off):
    """Everything in Valkey is gone; the rows are still there."""
    market = a_market()
    run = market.request()
    valkey.flushdb()
    assert work_off() == 0
    assert again(run).state == "pending"
    with app.app_context():
        sweeper.sweep()
    assert work_off() == 0
    assert again(run).state == "published"


def test_the_sweeper_does_not_fill_a_queue_that_nobody_works_off(app, valkey):
    """Asking again is not asking twice."""
    market = a_market()
    market.request()
    with app.app_context():
        for _ in range(5):
            sweeper.sweep()
    assert valkey.llen("rq:queue:match") == 1
    assert valkey.llen("rq:queue:now") == 1


def test_a_problem_the_engine_refuses_fails_with_its_sentence(work_off, monkeypatch):
    """The manager reads what to correct; nobody tries five times."""

    def refuse(*_args, **_kwargs):
        raise matching.ProblemError("must not be empty", table="clinicians", row=3, column="profession")

    monkeypatch.setattr(matching.Problem, "from_tables", refuse)
    market = a_market()
    run = market.request()
    assert work_off() == 0
    failed = again(run)
    assert (failed.state, failed.attempt) == ("failed", 1)
    assert "clinicians, row 3" in failed.failure
    assert "start a new run" in failed.failure


def test_a_database_hiccup_gives_the_run_back_at_once(app, work_off, monkeypatch):
    """The next attempt does not wait for the lease."""
    write_run, hiccups = match.writing.write_run, [OperationalError("", {}, Exception("deadlock detected"))]

    def hiccup_once(*args):
        if hiccups:
            raise hiccups.pop()
        return write_run(*args)

    monkeypatch.setattr(match.writing, "write_run", hiccup_once)
    market = a_market()
    run = market.request()
    assert work_off() == 1
    assert (again(run).state, again(run).stage) == ("running", run_leases.NOT_STARTED)
    assert "deadlock detected" in again(run).failure
    with app.app_context():
        sweeper.sweep()
    assert work_off() == 0
    assert (again(run).state, again(run).attempt, again(run).failure) == ("published", 2, "")


def test_a_worker_that_lost_its_run_stops_quietly(app, work_off, monkeypatch):
    """Somebody else was faster while this one solved."""
    market = a_market()
    run = market.request()
    solve_apart = match.solve_apart

    def solve_too_late(*args):
        with working_as(market.system) as work:
            work.get(MatchRun, run.id, lock=True).attempt += 1
        return solve_apart(*args)

    monkeypatch.setattr(match, "solve_apart", solve_too_late)
    assert work_off() == 0
    assert again(run).state == "running"
    assert market.proposals() == []


@pytest.mark.parametrize("seconds", [Config.lease_seconds, 90])
def test_a_lease_lasts_as_long_as_the_setting_says(app, monkeypatch, seconds):
    """Taken and renewed: half a minute unless the installation wants another."""
    config = dataclasses.replace(app.extensions["pool_config"], lease_seconds=seconds)
    monkeypatch.setitem(app.extensions, "pool_config", config)
    market = a_market()
    run = market.request()
    with app.app_context():
        owned = match.claim(market.system, run.id)
        assert seconds / 2 < seconds_left(market, run) <= seconds
        with working_as(market.system) as work:
            run_leases.release(work, run.id, owned.attempt, "")
        owned.beat()
    assert seconds / 2 < seconds_left(market, run) <= seconds


def seconds_left(market, run):
    """Until the run may be given to somebody else, by the database's clock."""
    with working_as(market.system) as work:
        left = work.get(MatchRun, run.id).lease_until - work.store.execute(select(func.now())).scalar_one()
    return left.total_seconds()


def test_the_heartbeat_renews_the_lease_and_notices_a_loss(app, monkeypatch):
    monkeypatch.setattr(ownership, "BEATS", 600)
    market = a_market()
    run = market.request()
    with app.app_context():
        owned = match.claim(market.system, run.id)
        first = again(run).lease_until
        with ownership.owning(owned):
            assert wait_for(lambda: again(run).lease_until > first)
            assert not owned.lost.is_set()
            with working_as(market.system) as work:
                work.get(MatchRun, run.id, lock=True).attempt += 1
            assert owned.lost.wait(HOPELESS)
            with pytest.raises(ownership.Lost):
                owned.tell("Anything", 0.5)


def test_progress_is_told_in_words_and_never_backwards(work_off, monkeypatch):
    """What the manager sees while waiting."""
    told = []
    monkeypatch.setattr(run_leases, "report_progress", lambda *args: told.append(args[3:]) or report(*args))
    market = a_market()
    market.request()
    assert work_off() == 0
    words, shares = zip(*told, strict=True)
    assert "Finding the best plan" in words
    assert words[-1] == "Publishing the plan"
    assert list(shares) == sorted(shares)


report = run_leases.report_progress
