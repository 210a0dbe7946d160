"""Money that is paid, late, or listed."""

from dataclasses import dataclass
from uuid import UUID

from pool.events.base import Event


@dataclass(frozen=True)
class InvoicePaid(Event):
    """An invoice is paid in full. The seller is told."""

    invoice_id: UUID


@dataclass(frozen=True)
class InvoiceReopened(Event):
    """A paid invoice is open again, because a payment was undone."""

    invoice_id: UUID


@dataclass(frozen=True)
class InvoiceReminded(Event):
    """An invoice is `days` days late. The practice is told."""

    invoice_id: UUID
    days: int


@dataclass(frozen=True)
class PaymentRecorded(Event):
    """A payment was recorded. InvoicePaid follows when nothing is open any more."""

    payment_id: UUID


@dataclass(frozen=True)
class PaymentUndone(Event):
    """A payment was taken back; `reason` is a text."""

    payment_id: UUID
    reason: str


@dataclass(frozen=True)
class BankFileImported(Event):
    """A bank file was read: lines matched, proposed for matching, and without an invoice."""

    import_id: UUID
    matched: int
    proposed: int
    unmatched: int


@dataclass(frozen=True)
class PaymentListTaken(Event):
    """A practice downloaded what it has to pay up to a day: number of payments and sum in pence."""

    practice_id: UUID
    up_to: str
    payments: int
    pence: int


@dataclass(frozen=True)
class PayrollTaken(Event):
    """A manager downloaded the payroll file of a period, from the first to the last day (ISO dates)."""

    pool_id: UUID
    first: str
    last: str
