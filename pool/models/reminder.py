"""Reminders of invoices that are past their day."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pool.models.base import Base, HasId
from pool.tenancy import BelongsToPractice, ShownToClinician


class Reminder(HasId, BelongsToPractice, ShownToClinician, Base):
    """The practice was reminded of an invoice so many days after it was due; once for each of the pool's steps."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("invoice_id", "days", name="uq_reminder_invoice_days"),)

    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"), index=True)
    days: Mapped[int]
    reminded_at: Mapped[datetime]
