"""The hours of one booking: sent by the clinician, confirmed or queried by the practice."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.clock import minutes_between
from pool.lifecycle import TIMESHEET
from pool.models.base import Base, HasId, known_states
from pool.models.booking import Booking
from pool.tenancy import BelongsToClinician, BelongsToPractice


class Timesheet(HasId, BelongsToPractice, BelongsToClinician, Base):
    """Hours worked as instants; `as_booked` when nothing differed. The query and its answer stay as written."""

    __tablename__ = "timesheet"
    __table_args__ = (known_states(TIMESHEET), CheckConstraint("ended_at > started_at", name="ends_after_start"))

    booking_id: Mapped[UUID] = mapped_column(ForeignKey("booking.id"), unique=True)
    state: Mapped[str] = mapped_column(default=TIMESHEET.initial)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    as_booked: Mapped[bool]
    note: Mapped[str] = mapped_column(default="")
    submitted_at: Mapped[datetime]
    queried_at: Mapped[datetime | None]
    query_reason: Mapped[str] = mapped_column(default="")
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    booking: Mapped[Booking] = relationship(lazy="joined")

    @property
    def minutes(self) -> int:
        """Real minutes worked."""
        return minutes_between(self.started_at, self.ended_at)
