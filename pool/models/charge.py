"""A charge: one thing to be paid for. Everything that is ever billed is a charge first (docs/billing.md)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.lifecycle import CHARGE
from pool.models.base import Base, HasId, in_states, known_states, one_of
from pool.models.booking import Booking
from pool.models.practice import Practice
from pool.models.timesheet import Timesheet
from pool.money import Money
from pool.tenancy import BelongsToPractice, ShownToClinician

CHARGE_KINDS = (
    "session",
    "extra_time",
    "extra_visits",
    "mileage",
    "cancellation",
    "holiday_pay",
    "on_costs",
    "platform_fee",
    "late_payment",
    "adjustment",
)
SELLER_KINDS = ("clinician", "host", "platform")


class Charge(HasId, BelongsToPractice, ShownToClinician, Base):
    """What is owed by a practice to a seller, how much and why. A trigger freezes it once it is agreed.

    `seller_kind` says who sells: the clinician of `clinician_id`, the host, or the platform. `source_key` names what the
    charge was made from, so that it is made once. `parent_id` is the charge a disputed rest was split from.
    """

    __tablename__ = "charge"
    __table_args__ = (
        known_states(CHARGE),
        CheckConstraint(one_of("kind", CHARGE_KINDS), name="known_kind"),
        CheckConstraint(one_of("seller_kind", SELLER_KINDS), name="known_seller"),
        CheckConstraint("seller_kind <> 'clinician' OR clinician_id IS NOT NULL", name="clinician_sells_own"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint("(state IN ('agreed', 'billed')) <= (agreed_at IS NOT NULL)", name="agreed_has_instant"),
        Index("ix_charge_agreed", "pool_id", "practice_id", postgresql_where=text(in_states(("agreed",)))),
    )

    seller_kind: Mapped[str]
    booking_id: Mapped[UUID | None] = mapped_column(ForeignKey("booking.id"), index=True)
    timesheet_id: Mapped[UUID | None] = mapped_column(ForeignKey("timesheet.id"))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("charge.id"), index=True)
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default=CHARGE.initial)
    supplied_on: Mapped[date]
    description: Mapped[str]
    quantity: Mapped[Decimal] = mapped_column(Numeric(12, 4))
    unit: Mapped[str]
    unit_price: Mapped[Money]
    amount: Mapped[Money]
    working: Mapped[str]
    pensionable: Mapped[bool] = mapped_column(default=False)
    source_key: Mapped[str] = mapped_column(unique=True)
    claimed_at: Mapped[datetime]
    agreed_at: Mapped[datetime | None]
    booking: Mapped[Booking | None] = relationship()
    timesheet: Mapped[Timesheet | None] = relationship()
    practice: Mapped[Practice] = relationship()

    def another(self, **columns: Any) -> "Charge":
        """A new charge between the same parties about the same booking and day: one item, unless columns say otherwise."""
        same = {
            "pool_id": self.pool_id,
            "practice_id": self.practice_id,
            "clinician_id": self.clinician_id,
            "seller_kind": self.seller_kind,
            "booking_id": self.booking_id,
            "supplied_on": self.supplied_on,
            "state": CHARGE.initial,
            "quantity": Decimal(1),
            "unit": "item",
            "unit_price": columns["amount"],
        }
        known = {"booking": self.booking} if self.booking is not None else {}
        return Charge(**same | known | columns)
