"""The chart of accounts, and what each kind of document posts: plain double entry in whole pence, debit above zero.

The books of a pool hold what every seller in it is owed and was paid; each posting names its seller and its practice,
so that the same books can be read for one of them. docs/ledger.md shows the entries with an example.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pool.money import Money

RECEIVABLE = "receivable"
BANK = "bank"
UNALLOCATED = "unallocated"
CREDIT_NOTES = "credit_notes"
VAT = "vat"
EMPLOYER_PENSION = "employer_pension"
INCOME = "income"

ACCOUNTS: Mapping[str, str] = {
    RECEIVABLE: "What practices owe, invoice by invoice",
    BANK: "Money received from practices, less money sent back to them",
    UNALLOCATED: "Money received that stands on no invoice: it belongs to the practice until it is put on one or sent back",
    VAT: "VAT on invoices, less VAT on credit notes",
    EMPLOYER_PENSION: "Employer pension contributions on invoices: not income, the clinician passes them on",
    CREDIT_NOTES: "Income that credit notes took back",
    "income.session": "Sessions",
    "income.extra_time": "Time beyond a session",
    "income.extra_visits": "Visits beyond those agreed",
    "income.mileage": "Mileage",
    "income.cancellation": "Cancellation charges",
    "income.holiday_pay": "Holiday pay of bank workers, recharged",
    "income.on_costs": "An employer's other costs, recharged",
    "income.platform_fee": "The platform's fee",
    "income.late_payment": "Interest and fixed sums for late payment",
    "income.adjustment": "Adjustments after a rate changed",
}
"""Every account by its name. A debit adds to receivable and bank, a credit to all others."""


@dataclass(frozen=True)
class Amount:
    """One side of an entry: an account, and pence above zero for a debit, below for a credit."""

    account: str
    pence: int

    def __post_init__(self) -> None:
        if self.account not in ACCOUNTS:
            raise KeyError(f"There is no account {self.account} in the chart of accounts.")


@dataclass(frozen=True)
class Part:
    """Lines of one kind on a document, together."""

    kind: str
    amount: Money


def income_account(kind: str) -> str:
    """The account that lines of a kind are earned on; KeyError for a kind without one."""
    if kind == EMPLOYER_PENSION:
        return EMPLOYER_PENSION
    account = f"{INCOME}.{kind}"
    if account not in ACCOUNTS:
        raise KeyError(f"Lines of the kind {kind} have no account.")
    return account


def invoiced(parts: Iterable[Part], *, vat: Money) -> list[Amount]:
    """An invoice: the practice owes it, each kind of line is earned, VAT is owed on."""
    earned = [Amount(income_account(part.kind), -part.amount.pence) for part in parts]
    return whole(RECEIVABLE, [*earned, Amount(VAT, -vat.pence)])


def credited(parts: Iterable[Part], *, vat: Money) -> list[Amount]:
    """A credit note (positive amounts): income and VAT go back, and the practice owes that much less."""
    back = [Amount(account_of_credit(part.kind), part.amount.pence) for part in parts]
    return whole(RECEIVABLE, [*summed(back), Amount(VAT, vat.pence)])


def account_of_credit(kind: str) -> str:
    """Credited income is kept on an account of its own; a pension contribution goes back where it came from."""
    return EMPLOYER_PENSION if income_account(kind) == EMPLOYER_PENSION else CREDIT_NOTES


def received(amount: Money) -> list[Amount]:
    """Money has arrived; it stands on no invoice yet."""
    return moved(UNALLOCATED, BANK, amount)


def sent_back(amount: Money) -> list[Amount]:
    """Money that stood on no invoice went back to the practice."""
    return moved(BANK, UNALLOCATED, amount)


def put_on_invoice(amount: Money) -> list[Amount]:
    """Received money settles an invoice; below zero it is taken off again."""
    return moved(RECEIVABLE, UNALLOCATED, amount)


def moved(from_account: str, to_account: str, amount: Money) -> list[Amount]:
    """A credit here, a debit there."""
    return [Amount(to_account, amount.pence), Amount(from_account, -amount.pence)]


def whole(account: str, others: Iterable[Amount]) -> list[Amount]:
    """The others, and on `account` what balances them; sides of nothing are left out."""
    given = list(others)
    balance = Amount(account, -sum(other.pence for other in given))
    return [balance, *(other for other in given if other.pence)]


def summed(amounts: Iterable[Amount]) -> list[Amount]:
    """One amount for each account."""
    pence: dict[str, int] = {}
    for amount in amounts:
        pence[amount.account] = pence.get(amount.account, 0) + amount.pence
    return [Amount(account, sum_of) for account, sum_of in pence.items()]
