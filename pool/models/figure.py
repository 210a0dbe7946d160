"""Figures that a pool sets itself: guide rates, platform fee, employer's on-costs (docs/rules.md)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.models.base import Base, HasId
from pool.models.person import Person
from pool.tenancy import BelongsToPool


class PoolFigure(HasId, BelongsToPool, Base):
    """One word of a pool about one figure, never changed (a trigger refuses): from when it holds, when it was recorded.

    `figures` holds whole numbers by name; `profession` and `session_kind` are empty where a figure holds for all.
    `owner` answers for it; `confirmed` is false while it awaits sign-off.
    """

    __tablename__ = "pool_figure"
    __table_args__ = (CheckConstraint("kind IN ('guide_rate', 'platform_fee', 'on_costs')", name="known_kind"),)

    kind: Mapped[str]
    profession: Mapped[str] = mapped_column(default="")
    session_kind: Mapped[str] = mapped_column(default="")
    figures: Mapped[dict[str, Any]]
    valid_from: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    confirmed: Mapped[bool] = mapped_column(default=False)
    owner: Mapped[str]
    source: Mapped[str] = mapped_column(default="")
    recorded_by: Mapped[Person | None] = relationship()
