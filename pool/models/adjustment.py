"""An adjustment that was proposed because a figure was changed for days that are billed already (domain 6.7)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.lifecycle import ADJUSTMENT
from pool.models.base import Base, HasId, known_states
from pool.models.person import Person
from pool.models.practice import Practice
from pool.money import Money
from pool.tenancy import BelongsToPractice, ShownToClinician

SUBJECTS = ("charge", "form_a", "form_b")


class AdjustmentProposal(HasId, BelongsToPractice, ShownToClinician, Base):
    """What was billed, what it would be with what is known now, and the table that changed. Nothing is edited: a manager
    accepts (a charge of the difference, or a request for a credit note) or dismisses with a reason.

    `recorded_on` is the day the new figure became known; `source_key` keeps one proposal per subject and change.
    """

    __tablename__ = "adjustment_proposal"
    __table_args__ = (
        known_states(ADJUSTMENT),
        CheckConstraint("subject IN ('charge', 'form_a', 'form_b')", name="known_subject"),
    )

    state: Mapped[str] = mapped_column(default=ADJUSTMENT.initial)
    subject: Mapped[str]
    subject_id: Mapped[UUID]
    figure_table: Mapped[str]
    used: Mapped[str]
    now_known: Mapped[str]
    old_amount: Mapped[Money]
    new_amount: Mapped[Money]
    recorded_on: Mapped[date]
    proposed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(default="")
    charge_id: Mapped[UUID | None] = mapped_column(ForeignKey("charge.id"))
    credit_request_id: Mapped[UUID | None] = mapped_column(ForeignKey("credit_request.id"))
    source_key: Mapped[str] = mapped_column(unique=True)
    practice: Mapped[Practice] = relationship()
    decided_by: Mapped[Person | None] = relationship()

    @property
    def difference(self) -> Money:
        """More (positive) or less (negative) than was billed."""
        return self.new_amount - self.old_amount
