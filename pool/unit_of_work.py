"""One transaction per use case: the state change, its audit rows and its outbox rows, or nothing.

The only file that commits. Doors open a unit of work, services use it, nobody else touches the database handle.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

import structlog
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from pool import clock, tenancy
from pool.actor import Actor
from pool.errors import NotFound
from pool.events import Event
from pool.extensions import db
from pool.models.audit import AuditEntry
from pool.models.outbox import OutboxMessage
from pool.models.pool import Pool
from pool.queue import nudge

log = structlog.get_logger()

Row = TypeVar("Row")


class UnitOfWork:
    """What a use case is given: the actor, the instant, the rows, and `record` for what happened."""

    def __init__(self, actor: Actor, store: Session, now: datetime, request_id: str):
        self.actor = actor
        self.store = store
        self.now = now
        self.request_id = request_id
        self._events: list[tuple[Event, UUID]] = []

    def get(self, model: type[Row], row_id: UUID, *, lock: bool = False) -> Row:
        """The row with this id if it exists for the actor; NotFound otherwise. `lock` holds it until the end."""
        statement: Select[Row] = select(model).where(model.id == row_id)  # type: ignore[attr-defined]
        if lock:
            statement = statement.with_for_update(of=model).execution_options(populate_existing=True)
        row = self.store.scalars(statement).unique().one_or_none()
        if row is None:
            raise NotFound()
        return row

    def all(self, statement: Select[Row]) -> Sequence[Row]:
        """Every row of a one-entity statement."""
        return self.store.scalars(statement).unique().all()

    def first(self, statement: Select[Row]) -> Row | None:
        """The first row of a one-entity statement, or None."""
        return self.store.scalars(statement.limit(1)).unique().first()

    def one(self, statement: Select[Row]) -> Row:
        """The only row of a statement; NotFound when there is none."""
        row = self.store.scalars(statement).unique().one_or_none()
        if row is None:
            raise NotFound()
        return row

    def add(self, row: Any) -> None:
        """Keep a new row."""
        self.store.add(row)

    def record(self, event: Event, *, pool_id: UUID | None = None) -> None:
        """Remember that something happened: audit and outbox rows are written with the change itself.

        `pool_id` may be left out when the actor acts in one pool.
        """
        self._events.append((event, pool_id or self.pool_id))

    @property
    def pool_id(self) -> UUID:
        """The pool of an actor who acts in one pool only; ValueError for an actor of several."""
        (pool_id,) = self.actor.pool_ids
        return pool_id

    def write_events(self) -> int:
        """Turn the recorded events into audit and outbox rows; says how many."""
        for event, pool_id in self._events:
            self.store.add(self._audit(event, pool_id))
            self.store.add(self._outbox(event, pool_id))
        return len(self._events)

    def _audit(self, event: Event, pool_id: UUID) -> AuditEntry:
        return AuditEntry(
            pool_id=pool_id,
            at=self.now,
            person_id=self.actor.person_id,
            role=self.actor.role,
            request_id=self.request_id,
            name=event.name,
            subject_id=getattr(event, fields(event)[0].name) if fields(event)[0].type is UUID else None,
            data=plain(event),
        )

    def _outbox(self, event: Event, pool_id: UUID) -> OutboxMessage:
        return OutboxMessage(pool_id=pool_id, at=self.now, name=event.name, data=plain(event))


def plain(event: Event) -> dict[str, Any]:
    """The fields of an event as JSON values."""
    return {key: str(value) if isinstance(value, UUID) else value for key, value in asdict(event).items()}


@contextmanager
def unit_of_work(
    actor: Actor, *, read_only: bool = False, now: datetime | None = None, request_id: str = ""
) -> Iterator[UnitOfWork]:
    """One transaction. Leaving normally commits; leaving by an exception undoes everything and tells nobody.

    `read_only` makes PostgreSQL refuse every write. `now` lets the demo and the tests act at another instant.
    """
    with _fresh_session() as store:
        tenancy.fence(store, actor)
        if read_only:
            store.connection(execution_options={"postgresql_readonly": True})
        work = UnitOfWork(actor, store, now or clock.now(), request_id or uuid4().hex)
        try:
            yield work
            happened = work.write_events()
            store.commit()
        except BaseException:
            store.rollback()
            raise
    if happened:
        nudge()


@contextmanager
def whole_pool(work: UnitOfWork, *, reason: str) -> Iterator[UnitOfWork]:
    """All rows of the actor's pools, to read only, in a transaction of their own at the instant of `work`.

    For what a person is told that rests on rows they may not see: counts over everybody, what a plan says of them. Only
    values made for them may leave, never a row. `reason` says in the code why that is right.
    """
    log.debug("whole_pool", reason=reason)
    everybody = Actor.system(*work.actor.pool_ids)
    with unit_of_work(everybody, read_only=True, now=work.now, request_id=work.request_id) as whole:
        yield whole


def system_actor(reason: str) -> Actor:
    """An actor for every pool; see tenancy.all_pools."""
    with _fresh_session() as store:
        return tenancy.all_pools(store, Pool, reason)


def _fresh_session() -> Session:
    return db.session.session_factory()
