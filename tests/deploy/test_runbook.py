"""The runbook, executed in an empty folder: installation, first pool, update, dump and restore, as they stand there.

What needs root has a stand-in: packages, the user, Redis and nginx of the distribution, and systemctl, which here reads
the units and starts what they say with the files that they name. PostgreSQL, Valkey and mail are real.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import moved_clock
from deploy.embedded_postgres import EmbeddedPostgres
from deploy.embedded_valkey import EmbeddedValkey
from deploy.machine import worker_since
from deploy.program import PROJECT, answers_ready
from tests.deploy.waiting import wait_for
from tests.fixtures.ports import own_port

BLOCK = re.compile(r"```sh\n(.+?)```", re.DOTALL)
ROOTS = ("/etc/", "/opt/", "/var/lib/pool", "/var/backups/")
INSTALLED_ALREADY = ("python3 -m venv", "/bin/pip install")
"""The test's own Python has these packages."""

NOTHING_TO_DO = ("apt-get", "useradd", "chgrp", "chown", "nginx", "openssl")
RUNUSER = '#!/bin/sh\nshift 3\nexec "$@"\n'
"""runuser -u postgres -- …"""

PATIENCE = 300
PRACTICES = PROJECT / "tests/cases/practices/three.csv"


class Machine:
    """An empty folder that stands for the machine's root, and the servers that the distribution would bring."""

    def __init__(self, folder: Path, port: int, mail: str) -> None:
        self.folder, self.port, self.mail = folder, port, mail
        self.valkey = EmbeddedValkey(folder / "valkey").start()
        self.postgres = self._empty_server("postgres")
        for path in ("etc/systemd/system", "etc/nginx/conf.d", "etc/redis", "opt", "var/backups", "bin"):
            (folder / path).mkdir(parents=True)
        self._stand_ins()
        self.unpack("pool-1")

    def _empty_server(self, name: str) -> EmbeddedPostgres:
        server = EmbeddedPostgres(self.folder / name, fast=True).start()
        with server.connect() as superuser:
            superuser.execute("DROP DATABASE pool")
            superuser.execute("DROP ROLE pool_app")
            superuser.execute("DROP ROLE pool_owner")
        return server

    def another_server(self) -> None:
        """The old server is lost; an empty one takes its place."""
        self.postgres.stop()
        self.postgres = self._empty_server("postgres2")
        self.point_to_servers()

    def unpack(self, release: str) -> None:
        """A release, as links to this project."""
        made = self.folder / "opt" / release
        made.mkdir()
        for entry in (*PROJECT.glob("[!.]*"), PROJECT / ".venv"):
            (made / entry.name).symlink_to(entry)

    def _stand_ins(self) -> None:
        systemctl = (
            f'#!/bin/sh\nexec {sys.executable} {PROJECT}/tests/deploy/stand_in_systemctl.py {self.folder} "$@"\n'
        )
        scripts = dict.fromkeys(NOTHING_TO_DO, "#!/bin/sh\n") | {
            "runuser": RUNUSER,
            "systemctl": systemctl,
            "setpriv": SETPRIV,
        }
        for name, script in scripts.items():
            (self.folder / "bin" / name).write_text(script)
            (self.folder / "bin" / name).chmod(0o755)

    def obey(self, words: str) -> subprocess.CompletedProcess:
        """Execute the block of the runbook that holds these words, here instead of in the machine's root."""
        (block,) = [block for block in BLOCK.findall(RUNBOOK) if words in block]
        lines = [line for line in block.splitlines() if not any(left in line for left in INSTALLED_ALREADY)]
        script = "\n".join(lines)
        for root in ROOTS:
            script = re.sub(rf"(?<![\w/.]){root}", f"{self.folder}{root}", script)
        return subprocess.run(
            ["sh", "-e", "-c", script],
            env=self.environment(),
            cwd=self.folder,
            text=True,
            capture_output=True,
            check=False,
        )

    def follow(self, words: str) -> str:
        """Execute a block that has to succeed; returns what it printed."""
        done = self.obey(words)
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{self.logs()}"
        return done.stdout

    def environment(self) -> dict[str, str]:
        """What a shell of root has, and where PostgreSQL's own tools find the server."""
        path = os.pathsep.join([str(self.folder / "bin"), str(self.postgres.programs), os.environ["PATH"]])
        return {
            "PATH": path,
            "PGHOST": str(self.postgres.sockets),
            "PGUSER": "postgres",
            "STAND_IN_PORT": str(self.port),
            "POOL_SETTINGS": f"{self.folder}/etc/pool/environment",
            "HOME": str(self.folder),
            "POOL_VAR": f"{self.folder}/var/lib/pool",
            **moved_clock.handed_on(),
        }

    def point_to_servers(self) -> None:
        """What the person who installs writes into the files by hand: here the addresses of this test's servers."""
        sockets = f"@/pool?host={self.postgres.sockets}"
        for name in ("environment", "owner"):
            file = self.folder / "etc/pool" / name
            text = re.sub(r"@(/pool\?host=\S+|127\.0\.0\.1/pool)", sockets, file.read_text())
            text = re.sub(r"^REDIS_URL=.*$", f"REDIS_URL={self.valkey.url}", text, flags=re.MULTILINE)
            text = re.sub(r"^SMTP_URL=.*$", f"SMTP_URL={self.mail}", text, flags=re.MULTILINE)
            file.write_text(text.replace("pool.example", "pool.nhs.test"))

    def map_units(self) -> None:
        """The units name the machine's own folders."""
        for unit in (self.folder / "etc/systemd/system").glob("*.service"):
            unit.write_text(re.sub(r"(?<![\w/.])/(etc|opt|var/lib)/pool", rf"{self.folder}/\1/pool", unit.read_text()))

    def is_well(self) -> bool:
        """Does the doctor find nothing to mend?"""
        return self.flask("doctor").returncode == 0

    def flask(self, *words: str) -> subprocess.CompletedProcess:
        """A command of the product, as the runbook calls it."""
        return subprocess.run(
            [self.folder / "opt/pool/deploy/flask.sh", *words],
            env=self.environment(),
            text=True,
            capture_output=True,
            check=False,
        )

    def systemctl(self, *words: str) -> None:
        """Start or stop units."""
        subprocess.run([self.folder / "bin/systemctl", *words], env=self.environment(), check=True)

    def logs(self) -> str:
        """What the units printed."""
        return "\n".join(f"{log.name}:\n{log.read_text()[-1500:]}" for log in sorted(self.folder.glob("*.log")))

    def stop(self) -> None:
        """Nothing is left running."""
        self.systemctl("stop", "pool-portal", "pool-workers")
        self.postgres.stop()
        self.valkey.stop()


