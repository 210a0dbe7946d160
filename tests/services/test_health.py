"""Whether the background works is proved by its signs of life, never assumed."""

from datetime import timedelta

import pytest
from redis import Redis
from rq import Queue, Worker

from pool import clock, queue
from pool.actor import Actor
from pool.services import health
from tests.builders import a_pool_manager, working_as
from workers import sweeper


@pytest.fixture
def workers(valkey, app):
    """A living worker of each queue and a sweeper that has just said that it works."""
    made = {name: Worker([Queue(name, connection=valkey)], connection=valkey) for name in queue.QUEUES}
    for worker in made.values():
        worker.register_birth()
    sweeper_said(timedelta())
    return made


def sweeper_said(ago: timedelta) -> None:
    with working_as(Actor.system(), now=clock.now() - ago) as work:
        health.beat(work, health.SWEEPER)


def asked(client) -> tuple[int, dict[str, str]]:
    answer = client.get("/health/ready")
    return answer.status_code, answer.json


def test_everything_is_well(client, workers):
    """What the load balancer and `make run` see on a good day."""
    assert asked(client) == (200, {"database": "ok", "queue": "ok", "workers": "ok"})


def test_every_part_says_what_waits_without_it():
    """Whoever reads the manager's home knows whom it concerns."""
    assert set(health.WORK_OF) == {*queue.QUEUES, health.SWEEPER}


@pytest.mark.parametrize("name", queue.QUEUES)
def test_a_worker_that_has_died_is_named(client, workers, valkey, name):
    """Killed, it cannot sign off: it stays in the list, but the key that it renews is gone."""
    valkey.delete(workers[name].key)
    assert asked(client) == (200, {"database": "ok", "queue": "ok", "workers": f"away: {name}"})


def test_a_sweeper_that_is_silent_is_named(client, workers):
    """Without it nothing that was lost is found again, and no reminder goes out."""
    sweeper_said(health.SILENT_AFTER + timedelta(seconds=1))
    assert asked(client)[1]["workers"] == "away: sweeper"


def test_an_installation_whose_workers_never_ran_says_so(client):
    """The portal is started, the workers are forgotten: nothing would be mailed, and nobody would know why."""
    assert asked(client)[1]["workers"] == "away: later, mail, match, now, sweeper"


def test_redis_away_is_said(client, workers, monkeypatch):
    """Booking goes on without it, so the portal still serves; who serves the queues, nobody can tell."""
    away = Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.2)
    monkeypatch.setitem(queue._connection, "redis", away)
    assert asked(client) == (200, {"database": "ok", "queue": "away", "workers": "ok"})


def test_the_managers_home_says_what_waits(manager_at_home, workers, valkey):
    """Whoever waits for a run must not wait in vain."""
    assert "has stopped" not in manager_at_home()
    valkey.delete(workers[queue.MATCH].key)
    page = manager_at_home()
    assert "Part of the service has stopped" in page
    assert "Nobody works on runs." in page
    sweeper_said(timedelta(hours=2))
    assert "Last sign of life:" in manager_at_home()


def test_a_redis_that_refuses_writes_is_as_good_as_away(client, workers, valkey):
    """It answers, and yet nobody signs in and no worker starts: its disk or memory is full, or its replica is gone."""
    valkey.config_set("min-replicas-to-write", 1)
    try:
        assert asked(client) == (200, {"database": "ok", "queue": "away", "workers": "ok"})
    finally:
        valkey.config_set("min-replicas-to-write", 0)


def test_the_managers_home_says_that_redis_is_away(manager_at_home, workers, monkeypatch):
    """Sign-in fails closed meanwhile: a manager is asked about it by everybody."""
    away = Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.2)
    monkeypatch.setitem(queue._connection, "redis", away)
    assert "The queue (Redis) does not answer" in manager_at_home()


def test_the_sweeper_gives_the_sign_itself(app):
    """What the pages look for is what the real process writes."""
    with app.app_context():
        sweeper.say_that_it_works()
    with working_as(Actor.system()) as work:
        assert health.SWEEPER not in health.background(work).away


@pytest.fixture
def manager_at_home(pool, signed_in):
    """The text of a pool manager's home, opened anew."""
    browser = signed_in(a_pool_manager(pool.id))
    return lambda: " ".join(browser.get("/manager/").text.split())
