"""Statements of account: what a practice owed, was billed, was credited and paid in a period, from the ledger.

Read from the accounts of what practices owe and of what stands on no invoice, so a statement is proved whenever the ledger
is. Putting a payment on an invoice changes nothing between the two sides, so it is not shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Select, func, select

from pool.models.clinician import Clinician
from pool.models.invoice import Invoice, Seller
from pool.models.ledger import LedgerEntry, LedgerPosting
from pool.models.payment import Payment
from pool.models.practice import Practice
from pool.money import Money
from pool.rules import ledger_accounts
from pool.unit_of_work import UnitOfWork

BETWEEN_THE_TWO = (ledger_accounts.RECEIVABLE, ledger_accounts.UNALLOCATED)
USUAL_DAYS = 92
KINDS = {
    "invoice": "Invoice",
    "supplementary": "Supplementary invoice",
    "late_payment": "Late-payment claim",
    "credit_note": "Credit note",
    "payment": "Payment",
    "refund": "Sent back",
    "undone": "Undone",
}
BILLED = ("invoice", "supplementary", "late_payment")


@dataclass(frozen=True)
class Account:
    """Whose statement: of one practice, of one clinician's sales, or (nothing given) the actor's own."""

    practice_id: UUID | None = None
    clinician_id: UUID | None = None


@dataclass(frozen=True)
class Line:
    """One document or payment: above zero adds to what is owed. `other` is the other side."""

    on: date
    kind: str
    what: str
    reference: str
    other: str
    amount: Money
    balance: Money


@dataclass(frozen=True)
class Statement:
    """A period with what was owed before and after it; invoices, credits and payments add up to the difference."""

    title: str
    first: date
    last: date
    opening: Money
    lines: tuple[Line, ...]

    @property
    def closing(self) -> Money:
        """What is owed at the end of the last day; below zero the practice has a credit."""
        return self.lines[-1].balance if self.lines else self.opening

    def came_to(self, *kinds: str) -> Money:
        """What the lines of these kinds come to."""
        return Money(sum(line.amount.pence for line in self.lines if line.kind in kinds))

    @property
    def billed(self) -> Money:
        """The sum of everything that was billed."""
        return self.came_to(*BILLED)

    @property
    def credited(self) -> Money:
        """All credit notes, below zero."""
        return self.came_to("credit_note")

    @property
    def paid(self) -> Money:
        """All payments less what was sent back and undone, below zero."""
        return self.came_to("payment", "refund", "undone")


def usual_period(today: date) -> tuple[date, date]:
    """About the last three months, from the first of a month."""
    return (today - timedelta(days=USUAL_DAYS)).replace(day=1), today


def statement(work: UnitOfWork, account: Account, first: date, last: date) -> Statement:
    """The statement of a period, both days included. Raises NotFound for a practice or clinician of somebody else."""
    of_clinician = account.clinician_id is not None or work.actor.is_clinician
    balance = opening = Money(int(work.store.execute(before(account, first)).scalar_one()))
    rows = work.store.execute(within(account, first, last)).all()
    names = names_of(work, {row.seller_id for row in rows}, {row.practice_id for row in rows})
    lines = []
    for row in rows:
        amount = Money(int(row.pence))
        balance += amount
        other = names[row.practice_id] if of_clinician else names[row.seller_id]
        lines.append(Line(row.on, row.kind, KINDS[row.kind], row.number or row.reference or "", other, amount, balance))
    return Statement(title_of(work, account), first, last, opening, tuple(lines))


def before(account: Account, first: date) -> Select[int]:
    """What was owed when the period began."""
    return of_account(select(func.coalesce(func.sum(LedgerPosting.pence), 0)), account).where(LedgerEntry.on < first)


def within(account: Account, first: date, last: date) -> Select:  # type: ignore[type-arg]
    """One row for each entry of the period that changed what is owed."""
    columns = (LedgerEntry.on, LedgerEntry.at, LedgerEntry.kind, LedgerEntry.seller_id, LedgerEntry.practice_id)
    words = (Invoice.number.label("number"), Payment.reference.label("reference"))
    rows = select(*columns, *words, func.sum(LedgerPosting.pence).label("pence"))
    rows = of_account(rows, account).where(LedgerEntry.on.between(first, last), LedgerEntry.kind != "allocation")
    rows = rows.outerjoin(Invoice, Invoice.id == LedgerEntry.invoice_id).outerjoin(
        Payment, Payment.id == LedgerEntry.payment_id
    )
    return rows.group_by(LedgerEntry.id, Invoice.id, Payment.id).order_by(
        LedgerEntry.on, LedgerEntry.at, LedgerEntry.source_key
    )


def of_account(rows: Select, account: Account) -> Select:  # type: ignore[type-arg]
    """Narrow postings to what stands between the two sides of an account."""
    rows = rows.select_from(LedgerPosting).join(LedgerEntry, LedgerEntry.id == LedgerPosting.entry_id)
    rows = rows.where(LedgerPosting.account.in_(BETWEEN_THE_TWO))
    if account.practice_id:
        rows = rows.where(LedgerPosting.practice_id == account.practice_id)
    if account.clinician_id:
        rows = rows.where(LedgerPosting.clinician_id == account.clinician_id)
    return rows


def names_of(work: UnitOfWork, sellers: Iterable[UUID], practices: Iterable[UUID]) -> dict[UUID, str]:
    """Names of sellers and practices by id."""
    found = {seller.id: seller.name for seller in work.all(select(Seller).where(Seller.id.in_(sellers)))}
    return found | {
        practice.id: practice.name for practice in work.all(select(Practice).where(Practice.id.in_(practices)))
    }


def title_of(work: UnitOfWork, account: Account) -> str:
    """Whose statement it is."""
    if account.clinician_id:
        return work.get(Clinician, account.clinician_id).name
    practice_id = account.practice_id or work.actor.practice_id
    return work.get(Practice, practice_id).name if practice_id else work.actor.name


COLUMNS = ("Day", "What", "Reference", "Practice or seller", "Amount", "Balance")


def table(found: Statement) -> list[tuple[date | str | Money, ...]]:
    """The statement as rows of COLUMNS, with what was owed before and after."""
    return [
        (found.first, "Owed before", "", "", "", found.opening),
        *((line.on, line.what, line.reference, line.other, line.amount, line.balance) for line in found.lines),
        (found.last, "Owed at the end", "", "", "", found.closing),
    ]
