"""The one place that decides whose rows exist: a fence in the ORM, and the settings that PostgreSQL's own fence reads.

A table is fenced by mixing in BelongsToPool; BelongsToPractice and BelongsToClinician narrow it further for practice
managers and clinicians. A foreign row is simply not there, so a foreign id answers 404. docs/adr/0003 says why twice.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID, uuid4

import structlog
from sqlalchemy import ForeignKey, Select, event, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import (
    LoaderCriteriaOption,
    Mapped,
    ORMExecuteState,
    Session,
    SessionTransaction,
    UOWTransaction,
    declared_attr,
    mapped_column,
    with_loader_criteria,
)

from pool.actor import Actor
from pool.errors import NoTenant

log = structlog.get_logger()

Row = TypeVar("Row")

ACTOR = "actor"

WHOLE_POOL = "whole_pool"


class BelongsToPool:
    """A row of one pool."""

    @declared_attr
    def pool_id(cls) -> Mapped[UUID]:
        return mapped_column(ForeignKey("pool.id"), index=True)


class BelongsToPractice(BelongsToPool):
    """A row that a practice manager sees only when it is of their own practice."""

    @declared_attr
    def practice_id(cls) -> Mapped[UUID]:
        return mapped_column(ForeignKey("practice.id"), index=True)


class BelongsToClinician(BelongsToPool):
    """A row that a clinician sees only when it is their own."""

    @declared_attr
    def clinician_id(cls) -> Mapped[UUID]:
        return mapped_column(ForeignKey("clinician.id"), index=True)


class HiddenFromPractices(BelongsToClinician):
    """A row about a clinician that no practice sees, whoever it is about."""

    @declared_attr
    def clinician_id(cls) -> Mapped[UUID]:
        return mapped_column(ForeignKey("clinician.id"), index=True)


class ShownToClinician(BelongsToPool):
    """A row that may be about a clinician; a clinician sees only those about themselves."""

    @declared_attr
    def clinician_id(cls) -> Mapped[UUID | None]:
        return mapped_column(ForeignKey("clinician.id"), index=True)


class ShownToPractice(BelongsToPool):
    """A row that may be about a practice; a practice manager sees only those about their own."""

    @declared_attr
    def practice_id(cls) -> Mapped[UUID | None]:
        return mapped_column(ForeignKey("practice.id"), index=True)


class IsPractice(BelongsToPool):
    """The practice table: a practice manager sees the one row."""

    @declared_attr
    def id(cls) -> Mapped[UUID]:
        return mapped_column(primary_key=True, default=uuid4)


class IsClinician(BelongsToPool):
    """The clinician table: a clinician sees their own rows."""

    @declared_attr
    def id(cls) -> Mapped[UUID]:
        return mapped_column(primary_key=True, default=uuid4)


def fence(store: Session, actor: Actor) -> None:
    """Put this session behind the fence of one actor."""
    store.info[ACTOR] = actor


def all_pools(store: Session, pool_table: type, reason: str) -> Actor:
    """An actor for every pool, for the sweeper, the relay and commands; `reason` says in the code why that is right."""
    log.debug("all_pools", reason=reason)
    statement: Select[UUID] = select(pool_table.id)  # type: ignore[attr-defined]
    return Actor.system(*store.scalars(statement))


def of_everybody(statement: Select[Row]) -> Select[Row]:
    """The same statement without the narrowing to one practice or clinician: still only rows of the actor's pools.

    For what must hold for all of them at once, such as closing the rivals of an accepted offer. Never for a page.
    """
    return statement.execution_options(**{WHOLE_POOL: True})


@contextmanager
def for_everybody(store: Session) -> Iterator[None]:
    """The same for all statements inside: what a rule finds must not depend on who presses the button. Never for a page."""
    actor = store.info[ACTOR]
    store.info[ACTOR] = Actor.system(*actor.pool_ids)
    try:
        yield
    finally:
        store.info[ACTOR] = actor


@event.listens_for(Session, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    """Add the fence to every ORM statement; a statement on fenced tables without an actor is refused."""
    if state.is_column_load or state.is_relationship_load:
        return
    actor = state.session.info.get(ACTOR)
    if actor is None:
        _refuse_fenced(state)
        return
    criteria = [_of_pools(actor.pool_ids)]
    if not state.execution_options.get(WHOLE_POOL):
        criteria += _of_one(actor)
    state.statement = state.statement.options(*criteria)


def _of_pools(pool_ids: tuple[UUID, ...]) -> LoaderCriteriaOption:
    return with_loader_criteria(BelongsToPool, lambda cls: cls.pool_id.in_(pool_ids), include_aliases=True)


def _of_one(actor: Actor) -> list[LoaderCriteriaOption]:
    if actor.is_practice:
        return _of_practice(actor.practice_id)
    return _of_clinician(actor.clinician_ids) if actor.is_clinician else []


def _of_practice(mine: UUID | None) -> list[LoaderCriteriaOption]:
    return [
        with_loader_criteria(BelongsToPractice, lambda cls: cls.practice_id == mine, include_aliases=True),
        with_loader_criteria(ShownToPractice, lambda cls: cls.practice_id == mine, include_aliases=True),
        with_loader_criteria(IsPractice, lambda cls: cls.id == mine, include_aliases=True),
        with_loader_criteria(HiddenFromPractices, lambda cls: cls.clinician_id.is_(None), include_aliases=True),
    ]


def _of_clinician(mine: tuple[UUID, ...]) -> list[LoaderCriteriaOption]:
    return [
        with_loader_criteria(BelongsToClinician, lambda cls: cls.clinician_id.in_(mine), include_aliases=True),
        with_loader_criteria(ShownToClinician, lambda cls: cls.clinician_id.in_(mine), include_aliases=True),
        with_loader_criteria(IsClinician, lambda cls: cls.id.in_(mine), include_aliases=True),
    ]


def _refuse_fenced(state: ORMExecuteState) -> None:
    if any(issubclass(mapper.class_, BelongsToPool) for mapper in state.all_mappers):
        raise NoTenant("Rows of a pool were asked for without saying for whom.")


@event.listens_for(Session, "before_flush")
def _stamp(store: Session, _context: UOWTransaction, _instances: object) -> None:
    """Stamp new rows with the actor's pool and refuse rows of another one."""
    for row in store.new | store.dirty:
        if not isinstance(row, BelongsToPool):
            continue
        actor = store.info.get(ACTOR)
        if actor is None:
            raise NoTenant("A row of a pool was written without saying for whom.")
        if row.pool_id is None and len(actor.pool_ids) == 1:
            row.pool_id = actor.pool_ids[0]
        if row.pool_id not in actor.pool_ids:
            raise NoTenant(f"A {type(row).__name__} was written for another pool.")


@event.listens_for(Session, "after_begin")
def _tell_postgres(store: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    """Tell row-level security who is acting; the settings end with the transaction, so there is nothing to tell of
    somebody without a pool and a name: no row is theirs."""
    actor = store.info.get(ACTOR)
    if actor is None or not (actor.pool_ids or actor.person_id):
        return
    connection.execute(
        text("SELECT set_config('app.pool_ids', :pools, true), set_config('app.person_id', :person, true)"),
        {"pools": ",".join(map(str, actor.pool_ids)), "person": str(actor.person_id or "")},
    )
