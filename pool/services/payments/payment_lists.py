"""What a practice has to pay, as a list for its bank: sort code, account, amount, reference (domain 6.9).

It holds bank details, so it is made only when a person asks for it, and the audit trail says who did.
"""

import unicodedata
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from pool.documents.csv_file import Cell
from pool.errors import Invalid
from pool.events import PaymentListTaken
from pool.models.invoice import Invoice
from pool.models.practice import Practice
from pool.money import Money, total
from pool.services.billing.invoice_lists import UNPAID
from pool.unit_of_work import UnitOfWork

COLUMNS = ("Sort code", "Account number", "Account name", "Amount", "Reference", "Pay by")

LONGEST = 18
"""Characters of a name or reference that a BACS payment carries."""


def due(work: UnitOfWork, practice_id: UUID, up_to: date) -> Sequence[Invoice]:
    """The invoices of a practice that are to be paid by a day and have something outstanding, the oldest first.

    NotFound for a practice that the actor does not see.
    """
    work.get(Practice, practice_id)
    mine = select(Invoice).where(Invoice.practice_id == practice_id, Invoice.kind != "credit_note")
    waiting = mine.where(Invoice.state.in_(UNPAID), Invoice.due_on <= up_to).order_by(Invoice.due_on, Invoice.number)
    return [invoice for invoice in work.all(waiting) if invoice.outstanding > Money(0)]


def take(work: UnitOfWork, practice_id: UUID, up_to: date) -> list[Sequence[Cell]]:
    """The payments, one for each invoice; written into the audit trail. Raises Invalid when nothing is to be paid."""
    practice = work.get(Practice, practice_id)
    invoices = due(work, practice_id, up_to)
    if not invoices:
        words = "Nothing is to be paid by that day. Choose a later day"
        raise Invalid(f"{words}.", {"up_to": [words]})
    sum_of = total([invoice.outstanding for invoice in invoices])
    work.record(PaymentListTaken(practice_id, str(up_to), len(invoices), sum_of.pence), pool_id=practice.pool_id)
    return [payment(invoice) for invoice in invoices]


def payment(invoice: Invoice) -> Sequence[Cell]:
    """One payment as banks import it."""
    sort_code = (invoice.bank_sort_code or "").replace("-", "")
    account, name = invoice.bank_account_number or "", bacs_text(invoice.seller_copy["bank_account_name"])
    return sort_code, account, name, invoice.outstanding, bacs_text(invoice.number or ""), invoice.due_on


def bacs_text(text: str) -> str:
    """Capitals, digits and the few signs that BACS carries, at most 18 of them: Dr Zoë O'Neil as DR ZOE ONEIL."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().upper()
    kept = "".join(letter for letter in plain if letter.isalnum() or letter in " .&/-")
    return " ".join(kept.split())[:LONGEST].rstrip()
