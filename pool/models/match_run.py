"""A matching run and its plan: a proposal for each session that can be filled, a reason for each that cannot."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.lifecycle import LIVE_RUN_STATES, PROPOSAL, RUN
from pool.models.base import Base, HasId, in_states, known_states
from pool.models.clinician import Clinician
from pool.models.person import Person
from pool.models.session import PracticeSession
from pool.tenancy import BelongsToClinician, BelongsToPool, BelongsToPractice


class MatchRun(HasId, BelongsToPool, Base):
    """The truth about one run; the queue only wakes workers up (design D3).

    A worker may write only while `attempt` is its own and the lease (database time) has not been given away.
    `progress` is 0 to 1; `snapshot_gz` is the gzipped JSON of the problem's tables, `summary` the engine's summary,
    `report` fair share, equity and the price of fairness (services/plans/plan_reports.py). `fill_first`: no other wish is paid
    for with an empty session. `together` holds the ids of all pools that are matched in one go, the asking one first (empty:
    the pool alone); the run of each other pool is `led_by_id` that of the first (services/runs/run_groups.py).
    `stop` is what somebody who stopped it wished: `keep` the best plan by then or `drop` it (services/runs/run_stops.py).
    """

    __tablename__ = "match_run"
    __table_args__ = (
        known_states(RUN),
        CheckConstraint("first_day <= last_day", name="days_in_order"),
        Index("uq_match_run_live", "pool_id", unique=True, postgresql_where=text(in_states(LIVE_RUN_STATES))),
    )

    state: Mapped[str] = mapped_column(default=RUN.initial)
    first_day: Mapped[date]
    last_day: Mapped[date]
    requested_at: Mapped[datetime]
    requested_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    attempt: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    stage: Mapped[str] = mapped_column(default="Waiting for a free worker")
    progress: Mapped[float] = mapped_column(default=0.0)
    weights: Mapped[dict[str, Any]] = mapped_column(default=dict)
    seed: Mapped[int] = mapped_column(default=0)
    fill_first: Mapped[bool] = mapped_column(default=False)
    objective: Mapped[int | None] = mapped_column(BigInteger)
    bound: Mapped[int | None] = mapped_column(BigInteger)
    gap: Mapped[float | None]
    summary: Mapped[dict[str, Any]] = mapped_column(default=dict)
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    snapshot_gz: Mapped[bytes | None] = mapped_column(deferred=True)
    led_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("match_run.id"), index=True)
    together: Mapped[list[str]] = mapped_column(default=list)
    failure: Mapped[str] = mapped_column(default="")
    stop: Mapped[str] = mapped_column(default="")
    stop_asked_at: Mapped[datetime | None]
    stop_asked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    requested_by: Mapped[Person | None] = relationship(foreign_keys=requested_by_id)
    stop_asked_by: Mapped[Person | None] = relationship(foreign_keys=stop_asked_by_id)

    @property
    def pool_ids(self) -> list[UUID]:
        """The pools that the run covers, the asking one first."""
        return [UUID(pool_id) for pool_id in self.together] or [self.pool_id]


class Proposal(HasId, BelongsToPractice, BelongsToClinician, Base):
    """The plan's clinician for one session, with the reasons (domain 8.3).

    `reasons` and `alternatives` (the next best clinicians) are kept as pool/rules/choice_words.py reads them.
    `changed_by_id` is set when a person replaced the solver's choice. `reserve` lists {clinician_id, travel_minutes} of
    those who would step in, `wave` how many waves of offers have gone out and `next_wave_at` when the next one is due
    (services/bookings/offer_waves.py).
    """

    __tablename__ = "proposal"
    __table_args__ = (
        known_states(PROPOSAL),
        Index("uq_proposal_live", "session_id", unique=True, postgresql_where=text(in_states(("proposed",)))),
        Index("ix_proposal_next_wave", "next_wave_at", postgresql_where=text("next_wave_at IS NOT NULL")),
    )

    run_id: Mapped[UUID] = mapped_column(ForeignKey("match_run.id"), index=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("practice_session.id"), index=True)
    state: Mapped[str] = mapped_column(default=PROPOSAL.initial)
    travel_minutes: Mapped[int]
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    alternatives: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    reserve: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    wave: Mapped[int] = mapped_column(default=0)
    next_wave_at: Mapped[datetime | None]
    changed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    run: Mapped[MatchRun] = relationship()
    session: Mapped[PracticeSession] = relationship(lazy="joined")
    clinician: Mapped[Clinician] = relationship(lazy="joined")
    changed_by: Mapped[Person | None] = relationship()


class UnfilledReason(HasId, BelongsToPractice, Base):
    """Why the plan leaves a session empty: plain sentences, counts per rule, the smallest change that would help."""

    __tablename__ = "unfilled_reason"
    __table_args__ = (UniqueConstraint("run_id", "session_id", name="uq_unfilled_reason_run_session"),)

    run_id: Mapped[UUID] = mapped_column(ForeignKey("match_run.id"), index=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("practice_session.id"), index=True)
    sentences: Mapped[list[str]]
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    smallest_change: Mapped[str] = mapped_column(default="")
    alternatives: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    run: Mapped[MatchRun] = relationship()
    session: Mapped[PracticeSession] = relationship(lazy="joined")
