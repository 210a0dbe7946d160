"""What builders wrote is put back instead of worked out again.

Most tests begin alike: a pool, a practice, a clinician, a booked session. The first test of a module that calls these builders
in this order has the product do all of it; the rows are kept, and the next one that begins in the same way gets the same rows,
with the same ids, in 2 ms instead of 50 to 300. A builder does its own work whenever anything could come out differently:

- somebody has written to the database since the tables were empty other than by the same builders in the same order. The
  server of a test process counts the transactions of all programs, so none goes unnoticed;
- the arguments differ, down to the columns of rows;
- the clock stands elsewhere: another London day, or more than five minutes later;
- the test changes the product (`monkeypatch`), or other programs work on what a builder leads to (`live_workers`).
"""

import dataclasses
import pickle
import time as machine
from collections.abc import Callable, Collection, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy import inspect
from sqlalchemy.exc import NoInspectionAvailable

from pool import clock
from pool.queue import nudge

Given = ParamSpec("Given")
Made = TypeVar("Made")
Key = tuple[Any, ...]
Rows = frozenset[tuple[str, str]]
"""Tables and rows as PostgreSQL writes them."""

PLAIN = (type(None), bool, int, float, str, bytes, UUID, date, datetime, time, timedelta, Decimal)
FRESH = timedelta(minutes=5)
MOST_ROWS = 1_000
"""Who builds more than this in one test, such as a hundred examples in one database, builds nothing that comes again."""

CHANGING = frozenset({"monkeypatch", "live_workers", "background"})
"""Fixtures of tests in which the product may be another, or other programs write what a builder leads to."""

WRITTEN = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text"
"""Moves on with every transaction that writes, of whatever program on this server."""


class NotComparable(Exception):
    """An argument of which nobody knows whether it is the same as another."""


@dataclass
class Step:
    """What one builder did to the database after certain others, and what can follow it."""

    script: sql.Composed
    added: Rows
    removed: Rows
    made: bytes
    told: bool
    next: dict[Key, "Step"] = field(default_factory=dict)


