"""Layouts that banks really write: read as people mean them, or refused with row and column."""

from datetime import date
from pathlib import Path

import pytest

from pool.errors import Invalid
from pool.money import Money
from pool.rules.bank_file import IN, OUT, read

HEAD = "Date,Description,Money In,Money Out,Balance\n"


def rows(text, direction=OUT):
    """(day, pence, reference) of the payments."""
    return [(row.paid_on, row.amount.pence, row.reference) for row in read(text.encode(), direction).rows]


def refused(text, direction=OUT):
    """Where the mistakes are."""
    with pytest.raises(Invalid) as wrong:
        read(text.encode(), direction)
    return [error.split(":")[0] for error in wrong.value.fields["file"]]


def test_zeros_in_the_column_that_is_not_used():
    """0.00 is no second amount; money the other way is kept apart."""
    text = HEAD + "01/05/2026,FPO AB-2026-0001,0.00,357.00,9643.00\n05/05/2026,BGC ICB RUN,2500.00,0.00,11723.00\n"
    found = read(text.encode(), OUT)
    assert [(row.amount, row.reference) for row in found.rows] == [(Money(35700), "FPO AB-2026-0001")]
    assert [(row.amount, row.reference, row.goes_back) for row in found.back] == [(Money(250000), "BGC ICB RUN", True)]
    (nothing,) = read((HEAD + "01/05/2026,Card check,0.00,0.00,1.00\n").encode(), OUT).left_out
    assert (nothing.row, nothing.why) == (2, "No amount: 0.00")


def test_a_dash_of_a_spreadsheet_is_nothing():
    """Accounting formats write a dash for zero."""
    assert rows("Date,Details,Paid in,Paid out\n14/05/2026,AB, £- ,£357.00\n") == [(date(2026, 5, 14), 35700, "AB")]


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "01/05/2026,AB,10.00,357.00,1.00\n",
        "Date,Reference,Amount,Total\n01/05/2026,AB,300.00,360.00\n",
        "Date,Reference,Amount,Money out,Money in\n01/05/2026,AB,-300.00,357.00,\n",
        "Date,Reference,Amount,Money out,Money in\n01/05/2026,AB,-357.00,,357.00\n",
    ],
)
def test_two_amounts_in_one_line_are_a_mistake(text):
    """Nobody chooses between them in silence."""
    (where,) = refused(text)
    assert where.startswith("Row 2, column ")


def test_a_letter_gives_the_direction():
    """CR came in, DR went out; what the letter does not say is refused."""
    text = "Date,Reference,Name,Amount,CR/DR\n12/05/2026,AB,Surgery,357.00,CR\n13/05/2026,REFUND AB,Surgery,357.00,DR\n"
    assert [reference for _, _, reference in rows(text, IN)] == ["AB"]
    assert [reference for _, _, reference in rows(text, OUT)] == ["REFUND AB"]
    assert refused("Date,Reference,Amount,CR/DR\n12/05/2026,AB,357.00,XX\n") == ["Row 2, column CR/DR"]
    assert refused("Date,Reference,Amount,CR/DR\n12/05/2026,AB,357.00,\n") == ["Row 2, column CR/DR"]


def test_a_column_of_types_may_be_the_letter():
    """When all its words say the direction, or when nothing else does: then an unknown one is refused."""
    text = "Date,Type,Reference,Amount\n12/05/2026,Debit,AB,357.00\n13/05/2026,Credit,CD,12.00\n"
    assert [reference for _, _, reference in rows(text, OUT)] == ["AB"]
    mixed = "Date,Type,Reference,Amount\n12/05/2026,DR,AB,357.00\n13/05/2026,FPO,CD,12.00\n"
    assert refused(mixed) == ["Row 3, column Type"]
    signed = mixed.replace("AB,357", "AB,-357")
    assert [reference for _, _, reference in rows(signed, OUT)] == ["AB"]


def test_a_minus_beside_a_letter():
    """A habit when every DR has it; beside CR, or beside some DR only, it could mean two things."""
    habit = "Date,Reference,Amount,CR/DR\n12/05/2026,AB,-357.00,DR\n13/05/2026,CD,12.00,CR\n"
    assert [pence for _, pence, _ in rows(habit, OUT)] == [35700]
    assert refused("Date,Reference,Amount,CR/DR\n12/05/2026,AB,-357.00,CR\n") == ["Row 2, column Amount or CR/DR"]
    some = "Date,Reference,Amount,CR/DR\n12/05/2026,AB,357.00,DR\n13/05/2026,AB,-357.00,DR\n"
    assert refused(some) == ["Row 3, column Amount or CR/DR"]


def test_a_reversal_in_the_credit_column_is_money_out():
    """And in the debit column money in; a file whose debits all carry a minus has that habit."""
    head = "Date,Description,Debit Amount,Credit Amount,Balance\n"
    text = head + "12/05/2026,AB,,357.00,9357.00\n13/05/2026,REVERSAL AB,,-357.00,9000.00\n"
    found = read(text.encode(), IN)
    assert [row.reference for row in found.rows] == ["AB"]
    assert [(row.reference, row.amount) for row in found.back] == [("REVERSAL AB", Money(35700))]
    debits = head + "12/05/2026,AB,357.00,,1.00\n13/05/2026,REVERSAL AB,-357.00,,1.00\n"
    assert [row.reference for row in read(debits.encode(), OUT).back] == ["REVERSAL AB"]
    assert [row.reference for row in read((head + "12/05/2026,AB,-357.00,,1.00\n").encode(), OUT).rows] == ["AB"]


