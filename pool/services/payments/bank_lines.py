"""The lines of bank files that a person looks at: put on invoices, put aside, taken up again."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from pool.errors import Conflict, Invalid
from pool.lifecycle import BANK_LINE, UNPAID_INVOICE_STATES, advance
from pool.models.bank import BankImport, BankLine
from pool.models.invoice import Invoice
from pool.models.payment import Payment
from pool.money import Money, total
from pool.rules.paid import Paid
from pool.search import holds
from pool.services.billing.invoice_lists import INVOICE_NAMES
from pool.services.payments import bank_doubles, bank_invoices, payments
from pool.services.payments.bank_waiting import WAITING, must_wait, settled
from pool.unit_of_work import UnitOfWork

NOTHING = Money(0)
MOST_CHOICES = 50


@dataclass(frozen=True)
class Waiting:
    """A line with the invoices it may pay."""

    line: BankLine
    proposed: tuple[Invoice, ...]


def pay_exactly(work: UnitOfWork, line: BankLine, invoice_ids: Sequence[UUID]) -> None:
    """The line is exactly what these invoices need: one payment for each seller among them."""
    invoices = [work.get(Invoice, invoice_id, lock=True) for invoice_id in sorted(invoice_ids)]
    by_seller: dict[UUID, list[Invoice]] = defaultdict(list)
    for invoice in invoices:
        by_seller[invoice.seller_id].append(invoice)
    for group in by_seller.values():
        due = total([invoice.outstanding for invoice in group])
        payment = recorded(work, line, group[0], due)
        for invoice in group:
            payments.put_on(work, payment, invoice, invoice.outstanding)
    settled(work, line)


def recorded(work: UnitOfWork, line: BankLine, invoice: Invoice, amount: Money) -> Payment:
    """The payment behind a line, between practice and seller of an invoice."""
    paid = Paid(amount, line.paid_on, line.reference)
    return payments.record(work, paid, practice=invoice.practice, seller=invoice.seller, bank_line=line)


def allocate(work: UnitOfWork, line_id: UUID, invoice_ids: Sequence[UUID], *, other_money: bool = False) -> Payment:
    """A person says which invoices a line pays: oldest first until it is used up, the rest is the practice's credit.

    Raises Invalid when nothing is chosen, they belong to different practices or sellers, or the line may be a payment that is
    recorded and nobody said that it is `other_money`; Conflict when one is paid.
    """
    line = work.get(BankLine, line_id, lock=True)
    invoices = [work.get(Invoice, invoice_id, lock=True) for invoice_id in sorted(set(invoice_ids))]
    if not invoices:
        raise Invalid("Choose at least one invoice.", {"invoices": ["Choose at least one invoice"]})
    if len({(invoice.practice_id, invoice.seller_id) for invoice in invoices}) > 1:
        words = "Choose invoices of one seller to one practice"
        raise Invalid(f"{words}: one transfer goes to one account.", {"invoices": [words]})
    if any(invoice.is_credit or invoice.state not in UNPAID_INVOICE_STATES for invoice in invoices):
        raise Conflict("One of these invoices is already paid. Open the line again and choose from what is open.")
    must_wait(line)
    if line.goes_back:
        raise Conflict(
            "This is money that went back: it pays no invoice. Say which payment came back, or put the line aside."
        )
    if not other_money and bank_doubles.candidates(work, line, bank_invoices.named_in(work, line)):
        words = "A payment like this is recorded already. Tick that this is other money, or say which payment it is"
        raise Invalid(f"{words}.", {"other_money": [words]})
    payment = recorded(work, line, invoices[0], line.amount)
    for invoice in sorted(invoices, key=lambda invoice: (invoice.due_on, invoice.number)):
        amount = min(payments.unallocated(work, payment), invoice.outstanding)
        if amount > NOTHING:
            payments.put_on(work, payment, invoice, amount)
    settled(work, line)
    return payment


def put_aside(work: UnitOfWork, line_id: UUID, reason: str) -> BankLine:
    """This line pays no invoice, and why."""
    line = work.get(BankLine, line_id, lock=True)
    must_wait(line)
    advance(BANK_LINE, line, "ignore")
    line.why, line.settled_at, line.settled_by_id = reason, work.now, work.actor.person_id
    return line


def take_up(work: UnitOfWork, line_id: UUID) -> BankLine:
    """A line that was put aside waits again. Raises Conflict for one that pays something."""
    line = work.get(BankLine, line_id, lock=True)
    if line.state != "ignored":
        raise Conflict(
            "Only a line that was put aside can be taken up again. To take back a payment, undo the payment."
        )
    advance(BANK_LINE, line, "reopen")
    line.settled_at = line.settled_by_id = None
    return line


def waiting(work: UnitOfWork, *, offset: int = 0, size: int = MOST_CHOICES) -> list[Waiting]:
    """One page of the lines that a person has to look at, proposals first, oldest first."""
    rows = select(BankLine).where(BankLine.state.in_(WAITING))
    ordered = rows.order_by(BankLine.state != "proposed", BankLine.paid_on, BankLine.row, BankLine.id)
    return [Waiting(line, proposed(work, line)) for line in work.all(ordered.offset(offset).limit(size))]


def count_waiting(work: UnitOfWork) -> int:
    """How many lines a person has to look at."""
    return work.store.execute(select(func.count(BankLine.id)).where(BankLine.state.in_(WAITING))).scalar_one()


def of_file(work: UnitOfWork, bank_import: BankImport, *, offset: int, size: int) -> Sequence[BankLine]:
    """One page of the lines of a file, in its order."""
    rows = select(BankLine).where(BankLine.bank_import_id == bank_import.id)
    return work.all(rows.order_by(BankLine.row, BankLine.id).offset(offset).limit(size))


def proposed(work: UnitOfWork, line: BankLine) -> tuple[Invoice, ...]:
    """The proposed invoices of a line that are still open."""
    ids = [UUID(id_) for id_ in line.proposed_ids]
    return tuple(
        work.all(select(Invoice).where(Invoice.id.in_(ids), still_open()).order_by(Invoice.due_on, Invoice.number))
    )


def still_open() -> ColumnElement[bool]:
    """The SQL condition for invoices that a line can pay."""
    return Invoice.state.in_(UNPAID_INVOICE_STATES) & (Invoice.kind != "credit_note")


def choices(work: UnitOfWork, line: BankLine, words: str) -> Sequence[Invoice]:
    """Open invoices to choose from: the proposed ones first, then those that words find, oldest due first."""
    rows = select(Invoice).where(still_open())
    for word in words.split():
        rows = rows.where(holds(word, *INVOICE_NAMES))
    first = proposed(work, line)
    known = {invoice.id for invoice in first}
    others = work.all(rows.order_by(Invoice.due_on, Invoice.number).limit(MOST_CHOICES))
    return [*first, *(invoice for invoice in others if invoice.id not in known)]


def payments_of(work: UnitOfWork, line: BankLine) -> Sequence[Payment]:
    """What a line became."""
    return work.all(select(Payment).where(Payment.bank_line_id == line.id).order_by(Payment.recorded_at))


def imports(work: UnitOfWork, *, offset: int, size: int) -> Sequence[BankImport]:
    """Uploaded files, newest first."""
    return work.all(select(BankImport).order_by(BankImport.uploaded_at.desc()).offset(offset).limit(size))


def count_imports(work: UnitOfWork) -> int:
    """How many files were uploaded."""
    return work.store.execute(select(func.count()).select_from(BankImport)).scalar_one()
