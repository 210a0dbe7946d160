"""A private PostgreSQL for one machine: the wheel's programs, a unix socket, no root and no packages needed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg

from deploy.child import Child
from deploy.errors import CannotStart
from deploy.postgres_files import find_programs, give_to_server, major_version, reachable_home, server_account
from deploy.processes import end_processes, program_of
from deploy.sockets import refuse_foreign, remove_when_empty, short_name, socket_folder

DATABASE = "pool"
OWNER = "pool_owner"
APPLICATION = "pool_app"
SUPERUSER = "postgres"
START_SECONDS = 120
ROLES = (Path(__file__).parent / "roles.sql").read_text()
EXTENSIONS = (Path(__file__).parent / "extensions.sql").read_text()
LASTING = ("shared_buffers=128MB", "autovacuum_naptime=10s")
FORGETFUL = ("shared_buffers=64MB", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")
FIXED = ("listen_addresses=", "timezone=UTC", "max_connections=100", "unix_socket_permissions=0700")


class EmbeddedPostgres:
    """One PostgreSQL server on a folder of its own; `fast` gives up durability and is for tests only."""

    def __init__(self, home: Path, *, log: Path | None = None, fast: bool = False) -> None:
        self.home = reachable_home(home)
        self.data = self.home / "data"
        self.log = log or self.home / "postgres.log"
        self.fast = fast
        self.programs = find_programs()
        self.marker = short_name(self.data)
        self.sockets = socket_folder(self.home / "socket", longest_name=".s.PGSQL.5432.lock")
        self.child: Child | None = None

    def start(self) -> EmbeddedPostgres:
        """Start the server on its data, made on the first start; raises CannotStart with the reason."""
        self.stop()
        self.end_left_over()
        give_to_server(self.sockets)
        refuse_foreign(self.sockets, self._owner())
        if not self.data.exists():
            self._initialise()
        self._refuse_other_data()
        self.child = self._server()
        self.child.start()
        self.child.wait_until(self.is_ready, seconds=START_SECONDS)
        try:
            self._provide_database()
        except psycopg.Error as problem:
            raise CannotStart(f"PostgreSQL runs, but its database could not be made: {problem}") from problem
        return self

    def stop(self) -> None:
        """Shut down cleanly: sessions are ended, what was committed is on disk."""
        if self.child:
            self.child.stop()
            remove_when_empty(self.sockets)

    def end_left_over(self) -> None:
        """End a server that an earlier run left on this data, and forget a process number that is now another's."""
        end_processes(self.marker, signal.SIGINT)
        for lock in (self.data / "postmaster.pid", self.sockets / ".s.PGSQL.5432.lock"):
            if lock.exists() and is_stale(lock.read_text()):
                lock.unlink()

    def is_alive(self) -> bool:
        """Whether the server process runs."""
        return self.child is not None and self.child.is_alive()

    def is_ready(self) -> bool:
        """Whether the server answers."""
        try:
            with self.connect():
                return True
        except psycopg.OperationalError:
            return False

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A superuser connection that commits each statement; for administration, never for the application."""
        return psycopg.connect(host=str(self.sockets), user=SUPERUSER, dbname=database, autocommit=True)

    def url(self, role: str = APPLICATION, database: str = DATABASE) -> str:
        """The SQLAlchemy address for one role and database."""
        return f"postgresql+psycopg://{role}@/{database}?host={self.sockets}"

    def _owner(self) -> int:
        return server_account().get("user", os.geteuid())

    def _initialise(self) -> None:
        """Make the data folder under another name first, so that an interrupted start leaves nothing half made."""
        for interrupted in self.home.glob("data.*"):
            shutil.rmtree(interrupted)
        unfinished = self.home / f"data.{os.getpid()}"
        give_to_server(unfinished)
        command: list[str | Path] = [
            self.programs / "initdb",
            "-D",
            unfinished,
            "-U",
            SUPERUSER,
            "--auth=trust",
            "--encoding=UTF8",
        ]
        command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
        command += ["--no-sync"] if self.fast else []
        answer = subprocess.run(
            command, cwd="/", env=_environment(), capture_output=True, text=True, **server_account()
        )
        if answer.returncode != 0:
            raise CannotStart(f"PostgreSQL could not make its data folder {self.data}.\n{answer.stderr}")
        unfinished.rename(self.data)

    def _refuse_other_data(self) -> None:
        if self.data.stat().st_uid != self._owner():
            raise CannotStart(
                f"The data in {self.data} is another user's. Start as that user, or set POOL_VAR to a new folder."
            )
        made_by, installed = (self.data / "PG_VERSION").read_text().strip(), major_version(self.programs)
        if made_by != str(installed):
            raise CannotStart(
                f"The data in {self.data} was made by PostgreSQL {made_by}, but {installed} is installed. "
                f"Set POOL_PG_BIN to the programs of PostgreSQL {made_by}, or start over with `make demo-reset`."
            )

    def _server(self) -> Child:
        settings = (*FIXED, f"cluster_name={self.marker}", *(FORGETFUL if self.fast else LASTING))
        options = [part for setting in settings for part in ("-c", setting)]
        return Child(
            name="PostgreSQL",
            command=[self.programs / "postgres", "-D", self.data, "-k", self.sockets, *options],
            log=self.log,
            env=_environment(),
            stop_signal=signal.SIGINT,
            stop_seconds=60,
            run_as=server_account(),
        )

    def _provide_database(self) -> None:
        """The roles, the database and its extensions; nothing happens where they are there already."""
        with self.connect() as server:
            server.execute(ROLES)
            if not server.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).rowcount:
                server.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
        with self.connect(DATABASE) as database:
            database.execute(EXTENSIONS)


def is_stale(lock: str) -> bool:
    """Whether a lock file names no process (it is empty when the disk was full) or a process that is not a server."""
    number = lock.split()[0] if lock.split() else ""
    return not number.isdecimal() or program_of(int(number)) not in ("", "postgres")


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
