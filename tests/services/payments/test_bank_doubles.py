"""Money that is recorded already, or that came back: a person is asked, and nothing is paid twice."""

import pytest
from sqlalchemy import select

from pool import clock
from pool.errors import Conflict, Invalid
from pool.models.bank import BankImport, BankLine
from pool.models.payment import Payment
from pool.money import Money
from pool.rules.paid import Paid
from pool.services.payments import bank_doubles, bank_imports, bank_invoices, bank_lines, bank_returns, payments
from tests import builders
from tests.builders import again, working_as


def upload(actor, head, *lines, name="may.csv"):
    """Import a file of today; gives its lines."""
    text = "".join([f"{head}\n", *(f"{clock.today():%d/%m/%Y},{line}\n" for line in lines)])
    with working_as(actor) as work:
        import_id = bank_imports.upload(work, name, text.encode()).id
        work.store.flush()
        rows = select(BankLine).where(BankLine.bank_import_id == import_id).order_by(BankLine.row)
        found = [line.id for line in work.all(rows)]
    return [builders.read(BankLine, line_id) for line_id in found]


IN_AND_OUT = "Date,Description,Money In,Money Out,Balance"
SIGNED = "Date,Amount,Reference,Payee"


def asked(actor, line):
    """The payments that a line may be."""
    with working_as(actor) as work:
        row = work.get(BankLine, line.id)
        return [invoice.id for invoice in bank_doubles.candidates(work, row, bank_invoices.named_in(work, row))]


def same(actor, line, payment):
    """A person says: it is the same money."""
    with working_as(actor) as work:
        bank_doubles.is_same(work, line.id, payment.id)


def all_payments(books):
    """(amount, state) of everything that was recorded."""
    with working_as(books.system) as work:
        return [
            (payment.amount.pence, payment.state) for payment in work.all(select(Payment).order_by(Payment.recorded_at))
        ]


def test_paid_by_hand_and_then_found_in_the_file(books):
    """Asked, nothing ticked, and never proposed for the practice's other open invoice of that sum."""
    typed, other = books.invoice(), books.invoice()
    payment = books.pay(typed, 35700)
    (line,) = upload(books.as_manager, IN_AND_OUT, "BGC THE PARK SURGERY LOCUM,357.00,,9357.00")
    assert (line.state, line.proposed_ids) == ("proposed", [])
    assert "Is it the same money? There is already a payment of The Park Surgery to Dr Jay Finch, £357.00" in line.why
    assert asked(books.as_manager, line) == [payment.id]
    with working_as(books.as_manager) as work, pytest.raises(Invalid, match="recorded already"):
        bank_lines.allocate(work, line.id, [other.id])
    same(books.as_manager, line, payment)
    assert again(line).state == "matched"
    assert (again(typed).state, again(other).state) == ("paid", "issued")
    assert all_payments(books) == [(35700, "recorded")]


def test_other_money_can_be_said(books):
    """Then it pays what the person ticks."""
    typed, other = books.invoice(), books.invoice()
    books.pay(typed, 35700)
    (line,) = upload(books.as_practice, SIGNED, "-357.00,locum,Dr Finch")
    with working_as(books.as_practice) as work:
        bank_lines.allocate(work, line.id, [other.id], other_money=True)
    assert [again(invoice).state for invoice in (typed, other)] == ["paid", "paid"]


def test_a_part_payment_seen_by_both_sides(books):
    """The practice's line was answered; the manager's is the same money. A third line is not: that payment is taken."""
    invoice = books.invoice()
    (practice_line,) = upload(books.as_practice, SIGNED, f"-200.00,{invoice.number},Dr Finch")
    with working_as(books.as_practice) as work:
        payment_id = bank_lines.allocate(work, practice_line.id, [invoice.id]).id
    payment = builders.read(Payment, payment_id)
    first, second = upload(
        books.as_manager, IN_AND_OUT, f"BGC {invoice.number},200.00,,1.00", f"BGC {invoice.number},200.00,,2.00"
    )
    assert asked(books.as_manager, first) == [payment.id]
    same(books.as_manager, first, payment)
    assert asked(books.as_manager, second) == []
    with working_as(books.as_manager) as work, pytest.raises(Conflict, match="not open for that line"):
        bank_doubles.is_same(work, second.id, payment.id)
    assert all_payments(books) == [(20000, "recorded")]


def test_the_rest_of_an_invoice_is_not_paid_by_the_same_part(books):
    """£200 of £400 typed by hand; the file's £200 is exactly what is left, and is still asked about."""
    invoice = books.invoice(40000)
    payment = books.pay(invoice, 20000)
    (line,) = upload(books.as_practice, SIGNED, f"-200.00,{invoice.number},Dr Finch")
    assert line.state == "proposed"
    assert asked(books.as_practice, line) == [payment.id]
    assert again(invoice).paid_total == Money(20000)


def test_both_lines_wait_and_one_is_answered(books):
    """The question comes up when the page is opened, not only when the file is read."""
    invoice = books.invoice()
    (mine,) = upload(books.as_practice, SIGNED, f"-200.00,{invoice.number},Dr Finch")
    (theirs,) = upload(books.as_manager, IN_AND_OUT, f"BGC {invoice.number},200.00,,1.00")
    with working_as(books.as_manager) as work:
        payment = bank_lines.allocate(work, theirs.id, [invoice.id])
        payment_id = payment.id
    assert asked(books.as_practice, mine) == [payment_id]


