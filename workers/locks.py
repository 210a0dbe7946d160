"""Locks that PostgreSQL gives back by itself when the holder dies: session-level advisory locks.

They make processes polite, never correct: whatever is guarded must also be safe without the lock, for a holder whose
machine has vanished keeps it until the server notices.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from pool.extensions import db

NOTICE_A_VANISHED_MACHINE = (
    "SET tcp_keepalives_idle = 10",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 3",
)
POLITE_SECONDS = 20
"""How long a job waits for another that is at the same row, before both go on and the fence decides."""

LOCK_NOT_AVAILABLE = "55P03"
TRY = text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))")
WAIT = text("SELECT pg_advisory_lock(hashtextextended(:name, 0))")


@contextmanager
def connection() -> Iterator[Connection]:
    """A connection of its own, without a transaction; it is thrown away at the end, and its locks with it."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as own:
        try:
            for setting in NOTICE_A_VANISHED_MACHINE:
                own.execute(text(setting))
            yield own
        finally:
            own.invalidate()


def try_lock(own: Connection, name: str) -> bool:
    """Take a named lock unless another connection holds it."""
    return bool(own.execute(TRY, {"name": name}).scalar())


@contextmanager
def held(name: str, *, wait_seconds: int) -> Iterator[bool]:
    """Hold a named lock, waiting for it a while; False when another connection still holds it after that."""
    with connection() as own:
        own.execute(text(f"SET lock_timeout = '{int(wait_seconds)}s'"))
        try:
            own.execute(WAIT, {"name": name})
        except DBAPIError as refused:
            if getattr(refused.orig, "sqlstate", "") != LOCK_NOT_AVAILABLE:
                raise
            yield False
            return
        yield True
