"""Form B: what a GP pays the pension scheme for one month of pay received. Written down when it is submitted."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.lifecycle import FORM_B
from pool.models.base import Base, HasId, known_states
from pool.models.clinician import Clinician
from pool.models.form_a import FormA
from pool.models.types import SecretText
from pool.money import Money
from pool.tenancy import BelongsToClinician


class FormB(HasId, BelongsToClinician, Base):
    """One Form B of a month (its first day); `sequence` above 1 is a supplementary one. Columns a to j are its boxes.

    Until it is submitted it is put together from the signed Forms A of the month whenever somebody looks; from then on
    a trigger refuses changes. `member` is the header as it was: names, address, e-mail, registration, authority.
    """

    __tablename__ = "form_b"
    __table_args__ = (
        known_states(FORM_B),
        UniqueConstraint("clinician_id", "month", "sequence", name="uq_form_b_clinician_month"),
        CheckConstraint("extract(day FROM month) = 1", name="month_is_its_first_day"),
    )

    month: Mapped[date]
    sequence: Mapped[int]
    state: Mapped[str] = mapped_column(default=FORM_B.initial)
    upr: Mapped[str] = mapped_column(SecretText)
    sd_number: Mapped[str] = mapped_column(SecretText)
    ni_number: Mapped[str] = mapped_column(SecretText)
    date_of_birth: Mapped[str] = mapped_column(SecretText)
    member: Mapped[dict[str, Any]]
    tier: Mapped[str]
    tier_rate: Mapped[Decimal] = mapped_column(Numeric(6, 4))
    tier_confirmed: Mapped[bool]
    a_pensionable: Mapped[Money]
    b_member: Mapped[Money]
    c_added_years: Mapped[Money]
    d_mpavc: Mapped[Money]
    e_additional_pension: Mapped[Money]
    f_errbo: Mapped[Money]
    g_member_total: Mapped[Money]
    h_employer_total: Mapped[Money]
    i_to_pay: Mapped[Money]
    j_year_to_date: Mapped[Money]
    submitted_at: Mapped[datetime]
    submitted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    paid_on: Mapped[date | None]
    clinician: Mapped[Clinician] = relationship(lazy="joined")
    lines: Mapped[list["FormBLine"]] = relationship(order_by="FormBLine.position")


class FormBLine(HasId, BelongsToClinician, Base):
    """A signed Form A on a Form B; each is on one only."""

    __tablename__ = "form_b_line"
    __table_args__ = (
        UniqueConstraint("form_a_id", name="uq_form_b_line_form_a"),
        UniqueConstraint("form_b_id", "position", name="uq_form_b_line_position"),
    )

    form_b_id: Mapped[UUID] = mapped_column(ForeignKey("form_b.id"))
    form_a_id: Mapped[UUID] = mapped_column(ForeignKey("form_a.id"))
    position: Mapped[int]
    form_a: Mapped[FormA] = relationship(lazy="joined")
