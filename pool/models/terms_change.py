"""Other terms for a booking: proposed by one side, accepted, declined, taken back or lapsed; kept for ever."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.lifecycle import CHANGE
from pool.models.base import Base, HasId, in_states, known_states, one_of
from pool.models.booking import PARTIES, Booking
from pool.models.person import Person
from pool.rules.terms import Terms
from pool.tenancy import BelongsToClinician, BelongsToPractice

ONE_OPEN_CHANGE = "uq_terms_change_open"


class TermsChange(HasId, BelongsToPractice, BelongsToClinician, Base):
    """One proposed change. `before` and `after` are whole terms with their check codes; `after` takes the place of `before`
    in the booking when the other side accepts, and not a word sooner. PostgreSQL keeps all but the answer as it was
    written, and the answer too once it is given.

    `kind`, `starts_at` and `ends_at` are those of `after`. It lapses at `lapses_at`: when the session would start by the
    old or by the new terms, whichever is sooner.
    """

    __tablename__ = "terms_change"
    __table_args__ = (
        known_states(CHANGE),
        CheckConstraint(one_of("proposed_by", PARTIES), name="known_proposer"),
        CheckConstraint(one_of("answered_by", PARTIES), name="known_answerer"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("before_hash <> after_hash", name="changes_something"),
        CheckConstraint("(state = 'proposed') = (closed_at IS NULL)", name="closed_when_answered"),
        Index(ONE_OPEN_CHANGE, "booking_id", unique=True, postgresql_where=text(in_states(("proposed",)))),
        Index("ix_terms_change_lapses_at_open", "lapses_at", postgresql_where=text(in_states(("proposed",)))),
    )

    booking_id: Mapped[UUID] = mapped_column(ForeignKey("booking.id"), index=True)
    state: Mapped[str] = mapped_column(default=CHANGE.initial)
    kind: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    before: Mapped[Terms]
    before_hash: Mapped[str]
    after: Mapped[Terms]
    after_hash: Mapped[str]
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[str]
    proposed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    lapses_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    booking: Mapped[Booking] = relationship(lazy="joined")
    proposer: Mapped[Person | None] = relationship(foreign_keys=[proposed_by_id])
    answerer: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])

    @property
    def on(self) -> date:
        """The London day that is proposed."""
        return self.after.on

    @property
    def starts(self) -> time:
        """The London start that is proposed."""
        return self.after.starts

    @property
    def ends(self) -> time:
        """The London end that is proposed."""
        return self.after.ends