SETPRIV = '#!/bin/sh\nwhile :; do case $1 in --*) shift ;; *) break ;; esac; done\nexec "$@"\n'
RUNBOOK = (PROJECT / "docs" / "runbook.md").read_text()


@pytest.fixture
def machine(folder, smtp_server):
    """The empty machine."""
    with own_port() as port:
        machine = Machine(folder, port, smtp_server.url)
        yield machine
        machine.stop()


def test_the_runbook_from_an_empty_machine_to_a_restored_one(machine):
    """From empty servers to a first sign-in link, an update, a dump and its restore, by the documentation alone."""
    machine.follow("useradd --system")
    machine.follow("ln -sfn /opt/pool-1")
    machine.follow("deploy settings /etc/pool")
    machine.point_to_servers()
    machine.follow("requirepass")
    machine.follow("create_database.sh")
    install_units(machine)
    assert wait_for(lambda: answers_ready(f"http://127.0.0.1:{machine.port}"), seconds=PATIENCE), machine.logs()
    assert wait_for(lambda: worker_since(0, machine.valkey.url), seconds=PATIENCE), machine.logs()
    answers = (PROJECT / "deploy/setup.example.toml").read_text().replace('.example"', '.nhs.test"')
    (machine.folder / "etc/pool/setup.toml").write_text(answers)
    assert "https://pool.nhs.test/sign-in/link/" in machine.obey("flask.sh setup").stdout
    assert wait_for(machine.is_well, seconds=PATIENCE), machine.flask("doctor").stdout
    machine.follow("openssl req")
    machine.follow("nginx -t")
    shutil.copy(PRACTICES, machine.folder / "var/lib/pool/practices.csv")
    assert "3 practices joined Example Place Staffing Pool" in machine.follow("practices import")
    update(machine)
    dump_and_restore(machine)


def install_units(machine: Machine) -> None:
    """The block of the units in two halves: between them their folders are mapped into this one."""
    (block,) = [block for block in BLOCK.findall(RUNBOOK) if "enable --now" in block]
    assert block.splitlines()[0] == "cp /opt/pool/deploy/systemd/* /etc/systemd/system/"
    subprocess.run(
        f"cp {machine.folder}/opt/pool/deploy/systemd/* {machine.folder}/etc/systemd/system/", shell=True, check=True
    )
    machine.map_units()
    for line in block.splitlines()[1:]:
        machine.systemctl(*line.split()[1:])


def update(machine: Machine) -> None:
    """The new release runs, with the same data."""
    before = int((machine.folder / "pool-portal.pid").read_text())
    machine.unpack("pool-2")
    machine.follow("ln -sfn /opt/pool-2")
    assert (machine.folder / "opt/pool").resolve().name == "pool-2"
    assert int((machine.folder / "pool-portal.pid").read_text()) != before
    assert wait_for(lambda: answers_ready(f"http://127.0.0.1:{machine.port}"), seconds=PATIENCE), machine.logs()


def dump_and_restore(machine: Machine) -> None:
    """What was in the old server is in the new one, bank keys and all; a second restore over it is refused."""
    machine.follow("pg_dump --format=custom")
    assert (machine.folder / "var/backups/pool").stat().st_mode & 0o077 == 0, "a dump holds names and invoices"
    machine.systemctl("stop", "pool-portal", "pool-workers")
    machine.another_server()
    restored = machine.obey("restore_database.sh")
    assert "Restored." in restored.stdout, f"{restored.stdout}\n{restored.stderr}"
    assert "error" not in restored.stderr
    assert wait_for(machine.is_well, seconds=PATIENCE), machine.flask("doctor").stdout + machine.logs()
    assert "There is one pool: Example Place Staffing Pool." in machine.flask("doctor").stdout
    again = machine.obey("restore_database.sh")
    assert again.returncode == 1
    assert "tables already. Rename or drop it first; nothing was changed." in again.stderr
