"""What the product needs to serve, asked now. A part that says nothing is away: silence proves nothing else."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from pool import queue
from pool.actor import Actor
from pool.models.heartbeat import Heartbeat
from pool.unit_of_work import UnitOfWork, unit_of_work

BOUND = text(
    "SELECT NOT (rolsuper OR rolbypassrls) FROM pg_roles WHERE rolname = current_user"
    " AND NOT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user)"
)

SWEEPER = "sweeper"
SILENT_AFTER = timedelta(minutes=3)
"""The sweeper says every ten seconds that it works; a minute's housekeeping of many pools may keep it from that."""

WORK_OF: dict[str, str] = {
    SWEEPER: "what the clock brings about, such as expired offers and reminders",
    queue.NOW: "what follows from what people do (emails, runs, invoices)",
    queue.MAIL: "sending emails",
    queue.MATCH: "runs",
    queue.LATER: "invoices and other documents",
}
"""What waits when a part of the background is away."""


class Background(NamedTuple):
    """Whether Redis answers, which parts of the background say nothing, and since when the sweeper does not."""

    queue_answers: bool
    away: Sequence[str]
    last_sign: datetime | None

    @property
    def is_well(self) -> bool:
        """Whether the queue answers and no part of the service is away."""
        return self.queue_answers and not self.away

    @property
    def state(self) -> str:
        """Ok, or which parts say nothing."""
        return f"away: {', '.join(sorted(self.away))}" if self.away else "ok"

    @property
    def waiting(self) -> list[str]:
        """What waits, in words."""
        return [WORK_OF[name] for name in self.away]


def readiness() -> dict[str, str]:
    """`database` is ok, away, or unfenced (the role could see every pool); `queue` is ok or away; `workers` is ok,
    unknown while the database is away, or names the parts that say nothing: "away: match, sweeper"."""
    database = database_state()
    if database == "away":
        return {"database": database, "queue": "ok" if queue.answers() else "away", "workers": "unknown"}
    with unit_of_work(Actor.system(), read_only=True) as work:
        found = background(work)
    return {"database": database, "queue": "ok" if found.queue_answers else "away", "workers": found.state}


def database_state() -> str:
    """Does PostgreSQL answer, and does row-level security bind the role we use?"""
    try:
        with unit_of_work(Actor.system(), read_only=True) as work:
            return "ok" if work.store.scalar(BOUND) else "unfenced"
    except SQLAlchemyError:
        return "away"


def background(work: UnitOfWork) -> Background:
    """How the background does. Who serves a queue is known to Redis only, so without it the sweeper alone is asked."""
    last = work.store.scalar(select(Heartbeat.at).where(Heartbeat.name == SWEEPER))
    swept = last is not None and work.now - last <= SILENT_AFTER
    served = queue.served()
    unserved = [name for name in queue.QUEUES if served is not None and name not in served]
    return Background(served is not None, [*([] if swept else [SWEEPER]), *unserved], last)


def beat(work: UnitOfWork, name: str) -> None:
    """A part of the background says that it works."""
    said = insert(Heartbeat).values(name=name, at=work.now)
    work.store.execute(said.on_conflict_do_update(index_elements=["name"], set_={"at": work.now}))