class Replay:
    """The steps of this module's tests so far, and where in them the database stands; nowhere once others have written."""

    def __init__(self, rows: psycopg.Connection, tables: Iterable[str]) -> None:
        self.rows = rows
        self.look = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {}, {}::text FROM {}").format(
                sql.Literal(table), sql.Identifier(table), sql.Identifier(table)
            )
            for table in sorted(tables)
        )
        self.usual = _ahead_of_machine()
        self.steps: dict[Key, Step] = {}
        self.here: dict[Key, Step] | None = None
        self.written = ""
        self.module = Path()
        self.there: Rows = frozenset()

    def suits(self, module: Path, asked: Collection[str]) -> None:
        """A test begins that asks for these fixtures: another module has other beginnings."""
        if module != self.module:
            self.steps.clear()
            self.module = module
        if CHANGING & set(asked):
            self.cease()

    def begin(self) -> None:
        """The tables are empty."""
        self.here, self.there, self.written = self.steps, frozenset(), self._written()

    def cease(self) -> None:
        """From now on builders do their own work, until the tables are empty again."""
        self.here = None

    def of(self, build: Callable[..., Made], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Made:
        """What a builder gives, and its rows: put back if they are known, else made and kept."""
        try:
            key = (build.__module__, build.__name__, self._moment(), _comparable(args), _comparable(kwargs))
        except NotComparable:
            self.cease()
        if self.here is None or self.written != self._written():
            self.cease()
            return build(*args, **kwargs)
        if key in self.here:
            return self._put_back(self.here[key])
        return self._made(key, lambda: build(*args, **kwargs))

    def _put_back(self, step: Step) -> Any:
        with self.rows.cursor() as cursor:
            cursor.execute(step.script)
            while cursor.nextset():
                pass
            ((self.written,),) = cursor.fetchall()
        self.there = (self.there - step.removed) | step.added
        self.here = step.next
        if step.told:
            nudge()
        return pickle.loads(step.made)  # written by this process

    def _made(self, key: Key, build: Callable[[], Made]) -> Made:
        following = self.here
        self.cease()
        made = build()
        now = frozenset(self.rows.execute(self.look).fetchall())
        if following is not None and len(now) <= MOST_ROWS:
            added, removed = now - self.there, self.there - now
            told = any(table == "outbox_message" for table, _ in added)
            following[key] = step = Step(_script(added, removed), added, removed, pickle.dumps(made), told)
            self.here, self.there, self.written = step.next, now, self._written()
        return made

    def _written(self) -> str:
        return self.rows.execute(WRITTEN).fetchone()[0]  # type: ignore[index,no-any-return]

    def _moment(self) -> Key:
        """As long as time goes by as usual, the same for five minutes of one day; else the instant."""
        now = clock.now()
        if abs(_ahead_of_machine() - self.usual) > 1:
            return ("elsewhere", now)
        return (clock.london_date(now), int(now.timestamp() / FRESH.total_seconds()))


_replay: list[Replay] = []
_building = [False]


def replay_with(replay: Replay) -> None:
    """Keep what builders write in this test process."""
    _replay[:] = [replay]


def replayed(build: Callable[Given, Made]) -> Callable[Given, Made]:
    """A builder whose rows are put back when it is called again in the same circumstances."""

    @wraps(build)
    def built(*args: Given.args, **kwargs: Given.kwargs) -> Made:
        if _building[0] or not _replay:
            return build(*args, **kwargs)
        with _outermost():
            return _replay[0].of(build, args, kwargs)

    return built


@contextmanager
def _outermost() -> Any:
    _building[0] = True
    try:
        yield
    finally:
        _building[0] = False


def _ahead_of_machine() -> float:
    """Seconds by which the clock of people is ahead of the machine's, which nobody sets."""
    return clock.now().timestamp() - machine.monotonic()


def _script(added: Rows, removed: Rows) -> sql.Composed:
    """Statements that make the same change, in one transaction, and say which transaction comes next."""
    lines: list[sql.Composable] = [sql.SQL("BEGIN")]
    for table, row in sorted(removed):
        lines.append(sql.SQL("DELETE FROM {0} WHERE {0}::text = {1}").format(sql.Identifier(table), sql.Literal(row)))
    for table in sorted({table for table, _ in added}):
        rows = sql.SQL(", ").join(
            sql.SQL("({}::{})").format(sql.Literal(row), sql.Identifier(table))
            for name, row in sorted(added)
            if name == table
        )
        lines.append(
            sql.SQL("INSERT INTO {} OVERRIDING SYSTEM VALUE SELECT (made.row).* FROM (VALUES {}) AS made (row)").format(
                sql.Identifier(table), rows
            )
        )
    return sql.SQL("; ").join([*lines, sql.SQL("COMMIT"), sql.SQL(WRITTEN)])


def _comparable(value: Any) -> Key:
    """A value with its type as a key; raises NotComparable for what can change unseen."""
    if isinstance(value, PLAIN):
        return (type(value), value)
    if isinstance(value, (tuple, list)):
        return (type(value), *map(_comparable, value))
    if isinstance(value, (set, frozenset)):
        return (type(value), frozenset(map(_comparable, value)))
    if isinstance(value, dict):
        return (dict, *((_comparable(name), _comparable(part)) for name, part in value.items()))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [getattr(value, field.name) for field in dataclasses.fields(value)]
        return (type(value), *map(_comparable, fields))
    return (type(value), *_columns_of(value))


def _columns_of(row: Any) -> Iterable[Key]:
    try:
        state = inspect(row)
        names = state.mapper.column_attrs.keys()
    except (NoInspectionAvailable, AttributeError) as nothing:
        raise NotComparable(type(row)) from nothing
    return [(name, _comparable(state.dict[name])) for name in names if name in state.dict]
