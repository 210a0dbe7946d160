"""A booking: agreed by both sides, with a frozen copy of its terms. PostgreSQL refuses double bookings."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, literal_column, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.lifecycle import BOOKING, LIVE_BOOKING_STATES
from pool.models.agreed_times import AgreedTimes
from pool.models.base import Base, HasId, in_states, known_states
from pool.models.clinician import Clinician
from pool.models.offer import Offer
from pool.models.practice import Practice
from pool.models.session import PracticeSession
from pool.money import Money
from pool.rules.settlement import NO_PENSION
from pool.rules.terms import Terms
from pool.tenancy import BelongsToClinician, BelongsToPractice

NOTHING = Money(0)

LIVE = text(in_states(LIVE_BOOKING_STATES))

ONE_BOOKING_PER_SESSION = "uq_booking_session_live"
ONE_PLACE_AT_A_TIME = "ex_booking_person_overlap"

PARTIES = ("practice", "clinician", "manager")


class Booking(AgreedTimes, HasId, BelongsToPractice, BelongsToClinician, Base):
    """One booking. `person_id` carries the overlap rule across pools; times are half-open, so back to back is fine.

    PostgreSQL lets only an accepted TermsChange replace the terms, at `changed_at`.

    `terms` (frozen) and `terms_hash` (SHA-256 of its canonical JSON) are what both parties agreed (domain 2.6).
    `pension_intent` is the clinician's choice at acceptance, `pension_route` the way that follows from the engagement,
    `pension_cost` the employer's contribution on the agreed fee, nothing unless the practice pays one (domain 5.1).
    """

    __tablename__ = "booking"
    __table_args__ = (
        known_states(BOOKING),
        CheckConstraint("NOT pension_intent OR pension_route = 'locum_ab'", name="intent_needs_the_route"),
        CheckConstraint("cancelled_by IN ('practice', 'clinician', 'manager')", name="known_party"),
        Index(ONE_BOOKING_PER_SESSION, "session_id", unique=True, postgresql_where=LIVE),
        ExcludeConstraint(
            ("person_id", "="),
            (func.tstzrange(literal_column("starts_at"), literal_column("ends_at")), "&&"),
            using="gist",
            where=LIVE,
            name=ONE_PLACE_AT_A_TIME,
        ),
        Index("ix_booking_pool_starts_at", "pool_id", "starts_at"),
    )

    session_id: Mapped[UUID] = mapped_column(ForeignKey("practice_session.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id"))
    state: Mapped[str] = mapped_column(default=BOOKING.initial)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    engagement_type: Mapped[str]
    fee: Mapped[Money]
    terms: Mapped[Terms]
    terms_hash: Mapped[str]
    pension_intent: Mapped[bool] = mapped_column(default=False)
    pension_route: Mapped[str] = mapped_column(default=NO_PENSION)
    pension_cost: Mapped[Money] = mapped_column(default=NOTHING)
    booked_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[str | None]
    cancel_reason: Mapped[str] = mapped_column(default="")
    session: Mapped[PracticeSession] = relationship(lazy="joined")
    clinician: Mapped[Clinician] = relationship(lazy="joined")
    practice: Mapped[Practice] = relationship()
    offer: Mapped[Offer] = relationship()
