"""Payments in part, too much, twice, by mistake, and after a credit note: amounts, states and books always agree.

The books are proved after every test by the fixture `clean_database` (tests/fixtures/books.py).
"""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from pool import clock
from pool.actor import Actor
from pool.errors import Conflict, Invalid, PoolError, WrongState
from pool.models.booking import Booking
from pool.models.ledger import LedgerEntry
from pool.models.outbox import OutboxMessage
from pool.models.payment import Payment
from pool.money import Money
from pool.rules.paid import Paid
from pool.services.ledger import ledger_check
from pool.services.payments import payment_pages, payments
from tests.builders import again, working_as
from tests.money_builders import owed_in_books
from tests.payment_builders import Books


def amounts(invoice):
    """(state, paid, outstanding) now."""
    row = again(invoice)
    return row.state, row.paid_total, row.outstanding


def bookings_of(invoice):
    """The states of what an invoice bills."""
    with working_as(Actor.system(invoice.pool_id)) as work:
        ids = {line.booking_id for line in work.get(type(invoice), invoice.id).lines}
        return {work.get(Booking, booking_id).state for booking_id in ids}


def test_a_part_and_then_the_rest(books):
    """The state follows the amounts; the clinician is told once, at the end; the booking is paid."""
    invoice = books.invoice()
    books.pay(invoice, 10000)
    assert amounts(invoice) == ("part_paid", Money(10000), Money(25700))
    assert bookings_of(invoice) == {"invoiced"}
    books.pay(invoice, 25700)
    assert amounts(invoice) == ("paid", Money(35700), Money(0))
    assert again(invoice).paid_on == clock.today()
    assert bookings_of(invoice) == {"paid"}
    with working_as(books.system) as work:
        told = work.all(select(OutboxMessage).where(OutboxMessage.name == "InvoicePaid"))
    assert len(told) == 1


def test_too_much_stays_as_a_credit_that_pays_the_next_invoice(books):
    """£400 for £357: £43 stand on no invoice, go to the next one, and the books follow."""
    first, second = books.invoice(), books.invoice()
    payment = books.pay(first, 40000)
    assert amounts(first) == ("paid", Money(35700), Money(0))
    assert books.left(payment) == Money(4300)
    with working_as(books.as_practice) as work:
        (credit,) = payment_pages.with_credit(work)
        assert (credit.payment.id, credit.left) == (payment.id, Money(4300))
        assert payments.put_credit_on(work, payment.id, second.id) == Money(4300)
    assert amounts(second) == ("part_paid", Money(4300), Money(31400))
    assert books.left(payment) == Money(0)
    with working_as(books.as_practice) as work, pytest.raises(Conflict, match="Nothing can be moved"):
        payments.put_credit_on(work, payment.id, second.id)


def test_too_much_is_sent_back(books):
    """Up to what stands on no invoice, and a mistaken refund can be undone."""
    payment = books.pay(books.invoice(), 40000)
    with working_as(books.as_practice) as work, pytest.raises(Invalid, match=r"up to £43.00"):
        payments.refund(work, payment.id, Paid(Money(4301), clock.today()))
    with working_as(books.as_practice) as work:
        back = payments.refund(work, payment.id, Paid(Money(4300), clock.today(), "Sent back"))
        assert payments.unallocated(work, work.get(Payment, payment.id)) == Money(0)
        back_id = back.id
    with working_as(books.as_practice) as work, pytest.raises(Conflict, match="Undo that first"):
        payments.undo(work, payment.id, "Typed twice")
    with working_as(books.as_practice) as work:
        payments.undo(work, back_id, "Not sent after all")
    assert books.left(payment) == Money(4300)


def test_a_mistake_is_undone_and_stays_visible(books):
    """The invoice is open again, its booking too; the payment and its entries are still there, with the reason."""
    invoice = books.invoice()
    payment = books.pay(invoice, 35700)
    with working_as(books.as_manager) as work:
        payments.undo(work, payment.id, "Paid to somebody else")
    assert amounts(invoice) == ("issued", Money(0), Money(35700))
    assert again(invoice).paid_on is None
    assert bookings_of(invoice) == {"invoiced"}
    undone = again(payment)
    assert (undone.state, undone.undo_reason, undone.amount) == ("undone", "Paid to somebody else", Money(35700))
    with working_as(books.system) as work:
        entries = [entry.kind for entry in work.all(select(LedgerEntry).where(LedgerEntry.payment_id == payment.id))]
        names = {row.name for row in work.all(select(OutboxMessage))}
    assert sorted(entries) == ["allocation", "allocation", "payment", "undone"]
    assert {"PaymentUndone", "InvoiceReopened"} <= names
    with working_as(books.as_manager) as work, pytest.raises(WrongState):
        payments.undo(work, payment.id, "Again")


