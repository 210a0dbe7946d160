"""A clinician: a person's membership of a pool as somebody who takes sessions (domain 3)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.models.base import Base, HasId, one_of
from pool.models.person import Person
from pool.models.practice import Practice
from pool.money import Money
from pool.tenancy import BelongsToClinician, BelongsToPractice, IsClinician

ENGAGEMENT_TYPES = ("sole_trader", "limited_company", "bank_worker", "salaried")
EMPLOYED = ("bank_worker", "salaried")
"""Whom the host employs, so that the rules of working time bind (domain 4.1, 4.4)."""


class Clinician(HasId, IsClinician, Base):
    """Profession, register entry, skills, home and limits. The check pack is verified once per pool (domain 1.10).

    `max_travel_minutes` one way from home; `min_fee` is private to the clinician (design D12); `weekly_cap` and
    `wanted_sessions` count sessions per ISO week and per planning horizon, `four_week_cap` in any four weeks (None: no
    limit). `min_appointment_minutes` is the clinician's own term (0: any). For people whom the host employs:
    `contracted_sessions` a week of those on a salary, `weekly_hours` agreed below the law's 48, and the days of a written
    opt-out from these (domain 4.4). `week_entered_by` is the manager who entered the usual week, None when it is the
    clinician's own.
    """

    __tablename__ = "clinician"
    __table_args__ = (
        Index("uq_clinician_pool_person", "pool_id", "person_id", unique=True, postgresql_where=text("active")),
        Index(
            "uq_clinician_registration",
            "pool_id",
            "registration_body",
            "registration_number",
            unique=True,
            postgresql_where=text("active"),
        ),
        Index("ix_clinician_register", "registration_body", "registration_number"),
        CheckConstraint("max_travel_minutes BETWEEN 0 AND 240", name="travel_limit"),
        CheckConstraint("weekly_cap BETWEEN 0 AND 21", name="weekly_cap"),
        CheckConstraint("four_week_cap BETWEEN 0 AND 84", name="four_week_cap"),
        CheckConstraint("min_appointment_minutes BETWEEN 0 AND 60", name="shortest_appointment"),
        CheckConstraint("contracted_sessions BETWEEN 0 AND 21", name="contracted_sessions"),
        CheckConstraint("weekly_hours BETWEEN 1 AND 84", name="weekly_hours"),
        CheckConstraint("opt_out_until IS NULL OR opt_out_until >= opt_out_from", name="opt_out_in_order"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    profession: Mapped[str]
    registration_body: Mapped[str]
    registration_number: Mapped[str]
    compliant_until: Mapped[date | None]
    skills: Mapped[list[str]] = mapped_column(default=list)
    clinical_systems: Mapped[list[str]] = mapped_column(default=list)
    home_postcode: Mapped[str]
    home_easting: Mapped[int]
    home_northing: Mapped[int]
    max_travel_minutes: Mapped[int] = mapped_column(default=35)
    weekly_cap: Mapped[int] = mapped_column(default=6)
    four_week_cap: Mapped[int | None]
    wanted_sessions: Mapped[int] = mapped_column(default=0)
    min_appointment_minutes: Mapped[int] = mapped_column(default=0)
    contracted_sessions: Mapped[int] = mapped_column(default=0)
    weekly_hours: Mapped[int | None]
    opt_out_from: Mapped[date | None]
    opt_out_until: Mapped[date | None]
    min_fee: Mapped[Money] = mapped_column(default=Money(0))
    is_demo: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    week_entered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    week_entered_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(lazy="joined", foreign_keys=[person_id])
    week_entered_by: Mapped[Person | None] = relationship(foreign_keys=[week_entered_by_id])
    engagements: Mapped[list["Engagement"]] = relationship(order_by="Engagement.starts_on")

    @property
    def name(self) -> str:
        """The person's name."""
        return self.person.name

    def engagement_on(self, day: date) -> "Engagement | None":
        """The engagement that holds on a day; types change over time (domain 11.15)."""
        return next((engagement for engagement in self.engagements if engagement.holds_on(day)), None)

    def employed_on(self, day: date) -> bool:
        """Does the host employ them on a day?"""
        engagement = self.engagement_on(day)
        return engagement is not None and engagement.type in EMPLOYED


class Engagement(HasId, BelongsToClinician, Base):
    """How a clinician is engaged, from a day until a day (domain 4.1)."""

    __tablename__ = "engagement"
    __table_args__ = (
        CheckConstraint(one_of("type", ENGAGEMENT_TYPES), name="known_type"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="dates_in_order"),
    )

    type: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    def holds_on(self, day: date) -> bool:
        """Does this engagement cover the day?"""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


class PracticePreference(HasId, BelongsToPractice, BelongsToClinician, Base):
    """What a clinician and a practice think of each other: `blocked` is the practice's word, `never` and `preference`
    (-1, 0, 1) are the clinician's. Neither side is told what the other said."""

    __tablename__ = "practice_preference"
    __table_args__ = (
        UniqueConstraint("clinician_id", "practice_id", name="uq_practice_preference_pair"),
        CheckConstraint("preference BETWEEN -1 AND 1", name="preference"),
    )

    blocked: Mapped[bool] = mapped_column(default=False)
    blocked_reason: Mapped[str] = mapped_column(default="")
    never: Mapped[bool] = mapped_column(default=False)
    preference: Mapped[int] = mapped_column(default=0)
    practice: Mapped[Practice] = relationship()
