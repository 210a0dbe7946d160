"""Why a clinician called a booking off, and the days on which they cannot work because of it: never a practice's to see."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from pool.models.base import Base, HasId
from pool.tenancy import HiddenFromPractices


class Absence(HasId, HiddenFromPractices, Base):
    """One booking that its clinician called off. `reason` may be about health, so it stands here and nowhere else: not in
    the booking, not in an event (docs/adr/0010). `first_day` to `last_day` block the person in every pool; None blocks
    nothing. `recorded_by_id` is the manager when the clinician rang.
    """

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("(first_day IS NULL) = (last_day IS NULL)", name="both_days_or_none"),
        CheckConstraint("last_day >= first_day", name="days_in_order"),
        Index("ix_absence_person_id_last_day", "person_id", "last_day"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("booking.id"), unique=True)
    reason: Mapped[str]
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
