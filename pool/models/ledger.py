"""The books of a pool in double entry. PostgreSQL refuses an entry that does not balance, and every later change."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.models.base import Base, HasId
from pool.tenancy import BelongsToPractice, ShownToClinician


class LedgerEntry(HasId, BelongsToPractice, ShownToClinician, Base):
    """What one document or one act about money did to the books, once: `source_key` names it (`invoice:<id>`).

    `on` is the day in the books, `at` the instant it was written. An entry is undone by another one, never removed.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (Index("ix_ledger_entry_pool_on", "pool_id", "on"),)

    source_key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    on: Mapped[date]
    at: Mapped[datetime]
    seller_id: Mapped[UUID] = mapped_column(ForeignKey("seller.id"))
    invoice_id: Mapped[UUID | None] = mapped_column(ForeignKey("invoice.id"), index=True)
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payment.id"), index=True)
    postings: Mapped[list["LedgerPosting"]] = relationship(back_populates="entry")


class LedgerPosting(HasId, BelongsToPractice, ShownToClinician, Base):
    """One side of an entry: whole pence on one account of pool/rules/ledger_accounts.py, debit above zero, credit below.

    `invoice_id` is set on the account of what practices owe.
    """

    __tablename__ = "ledger_posting"
    __table_args__ = (
        CheckConstraint("(account = 'receivable') = (invoice_id IS NOT NULL)", name="owed_on_an_invoice"),
        Index("ix_ledger_posting_pool_account", "pool_id", "account"),
    )

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_entry.id"), index=True)
    account: Mapped[str]
    seller_id: Mapped[UUID] = mapped_column(ForeignKey("seller.id"), index=True)
    invoice_id: Mapped[UUID | None] = mapped_column(ForeignKey("invoice.id"), index=True)
    pence: Mapped[int] = mapped_column(BigInteger)
    entry: Mapped[LedgerEntry] = relationship(back_populates="postings")
