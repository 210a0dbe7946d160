"""Migrations run as the owner of the tables, never as the role that the application uses."""

import sys

from alembic import context
from flask import current_app
from sqlalchemy import create_engine, pool

from pool.models import Base
from pool.operations import database_checks

config = current_app.extensions["pool_config"]


def run() -> None:
    """Bring the database at DATABASE_OWNER_URL to the newest revision in one transaction."""
    engine = create_engine(config.database_owner_url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        if old := database_checks.too_old(connection.dialect.server_version_info or ()):
            sys.exit(old)
        context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
        with context.begin_transaction():
            context.run_migrations()


run()
