"""When a clinician can work: a weekly pattern, and single days that differ from it (London wall time)."""

from datetime import date, time
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.models.base import Base, HasId
from pool.models.person import Person
from pool.tenancy import BelongsToClinician


class WeeklySlot(HasId, BelongsToClinician, Base):
    """Free every week on this weekday (0 = Monday) between these times."""

    __tablename__ = "weekly_slot"
    __table_args__ = (
        UniqueConstraint("clinician_id", "weekday", "starts", name="uq_weekly_slot"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("ends > starts", name="ends_after_start"),
    )

    weekday: Mapped[int]
    starts: Mapped[time]
    ends: Mapped[time]


class AvailabilityDay(HasId, BelongsToClinician, Base):
    """A day that differs: away (no times = all day, pattern does not count) or an extra slot (`available`).

    `entered_by` is the manager who entered it, None when it is the clinician's own.
    """

    __tablename__ = "availability_day"
    __table_args__ = (
        UniqueConstraint(
            "clinician_id", "on", "starts", name="uq_availability_day", postgresql_nulls_not_distinct=True
        ),
        CheckConstraint("available = false OR starts IS NOT NULL", name="extra_has_times"),
        CheckConstraint("(starts IS NULL) = (ends IS NULL)", name="both_times_or_none"),
        CheckConstraint("ends > starts", name="ends_after_start"),
    )

    on: Mapped[date]
    available: Mapped[bool]
    starts: Mapped[time | None]
    ends: Mapped[time | None]
    note: Mapped[str] = mapped_column(default="")
    entered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    entered_by: Mapped[Person | None] = relationship(lazy="joined")
