"""Bank lines that may be money recorded already: the question, and the answer of a person.

Money that a practice typed by hand, or that stood in the file of the other side, comes again in the bank's file. The line is
then never put on another invoice by itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import aliased

from pool.errors import Conflict
from pool.models.bank import BankLine
from pool.models.payment import Payment, PaymentAllocation
from pool.rules import bank_same
from pool.rules.bank_entry import BankRow
from pool.rules.bank_matching import OpenInvoice
from pool.rules.bank_same import KnownPayment
from pool.services.payments import bank_waiting
from pool.unit_of_work import UnitOfWork


def unseen(work: UnitOfWork, practice_id: UUID | None, rows: Sequence[BankRow]) -> list[KnownPayment]:
    """Recorded payments near the days of some lines that no file of this side has shown. No practice is the manager's side."""
    if not rows:
        return []
    most = timedelta(days=bank_same.NAMED_WITHIN)
    first, last = min(row.paid_on for row in rows) - most, max(row.paid_on for row in rows) + most
    found = work.all(
        not_shown(practice_id).where(Payment.paid_on.between(first, last)).order_by(Payment.paid_on, Payment.id)
    )
    touched = invoices_of(work, [payment.refunds_id or payment.id for payment in found])
    return [as_known(payment, touched[payment.refunds_id or payment.id]) for payment in found]


def not_shown(practice_id: UUID | None) -> Select[Payment]:
    """Recorded payments without a line of this side."""
    line = aliased(BankLine)
    shown = exists().where(
        or_(line.id == Payment.bank_line_id, line.same_as_id == Payment.id),
        line.practice_id.is_not_distinct_from(practice_id),
    )
    return select(Payment).where(Payment.state == "recorded", ~shown)


def invoices_of(work: UnitOfWork, payment_ids: Iterable[UUID]) -> dict[UUID, frozenset[UUID]]:
    """The invoices that each payment stands on, or stood on."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    rows = select(PaymentAllocation.payment_id, PaymentAllocation.invoice_id)
    for payment_id, invoice_id in work.store.execute(rows.where(PaymentAllocation.payment_id.in_(payment_ids))):
        found[payment_id].add(invoice_id)
    return defaultdict(frozenset, {payment_id: frozenset(ids) for payment_id, ids in found.items()})


def as_known(payment: Payment, invoice_ids: frozenset[UUID]) -> KnownPayment:
    """A payment as the rule sees it."""
    return KnownPayment(
        payment.id,
        payment.paid_on,
        payment.amount,
        payment.practice.name,
        payment.seller.name,
        invoice_ids,
        from_file=payment.bank_line_id is not None,
        goes_back=payment.refunds_id is not None,
    )


def candidates(work: UnitOfWork, line: BankLine, named: Sequence[OpenInvoice]) -> list[KnownPayment]:
    """The payments that a waiting line may be, as things are now."""
    if line.state not in bank_waiting.WAITING:
        return []
    row = bank_waiting.as_row(line)
    return bank_same.same_money(row, named, unseen(work, line.practice_id, [row]))


def is_same(work: UnitOfWork, line_id: UUID, payment_id: UUID) -> Payment:
    """A person says that a line is a recorded payment: nothing is paid twice. Raises Conflict when it cannot be."""
    payment = work.get(Payment, payment_id, lock=True)
    line = work.get(BankLine, line_id, lock=True)
    bank_waiting.must_wait(line)
    taken = work.first(not_shown(line.practice_id).where(Payment.id == payment.id)) is None
    if taken or payment.amount != line.amount or (payment.refunds_id is not None) != line.goes_back:
        raise Conflict(
            "This payment is not open for that line any more. Open the line again and look at what is there."
        )
    line.same_as_id = payment.id
    line.why = f"The same money as the payment of {payment.amount} on {payment.paid_on.day} {payment.paid_on:%B %Y}."
    bank_waiting.settled(work, line)
    return payment
