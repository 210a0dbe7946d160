"""Charges, invoices, credit notes, adjustments and the rates that a pool sets itself."""

from dataclasses import dataclass
from uuid import UUID

from pool.events.base import Event


@dataclass(frozen=True)
class FigureRecorded(Event):
    """A pool recorded a rate of its own, of this `kind`. It is dated; for the audit trail."""

    figure_id: UUID
    kind: str


@dataclass(frozen=True)
class AdjustmentsLookedFor(Event):
    """A manager asked what a corrected rate changes in past invoices; `found` counts the proposals."""

    pool_id: UUID
    found: int


@dataclass(frozen=True)
class AdjustmentProposed(Event):
    """A past charge would be different under the rates of now. A manager decides."""

    adjustment_id: UUID
    practice_id: UUID


@dataclass(frozen=True)
class AdjustmentAccepted(Event):
    """A manager accepted an adjustment; it is billed with ChargesAgreed."""

    adjustment_id: UUID
    practice_id: UUID


@dataclass(frozen=True)
class AdjustmentDismissed(Event):
    """A manager dismissed an adjustment; `reason` is their text."""

    adjustment_id: UUID
    practice_id: UUID
    reason: str


@dataclass(frozen=True)
class ChargesAgreed(Event):
    """Charges of a practice may be billed, those of a booking or, without one, others. Invoices are made."""

    practice_id: UUID
    booking_id: UUID | None


@dataclass(frozen=True)
class CreditAsked(Event):
    """Somebody asked for a credit note. The managers who may decide are told."""

    request_id: UUID
    invoice_id: UUID


@dataclass(frozen=True)
class CreditRefused(Event):
    """A manager refused a credit note. The person who asked is told why."""

    request_id: UUID
    invoice_id: UUID


@dataclass(frozen=True)
class CreditApproved(Event):
    """A manager approved a credit note; it is issued, and InvoiceRendered tells people."""

    request_id: UUID
    invoice_id: UUID
    credit_note_id: UUID


@dataclass(frozen=True)
class InvoiceIssued(Event):
    """An invoice or credit note has its number. Its document is drawn, and its pension form is prepared."""

    invoice_id: UUID


@dataclass(frozen=True)
class InvoiceRendered(Event):
    """The document of an invoice or credit note is there. Payer and seller are told."""

    invoice_id: UUID


@dataclass(frozen=True)
class InvoiceNotDrawn(Event):
    """The document of an issued invoice could not be made. Managers and the seller are told once; the product tries
    again."""

    invoice_id: UUID
    reason: str


@dataclass(frozen=True)
class AccountChanged(Event):
    """A seller's invoices name another bank account from now on; only the last digits are kept here. The seller is
    warned."""

    seller_id: UUID
    old_ending: str
    new_ending: str
