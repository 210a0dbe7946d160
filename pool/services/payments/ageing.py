"""What is owed, by how late it is: not due yet, up to 30 days, 31 to 60, and 61 days or more after the due day."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, func, literal, select, type_coerce

from pool.lifecycle import UNPAID_INVOICE_STATES
from pool.models.invoice import Invoice
from pool.money import Money
from pool.permissions import PRACTICE
from pool.services.billing.invoice_lists import pence, summed
from pool.unit_of_work import UnitOfWork

BANDS = ("Not due yet", "Up to 30 days late", "31 to 60 days late", "61 days or more late")


@dataclass(frozen=True)
class Row:
    """What one practice owes, or (for a practice) what it owes to one seller, in the four BANDS."""

    name: str
    amounts: tuple[Money, ...]
    invoices: int

    @property
    def total(self) -> Money:
        """What is owed in all columns together."""
        return Money(sum(amount.pence for amount in self.amounts))

    @property
    def late(self) -> Money:
        """What is past its day."""
        return self.total - self.amounts[0]


@dataclass(frozen=True)
class Ageing:
    """Everybody with something open, the latest first, and the sums."""

    rows: tuple[Row, ...]
    sums: Row


def ageing(work: UnitOfWork, today: date) -> Ageing:
    """Open invoices by how late they are; a practice sees its sellers, everybody else practices."""
    side = Invoice.seller_copy if work.actor.role == PRACTICE else Invoice.buyer_copy
    key = Invoice.seller_id if work.actor.role == PRACTICE else Invoice.practice_id
    open_pence = pence(Invoice.total) - pence(Invoice.credited_total) - pence(Invoice.paid_total)
    bands = [summed(open_pence, condition) for condition in conditions(today)]
    figures = select(key, func.max(side["name"].astext), func.count(), *bands).where(
        Invoice.state.in_(UNPAID_INVOICE_STATES), Invoice.kind != "credit_note", open_pence > 0
    )
    rows = tuple(as_row(*found) for found in work.store.execute(figures.group_by(key)))
    worst_first = sorted(rows, key=lambda row: ([-amount.pence for amount in reversed(row.amounts)], row.name))
    return Ageing(tuple(worst_first), added(rows))


def conditions(today: date) -> list[ColumnElement[bool]]:
    """One for each of BANDS."""
    late = type_coerce(literal(today) - Invoice.due_on, Integer)
    return [late <= 0, late.between(1, 30), late.between(31, 60), late > 60]


def as_row(_key: UUID, name: str, count: int, *amounts: object) -> Row:
    """A row of the database."""
    return Row(name, tuple(Money(int(str(amount))) for amount in amounts), count)


def added(rows: tuple[Row, ...]) -> Row:
    """The sum of all rows, column by column."""
    columns = zip(*(row.amounts for row in rows), strict=True) if rows else [()] * len(BANDS)
    sums = tuple(Money(sum(amount.pence for amount in column)) for column in columns)
    return Row("All together", sums, sum(row.invoices for row in rows))
