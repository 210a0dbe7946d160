"""Reminders of invoices that are past their day: after the pool's first and second number of days, once each."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from pool import clock
from pool.events import InvoiceReminded
from pool.lifecycle import UNPAID_INVOICE_STATES
from pool.models.invoice import Invoice
from pool.models.pool import Pool
from pool.models.reminder import Reminder
from pool.services.pools.policy import Policy, policy_of
from pool.unit_of_work import UnitOfWork


def remind_due(work: UnitOfWork) -> int:
    """Remind practices of what is late; says of how many invoices. Nothing for a pool that does not want it."""
    policy = policy_of(work.get(Pool, work.pool_id))
    if not policy.payment_reminders:
        return 0
    today = clock.london_date(work.now)
    return sum(remind(work, invoice, step_of(policy, invoice, today)) for invoice in late(work, policy, today))


def late(work: UnitOfWork, policy: Policy, today: date) -> Sequence[Invoice]:
    """Open invoices that are late enough for the first reminder and had no later one than they are due."""
    before = select(func.max(Reminder.days)).where(Reminder.invoice_id == Invoice.id).scalar_subquery()
    enough = Invoice.due_on <= today - timedelta(days=policy.reminder_days[0])
    more = (Invoice.due_on <= today - timedelta(days=policy.reminder_days[1])) & (before < policy.reminder_days[1])
    rows = select(Invoice).where(
        Invoice.state.in_(UNPAID_INVOICE_STATES), Invoice.kind != "credit_note", enough, before.is_(None) | more
    )
    return [
        invoice for invoice in work.all(rows.order_by(Invoice.due_on, Invoice.number)) if invoice.outstanding.pence > 0
    ]


def step_of(policy: Policy, invoice: Invoice, today: date) -> int:
    """How many of the pool's days this reminder stands for: the second step once it is reached."""
    first, second = policy.reminder_days
    return second if invoice.due_on and (today - invoice.due_on).days >= second else first


def remind(work: UnitOfWork, invoice: Invoice, days: int) -> int:
    """One reminder, written and announced once: 1 or 0."""
    values = {
        "id": uuid4(),
        "pool_id": invoice.pool_id,
        "practice_id": invoice.practice_id,
        "clinician_id": invoice.clinician_id,
        "invoice_id": invoice.id,
        "days": days,
        "reminded_at": work.now,
    }
    once = insert(Reminder).values(values).on_conflict_do_nothing(constraint="uq_reminder_invoice_days")
    written = work.store.execute(once.returning(Reminder.id)).scalar_one_or_none()
    if written is None:
        return 0
    late_by = (clock.london_date(work.now) - invoice.due_on).days if invoice.due_on else days
    work.record(InvoiceReminded(invoice.id, late_by), pool_id=invoice.pool_id)
    return 1


def of_invoice(work: UnitOfWork, invoice_id: UUID) -> Sequence[Reminder]:
    """The reminders of an invoice, oldest first."""
    return work.all(select(Reminder).where(Reminder.invoice_id == invoice_id).order_by(Reminder.reminded_at))
