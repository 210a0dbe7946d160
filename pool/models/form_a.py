"""Form A: the certificate of one invoice. The clinician declares it, the practice signs it, then it never changes."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.lifecycle import FORM_A
from pool.models.base import Base, HasId, known_states
from pool.models.clinician import Clinician
from pool.models.invoice import Invoice
from pool.models.practice import Practice
from pool.models.types import SecretText
from pool.money import Money
from pool.tenancy import BelongsToClinician, BelongsToPractice


class FormA(HasId, BelongsToPractice, BelongsToClinician, Base):
    """One Form A. Boxes 1 to 3 are `fee`, `pensionable` and `employer`; `days` are the lines worked with their fee.

    Part 1 is copied from the profile when the clinician declares, part 2 is what the practice signs with; `rate` goes
    by `paid_on` once it is known, and `rate_note` warns when work and payment straddle a change (domain 5.3).
    `told_days`: the newest of the ten-week alerts that went out. A trigger refuses changes after signing.
    """

    __tablename__ = "form_a"
    __table_args__ = (
        known_states(FORM_A),
        UniqueConstraint("invoice_id", name="uq_form_a_invoice"),
        CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name="signed_when_signed"),
        CheckConstraint("worked_to >= worked_from", name="days_in_order"),
    )

    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"))
    state: Mapped[str] = mapped_column(default=FORM_A.initial, index=True)
    prepared_at: Mapped[datetime]
    worked_from: Mapped[date]
    worked_to: Mapped[date]
    days: Mapped[list[dict[str, Any]]]
    fee: Mapped[Money]
    pensionable: Mapped[Money]
    employer: Mapped[Money]
    rate: Mapped[Decimal] = mapped_column(Numeric(6, 4))
    rate_confirmed: Mapped[bool]
    rate_note: Mapped[str] = mapped_column(default="")
    told_days: Mapped[int] = mapped_column(default=0)
    declared_at: Mapped[datetime | None]
    declared_name: Mapped[str] = mapped_column(default="")
    sd_number: Mapped[str | None] = mapped_column(SecretText)
    ni_number: Mapped[str | None] = mapped_column(SecretText)
    paid_on: Mapped[date | None]
    practice_name: Mapped[str] = mapped_column(default="")
    authority_code: Mapped[str] = mapped_column(default="")
    signed_name: Mapped[str] = mapped_column(default="")
    signed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime | None]
    upr: Mapped[str | None] = mapped_column(SecretText)
    invoice: Mapped[Invoice] = relationship(lazy="joined")
    practice: Mapped[Practice] = relationship()
    clinician: Mapped[Clinician] = relationship(lazy="joined")
