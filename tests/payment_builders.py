"""Payments, credit notes and bank files for tests; on top of tests/invoice_builders.py."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from pool import clock
from pool.actor import Actor
from pool.models.bank import BankLine
from pool.models.invoice import Invoice, InvoiceLine
from pool.models.payment import Payment
from pool.models.practice import Practice
from pool.money import Money
from pool.permissions import CLINICIAN, MANAGER, PRACTICE
from pool.rules.paid import Paid
from pool.services.billing import credit_notes
from pool.services.payments import bank_imports, payments
from tests import builders
from tests.builders import working_as
from tests.invoice_builders import a_clinician_who_sells, confirmed_hours, issued


class Books:
    """One practice and one clinician with invoices between them; £357.00 each unless said otherwise."""

    def __init__(self) -> None:
        self.pool = builders.a_pool()
        self.practice: Practice = builders.a_practice(self.pool, name="The Park Surgery")
        self.clinician = a_clinician_who_sells(self.pool, name="Dr Jay Finch")
        self.days = 0
        self.first, self.second = (
            builders.a_pool_manager(self.pool.id, name) for name in ("Taylor Broad", "Robin Lake")
        )

    @property
    def system(self) -> Actor:
        """The product, working for this pool."""
        return Actor.system(self.pool.id)

    @property
    def as_practice(self) -> Actor:
        """The practice manager."""
        return Actor(PRACTICE, (self.pool.id,), practice_id=self.practice.id, name="Sam Reed")

    @property
    def as_manager(self) -> Actor:
        """The pool manager."""
        return Actor(MANAGER, (self.pool.id,), self.first.id, name=self.first.name)

    @property
    def as_clinician(self) -> Actor:
        """The clinician."""
        return Actor(CLINICIAN, (self.pool.id,), clinician_ids=(self.clinician.id,), name="Dr Jay Finch")

    def invoice(self, pence: int = 35700, **session: Any) -> Invoice:
        """One more issued invoice, of a day of its own."""
        self.days += 1
        on = builders.yesterday() - timedelta(days=self.days)
        return issued(confirmed_hours(self.practice, self.clinician, on=on, fee=Money(pence), **session))

    def pay(self, invoice: Invoice, pence: int, on: date | None = None) -> Payment:
        """A payment recorded on the page of an invoice."""
        with working_as(self.as_practice) as work:
            payment_id = payments.pay_invoice(work, invoice.id, Paid(Money(pence), on or clock.today(), "BACS")).id
        return builders.read(Payment, payment_id)

    def credit(self, invoice: Invoice, pence: int) -> Invoice:
        """A credit note over part of the first line, wanted by two people."""
        with working_as(Actor(MANAGER, (self.pool.id,), self.first.id, name=self.first.name)) as work:
            lines = work.get(Invoice, invoice.id).lines
            line: InvoiceLine = lines[0]
            request_id = credit_notes.ask(work, invoice.id, "Half was agreed", {line.id: Money(pence)}).id
        with working_as(Actor(MANAGER, (self.pool.id,), self.second.id, name=self.second.name)) as work:
            note_id = credit_notes.approve(work, request_id).id
        return builders.read(Invoice, note_id)

    def left(self, payment: Payment) -> Money:
        """What of a payment stands on no invoice."""
        with working_as(self.system) as work:
            return payments.unallocated(work, work.get(Payment, payment.id))


def money_ids(practice: Practice, invoice: Invoice) -> dict[str, Any]:
    """A payment, and a bank file with a line that waits, as the ids that routes take."""
    actor = Actor(PRACTICE, (practice.pool_id,), practice_id=practice.id, name="Sam Reed")
    text = f"Date,Amount,Reference\n{clock.today():%d/%m/%Y},12.34,Something else\n"
    with working_as(actor) as work:
        payment_id = payments.pay_invoice(work, invoice.id, Paid(Money(100), clock.today(), "BACS")).id
        bank_import = bank_imports.upload(work, "may.csv", text.encode())
        work.store.flush()
        line_id = work.one(select(BankLine).where(BankLine.bank_import_id == bank_import.id)).id
        return {"payment_id": payment_id, "import_id": bank_import.id, "line_id": line_id}
