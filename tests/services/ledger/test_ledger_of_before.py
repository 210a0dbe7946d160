"""Invoices that were issued and paid before there was a ledger are posted by the migration, and the books agree."""

import importlib.util
from pathlib import Path

import pytest

from pool import clock
from pool.services.payments import payments
from tests.builders import working_as
from tests.fixtures.books import mistakes_in
from tests.payment_builders import Books

MIGRATION = Path(__file__).parents[3] / "migrations" / "versions" / "0009_payments_and_ledger.py"


@pytest.fixture
def migration():
    """The migration as a module."""
    spec = importlib.util.spec_from_file_location("migration", MIGRATION)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_migration_posts_what_was_there(app, migration, services, database):
    """One invoice open, one paid: without payments and entries the proof fails; the migration's statements mend it."""
    books = Books()
    books.invoice()
    paid = books.invoice()
    with working_as(books.as_practice) as work:
        payments.settle(work, paid.id, clock.today())
    with services.postgres.connect(database) as superuser:
        superuser.execute("SET session_replication_role = replica")
        for table in ("ledger_posting", "ledger_entry", "payment_allocation", "payment"):
            superuser.execute(f"DELETE FROM {table}")
        assert len(mistakes_in(superuser)) > 3
        for statements in (migration.PAID_BEFORE, migration.ENTRIES_OF_BEFORE, migration.SIDES_OF_BEFORE):
            superuser.execute(statements)
        assert mistakes_in(superuser) == []
        assert superuser.execute("SELECT count(*) FROM ledger_entry").fetchone() == (4,)
