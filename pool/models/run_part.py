"""One area of a large run: its flow is solved by itself, on any machine, and stitched to the others afterwards."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.lifecycle import PART
from pool.models.base import Base, HasId, known_states
from pool.models.match_run import MatchRun
from pool.tenancy import BelongsToPool


class RunPart(HasId, BelongsToPool, Base):
    """The truth about one part; like a run it belongs to whoever holds `attempt` and the lease (docs/adr/0004).

    `problem` and `answer` are the engine's arrays (services/runs/part_arrays.py), empty once the run is over; `digest` says
    which problem the answer is for.
    """

    __tablename__ = "run_part"
    __table_args__ = (known_states(PART), UniqueConstraint("run_id", "number", name="uq_run_part_run_number"))

    run_id: Mapped[UUID] = mapped_column(ForeignKey("match_run.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(default=PART.initial)
    sessions: Mapped[int]
    attempt: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    digest: Mapped[str]
    problem: Mapped[bytes] = mapped_column(deferred=True)
    answer: Mapped[bytes | None] = mapped_column(deferred=True)
    solved_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(default="")
    run: Mapped[MatchRun] = relationship()
