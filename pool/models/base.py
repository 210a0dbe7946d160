"""What every table shares: the declarative base, the id, and the check that a state is one the life-cycle knows."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, DateTime, MetaData, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from pool.lifecycle import Life
from pool.models.types import JsonValue, MoneyType
from pool.money import Money
from pool.rules.session_plan import SessionPlan
from pool.rules.terms import Terms

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Declarative base: text, aware instants, JSON, text lists, Money, plans and terms have one column type each."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {
        str: Text(),
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB(),
        list[dict[str, Any]]: JSONB(),
        list[str]: ARRAY(Text()),
        Money: MoneyType(),
        SessionPlan: JsonValue(SessionPlan),
        Terms: JsonValue(Terms),
    }


class HasId:
    """A random id made in Python, so that an event can carry it before the row is written."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)

    def __init__(self, **columns: Any) -> None:
        columns.setdefault("id", uuid4())
        super().__init__(**columns)


def known_states(life: Life) -> CheckConstraint:
    """PostgreSQL refuses a state that the life-cycle table does not know."""
    return CheckConstraint(in_states(life.states), name="known_state")


def in_states(states: tuple[str, ...]) -> str:
    """The SQL condition of partial indexes on live rows."""
    return one_of("state", states)


def one_of(column: str, values: Iterable[str]) -> str:
    """The SQL condition that a column holds one of these words."""
    return "{} IN ({})".format(column, ", ".join(f"'{value}'" for value in values))
