"""Bank files: matched, proposed, left for a person; once only, all or nothing, and always in the books."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from pool import clock
from pool.errors import Conflict, Invalid, NotFound
from pool.models.bank import BankImport, BankLine
from pool.models.payment import Payment
from pool.money import Money
from pool.services.payments import bank_imports, bank_lines, payments
from tests import builders
from tests.builders import again, working_as
from tests.payment_builders import Books


def a_file(*lines):
    """A remittance: (pounds, reference) or (pounds, reference, day) lines of today."""
    rows = [(*line, clock.today())[:3] for line in lines]
    return "Date,Amount,Reference\n" + "".join(f"{on:%d/%m/%Y},{pounds},{words}\n" for pounds, words, on in rows)


def upload(actor, text, name="may.csv"):
    """Import it; gives the row."""
    with working_as(actor) as work:
        import_id = bank_imports.upload(work, name, text.encode()).id
    return builders.read(BankImport, import_id)


def lines(books):
    """(state, amount) of all lines, in their order."""
    with working_as(books.system) as work:
        return [
            (bank_line.state, bank_line.amount.pence) for bank_line in work.all(select(BankLine).order_by(BankLine.row))
        ]


def the_line(books):
    """The only line."""
    with working_as(books.system) as work:
        line = work.one(select(BankLine))
        work.store.expunge_all()
        return line


@pytest.mark.slow
def test_a_month_of_remittances(books):
    """By number, two numbers in one line, a part, an amount alone, and something else: each as it should be."""
    first, second, third, fourth, fifth = (books.invoice(pence) for pence in (35700, 10000, 20000, 30000, 12345))
    text = a_file(
        ("357.00", f"Inv {first.number.lower().replace('-', ' ')}"),
        ("300.00", f"{second.number} {third.number}"),
        ("100.00", fourth.number),
        ("123.45", "locum"),
        ("900.00", "rent"),
    )
    done = upload(books.as_practice, text)
    assert lines(books) == [
        ("matched", 35700),
        ("matched", 30000),
        ("proposed", 10000),
        ("proposed", 12345),
        ("unmatched", 90000),
    ]
    wanted = {"matched": 2, "proposed": 2, "unmatched": 1, "lines": 5, "left_out": 0, "known_before": 0}
    assert wanted.items() <= done.report.items()
    assert [again(invoice).state for invoice in (first, second, third, fourth, fifth)] == ["paid"] * 3 + ["issued"] * 2
    with working_as(books.system) as work:
        assert [payment.amount.pence for payment in work.all(select(Payment).order_by(Payment.amount))] == [
            30000,
            35700,
        ]


def test_the_same_file_counts_once(books):
    """Pressed twice, and the next download that overlaps: nothing is paid twice."""
    first, second = books.invoice(), books.invoice(20000)
    upload(books.as_practice, a_file(("357.00", first.number)))
    with pytest.raises(Conflict, match="imported before"):
        upload(books.as_practice, a_file(("357.00", first.number)))
    done = upload(books.as_practice, a_file(("357.00", first.number), ("200.00", second.number)), "june.csv")
    assert (done.report["known_before"], done.report["lines"]) == (1, 1)
    assert [state for state, _ in lines(books)] == ["matched", "matched"]


def test_two_equal_lines_in_one_file_are_two_payments(books):
    """Same day, sum and words: the second one finds its invoice paid and waits for a person."""
    invoice = books.invoice()
    upload(books.as_practice, a_file(("357.00", invoice.number), ("357.00", invoice.number)))
    assert sorted(lines(books)) == [("matched", 35700), ("unmatched", 35700)]


def test_a_file_with_a_mistake_changes_nothing(books):
    """All or nothing; a day that has not come is a mistake too."""
    invoice = books.invoice()
    tomorrow = clock.today() + timedelta(days=1)
    for wrong in (("3x57", "x"), ("1.00", "x", tomorrow)):
        with pytest.raises(Invalid, match="Row 3"):
            upload(books.as_practice, a_file(("357.00", invoice.number), wrong))
    assert lines(books) == []
    assert again(invoice).state == "issued"


def test_a_person_confirms_a_proposal(books):
    """A part-payment whose number was right; then the rest, with too much."""
    invoice = books.invoice()
    upload(books.as_practice, a_file(("100.00", invoice.number)))
    line = the_line(books)
    with working_as(books.as_practice) as work:
        (waiting,) = bank_lines.waiting(work)
        assert [proposed.id for proposed in waiting.proposed] == [invoice.id]
        payment_id = bank_lines.allocate(work, line.id, [invoice.id]).id
    assert (again(invoice).state, again(invoice).paid_total) == ("part_paid", Money(10000))
    assert builders.read(Payment, payment_id).bank_line_id == line.id
    with working_as(books.as_practice) as work, pytest.raises(Conflict, match="dealt with"):
        bank_lines.allocate(work, line.id, [invoice.id])


def test_a_line_over_several_invoices_leaves_a_credit(books):
    """Chosen by hand: the oldest first, the rest stays."""
    first, second = books.invoice(10000), books.invoice(20000)
    upload(books.as_practice, a_file(("350.00", "locum work")))
    with working_as(books.as_practice) as work:
        payment = bank_lines.allocate(work, the_line(books).id, [first.id, second.id])
        assert payments.unallocated(work, payment) == Money(5000)
    assert [again(invoice).state for invoice in (first, second)] == ["paid", "paid"]


def test_a_line_is_put_aside_and_taken_up_again(books):
    """With a reason; only such a line can be taken up."""
    upload(books.as_practice, a_file(("900.00", "rent")))
    line = the_line(books)
    with working_as(books.as_practice) as work:
        bank_lines.put_aside(work, line.id, "Rent")
        assert bank_lines.waiting(work) == []
    with working_as(books.as_practice) as work:
        bank_lines.take_up(work, line.id)
        assert [row.line.id for row in bank_lines.waiting(work)] == [line.id]
    with working_as(books.as_practice) as work, pytest.raises(Conflict, match="put aside"):
        bank_lines.take_up(work, line.id)


def test_undoing_the_payment_of_a_line_opens_the_line_again(books):
    """And it can be put where it belongs."""
    wrong, right = books.invoice(), books.invoice()
    upload(books.as_practice, a_file(("357.00", wrong.number)))
    with working_as(books.as_practice) as work:
        payments.undo(work, work.one(select(Payment)).id, "Their typing mistake")
    assert the_line(books).state == "unmatched"
    with working_as(books.as_practice) as work:
        bank_lines.allocate(work, the_line(books).id, [right.id])
    assert [again(invoice).state for invoice in (wrong, right)] == ["issued", "paid"]


def test_a_manager_reads_what_came_in(books):
    """Money out is left out and said; what is seen belongs to the pool, not to a practice."""
    invoice = books.invoice()
    on = f"{clock.today():%d/%m/%Y}"
    text = f"Date,Details,Paid out,Paid in\n{on},{invoice.number},,357.00\n{on},Fee,5.00,\n"
    done = upload(books.as_manager, text)
    assert (done.report["matched"], done.report["left_out"]) == (1, 1)
    assert again(invoice).state == "paid"
    with working_as(books.as_practice) as work, pytest.raises(NotFound):
        work.get(BankImport, done.id)


def test_a_practice_cannot_pay_the_invoices_of_another(books):
    """Its file names a number that it does not see: the line waits, nothing is learned."""
    invoice = books.invoice()
    other = Books()
    upload(other.as_practice, a_file(("357.00", invoice.number)))
    assert lines(other) == [("unmatched", 35700)]
    assert again(invoice).state == "issued"
    with working_as(other.as_practice) as work, pytest.raises(NotFound):
        bank_lines.allocate(work, the_line(other).id, [invoice.id])
