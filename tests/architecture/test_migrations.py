"""Migrations are numbered, in one line, and can be undone."""

import re
import subprocess
import sys
from pathlib import Path

VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"


def test_migrations_are_numbered_in_one_line():
    """One head: two people who add a migration at once find out here, not in production."""
    names = sorted(path.name for path in VERSIONS.glob("*.py"))
    assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]
    for number, name in enumerate(names, start=1):
        source = (VERSIONS / name).read_text()
        previous = f"{number - 1:04}" if number > 1 else None
        assert re.search(rf"^revision = ['\"]{number:04}['\"]", source, re.M), name
        assert re.search(rf"^down_revision = ['\"]?{previous}['\"]?$", source, re.M), name


def test_runs_over_several_pools_can_be_undone(services, process_number):
    """Back to the programs of before: what is under way for several pools has failed, rules are read by both, and the
    tables can be brought up to date again."""
    name = services.database(f"undone_{process_number}")
    environment = services.environment(name, queue=0)
    with services.postgres.connect(name) as superuser:
        superuser.execute(SEVERAL_POOLS)
    migrate(environment, "downgrade", "0013")
    with services.postgres.connect(name) as superuser:
        assert superuser.execute("SELECT state FROM match_run ORDER BY state").fetchall() == [("failed",), ("failed",)]
        assert superuser.execute("SELECT DISTINCT policy FROM pool").fetchall() == [({"horizon_days": 14},)]
    migrate(environment, "upgrade", "head")
    with services.postgres.connect(name) as superuser:
        assert superuser.execute("SELECT DISTINCT together, led_by_id FROM match_run").fetchall() == [([], None)]


SEVERAL_POOLS = """
    INSERT INTO ics (id, code, name) VALUES (gen_random_uuid(), 'QXX', 'An ICS');
    INSERT INTO place (id, name, ics_id) SELECT gen_random_uuid(), 'A place', id FROM ics;
    INSERT INTO host (id, name, address, email, phone) VALUES (gen_random_uuid(), 'A host', '{}', '', '');
    INSERT INTO pool (id, slug, name, place_id, host_id, is_demo, policy)
        SELECT gen_random_uuid(), number, 'Pool ' || number, place.id, host.id, false,
               '{"horizon_days": 14, "together": ["another pool"]}'
        FROM place, host, generate_series(1, 2) AS number;
    INSERT INTO match_run (id, pool_id, state, first_day, last_day, requested_at, attempt, stage, progress, weights, seed,
                           fill_first, summary, report, failure, stop, together)
        SELECT gen_random_uuid(), id, 'divided', now(), now(), now(), 1, '', 0, '{}', 0, false, '{}', '{}', '', '',
               ARRAY(SELECT id::text FROM pool)
        FROM pool;
    UPDATE match_run SET led_by_id = (SELECT id FROM match_run ORDER BY id LIMIT 1)
        WHERE id <> (SELECT id FROM match_run ORDER BY id LIMIT 1);
"""