def test_typing_what_is_recorded_already_is_asked(books):
    """The file came first, then somebody types the same part by hand."""
    invoice = books.invoice()
    (line,) = upload(books.as_practice, SIGNED, f"-100.00,{invoice.number},Dr Finch")
    with working_as(books.as_practice) as work:
        bank_lines.allocate(work, line.id, [invoice.id])
    paid = Paid(Money(10000), clock.today())
    with working_as(books.as_manager) as work, pytest.raises(Invalid, match="Is it the same money"):
        payments.pay_invoice(work, invoice.id, paid)
    with working_as(books.as_manager) as work:
        payments.pay_invoice(work, invoice.id, paid, another=True)
    assert again(invoice).paid_total == Money(20000)


def test_undoing_a_payment_opens_the_lines_of_both_sides(books):
    """Also when a practice undoes what the manager's file recorded."""
    invoice = books.invoice()
    (theirs,) = upload(books.as_manager, IN_AND_OUT, f"BGC {invoice.number},357.00,,1.00")
    (mine,) = upload(books.as_practice, SIGNED, f"-357.00,{invoice.number},Dr Finch")
    with working_as(books.system) as work:
        payment = work.one(select(Payment))
        work.store.expunge_all()
    same(books.as_practice, mine, payment)
    with working_as(books.as_practice) as work:
        payments.undo(work, payment.id, "It went to somebody else")
    assert [(again(row).state, again(row).same_as_id) for row in (mine, theirs)] == [("unmatched", None)] * 2


def test_a_refund_that_names_an_open_invoice_pays_nothing(books):
    """Money out with a number and its exact sum, in a seller's file."""
    paid, still_open = books.invoice(), books.invoice()
    lines = upload(
        books.as_manager,
        "Date,Reference,Name,Amount,CR/DR",
        f"{paid.number},PARK,357.00,CR",
        f"REFUND {still_open.number},PARK,357.00,DR",
        "RENT,LANDLORD,900.00,DR",
    )
    assert [(line.state, line.goes_back) for line in lines] == [("matched", False), ("unmatched", True)]
    assert lines[1].why == f"Money went back that names {still_open.number}, which is open. It pays nothing."
    assert [again(invoice).state for invoice in (paid, still_open)] == ["paid", "issued"]
    with working_as(books.as_manager) as work, pytest.raises(Conflict, match="pays no invoice"):
        bank_lines.allocate(work, lines[1].id, [still_open.id])
    report = builders.read(BankImport, lines[0].bank_import_id).report
    assert report["left_out_lines"] == [[4, "£900.00", "RENT", "Money that went out"]]


def test_words_that_say_refund_never_match_by_themselves(books):
    """Even in the right direction: a person looks first."""
    invoice = books.invoice()
    (line,) = upload(books.as_practice, SIGNED, f"-357.00,Returned {invoice.number},Dr Finch")
    assert (line.state, again(invoice).state) == ("proposed", "issued")


def test_a_returned_payment_opens_its_invoice_again(books):
    """The reversal stands in the credit column below zero; the books keep the payment and its return."""
    invoice = books.invoice()
    head = "Date,Description,Debit Amount,Credit Amount,Balance"
    _, line = upload(
        books.as_manager,
        head,
        f"BGC {invoice.number},,357.00,9357.00",
        f"REVERSAL BGC {invoice.number},,-357.00,9000.00",
    )
    assert again(invoice).state == "paid"
    assert line.why == f"Money went back that names {invoice.number}, which counts as paid. It pays nothing."
    with working_as(books.as_manager) as work:
        row = work.get(BankLine, line.id)
        (found,) = bank_returns.candidates(work, row, bank_invoices.named_in(work, row))
        payment_id, back_id = found.id, bank_returns.came_back(work, line.id, found.id).id
    assert (again(invoice).state, again(line).state) == ("issued", "matched")
    back = builders.read(Payment, back_id)
    assert (back.amount, back.bank_line_id) == (Money(35700), line.id)
    with working_as(books.as_manager) as work, pytest.raises(Conflict, match="dealt with"):
        bank_returns.came_back(work, line.id, payment_id)


def test_a_return_seen_by_the_practice_too_is_the_same_money(books):
    """Its file shows the money coming in; the return is recorded once."""
    invoice = books.invoice()
    payment = books.pay(invoice, 35700)
    (line,) = upload(books.as_manager, IN_AND_OUT, f"UNPAID {invoice.number},,357.00,1.00")
    with working_as(books.as_manager) as work:
        back_id = bank_returns.came_back(work, line.id, payment.id).id
    (mine,) = upload(books.as_practice, SIGNED + ",Balance", f"357.00,RETURNED {invoice.number},Dr Finch,1.00")
    assert asked(books.as_practice, mine) == [back_id]
    same(books.as_practice, mine, builders.read(Payment, back_id))
    assert again(mine).state == "matched"


def test_a_return_without_a_number_is_shown_when_its_amount_is_known(books):
    """The words say that it came back; other money the other way is left out and counted."""
    invoice = books.invoice()
    books.pay(invoice, 35700)
    lines = upload(
        books.as_manager, IN_AND_OUT, "RETURNED BACS HIGH ST,,357.00,1.00", "REFUND SHOES,,12.00,1.00", "FEE,,5.00,1.00"
    )
    assert [line.why for line in lines] == [
        "Money went back, and its words name no invoice. Which payment was returned?"
    ]
    assert builders.read(BankImport, lines[0].bank_import_id).report["left_out"] == 2


def test_a_number_of_another_invoice_is_not_asked_about(books):
    """A payment of the same amount about the same day, but for another invoice than the line names."""
    invoice, typed = books.invoice(), books.invoice()
    books.pay(typed, 35700)
    (line,) = upload(books.as_practice, SIGNED, f"-357.00,{invoice.number},Dr Finch")
    assert (line.state, again(invoice).state) == ("matched", "paid")
