"""Migrations run as the owner of the tables, never as the role that the application uses."""

from alembic import context
from flask import current_app
from sqlalchemy import create_engine, pool

from pool.models import Base

config = current_app.extensions["pool_config"]


def run() -> None:
    """Bring the database at DATABASE_OWNER_URL to the newest revision in one transaction."""
    engine = create_engine(config.database_owner_url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
        with context.begin_transaction():
            context.run_migrations()


run()
