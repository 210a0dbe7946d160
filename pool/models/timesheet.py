"""The hours of one booking: sent by the clinician, confirmed or queried by the practice."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Numeric
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.clock import london_date, minutes_between
from pool.lifecycle import TIMESHEET
from pool.models.base import Base, HasId, known_states
from pool.models.booking import Booking
from pool.money import Money
from pool.rules.claims import Worked
from pool.rules.fees import Hours
from pool.tenancy import BelongsToClinician, BelongsToPractice


class Timesheet(HasId, BelongsToPractice, BelongsToClinician, Base):
    """Hours worked as instants, extra visits and miles; `as_booked` when nothing differed and nothing was extra.

    `visit_fee` is for each extra visit; `miles_before` those that were claimed before in the tax year. What was sent
    never changes: a query makes disputes, with rounds of their own, and `query_reason` stays as written.
    """

    __tablename__ = "timesheet"
    __table_args__ = (
        known_states(TIMESHEET),
        CheckConstraint("ended_at > started_at", name="ends_after_start"),
        CheckConstraint("extra_visits >= 0 AND miles >= 0 AND miles_before >= 0", name="extras_not_negative"),
    )

    booking_id: Mapped[UUID] = mapped_column(ForeignKey("booking.id"), unique=True)
    state: Mapped[str] = mapped_column(default=TIMESHEET.initial)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    as_booked: Mapped[bool]
    extra_visits: Mapped[int] = mapped_column(default=0)
    visit_fee: Mapped[Money] = mapped_column(default=Money(0))
    miles: Mapped[Decimal] = mapped_column(Numeric(6, 1), default=Decimal(0))
    miles_before: Mapped[Decimal] = mapped_column(Numeric(8, 1), default=Decimal(0))
    note: Mapped[str] = mapped_column(default="")
    submitted_at: Mapped[datetime]
    queried_at: Mapped[datetime | None]
    query_reason: Mapped[str] = mapped_column(default="")
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    booking: Mapped[Booking] = relationship(lazy="joined")

    @property
    def minutes(self) -> int:
        """Minutes from the start to the end that were worked, with a change of the clocks counted."""
        return minutes_between(self.started_at, self.ended_at)

    @property
    def worked(self) -> Worked:
        """What was sent, as the rules read it: priced by what was known on the day of sending."""
        return Worked(
            Hours(self.started_at, self.ended_at),
            known_by=london_date(self.submitted_at),
            visits=self.extra_visits,
            visit_fee=self.visit_fee,
            miles=self.miles,
            miles_before=self.miles_before,
        )
