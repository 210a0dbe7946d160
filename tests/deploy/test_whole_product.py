"""The product as `make run` starts it: every part real, on a folder of its own, with the demo place."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
import redis

from deploy.embedded_postgres import EmbeddedPostgres
from deploy.embedded_valkey import EmbeddedValkey
from deploy.processes import PROC
from deploy.program import PROJECT, answers_ready
from deploy.var_folder import VarFolder
from tests.deploy.newcomer import Newcomer
from tests.deploy.waiting import HOPELESS, wait_for

PERSONAS = ["Practice manager", "Clinician", "Pool manager", "ICS lead"]
REPLACING = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SMTP_URL", "POOL_BASE_URL", "POOL_DEMO", "POOL_HOST")


class Run:
    """One `python -m deploy run` and what it shows."""

    def __init__(self, var: Path, port: int, number: int) -> None:
        self.var = var
        self.screen = var.parent / f"screen-{number}"
        env = {name: value for name, value in os.environ.items() if name not in REPLACING}
        self.env = env | {"POOL_VAR": str(var), "PORT": str(port)}
        self.database = EmbeddedPostgres(var / "postgres")
        with self.screen.open("w") as screen:
            self.process = subprocess.Popen([*DEPLOY, "run"], cwd=PROJECT, env=self.env, stdout=screen, stderr=screen)

    def shows(self, words: str) -> bool:
        """Whether the words appear on the screen before it ends or stands still."""
        seen = self.screen.read_text
        wait_for(lambda: words in seen() or self.process.poll() is not None, moving=seen)
        return words in seen()

    @property
    def address(self) -> str:
        """Where it says that it answers."""
        return re.search(r"answers at (\S+)", self.screen.read_text()).group(1)

    def ask(self, command: str) -> subprocess.CompletedProcess:
        """Run another `python -m deploy` beside it."""
        return subprocess.run([*DEPLOY, command], cwd=PROJECT, env=self.env, capture_output=True, text=True)

    def stop(self) -> int:
        """Stop it as `kill` does and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(HOPELESS)

    def processes(self) -> dict[int, str]:
        """Every live process of this run: each carries the folder in its environment, or a mark on its command line."""
        marks = (str(self.var).encode(), self.database.marker.encode())
        own = {int(entry.name): entry for entry in PROC.glob("[0-9]*") if any(mark in _traces(entry) for mark in marks)}
        return {pid: _command(entry) for pid, entry in own.items() if pid not in (os.getpid(), self.process.pid)}

    def oldest(self, words: str) -> int:
        """The oldest process of this run whose command line contains the words."""
        return min(pid for pid, command in self.processes().items() if words in command)

    def people(self) -> int:
        """How many people the database knows."""
        with self.database.connect("pool") as connection:
            return connection.execute("SELECT count(*) FROM person").fetchone()[0]

    def an_address(self) -> str:
        """The e-mail address of somebody of the demonstration who may sign in."""
        with self.database.connect("pool") as connection:
            return connection.execute("SELECT email FROM person ORDER BY email LIMIT 1").fetchone()[0]

    def log(self, part: str) -> str:
        """What a part has written."""
        return VarFolder(self.var).log(part).read_text()


DEPLOY = [sys.executable, "-m", "deploy"]


