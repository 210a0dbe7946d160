"""`flask doctor` finds what is wrong and says it in words, with what to do."""

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from redis import Redis
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from deploy.program import PROJECT
from pool import clock, queue
from pool.models.types import SecretText
from pool.operations import database_checks, doctor, server_checks
from tests.invoice_builders import a_clinician_who_sells


@pytest.fixture
def examined(app, config):
    """What the doctor finds: the sentences of what is well, and of what is wrong with what to do."""

    def examined() -> tuple[str, str]:
        with app.app_context():
            found = doctor.examine(config)
        return (
            "\n".join(finding.said for finding in found if finding.is_well),
            "\n".join(f"{finding.said} {finding.to_do}" for finding in found if not finding.is_well),
        )

    return examined


def test_the_command_says_it_and_fails(app):
    """A monitor looks at the exit code, a person at the words."""
    said = app.test_cli_runner().invoke(args=["doctor"])
    assert said.exit_code == 1
    assert "  WRONG  There is no pool yet." in said.output
    assert "`/opt/pool/deploy/flask.sh setup` makes the first one." in said.output


def test_servers_as_they_should_be(examined):
    """What the tests run on is what an installation runs on."""
    well, _ = examined()
    for part in (
        "PostgreSQL 18",
        "owns nothing",
        "btree_gist and citext",
        "tables are those of this release",
        "clocks of this machine and of PostgreSQL agree",
        "Valkey",
        "mail server 127.0.0.1",
        "keys are no",
    ):
        assert part in well


def test_an_old_postgresql(examined, monkeypatch):
    """Nothing checked the version: a migration failed half way down, with a syntax error."""
    monkeypatch.setattr(database_checks, "OLDEST", 99)
    assert "is too old. Use PostgreSQL 99 or newer" in examined()[1]


@pytest.mark.parametrize(("version", "refused"), [((14, 22), True), ((15, 18), False), ((18, 6), False), ((), False)])
def test_migrations_refuse_an_old_postgresql_with_a_sentence(version, refused):
    """Before the first table, not half way down with a syntax error."""
    assert bool(database_checks.too_old(version)) == refused


def test_migrations_ask_before_they_begin():
    """The check is of no use where nobody asks."""
    steps = (PROJECT / "migrations" / "env.py").read_text()
    assert steps.index("too_old(") < steps.index("run_migrations()")


def test_a_missing_extension(examined, monkeypatch):
    """Its name, and who makes it."""
    monkeypatch.setattr(database_checks, "EXTENSIONS", ("citext", "no_such"))
    assert "The extension no_such is missing in the database. As a superuser run" in examined()[1]


def test_the_owner_as_the_portals_role(config):
    """The address of the owner in the wrong line: row-level security binds nobody, and every page works."""
    engine = create_engine(config.database_owner_url)
    with Session(engine) as store:
        (finding,) = database_checks.roles(store)
    engine.dispose()
    assert "pool_owner, a superuser or the owner of tables" in finding.said
    assert "DATABASE_URL must name the role pool_app" in finding.to_do


def test_tables_of_another_release(examined, monkeypatch):
    """The update was put in place, the migration forgotten."""
    monkeypatch.setattr(database_checks, "newest_migration", lambda: "9999")
    assert "another release" in examined()[1]
    assert "pool-migrate" in examined()[1]


def test_clocks_that_are_apart(examined, monkeypatch):
    """Offers, links and codes end by the clock."""
    later = clock.now() + timedelta(minutes=2)
    monkeypatch.setattr(database_checks.clock, "now", lambda: later)
    wrong = examined()[1]
    assert "seconds apart" in wrong
    assert "time server" in wrong


def test_a_database_that_is_away_is_one_sentence(app, config, away):
    """Not a traceback, and not ten other things that follow from it."""
    with away(), app.app_context():
        wrong = [
            finding.said for finding in doctor.examine(config) if not finding.is_well and "PostgreSQL" in finding.said
        ]
    assert len(wrong) == 1
    assert "PostgreSQL does not answer as DATABASE_URL says" in wrong[0]


def test_a_redis_that_is_away(examined, monkeypatch):
    """Its address is the usual mistake."""
    away = Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.2)
    monkeypatch.setitem(queue._connection, "redis", away)
    assert "Redis does not do as REDIS_URL says" in examined()[1]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"redis_version": "6.2.1"}, "Redis 6.2.1 is too old."),
        ({"redis_version": "7.2.0", "maxmemory_policy": "allkeys-lru"}, "may throw work away (allkeys-lru)"),
        ({"redis_version": "7.2.0", "aof_enabled": 0}, "forgets what waits when it restarts"),
    ],
)
def test_a_redis_that_is_set_up_wrongly(facts, said):
    """A distribution's own settings throw things away or keep nothing."""
    assert said in "\n".join(finding.said for finding in server_checks._redis_settings(facts) if not finding.is_well)


def test_a_key_that_is_not_the_one_of_the_data(examined, config, pool):
    """After a restore with a new settings file: pages would fail one after the other, weeks later."""
    a_clinician_who_sells(pool)
    assert "bank details can be read" in examined()[0]
    try:
        SecretText.unlock(Fernet.generate_key().decode())
        wrong = examined()[1]
    finally:
        SecretText.unlock(config.bank_details_key)
    assert "is not the key that bank details were encrypted with" in wrong
    assert "Put the key back" in wrong
