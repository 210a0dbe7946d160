"""The files for ordinary servers agree with the code."""

import os
import re
import subprocess
from pathlib import Path

import psycopg
import pytest

from deploy.embedded_postgres import OWNER, EmbeddedPostgres
from pool.config import Config

DEPLOY = Path(__file__).parents[2] / "deploy"
PASSWORDS = {"POOL_OWNER_PASSWORD": "it's a secret", "POOL_APP_PASSWORD": "another $one"}


def example_settings() -> dict[str, str]:
    lines = (DEPLOY / "environment.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_the_example_settings_are_complete():
    """Somebody who fills in the example has all that is required."""
    assert Config.from_env(example_settings()).database_owner_url.startswith(f"postgresql+psycopg://{OWNER}:")


@pytest.mark.parametrize("unit", sorted((DEPLOY / "systemd").glob("*.service")), ids=lambda unit: unit.stem)
def test_each_unit_runs_a_command_that_exists(unit):
    """A renamed file would be noticed only at the next start of a server."""
    command = re.search(r"^ExecStart=/opt/pool/\.venv/bin/python -m (.+)$", unit.read_text(), re.MULTILINE).group(1)
    assert command in {
        "gunicorn --config deploy/gunicorn_conf.py wsgi:app",
        "workers",
        "flask --app wsgi db upgrade",
    }
    for path in re.findall(r"[\w/]+\.py", command):
        assert (DEPLOY.parent / path).exists()


def test_everything_that_the_image_copies_exists():
    """A folder that was renamed would be missing in the next image."""
    copied = re.findall(r"^COPY (?!--from)(\S+)", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    assert copied
    assert [name for name in copied if not (DEPLOY.parent / name).exists()] == []


def test_the_script_makes_the_database_and_may_run_again(folder):
    """Step 2 of an installation, on a real server; passwords may hold any character."""
    server = EmbeddedPostgres(folder / "postgres", fast=True).start()
    try:
        with server.connect() as superuser:
            superuser.execute("DROP DATABASE pool")
            superuser.execute("DROP ROLE pool_app")
        for _ in range(2):
            create_database(server)
        with psycopg.connect(host=str(server.sockets), user=OWNER, dbname="pool") as owner:
            assert owner.execute("SELECT 'É'::citext = 'é'").fetchone() == (True,)
            assert owner.execute(
                "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'pool'"
            ).fetchone() == (OWNER,)
    finally:
        server.stop()


def create_database(server: EmbeddedPostgres) -> None:
    path = f"{server.programs}{os.pathsep}{os.environ['PATH']}"
    env = {"PATH": path, "PGHOST": str(server.sockets), "PGUSER": "postgres", **PASSWORDS}
    subprocess.run([DEPLOY / "create_database.sh"], env=env, check=True, capture_output=True)
