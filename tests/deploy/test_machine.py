"""What each program of one machine is told."""

import pytest
import redis

from deploy.embedded_valkey import EmbeddedValkey
from deploy.machine import OWNERS_OWN, Machine, worker_since

GIVEN = {
    "DATABASE_URL": "postgresql+psycopg://pool_app:application@db/pool",
    "REDIS_URL": "redis://cache/0",
    "DATABASE_OWNER_URL": "postgresql+psycopg://pool_owner:owners-secret@db/pool",
    "SMTP_URL": "smtp://mail:25",
    "POSTGRES_PASSWORD": "superusers-secret",
    "POOL_OWNER_PASSWORD": "owners-secret",
    "PGPASSWORD": "superusers-secret",
}


def test_portal_and_workers_are_told_no_owners_password(folder):
    """Whoever breaks into the portal must not be able to pass row-level security by."""
    machine = Machine(GIVEN | {"POOL_VAR": str(folder / "var")})
    machine.var.prepare()
    programs = dict(machine.programs())
    assert set(programs) == {"Portal", "Workers"}
    for program in programs.values():
        assert program.child.env["DATABASE_URL"] == GIVEN["DATABASE_URL"]
        assert not set(OWNERS_OWN) & set(program.child.env)
        assert "owners-secret" not in str(program.child.env)
        assert "superusers-secret" not in str(program.child.env)


def test_migrations_are_told_the_owners_address(folder):
    """They are the only ones who need it."""
    machine = Machine(GIVEN | {"POOL_VAR": str(folder / "var")})
    machine.var.prepare()
    assert machine.environment()["DATABASE_OWNER_URL"] == GIVEN["DATABASE_OWNER_URL"]


@pytest.fixture
def server(folder):
    """A Valkey of this test's own, to be broken."""
    server = EmbeddedValkey(folder / "valkey").start()
    yield server
    server.stop()


def test_a_valkey_that_refuses_writes_is_waited_for(server):
    """Looking for workers tidies up after dead ones, which is a write: refused, it ended the supervisor."""
    with redis.Redis.from_url(server.url) as client:
        client.sadd("rq:workers", "rq:worker:dead")
        client.config_set("min-replicas-to-write", 1)
        with pytest.raises(redis.ResponseError):
            client.set("anything", "1")
    assert not worker_since(0, server.url)


def test_a_valkey_that_is_away_is_waited_for(server):
    """The workers are started again before Valkey is."""
    server.stop()
    assert not worker_since(0, server.url)
