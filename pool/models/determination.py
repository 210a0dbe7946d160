"""A status determination: what a practice decided about a clinician's company and one way of working (domain 4.3)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.models.base import Base, HasId
from pool.models.clinician import Clinician
from pool.models.person import Person
from pool.models.practice import Practice
from pool.tenancy import BelongsToClinician, BelongsToPractice


class StatusDetermination(HasId, BelongsToPractice, BelongsToClinician, Base):
    """Issued once and kept as it was (a trigger refuses changes); a new decision is a new row. `outcome` is inside or
    outside, `pattern` the way of working. The clinician may disagree; the answer is due in 45 days."""

    __tablename__ = "status_determination"
    __table_args__ = (
        CheckConstraint("outcome IN ('inside', 'outside')", name="known_outcome"),
        CheckConstraint("pattern IN ('absence', 'extra')", name="known_pattern"),
        CheckConstraint("review_on > decided_on", name="review_after_decision"),
        CheckConstraint("answered_at IS NULL OR disagreed_at IS NOT NULL", name="answers_something"),
    )

    pattern: Mapped[str]
    outcome: Mapped[str]
    reasons: Mapped[str]
    decided_on: Mapped[date]
    review_on: Mapped[date]
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    disagreed_at: Mapped[datetime | None]
    disagreement: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[str] = mapped_column(default="")
    practice: Mapped[Practice] = relationship(lazy="joined")
    clinician: Mapped[Clinician] = relationship(lazy="joined")
    issued_by: Mapped[Person | None] = relationship(foreign_keys=issued_by_id)
    answered_by: Mapped[Person | None] = relationship(foreign_keys=answered_by_id)
