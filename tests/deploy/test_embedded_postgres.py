"""The private PostgreSQL starts for everybody, keeps what was committed, and leaves no process behind."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from deploy.embedded_postgres import APPLICATION, DATABASE, OWNER, EmbeddedPostgres
from deploy.errors import CannotStart
from deploy.postgres_files import WHEEL, WHEEL_LIBRARIES, find_programs
from deploy.processes import processes_with
from tests.deploy.waiting import wait_for

PROJECT = Path(__file__).parents[2]
START_AND_WAIT = """
import pathlib, sys, time
from deploy.embedded_postgres import EmbeddedPostgres
print(EmbeddedPostgres(pathlib.Path(sys.argv[1])).start().marker, flush=True)
time.sleep(600)
"""


@pytest.fixture
def server(folder):
    """A running server with one committed row, durable as for a user."""
    server = EmbeddedPostgres(folder / "postgres").start()
    with server.connect(DATABASE) as database:
        database.execute("CREATE TABLE kept (word text)")
        database.execute("INSERT INTO kept VALUES ('here')")
    yield server
    server.stop()


def kept(server: EmbeddedPostgres) -> list[tuple]:
    with server.connect(DATABASE) as database:
        return database.execute("SELECT word FROM kept").fetchall()


def connect_as(server: EmbeddedPostgres, role: str) -> psycopg.Connection:
    return psycopg.connect(host=str(server.sockets), user=role, dbname=DATABASE, autocommit=True)


def test_data_survive_a_restart(server):
    """`make run` today shows what was entered yesterday."""
    server.stop()
    assert not processes_with(server.marker)
    assert kept(server.start()) == [("here",)]


def test_committed_rows_survive_a_killed_server(server):
    """The supervisor starts a crashed server again, at once, without anybody's help."""
    os.kill(server.child.process.pid, signal.SIGKILL)
    assert kept(server.start()) == [("here",)]


@pytest.mark.parametrize("left", ["", "not a number\n"])
def test_a_lock_that_a_full_disk_left_half_written_is_no_server(server, left):
    """PostgreSQL refuses to start on an empty lock file for ever; it names nobody, and nobody runs."""
    server.stop()
    (server.data / "postmaster.pid").write_text(left)
    assert kept(server.start()) == [("here",)]


def test_a_server_left_by_an_earlier_run_is_ended_first(server, folder):
    """Two servers on one folder would destroy it."""
    successor = EmbeddedPostgres(folder / "postgres").start()
    assert kept(successor) == [("here",)]
    assert not server.is_alive()
    successor.stop()


def test_the_server_ends_when_its_parent_is_killed(folder):
    """A killed supervisor leaves nothing behind."""
    command = [sys.executable, "-c", START_AND_WAIT, folder / "postgres"]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as parent:
        marker = parent.stdout.readline().strip()
        assert processes_with(marker)
        parent.kill()
    assert wait_for(lambda: not processes_with(marker))


def test_a_process_number_that_now_belongs_to_another_does_not_stop_the_start(server):
    """After a power cut the number in the lock file may be anybody's."""
    server.stop()
    (server.data / "postmaster.pid").write_text(f"{os.getppid()}\n{server.data}\n")
    assert kept(server.start()) == [("here",)]


def test_the_application_owns_nothing_and_cannot_pass_row_level_security(server):
    """Both roles may sign in; only the owner may change tables, and neither is a superuser."""
    with connect_as(server, OWNER) as owner:
        owner.execute("CREATE TABLE owned (id int)")
    with connect_as(server, APPLICATION) as application:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("CREATE TABLE mine (id int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("SELECT * FROM owned")
        roles = application.execute(
            "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname LIKE 'pool%' ORDER BY 1"
        )
        assert roles.fetchall() == [(APPLICATION, False, False), (OWNER, False, False)]


def test_the_server_listens_on_no_port_and_its_socket_is_private(server):
    """Other accounts on the machine cannot reach the data."""
    with server.connect() as superuser:
        assert superuser.execute("SHOW listen_addresses").fetchone() == ("",)
    assert server.sockets.stat().st_mode & 0o077 == 0


def test_a_folder_with_a_long_path_gets_a_short_socket(folder):
    """The kernel allows about 107 characters for a socket's path."""
    server = EmbeddedPostgres(folder / ("long" * 30) / "postgres", fast=True).start()
    assert server.is_ready()
    server.stop()
    assert not server.sockets.exists()


def test_an_ordinary_user_starts_the_server(folder, as_ordinary_user):
    """No part of the product needs root."""
    folder.chmod(0o777)
    assert as_ordinary_user(start_and_ask, folder / "postgres", find_programs()) == (1,)


def start_and_ask(home: Path, programs: Path) -> tuple:
    os.environ["POOL_PG_BIN"] = str(programs)
    server = EmbeddedPostgres(home).start()
    try:
        with server.connect(DATABASE) as database:
            return database.execute("SELECT 1").fetchone()
    finally:
        server.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has folders that the server's account cannot enter")
def test_root_may_start_it_in_a_folder_of_its_own():
    """Root's own folder is closed to the account that the server runs as."""
    private = Path(tempfile.mkdtemp())
    server = EmbeddedPostgres(private / "postgres", fast=True).start()
    assert server.is_ready()
    assert EmbeddedPostgres(private / "postgres").data == server.data
    server.stop()
    shutil.rmtree(server.home)
    shutil.rmtree(private)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root cannot run the programs from a folder of its own")
def test_root_runs_a_copy_of_programs_that_only_root_can_reach(folder, monkeypatch):
    """A virtual environment under /root is closed to the account that the server runs as."""
    private = Path(tempfile.mkdtemp())
    install = find_programs().parent
    shutil.copytree(install, private / WHEEL / "pginstall", symlinks=True)
    if (install.parent.parent / WHEEL_LIBRARIES).is_dir():
        shutil.copytree(install.parent.parent / WHEEL_LIBRARIES, private / WHEEL_LIBRARIES)
    monkeypatch.setenv("POOL_PG_BIN", str(private / WHEEL / "pginstall" / "bin"))
    server = EmbeddedPostgres(folder / "postgres", fast=True).start()
    assert server.is_ready()
    assert private not in server.programs.parents
    server.stop()
    shutil.rmtree(server.programs.parents[2])
    shutil.rmtree(private)


def test_data_of_another_version_are_refused_with_a_way_out(server):
    """PostgreSQL's own message does not say what to do."""
    server.stop()
    (server.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(CannotStart, match=r"made by PostgreSQL 17.*POOL_PG_BIN"):
        server.start()


def test_no_programs_anywhere_is_explained(folder, monkeypatch):
    """The sentence names the package and the setting."""
    monkeypatch.setenv("POOL_PG_BIN", str(folder))
    with pytest.raises(CannotStart, match=r"embedded-postgres.*POOL_PG_BIN"):
        find_programs()