def _traces(entry: Path) -> bytes:
    try:
        return (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
    except OSError:
        return b""


def _command(entry: Path) -> str:
    return (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder for the data, and a port that somebody else has taken already."""
    folder = tmp_path_factory.mktemp("whole")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield folder / "var", taken.getsockname()[1]
    VarFolder(folder / "var").erase()


@pytest.fixture(scope="module")
def run(place):
    """The first run, ready."""
    first = Run(*place, number=1)
    ready = first.shows("Ctrl-C stops it")
    try:
        assert ready, first.screen.read_text()
        yield first
    finally:
        first.stop()


def test_the_first_start_prints_a_link_that_opens_for_each_persona(run):
    """Whoever tries the product is signed in as somebody within a minute, without a password."""
    links = re.findall(r"^(\w+ \w+|\w+)\s{2,}.*?(http\S+)$", run.screen.read_text(), re.MULTILINE)
    assert [persona for persona, _ in links] == PERSONAS
    for _, link in links:
        with urllib.request.urlopen(link) as page:
            assert page.status == 200


def test_the_first_start_delivers_mail(run):
    """Somebody asks for a link, opens the mail page in the same browser, follows the link and is in."""
    person = Newcomer(run.address)
    person.open("/sign-in")
    person.press(email=run.an_address())
    assert wait_for(lambda: "link to sign in" in person.open("/demo/mail"), seconds=180), run.log("workers")
    person.open(person.links("link to sign in")[0])
    person.open(person.links("/sign-in/link/")[0])
    assert "Sign out" in person.press()


def test_a_taken_port_is_passed_over_and_said(run, place):
    """Port 8000 is popular."""
    assert not run.address.endswith(f":{place[1]}")
    assert f"(port {place[1]} is taken by another program)" in run.screen.read_text()


def test_a_second_run_is_refused_with_the_address(run):
    """Two supervisors on one folder would fight over the data."""
    second = run.ask("run")
    assert second.returncode == 1
    assert run.address in second.stderr


def test_starting_over_is_refused_while_it_runs(run):
    """The data would vanish under the people who use them."""
    refused = run.ask("reset")
    assert refused.returncode == 1
    assert run.address in refused.stderr
    assert run.people() > 0


def test_status_says_that_it_is_ready(run):
    """For whoever finds the terminal closed."""
    assert "The portal is ready" in run.ask("status").stdout


def test_every_part_gives_its_sign_of_life(run):
    """The real sweeper and a real worker of each queue, as the load balancer sees them."""
    well = {"database": "ok", "queue": "ok", "workers": "ok"}
    assert wait_for(lambda: readiness(run.address) == well, seconds=120), readiness(run.address)


def readiness(address: str) -> dict[str, str]:
    with urllib.request.urlopen(f"{address}/health/ready") as answer:
        return json.load(answer)


@pytest.mark.faults
@pytest.mark.parametrize(
    ("part", "words"),
    [("Portal", "gunicorn"), ("Workers", "-m workers"), ("Mail catcher", "mail_catcher"), ("Valkey", "valkey-server")],
)
def test_a_killed_part_is_started_again(run, part, words):
    """Nobody has to notice."""
    os.kill(run.oldest(words), signal.SIGKILL)
    assert run.shows(f"{part} stopped by itself")
    assert run.shows(f"{part} runs again")
    assert wait_for(lambda: answers_ready(run.address))


@pytest.mark.faults
def test_a_valkey_that_refuses_writes_is_outlived(run):
    """As it does while its disk is full: the workers cannot report for duty, and everything comes back by itself."""
    before = run.screen.read_text().count("Workers runs again")
    with redis.Redis.from_url(EmbeddedValkey(run.var / "valkey").url) as valkey:
        valkey.config_set("min-replicas-to-write", 1)
        try:
            os.kill(run.oldest("-m workers"), signal.SIGKILL)
            os.kill(run.oldest("gunicorn"), signal.SIGKILL)
            assert wait_for(lambda: answers_ready(run.address), seconds=120), "pages need no Valkey that writes"
            assert run.screen.read_text().count("Workers runs again") == before
        finally:
            valkey.config_set("min-replicas-to-write", 0)
    assert wait_for(lambda: run.screen.read_text().count("Workers runs again") > before, seconds=300)
    assert run.process.poll() is None


@pytest.mark.faults
def test_a_killed_database_is_started_again_with_all_it_knew(run):
    """What was committed is there; the portal connects again by itself."""
    before = run.people()
    os.kill(run.oldest("bin/postgres"), signal.SIGKILL)
    assert run.shows("PostgreSQL runs again")
    assert wait_for(lambda: answers_ready(run.address))
    assert run.people() == before


def test_stopping_leaves_no_process_and_the_next_start_keeps_the_data(run, place):
    """Stop in the evening, start in the morning; starting over is a decision, not an accident."""
    before = run.people()
    assert run.stop() == 0
    assert run.processes() == {}
    again = Run(*place, number=2)
    try:
        assert again.shows("Ctrl-C stops it"), again.screen.read_text()
        assert again.people() == before
    finally:
        assert again.stop() == 0
    assert again.processes() == {}
    assert again.ask("reset").returncode == 0
    assert not (run.var / "postgres").exists()
