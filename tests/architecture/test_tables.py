"""Every table is behind the fence of its pool or stands in a short list with a reason."""

from sqlalchemy import text

from pool.lifecycle import LIVES
from pool.models import Base
from pool.tenancy import BelongsToPool

GLOBAL_TABLES = {
    "ics": "public facts",
    "place": "public facts",
    "host": "named on every document of its pools",
    "pool": "names and policies; read to open a unit of work",
    "organisation": "the national directory, public facts",
    "person": "a person is global, what they may do is a membership (design D5)",
    "membership": "read at sign-in before a pool is known; row-level security shows own rows and those of the pool",
    "sign_in_link": "belongs to a person; holds hashes only",
    "login": "belongs to a person; read with every click before a pool is known",
    "heartbeat": "the background works for all pools; holds names of processes and instants",
    "invoice_series": "a counter per seller; the seller is fenced",
}


def test_every_table_is_fenced_or_has_a_reason():
    """A new table must be placed on one side."""
    fenced = {mapper.local_table.name for mapper in Base.registry.mappers if issubclass(mapper.class_, BelongsToPool)}
    assert fenced.isdisjoint(GLOBAL_TABLES)
    assert fenced | set(GLOBAL_TABLES) == set(Base.metadata.tables)


def test_postgresql_fences_the_same_tables(services, database):
    """The second fence covers every table that the first one covers, and memberships."""
    with services.postgres.connect(database) as superuser:
        rows = superuser.execute("SELECT tablename FROM pg_policies WHERE schemaname = 'public'").fetchall()
        secured = superuser.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace"
        ).fetchall()
    expected = set(Base.metadata.tables) - set(GLOBAL_TABLES) | {"membership"}
    assert {name for (name,) in rows} == expected
    assert {name for (name,) in secured} == expected


def test_the_application_owns_nothing_and_cannot_rewrite_history(app, environment):
    """The role of DATABASE_URL is bound by row-level security and may only add to the audit trail."""
    from pool.actor import Actor
    from pool.unit_of_work import unit_of_work

    with app.app_context(), unit_of_work(Actor.system(), read_only=True) as work:
        owned = work.store.scalar(text("SELECT count(*) FROM pg_tables WHERE tableowner = current_user"))
        powers = work.store.execute(
            text(
                "SELECT has_table_privilege('audit_entry', 'INSERT'), has_table_privilege('audit_entry', 'UPDATE'),"
                " has_table_privilege('audit_entry', 'DELETE')"
            )
        ).one()
    assert owned == 0
    assert tuple(powers) == (True, False, False)


def test_migrations_make_exactly_these_tables(app):
    """A model that was changed without a migration is noticed here."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlalchemy import create_engine

    engine = create_engine(app.extensions["pool_config"].database_owner_url)
    with engine.connect() as connection:
        difference = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    engine.dispose()
    assert difference == []


def test_every_state_column_is_checked_by_the_database(services, database):
    """PostgreSQL refuses a state that the life-cycle tables do not know."""
    with services.postgres.connect(database) as superuser:
        checks = superuser.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname LIKE '%known_state'"
        ).fetchall()
    found = sorted(tuple(sorted(part.split("'")[0] for part in check.split("'")[1::2])) for (check,) in checks)
    assert found == sorted(tuple(sorted(life.states)) for life in LIVES)
