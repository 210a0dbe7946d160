"""An offer of one session to one clinician, with the terms as they were shown."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.lifecycle import OFFER
from pool.models.agreed_times import AgreedTimes
from pool.models.base import Base, HasId, in_states, known_states
from pool.models.clinician import Clinician
from pool.models.match_run import Proposal
from pool.models.practice import Practice
from pool.models.session import PracticeSession
from pool.money import Money
from pool.rules.terms import Terms
from pool.tenancy import BelongsToClinician, BelongsToPractice


class Offer(AgreedTimes, HasId, BelongsToPractice, BelongsToClinician, Base):
    """One offer. A session may have several open at once; the first acceptance closes the others.

    `terms` is what the booking will freeze (rules/terms.py); `reasons` says why this clinician
    (rules/choice_words.py). `asked_for`: the clinician asked for it. `over_limits`: rules of the clinician's own wishes
    that the manager knew it goes beyond. `corrects`: the offer whose place it took when the session was put right.
    `closed_because`: why it was closed without an answer (catalogue.OFFER_CLOSINGS); nothing for one that was replaced,
    nor for those of before it was kept.
    """

    __tablename__ = "offer"
    __table_args__ = (
        known_states(OFFER),
        Index("uq_offer_live", "session_id", "clinician_id", unique=True, postgresql_where=text(in_states(("sent",)))),
        Index("ix_offer_expires_at_sent", "expires_at", postgresql_where=text(in_states(("sent",)))),
    )

    session_id: Mapped[UUID] = mapped_column(ForeignKey("practice_session.id"), index=True)
    proposal_id: Mapped[UUID | None] = mapped_column(ForeignKey("proposal.id"))
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("offer.id"), index=True)
    state: Mapped[str] = mapped_column(default=OFFER.initial)
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    decline_reason: Mapped[str] = mapped_column(default="")
    closed_because: Mapped[str] = mapped_column(default="")
    travel_minutes: Mapped[int]
    fee: Mapped[Money]
    terms: Mapped[Terms]
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    asked_for: Mapped[bool] = mapped_column(default=False)
    over_limits: Mapped[list[str]] = mapped_column(default=list)
    session: Mapped[PracticeSession] = relationship(lazy="joined")
    clinician: Mapped[Clinician] = relationship(lazy="joined")
    practice: Mapped[Practice] = relationship()
    proposal: Mapped[Proposal | None] = relationship()
    corrects: Mapped["Offer | None"] = relationship(remote_side="Offer.id")