def test_only_what_moved_is_money():
    """Reverted, pending and declined are left out with their word; a word that nobody knows is refused."""
    head = "Type,Date,Description,Reference,Amount,Currency,State,Balance\n"
    text = head + (
        "TRANSFER,2026-05-01 09:00:05,To A,AB,-357.00,GBP,COMPLETED,1.00\n"
        "TRANSFER,2026-05-02 10:00:00,To B,CD,-420.00,GBP,REVERTED,\nTRANSFER,,To C,EF,-500.00,EUR,PENDING,\n"
    )
    found = read(text.encode(), OUT)
    assert [row.reference for row in found.rows] == ["To A AB"]
    assert [(line.row, line.amount, line.why) for line in found.left_out] == [
        (3, "-420.00", "Reverted"),
        (4, "-500.00", "Pending"),
    ]
    assert refused(head + "TRANSFER,2026-05-01,To A,AB,-1.00,GBP,Approved,1.00\n") == ["Row 2, column State"]


def test_a_statement_with_a_balance_that_holds_only_money_in():
    """It has no minus because nothing went out: a practice has paid nothing in it. Without a balance it is a payment list."""
    text = "Date,Reference,Amount,Balance\n14/05/2026,ICB,357.00,9357.00\n"
    assert read(text.encode(), OUT).rows == ()
    assert [row.reference for row in read(text.encode(), OUT).back] == ["ICB"]
    assert len(read(b"Date,Reference,Amount\n14/05/2026,AB,357.00\n", OUT).rows) == 1


@pytest.mark.parametrize(
    ("cell", "on"),
    [
        ("2026-06-30T23:30:00Z", date(2026, 7, 1)),
        ("2026-04-05T23:15:00Z", date(2026, 4, 6)),
        ("2026-12-31T23:30:00Z", date(2026, 12, 31)),
        ("2026-06-30 23:30:00 UTC", date(2026, 7, 1)),
        ("2026-07-01T00:30:00+01:00", date(2026, 7, 1)),
        ("2026-07-01T00:30:00+0200", date(2026, 6, 30)),
        ("2026-06-30 23:30:00", date(2026, 6, 30)),
        ("30/06/2026 23:30", date(2026, 6, 30)),
    ],
)
def test_instants_have_their_day_in_london(cell, on):
    """Another day, and sometimes another pension month and year."""
    assert [day for day, _, _ in rows(f"Date,Amount,Reference\n{cell},-357.00,AB\n")] == [on]


def test_a_heading_may_say_utc():
    """Then a time without a zone is UTC; a day stays a day. The start of a payment is not its day."""
    head = "Date started (UTC),Date completed (UTC),Reference,Orig amount,Amount\n"
    assert rows(head + "2026-06-29,2026-06-30 23:30:00,AB,1.00,-357.00\n") == [(date(2026, 7, 1), 35700, "AB")]
    assert rows(head + "2026-06-29,2026-06-30,AB,1.00,-357.00\n") == [(date(2026, 6, 30), 35700, "AB")]
    assert refused("Date,Amount,Reference\n2026-06-30T25:30:00Z,-357.00,AB\n") == ["Row 2, column Date"]


@pytest.mark.parametrize(
    "name", ["Customer Reference", "End-to-end ID", "Notes", "Notes and #tags", "Your ref", "Narrative #2"]
)
def test_numbers_stand_in_many_columns(name):
    """All of them are read together with the description."""
    assert rows(f"# My bank\nDate,Details,Amount,{name}\n14/05/2026,To A,-357.00,AB-2026-0001\n") == [
        (date(2026, 5, 14), 35700, "To A AB-2026-0001")
    ]


def test_odd_dashes_and_signs_that_nobody_sees():
    """Pasted from a web page or a document."""
    assert rows("Date,Amount,Reference\n14‑05‑2026,–357.00\u200b,AB\n") == [(date(2026, 5, 14), 35700, "AB")]


CASES = Path(__file__).parents[1] / "cases" / "bank"
"""Files as banks and people wrote them, with made-up names and numbers."""


@pytest.mark.parametrize(
    ("name", "direction", "payments", "back", "left_out"),
    [
        ("customer-reference-column", OUT, [("2026-05-12", 35700), ("2026-05-13", 42000)], 0, []),
        ("date-completed-utc-heading", OUT, [("2026-05-01", 35700)], 0, []),
        ("debit-credit-letter-column", IN, [("2026-05-12", 35700)], 2, []),
        ("paid-by-hand-then-bank", IN, [("2026-05-14", 35700)], 0, []),
        ("part-payment-manager-side", IN, [("2026-05-14", 20000)], 0, []),
        ("part-payment-practice-side", OUT, [("2026-05-14", 20000)], 0, []),
        ("reversal-in-credit-column", IN, [("2026-05-12", 35700)], 1, []),
        ("reverted-and-pending", OUT, [("2026-05-01", 35700)], 0, ["Reverted", "Pending"]),
        ("utc-late-evening", OUT, [("2026-07-01", 35700), ("2026-04-06", 42000)], 0, []),
        ("zeros-in-unused-column", OUT, [("2026-05-01", 35700), ("2026-05-04", 42000)], 1, []),
    ],
)
def test_cases_that_people_really_have(name, direction, payments, back, left_out):
    """Each with what is right for it."""
    found = read((CASES / f"{name}.csv").read_bytes(), direction)
    assert [(f"{row.paid_on}", row.amount.pence) for row in found.rows] == payments
    assert len(found.back) == back
    assert [line.why for line in found.left_out] == left_out
    assert all("-2026-0" in row.reference or "LOCUM" in row.reference for row in found.rows)
