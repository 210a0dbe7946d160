"""Is a bank line money that is recorded already: typed by hand, or seen in the file of the other side? Asked, never decided.

Plain Python over the payments that no file of this side has shown yet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from pool.money import Money
from pool.rules.bank_entry import BankRow
from pool.rules.bank_matching import MOST_PROPOSED, OpenInvoice, is_named

NAMED_WITHIN = 31
"""Days between a line that names an invoice and the recorded payment of it: whoever typed it may have typed another day."""

AMOUNT_WITHIN = 7
"""Days between a line and a recorded payment when only the amount agrees."""


@dataclass(frozen=True)
class KnownPayment:
    """A recorded payment, or money that was sent back, that no file of this side has shown."""

    id: UUID
    paid_on: date
    amount: Money
    practice: str
    seller: str
    invoice_ids: frozenset[UUID]
    from_file: bool
    goes_back: bool

    def __str__(self) -> str:
        way = "typed by hand" if not self.from_file else "found in a bank file of the other side"
        what = "money sent back by" if self.goes_back else "payment of"
        first, second = (self.seller, self.practice) if self.goes_back else (self.practice, self.seller)
        return f"{what} {first} to {second}, {self.amount} on {self.paid_on.day} {self.paid_on:%B %Y}, {way}"


def same_money(row: BankRow, named: Sequence[OpenInvoice], known: Iterable[KnownPayment]) -> list[KnownPayment]:
    """The payments that a line may be, nearest day first: of an invoice that it names, else of its amount within days."""
    fitting = [payment for payment in known if payment.amount == row.amount and payment.goes_back == row.goes_back]
    if named:
        ids = {invoice.id for invoice in named}
        chosen = [
            payment for payment in fitting if payment.invoice_ids & ids and days_between(row, payment) <= NAMED_WITHIN
        ]
    else:
        near = [payment for payment in fitting if days_between(row, payment) <= AMOUNT_WITHIN]
        own = [payment for payment in near if is_named(payment.practice, f"{row.payer} {row.reference}")]
        chosen = own or near
    return sorted(chosen, key=lambda payment: (days_between(row, payment), payment.paid_on, payment.id))[:MOST_PROPOSED]


def days_between(row: BankRow, payment: KnownPayment) -> int:
    """How far apart the two days are."""
    return abs((row.paid_on - payment.paid_on).days)


def question(found: Sequence[KnownPayment]) -> str:
    """What a person is asked."""
    more = f" {len(found) - 1} more may be it too." if len(found) > 1 else ""
    return f"Is it the same money? There is already a {found[0]}.{more}"
