"""What a GP tells us once so that their pension forms fill themselves, and the tier they chose for a year."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pool.models.base import Base, HasId
from pool.models.types import SecretText
from pool.money import Money
from pool.tenancy import BelongsToClinician

NO_MONEY = Money(0)


class PensionProfile(HasId, BelongsToClinician, Base):
    """One for each clinician. SD number, NI number and date of birth (ISO) are encrypted like bank details.

    `pension_by_default`: what the offer page reminds of. `authority_code`: the member's own employing authority at PCSE.
    The amounts are paid every month beside the tier: boxes c to f of Form B.
    """

    __tablename__ = "pension_profile"
    __table_args__ = (UniqueConstraint("clinician_id", name="uq_pension_profile_clinician"),)

    pension_by_default: Mapped[bool] = mapped_column(default=False)
    surname: Mapped[str] = mapped_column(default="")
    other_names: Mapped[str] = mapped_column(default="")
    address: Mapped[list[str]] = mapped_column(default=list)
    sd_number: Mapped[str | None] = mapped_column(SecretText)
    ni_number: Mapped[str | None] = mapped_column(SecretText)
    date_of_birth: Mapped[str | None] = mapped_column(SecretText)
    authority_code: Mapped[str] = mapped_column(default="")
    added_years: Mapped[Money] = mapped_column(default=NO_MONEY)
    mpavc: Mapped[Money] = mapped_column(default=NO_MONEY)
    additional_pension: Mapped[Money] = mapped_column(default=NO_MONEY)
    errbo: Mapped[Money] = mapped_column(default=NO_MONEY)


class TierChoice(HasId, BelongsToClinician, Base):
    """The tier a clinician chose for a scheme year (the year in which its April lies). Theirs to change."""

    __tablename__ = "tier_choice"
    __table_args__ = (
        UniqueConstraint("clinician_id", "year", name="uq_tier_choice_clinician_year"),
        CheckConstraint("tier IN ('1', '2', '3', '4', '5', '6')", name="known_tier"),
    )

    year: Mapped[int]
    tier: Mapped[str]
    chosen_at: Mapped[datetime]
    chosen_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
