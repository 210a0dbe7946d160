"""Claims for late payment: counted by the day money arrived, issued by the seller, once, in the books."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from pool import clock
from pool.actor import Actor
from pool.errors import Conflict, NotAllowed
from pool.models.invoice import Invoice
from pool.money import Money
from pool.permissions import MANAGER
from pool.rules.paid import Paid
from pool.services.payments import late_payment
from pool.services.payments.payments import pay_invoice
from tests import builders
from tests.builders import again, working_as
from tests.invoice_builders import a_host_that_sells, confirmed_hours, drawn, issued
from tests.payment_builders import Books

SUNDAY = datetime(2026, 5, 24, 12, tzinfo=UTC)
"""A day whose rate is known and stays what it is."""


@pytest.fixture
def books(app):
    """A practice and a clinician with invoices, on that day."""
    with time_machine.travel(SUNDAY, tick=False):
        yield Books()


def late_invoice(books, days, pence=35700, clinician=None):
    """An invoice that has been due for so many days."""
    work_day = builders.yesterday() - timedelta(days=days + 40 + books.days)
    books.days += 1
    when = clock.now() - timedelta(days=days + 30)
    return issued(
        confirmed_hours(books.practice, clinician or books.clinician, on=work_day, fee=Money(pence)), now=when
    )


def claim(books, invoice, actor=None):
    """Issue the claim; gives its document."""
    with working_as(actor or books.as_clinician) as work:
        claim_id = late_payment.issue(work, invoice.id).id
    return builders.read(Invoice, claim_id)


def test_a_claim_is_a_document_of_its_own(books):
    """Two lines with their working, no VAT, belonging to the late invoice, which itself never changes."""
    invoice = late_invoice(books, 23, 158119)
    books.pay(invoice, 158119)
    with working_as(books.as_clinician) as work:
        found = late_payment.standing(work, invoice.id)
        assert (found.claim.interest, found.claim.fixed_sum, found.obstacle) == (Money(1171), Money(7000), "")
    document = claim(books, invoice)
    assert (document.kind, document.corrects_id, document.total) == ("late_payment", invoice.id, Money(8171))
    assert (document.vat_category, document.vat_total) == ("O", Money(0))
    with working_as(books.as_practice) as work:
        interest, fixed = work.get(Invoice, document.id).lines
        assert (interest.amount, fixed.amount) == (Money(1171), Money(7000))
        assert "£1,581.19 × 11.75% × 23 days ÷ 365" in interest.working
        assert not interest.charge.pensionable
    assert drawn(document).startswith(b"%PDF")
    assert again(invoice).total == Money(158119)


def test_there_is_one_claim_for_each_invoice(books):
    """A second press is told the number of the first."""
    invoice = late_invoice(books, 40)
    first = claim(books, invoice)
    with pytest.raises(Conflict, match=first.number):
        claim(books, invoice)


def test_part_payments_and_credits_make_it_smaller(books):
    """Ten days on the whole, ten on the rest; what was credited was never owed."""
    invoice = late_invoice(books, 20, 100000)
    with working_as(books.as_practice) as work:
        pay_invoice(work, invoice.id, Paid(Money(40000), clock.today() - timedelta(days=10)))
    books.credit(invoice, 10000)
    with working_as(books.as_clinician) as work:
        found = late_payment.standing(work, invoice.id).claim
    assert found.interest == Money(round(90000 * 0.1175 * 10 / 365 + 50000 * 0.1175 * 10 / 365))
    assert found.fixed_sum == Money(4000)


def test_paid_in_time_cannot_be_claimed(books):
    """Nor can what is not due yet, a credited invoice, or a claim itself."""
    in_time, fresh, taken_back = late_invoice(books, 10), books.invoice(), late_invoice(books, 10)
    with working_as(books.as_practice) as work:
        pay_invoice(work, in_time.id, Paid(Money(35700), in_time.due_on))
    books.credit(taken_back, 35700)
    for invoice in (in_time, fresh, taken_back):
        with pytest.raises(Conflict, match="nothing can be claimed"):
            claim(books, invoice)
    late_claim = claim(books, late_invoice(books, 100))
    with pytest.raises(Conflict, match="nothing can be claimed"):
        claim(books, late_claim)


def test_the_seller_decides(books):
    """A manager does not claim for a clinician, nor a clinician for the host."""
    invoice = late_invoice(books, 40)
    with pytest.raises(NotAllowed, match="Only Dr Jay Finch"):
        claim(books, invoice, books.as_manager)
    a_host_that_sells(books.pool)
    recharge = late_invoice(books, 40, clinician=builders.a_clinician(books.pool, engagement="bank_worker"))
    manager = Actor(MANAGER, (books.pool.id,), books.first.id, name=books.first.name)
    assert claim(books, recharge, manager).seller_copy["kind"] == "host"
