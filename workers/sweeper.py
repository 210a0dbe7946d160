"""The sweeper: every two seconds it looks for work that no worker has claimed, every minute for what is due by its time.

It is the guarantee; signals through Valkey only make things faster. Several may run, on several machines: PostgreSQL
lets one lead. All times are the database's.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn
from uuid import UUID

import structlog
from flask import Flask
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from pool import queue
from pool.actor import Actor
from pool.services import health
from pool.services.runs import run_leases, run_parts
from pool.unit_of_work import system_actor, unit_of_work
from workers import housekeeping, locks, messages, outbox, processes, queues

log = structlog.get_logger()

LOOK_SECONDS = 2
HOUSEKEEPING_SECONDS = 60
BEAT_SECONDS = 10
LEADER = "the sweeper"
REASON = "the sweeper looks after every pool"
DATABASE_NOW = text("SELECT now()")


@dataclass
class Rhythm:
    """Something that is done again when enough seconds have passed."""

    seconds: float
    last: float = float("-inf")

    def is_due(self) -> bool:
        """Is it time? Remembers that it was done."""
        now = time.monotonic()
        if now - self.last < self.seconds:
            return False
        self.last = now
        return True


def sweep_for_ever(app: Flask) -> NoReturn:
    """The process: a database that is away is waited for."""
    with app.app_context():
        processes.forget_connections()
        while True:
            try:
                with locks.connection() as own:
                    lead_when_allowed(own)
            except SQLAlchemyError as away:
                log.warning("sweeper_waits_for_database", error=type(away).__name__)
            time.sleep(LOOK_SECONDS)


def lead_when_allowed(own: Connection) -> NoReturn:
    """Wait until no other sweeper leads, then sweep as long as this connection, and with it the lock, lives."""
    while not locks.try_lock(own, LEADER):
        time.sleep(LOOK_SECONDS)
    minute, beat = Rhythm(HOUSEKEEPING_SECONDS), Rhythm(BEAT_SECONDS)
    while True:
        now: datetime = own.execute(DATABASE_NOW).scalar_one()
        if beat.is_due():
            say_that_it_works()
        sweep()
        if minute.is_due():
            keep_house(now)
        time.sleep(LOOK_SECONDS)


def say_that_it_works() -> None:
    """The sign of life by which pages know that the background works."""
    with unit_of_work(Actor.system()) as work:
        health.beat(work, health.SWEEPER)


def sweep() -> None:
    """Ask again for everything that waits and that no queue holds."""
    everyone = system_actor(REASON)
    if outbox.anything_due(everyone):
        queues.signal_when_idle(queues.RELAY)
    if messages.anything_due(everyone):
        queues.signal_when_idle(queues.DELIVER)
    if not queue.waits(queue.MATCH):
        for pool_id, run_id in runs_waiting(everyone):
            queues.signal(queues.MATCH_RUN, pool_id, run_id)
        for pool_id, part_id in parts_waiting(everyone):
            queues.signal(queues.MATCH_PART, pool_id, part_id)


def runs_waiting(everyone: Actor) -> list[tuple[UUID, UUID]]:
    """Runs that are asked for, were abandoned, or whose parts are solved."""
    with unit_of_work(everyone, read_only=True) as work:
        return list(run_leases.waiting(work))


def parts_waiting(everyone: Actor) -> list[tuple[UUID, UUID]]:
    """Parts of divided runs that no worker has claimed."""
    with unit_of_work(everyone, read_only=True) as work:
        return list(run_parts.waiting(work))


def keep_house(now: datetime) -> None:
    """Every routine for every pool; what fails for one pool does not stop the others."""
    for pool_id in system_actor(REASON).pool_ids:
        for routine in housekeeping.ROUTINES:
            keep_house_of(pool_id, routine, now)


def keep_house_of(pool_id: UUID, routine: Callable[[Actor, datetime], int], now: datetime) -> None:
    """One routine for one pool."""
    try:
        done = routine(Actor.system(pool_id), now)
    except Exception:
        log.exception("housekeeping_failed", routine=routine.__name__, pool_id=str(pool_id))
    else:
        if done:
            log.info("housekeeping", routine=routine.__name__, pool_id=str(pool_id), done=done)
