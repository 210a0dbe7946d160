"""What a person, or a line of a bank file, says about a payment."""

from dataclasses import dataclass
from datetime import date

from pool.money import Money


@dataclass(frozen=True)
class Paid:
    """One payment: how much, on which London day, and the words that came with it."""

    amount: Money
    paid_on: date
    reference: str = ""