def test_undoing_one_of_two_payments_leaves_the_other(books):
    """Part paid, not open: what was really paid still counts."""
    invoice = books.invoice()
    books.pay(invoice, 10000)
    second = books.pay(invoice, 25700)
    with working_as(books.as_manager) as work:
        payments.undo(work, second.id, "Typed twice")
    assert amounts(invoice) == ("part_paid", Money(10000), Money(25700))


def test_a_credit_note_after_payment_makes_a_refund_due(books):
    """£357 paid, £57 credited: the invoice owes £57 back, which becomes the practice's credit and pays the next one."""
    invoice, other = books.invoice(), books.invoice()
    payment = books.pay(invoice, 35700)
    books.credit(invoice, 5700)
    assert amounts(invoice) == ("paid", Money(35700), Money(-5700))
    with working_as(books.as_practice) as work:
        assert payments.free_overpaid(work, invoice.id) == Money(5700)
    assert amounts(invoice) == ("paid", Money(30000), Money(0))
    assert books.left(payment) == Money(5700)
    with working_as(books.as_practice) as work:
        payments.put_credit_on(work, payment.id, other.id)
    assert amounts(other) == ("part_paid", Money(5700), Money(30000))
    with working_as(books.as_practice) as work, pytest.raises(Conflict, match="not paid too much"):
        payments.free_overpaid(work, invoice.id)


def test_a_credit_note_over_everything_frees_what_was_paid(books):
    """The invoice is credited, whatever was paid before; the money stays the practice's."""
    invoice = books.invoice()
    payment = books.pay(invoice, 10000)
    books.credit(invoice, 35700)
    assert amounts(invoice) == ("credited", Money(10000), Money(-10000))
    with working_as(books.as_practice) as work:
        payments.free_overpaid(work, invoice.id)
    assert amounts(invoice) == ("credited", Money(0), Money(0))
    assert books.left(payment) == Money(10000)


def test_a_credit_note_can_close_what_was_paid_in_part(books):
    """£300 paid of £357, £57 credited: nothing is owed, so it is paid."""
    invoice = books.invoice()
    books.pay(invoice, 30000)
    books.credit(invoice, 5700)
    assert amounts(invoice) == ("paid", Money(30000), Money(0))
    assert bookings_of(invoice) == {"paid"}


def test_what_cannot_be_paid_is_refused_in_words(books):
    """Paid already, nothing, tomorrow, before the invoice, and money of somebody else."""
    invoice = books.invoice()
    payment = books.pay(invoice, 40000)
    with pytest.raises(WrongState, match="already paid"):
        books.pay(invoice, 100)
    other = Books().invoice()
    with working_as(Actor.system(invoice.pool_id, other.pool_id)) as work, pytest.raises(Invalid, match="another"):
        payments.put_on(work, work.get(Payment, payment.id), work.get(type(other), other.id), Money(1))
    fresh = books.invoice()
    with pytest.raises(Invalid, match=r"above £0.00"):
        books.pay(fresh, 0)
    for days in (-1, 1):
        with pytest.raises(Invalid, match="between the day of the invoice and today"):
            books.pay(fresh, 100, clock.today() + timedelta(days=days))


STEPS = st.lists(
    st.tuples(st.sampled_from(["issue", "pay", "credit", "undo", "put", "free", "refund"]), st.integers(1, 50000)),
    min_size=3,
    max_size=9,
)


@pytest.mark.slow
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_books_and_documents_agree_whatever_happens(app, steps):
    """Issue, credit, pay, undo, move and send back in any order and any amount: after each step the ledger is the
    documents, and a step that is refused leaves no trace."""
    books = Books()
    invoices = [books.invoice(20000)]
    for step, pence in steps:
        with suppress(PoolError):
            take(books, invoices, step, pence)
        with working_as(books.system) as work:
            assert ledger_check.verify(work, books.pool.id).mistakes == ()
            for invoice in invoices:
                row = work.get(type(invoice), invoice.id)
                assert owed_in_books(work, row.id) == row.total - row.credited_total - row.paid_total


def take(books, invoices, step, pence):
    """One step; which invoice and payment it takes follows from the amount."""
    invoice = invoices[pence % len(invoices)]
    if step == "issue":
        invoices.append(books.invoice(max(100, pence)))
        return
    if step == "pay":
        books.pay(invoice, pence)
        return
    if step == "credit":
        books.credit(invoice, pence % 20000 + 1)
        return
    with working_as(books.as_manager) as work:
        paid = work.all(select(Payment).order_by(Payment.recorded_at))
        payment_id = paid[pence % len(paid)].id if paid else invoice.id
        if step == "undo":
            payments.undo(work, payment_id, "A mistake")
        elif step == "put":
            payments.put_credit_on(work, payment_id, invoice.id)
        elif step == "free":
            payments.free_overpaid(work, invoice.id)
        else:
            payments.refund(work, payment_id, Paid(Money(pence), clock.today()))
