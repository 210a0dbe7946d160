"""The private Valkey keeps every write and is reachable only through its socket."""

import os
import shutil
import signal

import pytest
import redis

from deploy.embedded_valkey import EmbeddedValkey, find_server
from deploy.processes import processes_with


@pytest.fixture
def server(folder):
    """A running server with one key."""
    server = EmbeddedValkey(folder / "valkey").start()
    with redis.Redis.from_url(server.url) as client:
        client.set("kept", "here")
    yield server
    server.stop()


def kept(server: EmbeddedValkey) -> bytes:
    with redis.Redis.from_url(server.url) as client:
        return client.get("kept")


def test_keys_survive_a_restart(server):
    """Queued work is still queued tomorrow."""
    server.stop()
    assert not processes_with(str(server.configuration))
    assert kept(server.start()) == b"here"


def test_keys_survive_a_killed_server(server):
    """The append-only file is written every second; what is in it is never lost."""
    with redis.Redis.from_url(server.url) as client:
        assert client.execute_command("WAITAOF", 1, 0, 30_000)[0] == 1
    os.kill(server.child.process.pid, signal.SIGKILL)
    assert kept(server.start()) == b"here"


def test_a_server_left_by_an_earlier_run_is_ended_first(server, folder):
    """Two servers would write one append-only file."""
    successor = EmbeddedValkey(folder / "valkey").start()
    assert kept(successor) == b"here"
    assert not server.is_alive()
    successor.stop()


def test_nothing_is_evicted_and_no_port_is_open(server):
    """A queue that forgets entries when memory is short would lose work; a port would be open to everybody."""
    with redis.Redis.from_url(server.url) as client:
        settings = client.config_get("maxmemory-policy", "port", "appendonly", "save")
    assert settings == {"maxmemory-policy": "noeviction", "port": "0", "appendonly": "yes", "save": ""}
    assert server.socket.stat().st_mode & 0o077 == 0


def test_an_ordinary_user_starts_the_server(folder, as_ordinary_user):
    """No part of the product needs root."""
    folder.chmod(0o777)
    program = shutil.copy(find_server(), folder)
    assert as_ordinary_user(start_and_ask, folder / "valkey", program)


def start_and_ask(home, program) -> bool:
    os.environ["POOL_VALKEY"] = program
    server = EmbeddedValkey(home).start()
    try:
        return server.is_ready()
    finally:
        server.stop()
