"""A dispute about one item of some hours, and its rounds: what each side wrote, kept as written (domain 6.6)."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.lifecycle import DISPUTE, OPEN_DISPUTE_STATES
from pool.models.base import Base, HasId, in_states, known_states, one_of
from pool.models.charge import Charge
from pool.models.person import Person
from pool.models.timesheet import Timesheet
from pool.money import Money
from pool.tenancy import BelongsToClinician, BelongsToPractice

DISPUTE_PARTIES = ("practice", "clinician", "manager", "system")
ACTS = ("query", "counter", "accept", "escalate", "lapse", "decide")


class Dispute(HasId, BelongsToPractice, BelongsToClinician, Base):
    """One queried item. `claimed` = `agreed` (the undisputed part, billed at once) + `disputed` (the rest, `charge_id`).

    The state says whose turn it is, `answer_by` until when; `rounds_written` counts the rounds, so that an answer to an
    older round is noticed. `awarded` is the part of `disputed` that is due in the end.
    """

    __tablename__ = "dispute"
    __table_args__ = (
        known_states(DISPUTE),
        UniqueConstraint("charge_id", name="uq_dispute_charge"),
        UniqueConstraint("timesheet_id", "kind", name="uq_dispute_timesheet_kind"),
        CheckConstraint("claimed = agreed + disputed AND agreed >= 0 AND disputed > 0", name="adds_up"),
        CheckConstraint("awarded BETWEEN 0 AND disputed", name="awarded_within"),
        CheckConstraint("(closed_at IS NULL) = (awarded IS NULL)", name="closed_has_outcome"),
        Index("ix_dispute_answer_by", "answer_by", postgresql_where=text(in_states(OPEN_DISPUTE_STATES))),
    )

    timesheet_id: Mapped[UUID] = mapped_column(ForeignKey("timesheet.id"), index=True)
    charge_id: Mapped[UUID] = mapped_column(ForeignKey("charge.id"))
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default=DISPUTE.initial)
    claimed: Mapped[Money]
    agreed: Mapped[Money]
    disputed: Mapped[Money]
    awarded: Mapped[Money | None]
    opened_at: Mapped[datetime]
    answer_by: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    rounds_written: Mapped[int] = mapped_column(default=0)
    timesheet: Mapped[Timesheet] = relationship(lazy="joined")
    charge: Mapped[Charge] = relationship()
    rounds: Mapped[list["DisputeRound"]] = relationship(order_by="DisputeRound.number", back_populates="dispute")


class DisputeRound(HasId, BelongsToPractice, BelongsToClinician, Base):
    """What one side said, as it was written: the database lets nobody change or remove it.

    `figure` is how much of the whole item that side finds right, in the item's measure (minutes, visits, miles), when it
    was given so; `due` the part of the disputed amount that would then be paid.
    """

    __tablename__ = "dispute_round"
    __table_args__ = (
        UniqueConstraint("dispute_id", "number", name="uq_dispute_round_number"),
        CheckConstraint(one_of("party", DISPUTE_PARTIES), name="known_party"),
        CheckConstraint(one_of("act", ACTS), name="known_act"),
    )

    dispute_id: Mapped[UUID] = mapped_column(ForeignKey("dispute.id"), index=True)
    number: Mapped[int]
    at: Mapped[datetime]
    party: Mapped[str]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    act: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")
    figure: Mapped[Decimal | None] = mapped_column(Numeric(8, 1))
    due: Mapped[Money | None]
    dispute: Mapped[Dispute] = relationship(back_populates="rounds")
    person: Mapped[Person | None] = relationship()
