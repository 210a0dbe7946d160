"""Owning a run or a part of one: a heartbeat that renews the lease while the engine works, and the progress people see."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import structlog
from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from pool.actor import Actor
from pool.services.runs import run_leases, run_parts
from pool.services.runs.run_leases import Lost
from pool.unit_of_work import UnitOfWork, unit_of_work

log = structlog.get_logger()

BEATS = 6
"""How often a lease is renewed before it would run out."""

TELL_SECONDS = 0.5


def lease() -> timedelta:
    """How long a worker owns a run without saying that it is alive (setting POOL_LEASE_SECONDS)."""
    return timedelta(seconds=current_app.extensions["pool_config"].lease_seconds)


@dataclass
class Owned:
    """A run that this process owns until another worker takes it. A process that forks holds `between_beats`, so that no
    conversation with the database is cut in two."""

    actor: Actor
    row_id: UUID
    attempt: int
    over: threading.Event = field(default_factory=threading.Event)
    lost: threading.Event = field(default_factory=threading.Event)
    told: tuple[str, float] = ("", 0.0)
    between_beats: threading.Lock = field(default_factory=threading.Lock)

    def tell(self, stage: str, progress: float) -> None:
        """Say what is going on, at most twice a second for the same words. Raises Lost when the run was taken away."""
        if self.lost.is_set():
            raise Lost
        words, at = self.told
        if words == stage and time.monotonic() - at < TELL_SECONDS:
            return
        self.told = (stage, time.monotonic())
        with unit_of_work(self.actor) as work:
            run_leases.report_progress(work, self.row_id, self.attempt, stage, progress)

    def beat(self) -> None:
        """Renew the lease once."""
        with self.between_beats, unit_of_work(self.actor) as work:
            if not self.renew(work):
                self.lost.set()

    def renew(self, work: UnitOfWork) -> bool:
        """Renew the lease of a run; False when another worker owns it."""
        return run_leases.renew_lease(work, self.row_id, self.attempt, lease())


@dataclass
class OwnedPart(Owned):
    """A part of a divided run that this process owns."""

    def renew(self, work: UnitOfWork) -> bool:
        """Renew the lease of a part; False when another worker owns it."""
        return run_parts.renew_lease(work, self.row_id, self.attempt, lease())


@contextmanager
def owning(owned: Owned) -> Iterator[None]:
    """Renew the lease every few seconds until the work is over."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    heart = threading.Thread(target=beat_until_over, args=(app, owned), name=f"heart of {owned.row_id}", daemon=True)
    heart.start()
    try:
        yield
    finally:
        owned.over.set()
        heart.join()


def beat_until_over(app: Flask, owned: Owned) -> None:
    """The heartbeat thread: a database that is away for a moment does not stop it."""
    with app.app_context():
        while not owned.over.wait(lease() / timedelta(seconds=BEATS)) and not owned.lost.is_set():
            try:
                owned.beat()
            except SQLAlchemyError as away:
                log.warning("heartbeat_missed", row_id=str(owned.row_id), error=type(away).__name__)
