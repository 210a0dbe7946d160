"""Nobody rewrites the audit trail unnoticed: not a word, not an entry, not the end."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from pool import clock
from pool.actor import Actor
from pool.services.audit import audit_chain
from tests import builders
from tests.builders import working_as
from workers import housekeeping


@pytest.fixture
def trail(pool, practice):
    """A pool in which something happened, with its chain."""
    for _ in range(3):
        builders.a_session(practice)
    seal(pool)
    return pool


def seal(pool):
    """One round of housekeeping."""
    with working_as(Actor.system()):
        return housekeeping.seal_audit(Actor.system(pool.id), clock.now())


def report(pool):
    """What the proof says."""
    with working_as(Actor.system(pool.id)) as work:
        return audit_chain.verify(work, pool.id)


@pytest.fixture
def superuser(services, database):
    """Somebody with all the powers in the database."""
    with services.postgres.connect(database) as superuser:
        superuser.execute("SET session_replication_role = replica")
        yield superuser


def test_every_entry_gets_its_link_once(app, trail, practice):
    """In the order in which they were written; what comes later follows."""
    assert report(trail).mistakes == ()
    assert (report(trail).links, report(trail).waiting) == (3, 0)
    assert seal(trail) == 0
    builders.a_session(practice)
    assert report(trail).waiting == 1
    assert seal(trail) == 1
    assert (report(trail).links, report(trail).mistakes) == (4, ())


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            "UPDATE audit_entry SET role = 'manager' WHERE id = (SELECT entry_id FROM audit_link WHERE position = 2)",
            "Entry 2, SessionPosted",
        ),
        (
            "UPDATE audit_entry SET data = '{}' WHERE id = (SELECT entry_id FROM audit_link WHERE position = 2)",
            "is not as it was",
        ),
        ("DELETE FROM audit_link WHERE position = 2", "Entry 2 is missing"),
        (
            "DELETE FROM audit_entry WHERE id = (SELECT entry_id FROM audit_link WHERE position = 2)",
            "Entry 2 was taken out",
        ),
        (
            "DELETE FROM audit_entry WHERE id = (SELECT entry_id FROM audit_link WHERE position = 3)",
            "Entry 3 was taken out",
        ),
        ("UPDATE audit_link SET hash = 'x' WHERE position = 2", "Entry 2, SessionPosted"),
    ],
)
def test_a_change_is_found(trail, superuser, change, sentence):
    """Whoever changes a row, a link, or takes one away."""
    superuser.execute(change)
    assert sentence in report(trail).mistakes[0]


def test_a_cut_off_end_is_found_by_the_head_of_the_day(trail, superuser):
    """Without the head a shorter chain is a chain too."""
    system, tomorrow = Actor.system(trail.id), clock.now() + timedelta(days=1)
    with working_as(Actor.system()):
        assert [housekeeping.note_audit_head(system, tomorrow) for _ in range(2)] == [1, 0]
    superuser.execute("DELETE FROM audit_entry WHERE id = (SELECT entry_id FROM audit_link WHERE position = 3)")
    superuser.execute("DELETE FROM audit_link WHERE position = 3")
    (mistake,) = report(trail).mistakes
    assert "it reached entry 3" in mistake


@pytest.mark.parametrize("table", ["audit_link", "audit_head"])
def test_the_application_cannot_change_the_chain(trail, table):
    """It may add to it; PostgreSQL refuses the rest."""
    for statement in (f"UPDATE {table} SET hash = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError), working_as(Actor.system(trail.id)) as work:
            work.store.execute(text(statement))


def test_the_command_says_what_is_wrong(app, trail, superuser):
    """Exit code 0 and a line for each pool; 1 and a sentence when something was changed or a kept head is not there."""
    run = app.test_cli_runner().invoke
    heads = run(args=["audit", "heads"]).output
    head = report(trail).head
    assert head in heads
    good = run(args=["audit", "verify", "--expect", head])
    assert (good.exit_code, "3 entries, as it was written" in good.output) == (0, True)
    assert run(args=["audit", "verify", "--expect", "f" * 64]).exit_code == 1
    superuser.execute("UPDATE audit_entry SET name = 'SessionChanged'")
    bad = run(args=["audit", "verify"])
    assert bad.exit_code == 1
    assert "3 wrong" in bad.output
    assert "is not as it was written" in bad.output
