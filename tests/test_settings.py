"""Settings are refused with a sentence at the start, not by a traceback in the night."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pool.config import Config, WrongSetting
from pool.services.runs.run_leases import LEASE

PROJECT = Path(__file__).parents[1]

GOOD = "gFtQ0bV1mJm0u9yqXv7cZ3kL5sWnR2aT8eHdPxYoBiA="
"""Made by `python -m deploy keys`, used nowhere."""

REQUIRED = dict.fromkeys(("SECRET_KEY", "POOL_TOTP_SECRET", "POOL_BANK_DETAILS_KEY"), GOOD) | {
    "DATABASE_URL": "postgresql+psycopg://pool_app:kept-elsewhere@db.internal/pool",
    "REDIS_URL": "redis://cache/0",
}
PUBLIC = (
    "CHANGE",
    "CHANGE-me-0123456789abcdefghijklmnop",
    "changeme",
    "secret-key-secret-key-secret-key-1234",
    "short",
    "only-for-tests-0123456789abcdefghijklmnop",
    "a" * 44,
    "abcabcabcabcabcabcabcabcabcabcabcabcabc",
)


def test_a_worker_owns_a_run_for_half_a_minute_unless_the_installation_says_otherwise():
    """What the runbook and the record of decisions promise."""
    assert Config.from_env(REQUIRED).lease_seconds == LEASE.total_seconds() == 30
    assert Config.from_env(REQUIRED | {"POOL_LEASE_SECONDS": "5"}).lease_seconds == 5


@pytest.mark.parametrize("written", ["", "0", "4", "601", "-30", "30.5", "half a minute"])
def test_a_lease_that_no_worker_can_keep_to_is_refused(written):
    """Too short loses runs to a busy moment; too long leaves a dead machine's run alone for ever."""
    with pytest.raises(WrongSetting, match=r"POOL_LEASE_SECONDS=.*: write a whole number of seconds from 5 to 600"):
        Config.from_env(REQUIRED | {"POOL_LEASE_SECONDS": written})


@pytest.mark.parametrize("name", ["SECRET_KEY", "POOL_TOTP_SECRET", "POOL_BANK_DETAILS_KEY"])
@pytest.mark.parametrize("public", PUBLIC)
def test_a_key_that_everybody_knows_or_guesses_is_refused(name, public):
    """With the key of an example anybody makes themselves a manager; nothing may start with it."""
    with pytest.raises(WrongSetting, match=name):
        Config.from_env(REQUIRED | {name: public})


def test_everything_that_is_wrong_is_said_at_once():
    """Nobody wants to start three times to hear three things."""
    env = REQUIRED | {"SECRET_KEY": "CHANGE", "SMTP_URL": "smtps://user:CHANGE@mail.example", "POOL_TOTP_SECRET": "x"}
    with pytest.raises(WrongSetting) as refused:
        Config.from_env(env)
    assert [name in str(refused.value) for name in ("SECRET_KEY", "POOL_TOTP_SECRET", "SMTP_URL")] == [True] * 3
    assert "python -m deploy keys" in str(refused.value)


@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_OWNER_URL"])
def test_the_password_of_an_example_is_refused(name):
    """It is printed in this project."""
    with pytest.raises(WrongSetting, match=f"password in {name}"):
        Config.from_env(REQUIRED | {name: "postgresql+psycopg://pool_app:CHANGE-app@db.internal/pool"})


def test_a_bank_details_key_that_encrypts_nothing_is_refused():
    """Long and random, but no Fernet key: bank details could not be kept."""
    with pytest.raises(WrongSetting, match="POOL_BANK_DETAILS_KEY is not a Fernet key"):
        Config.from_env(REQUIRED | {"POOL_BANK_DETAILS_KEY": GOOD[:40]})


@pytest.mark.parametrize("name", ["POOL_PROXY_HOPS", "POOL_AREA_SESSIONS"])
def test_a_number_that_is_none_is_refused_with_its_name(name):
    """A traceback would not say which line of the file is wrong."""
    with pytest.raises(WrongSetting, match=f"{name}=two: write a whole number"):
        Config.from_env(REQUIRED | {name: "two"})


def test_the_web_server_and_the_command_say_so_without_a_traceback():
    """Whoever starts the portal with the example reads what to do."""
    env = {"PATH": os.environ["PATH"], **REQUIRED, "SECRET_KEY": "CHANGE"}
    for program in (("gunicorn", "--check-config", "wsgi:app"), ("flask", "--app", "wsgi", "routes")):
        answer = subprocess.run([sys.executable, "-m", *program], cwd=PROJECT, env=env, capture_output=True, text=True)
        assert answer.returncode != 0
        assert "SECRET_KEY is an example that everybody can read" in answer.stderr
        assert "Traceback" not in answer.stderr
