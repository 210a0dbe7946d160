"""What the product needs to serve, asked now."""

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from pool import queue
from pool.actor import Actor
from pool.unit_of_work import unit_of_work

BOUND = text(
    "SELECT NOT (rolsuper OR rolbypassrls) FROM pg_roles WHERE rolname = current_user"
    " AND NOT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user)"
)


def readiness() -> dict[str, str]:
    """`database` is ok, away, or unfenced (the role could see every pool); `queue` is ok or away."""
    return {"database": database_state(), "queue": "ok" if queue.answers() else "away"}


def database_state() -> str:
    """Does PostgreSQL answer, and does row-level security bind the role we use?"""
    try:
        with unit_of_work(Actor.system(), read_only=True) as work:
            return "ok" if work.store.scalar(BOUND) else "unfenced"
    except SQLAlchemyError:
        return "away"
