"""The files for ordinary servers agree with the code."""

import os
import re
import subprocess
from pathlib import Path

import psycopg
import pytest

from deploy import settings_files
from deploy.embedded_postgres import OWNER, EmbeddedPostgres
from deploy.errors import CannotStart
from pool.config import Config, WrongSetting

DEPLOY = Path(__file__).parents[2] / "deploy"
PASSWORDS = {"POOL_OWNER_PASSWORD": "it's a secret", "POOL_APP_PASSWORD": "another $one"}


@pytest.fixture
def made(tmp_path) -> dict[str, dict[str, str]]:
    """The three files of an installation, as `python -m deploy settings` fills them."""
    return {path.name: settings_in(path) for path in settings_files.write(tmp_path / "pool")}


def settings_in(path: Path) -> dict[str, str]:
    lines = path.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_the_example_is_refused_as_it_stands():
    """Keys that everybody can read open every account."""
    with pytest.raises(WrongSetting, match="SECRET_KEY is an example"):
        Config.from_env(settings_in(DEPLOY / "environment.example"))


def test_what_a_person_has_to_fill_in_is_refused_until_they_have(made):
    """The keys are made; the mail server's password only somebody knows."""
    with pytest.raises(WrongSetting) as refused:
        Config.from_env(made["environment"])
    assert str(refused.value).splitlines() == [
        "The password in SMTP_URL is still the one of the example; put the real one there."
    ]
    filled = made["environment"] | {"SMTP_URL": "smtps://pool:real-one@mail.internal"}
    assert Config.from_env(filled).base_url == "https://pool.example"


def test_the_passwords_of_the_files_fit_each_other(made):
    """One typed wrong is an hour of looking."""
    server = made["server"]
    assert f":{server['POOL_APP_PASSWORD']}@" in made["environment"]["DATABASE_URL"]
    assert f":{server['POOL_VALKEY_PASSWORD']}@" in made["environment"]["REDIS_URL"]
    assert f"{OWNER}:{server['POOL_OWNER_PASSWORD']}@" in made["owner"]["DATABASE_OWNER_URL"]
    assert len(set(server.values())) == len(server) == 4


def test_files_with_keys_are_private_and_never_written_over(tmp_path):
    """New keys over old ones would make bank details unreadable for ever."""
    folder = tmp_path / "pool"
    assert [path.stat().st_mode & 0o777 for path in settings_files.write(folder)] == [0o600] * 3
    assert folder.stat().st_mode & 0o777 == 0o755, (
        "the answers of `setup` lie beside them, and the user pool reads those"
    )
    before = (folder / "environment").read_text()
    with pytest.raises(CannotStart, match="left alone"):
        settings_files.write(folder)
    assert (folder / "environment").read_text() == before


def test_what_portal_and_workers_are_told_holds_no_owners_password(made):
    """Whoever breaks into the portal must not get past row-level security."""
    owners = {value for name, value in made["server"].items() if name in ("POSTGRES_PASSWORD", "POOL_OWNER_PASSWORD")}
    told = "\n".join(made["environment"].values())
    assert "DATABASE_OWNER_URL" not in made["environment"]
    assert [password for password in owners if password in told] == []


def test_only_the_migration_reads_the_owners_file():
    """Units and containers: the portal, the workers and the queue are given `environment` alone."""
    readers = {unit.stem for unit in (DEPLOY / "systemd").glob("*.service") if "/etc/pool/owner" in unit.read_text()}
    assert readers == {"pool-migrate"}
    assert files_of_containers() == {
        "postgres": "server",
        "valkey": "server",
        "migrate": "environment, owner",
        "portal": "environment",
        "workers": "environment",
    }


def files_of_containers() -> dict[str, str]:
    """Which file of settings each container is given; those of the product share one unless they say otherwise."""
    shared, services = (DEPLOY / "compose.yaml").read_text().split("\nservices:\n")
    usual = re.search(r"env_file: \[(.+)\]", shared).group(1)
    blocks = re.findall(r"^  (\w+):\n((?:    .*\n|\n)+)", services, re.MULTILINE)
    own = {name: re.search(r"env_file: \[(.+)\]", block) for name, block in blocks}
    return {name: found.group(1) if found else usual for name, found in own.items()}


def test_no_image_and_no_commit_takes_the_filled_in_files_along():
    """The image copies deploy/; an image is shown to more people than a server's settings."""
    for ignored in (".dockerignore", ".gitignore"):
        lines = {line.strip("/") for line in (DEPLOY.parent / ignored).read_text().splitlines()}
        assert {f"deploy/{name}" for name in settings_files.FILES} <= lines


@pytest.mark.parametrize("password", ["CHANGE-owner", "short", ""])
def test_the_script_refuses_the_passwords_of_the_example(password):
    """Before it touches a server."""
    env = {"PATH": os.environ["PATH"], "POOL_OWNER_PASSWORD": password, "POOL_APP_PASSWORD": "another $one"}
    answer = subprocess.run([DEPLOY / "create_database.sh"], env=env, capture_output=True, text=True)
    assert answer.returncode == 2
    assert "POOL_OWNER_PASSWORD: choose a password" in answer.stderr


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
