"""Searching and counting lists: parts of SQL statements that pages of every noun use."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from pool.unit_of_work import UnitOfWork


def holds(text: str, *columns: InstrumentedAttribute[Any] | ColumnElement[Any]) -> ColumnElement[bool]:
    """Some column holds the text, whatever the case; % and _ mean themselves."""
    return or_(*(column.icontains(text, autoescape=True) for column in columns))


def how_many(work: UnitOfWork, rows: Select[Any]) -> int:
    """The number of rows of a list."""
    return work.store.scalar(select(func.count()).select_from(rows.subquery())) or 0
