"""Servers that go away, come late or drop their connections, and machines that are asked to stop: nothing is lost."""

import shutil

import pytest

from deploy.embedded_postgres import APPLICATION
from tests.builders import again
from tests.deploy.waiting import wait_for
from tests.faults.conftest import alive, descendants, kill
from tests.faults.scenes import READING, a_full_market, attempts, stand_still, wait_for_plans

pytestmark = pytest.mark.faults

DROP_CONNECTIONS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = %s
"""


def test_valkey_is_away_while_runs_are_made_and_asked_for(background, gate, timed):
    """The run under way is published, the one asked for meanwhile follows when Valkey is back, empty."""
    markets = [a_full_market(), a_full_market()]
    machine = background.start()
    with gate.closed(*READING):
        runs = [markets[0].request()]
        stand_still(gate, READING, runs, background)
        kill(background.valkey.child.process.pid)
    assert wait_for(lambda: again(runs[0]).state == "published"), background.logs()
    runs.append(markets[1].request())
    shutil.rmtree(background.valkey.data)
    background.valkey.start()
    since = timed("Valkey back and empty, run taken after")
    since.until(lambda: attempts(runs) == [1, 1])
    wait_for_plans(markets, runs, background)
    assert machine.is_alive()


def test_a_machine_that_starts_before_valkey_waits_for_it(background, timed):
    """The order in which servers come up after a power cut is anybody's guess."""
    market = a_full_market()
    background.valkey.stop()
    background.start()
    run = market.request()
    background.valkey.start()
    since = timed("Valkey came up, run taken after")
    since.until(lambda: attempts([run]) == [1])
    wait_for_plans([market], [run], background)


def test_postgresql_drops_every_connection(background, gate, services, database, timed):
    """A failover in the middle of a run: it is handed back and taken again, and a sweeper leads again."""
    market = a_full_market()
    background.start()
    with gate.closed(*READING):
        run = market.request()
        stand_still(gate, READING, [run], background)
        with services.postgres.connect(database) as superuser:
            superuser.execute(DROP_CONNECTIONS, (APPLICATION,))
        since = timed("connections dropped, run taken after")
    since.until(lambda: attempts([run]) == [2], within=20)
    wait_for_plans([market], [run], background)


def test_a_machine_that_is_asked_to_stop_is_gone_in_ten_seconds(background, gate, timed):
    """Also in the middle of a run, which the next start carries through."""
    market = a_full_market()
    machine = background.start()
    with gate.closed(*READING):
        run = market.request()
        stand_still(gate, READING, [run], background)
        everything = descendants(machine.process.pid)
        since = timed("asked to stop, gone after")
        machine.process.terminate()
        since.until(lambda: not machine.is_alive(), within=10)
        assert not any(map(alive, everything))
        assert machine.process.returncode == 0
    background.start()
    since = timed("machine started again, run taken after")
    since.until(lambda: attempts([run]) == [2], within=10)
    wait_for_plans([market], [run], background)
