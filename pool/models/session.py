"""A vacant piece of clinical work in a practice (domain 2). Always called a session; never the web's or the database's."""

from datetime import date, datetime, time
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.clock import minutes_between
from pool.lifecycle import SESSION
from pool.models.base import Base, HasId, in_states, known_states
from pool.models.person import Person
from pool.models.practice import Practice
from pool.money import Money
from pool.rules.session_plan import SessionPlan
from pool.tenancy import BelongsToPractice

DETAILS = (
    "kind",
    "starts",
    "ends",
    "profession",
    "skills",
    "clinical_system",
    "system_required",
    "remote",
    "urgency",
    "fee",
    "extra_visit_fee",
    "plan",
    "contract_context",
    "engaging_org",
    "cover_reason",
    "post_covered",
    "funding_source",
    "notes",
)
"""Columns that the practice fills in, besides the day (schemas/sessions.py)."""


class PracticeSession(HasId, BelongsToPractice, Base):
    """One session. `on`, `starts`, `ends` are London wall time, the promise; the instants are derived (design D9).

    `plan` is the work in it (domain 2.3).
    `demand_id` stays the same when a session is posted again, so that fill rates never count it twice (1.8).
    `extra_visit_fee` is offered for each visit beyond the plan; None when nothing was agreed about them.
    `urgency`: 1 routine, 2 urgent, 3 critical. `label` tells two sessions at the same time apart.
    """

    __tablename__ = "practice_session"
    __table_args__ = (
        known_states(SESSION),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("fee >= 0", name="fee_not_negative"),
        CheckConstraint("urgency BETWEEN 1 AND 3", name="urgency"),
        Index(
            "uq_practice_session_twin",
            "practice_id",
            "profession",
            "starts_at",
            "label",
            unique=True,
            postgresql_where=text(in_states(("posted", "matched", "offered", "filled"))),
        ),
        Index("ix_practice_session_pool_starts_at", "pool_id", "starts_at"),
    )

    state: Mapped[str] = mapped_column(default=SESSION.initial)
    on: Mapped[date]
    starts: Mapped[time]
    ends: Mapped[time]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    kind: Mapped[str]
    label: Mapped[str] = mapped_column(default="")
    profession: Mapped[str]
    skills: Mapped[list[str]] = mapped_column(default=list)
    clinical_system: Mapped[str]
    system_required: Mapped[bool] = mapped_column(default=True)
    remote: Mapped[bool] = mapped_column(default=False)
    urgency: Mapped[int] = mapped_column(default=1)
    fee: Mapped[Money]
    extra_visit_fee: Mapped[Money | None]
    plan: Mapped[SessionPlan] = mapped_column(default=SessionPlan)
    contract_context: Mapped[str] = mapped_column(default="core")
    engaging_org: Mapped[str] = mapped_column(default="")
    cover_reason: Mapped[str]
    post_covered: Mapped[str] = mapped_column(default="")
    funding_source: Mapped[str] = mapped_column(default="practice")
    notes: Mapped[str] = mapped_column(default="")
    demand_id: Mapped[UUID] = mapped_column(default=uuid4)
    posted_at: Mapped[datetime | None]
    posted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()
    practice: Mapped[Practice] = relationship(lazy="joined")
    posted_by: Mapped[Person | None] = relationship()

    __mapper_args__ = {"version_id_col": version}

    @property
    def minutes(self) -> int:
        """Real minutes from start to end; clock changes count (domain 2.1)."""
        return minutes_between(self.starts_at, self.ends_at)

    @property
    def appointment_minutes(self) -> int:
        """The minutes of each appointment as the practice posted it; 0 when it plans none or did not say."""
        return self.plan.minutes_each if self.plan.appointments else 0