def migrate(environment, *command):
    """Run the migrations as an operator does."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "db", *command],
        cwd=VERSIONS.parents[1],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_addresses_with_signs_that_nobody_sees_are_mended(services, process_number):
    """A pasted address is tidied; the twin whom no mail reached gives its roles to the person and cannot sign in."""
    name = services.database(f"addresses_{process_number}")
    environment = services.environment(name, queue=0)
    migrate(environment, "downgrade", "0014")
    with services.postgres.connect(name) as superuser:
        superuser.execute(PASTED_ADDRESSES)
    migrate(environment, "upgrade", "head")
    with services.postgres.connect(name) as superuser:
        people = superuser.execute("SELECT name, email, active FROM person ORDER BY name").fetchall()
        roles = superuser.execute(
            "SELECT person.name, role FROM membership JOIN person ON person.id = person_id"
        ).fetchall()
    assert [row for row in people if row[0] != "Jo twice"] == [
        ("Jo", "jo@example.org", True),
        ("Sam", "sam@example.org", True),
    ]
    assert [row[2] for row in people if row[0] == "Jo twice"] == [False]
    assert sorted(roles) == [("Jo", "manager"), ("Sam", "manager")]


PASTED_ADDRESSES = """
    INSERT INTO ics (id, code, name) VALUES (gen_random_uuid(), 'QXX', 'An ICS');
    INSERT INTO place (id, name, ics_id) SELECT gen_random_uuid(), 'A place', id FROM ics;
    INSERT INTO host (id, name, address, email, phone) VALUES (gen_random_uuid(), 'A host', '{}', '', '');
    INSERT INTO pool (id, slug, name, place_id, host_id, is_demo, policy)
        SELECT gen_random_uuid(), 'a', 'A pool', place.id, host.id, false, '{}' FROM place, host;
    INSERT INTO person (id, name, email, phone, is_demo, active, fs_uniquifier, created_at)
        SELECT gen_random_uuid(), name, email, '', false, true, name, now() FROM (VALUES
            ('Jo', 'jo@example.org'), ('Jo twice', 'Jo@exam' || U&'\\200B' || 'ple.org'),
            ('Sam', U&'\\FEFF' || 'sam@example.org')) AS pasted (name, email);
    INSERT INTO membership (id, pool_id, person_id, role)
        SELECT gen_random_uuid(), pool.id, person.id, 'manager' FROM pool, person WHERE person.name <> 'Jo';
"""


def test_channels_can_be_undone(services, process_number):
    """Messages of before are e-mails; back again, those that no longer held keep their end, and what waited for a channel
    that the program of before does not know has failed."""
    name = services.database(f"channels_{process_number}")
    environment = services.environment(name, queue=0)
    migrate(environment, "downgrade", "0028")
    with services.postgres.connect(name) as superuser:
        superuser.execute(A_DROPPED_MESSAGE)
    migrate(environment, "upgrade", "head")
    with services.postgres.connect(name) as superuser:
        assert superuser.execute("SELECT channel, state FROM message").fetchall() == [("email", "superseded")]
        superuser.execute(A_WAITING_TEXT)
    migrate(environment, "downgrade", "0028")
    with services.postgres.connect(name) as superuser:
        assert superuser.execute("SELECT state FROM message ORDER BY state").fetchall() == [("dropped",), ("failed",)]


A_DROPPED_MESSAGE = """
    INSERT INTO ics (id, code, name) VALUES (gen_random_uuid(), 'QXX', 'An ICS');
    INSERT INTO place (id, name, ics_id) SELECT gen_random_uuid(), 'A place', id FROM ics;
    INSERT INTO host (id, name, address, email, phone) VALUES (gen_random_uuid(), 'A host', '{}', '', '');
    INSERT INTO pool (id, slug, name, place_id, host_id, is_demo, policy)
        SELECT gen_random_uuid(), 'a', 'A pool', place.id, host.id, false, '{}' FROM place, host;
    INSERT INTO outbox_message (id, pool_id, at, name, data, attempts, failure)
        SELECT gen_random_uuid(), id, now(), 'OfferSent', '{}', 0, '' FROM pool;
    INSERT INTO message (id, pool_id, outbox_id, address, template, subject, body, state, created_at, next_try_at,
                         attempts, failure)
        SELECT gen_random_uuid(), pool_id, id, 'a@b.example', 'offer_sent', '', '', 'dropped', now(), now(), 0, ''
        FROM outbox_message;
"""

A_WAITING_TEXT = """
    INSERT INTO message (id, pool_id, outbox_id, channel, address, template, subject, body, state, created_at, next_try_at,
                         attempts, failure)
        SELECT gen_random_uuid(), pool_id, id, 'sms', '07700 900123', 'offer_sent', '', '', 'waiting', now(), now(), 0, ''
        FROM outbox_message;
"""
