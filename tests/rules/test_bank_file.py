"""Bank files as banks, spreadsheets and accounting programs write them: read exactly, or refused with row and column."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pool.errors import Invalid
from pool.money import Money
from pool.rules.bank_cells import day, pence
from pool.rules.bank_file import IN, OUT, read

MAY = date(2026, 5, 14)

LAYOUTS = {
    "a remittance": "Date,Amount,Reference,Payee\n14/05/2026,357.00,AB-2026-0001,Dr Finch\n",
    "quoted, with pounds": 'Payment date,Payment amount,Invoice number,Supplier\n14-May-2026,"£1,357.00",AB-2026-0001,Dr Finch\n',
    "in and out": "Date,Description,Paid out,Paid in,Balance\n14 May 2026,AB-2026-0001,357.00,,1000.00\n",
    "debit and credit": "Transaction Date;Details;Debit;Credit\n2026-05-14;AB-2026-0001;357.00;\n",
    "signed": "Date\tNarrative\tValue\n14.05.2026\tAB-2026-0001\t-357.00\n15.05.2026\tRefund\t12.00\n",
    "with lines of the bank's own": "Account,12345678\nFrom,01/05/2026\n\nDate,Amount,Ref\n14/05/26,(357.00),AB-2026-0001\n",
    "instants": "Date,Amount,Reference,Currency\n2026-05-14T09:30:00Z,357,AB-2026-0001,GBP\n",
}


@pytest.mark.parametrize("text", LAYOUTS.values(), ids=LAYOUTS)
def test_layouts_that_are_known(text):
    """Date, amount and reference are found by the names of their columns, whatever else there is."""
    (row,) = read(text.encode(), OUT).rows
    assert (row.paid_on, row.amount.pence % 100000, row.reference) == (MAY, 35700, "AB-2026-0001")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_of_spreadsheets(encoding):
    """£ and é survive; line ends may be anything."""
    text = "Date,Amount,Reference,Name\r\n14/05/2026,£357.00,AB-2026-0001,Dr Andrés\r\n\r\n"
    (row,) = read(text.encode(encoding), OUT).rows
    assert (row.amount, row.payer, row.row) == (Money(35700), "Dr Andrés", 2)


def test_a_seller_reads_the_money_that_came_in():
    """The same statement: money out is left out, and said."""
    text = "Date,Description,Paid out,Paid in\n14/05/2026,AB-2026-0001,,357.00\n15/05/2026,Rent,900.00,\n"
    came_in, went_out = read(text.encode(), IN), read(text.encode(), OUT)
    assert [row.reference for row in came_in.rows] == ["AB-2026-0001"]
    assert [row.reference for row in went_out.rows] == ["Rent"]
    assert [row.reference for row in (*came_in.back, *went_out.back)] == ["Rent", "AB-2026-0001"]


def test_every_mistake_is_named_with_row_and_column():
    """All or nothing, and all mistakes at once, so that the file is mended in one go."""
    text = (
        "Date,Amount,Reference\n14/05/2026,357.00,fine\n31/02/2026,1.00,no such day\n14/05/2026,12.5O,a letter\n"
        "05/14/2026,1.00,month first\n,1.00,no day\n14/05/2026,,no amount\n14/05/2026,1.234,three decimals\n"
    )
    with pytest.raises(Invalid, match=r"Nothing was imported. Row 3, column Date") as refused:
        read(text.encode(), OUT)
    assert [error.split(":")[0] for error in refused.value.fields["file"]] == [
        "Row 3, column Date",
        "Row 4, column Amount",
        "Row 5, column Date",
        "Row 6, column Date",
        "Row 7, column Amount",
        "Row 8, column Amount",
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no line that names its columns"),
        (b"Date,Reference\n14/05/2026,AB\n", "no line that names its columns"),
        (b"\x00\x01\x02PK", "not a CSV file"),
        (b"PK\x03\x04" + bytes(30), "not a CSV file"),
        (b"Date,Amount,Reference,Currency\n14/05/2026,1.00,AB,EUR\n", "is not GBP"),
        (b'Date,Amount,Reference\n14/05/2026,1.00,"' + b"x" * 140_000 + b'"\n', "cannot be read as CSV"),
        (b"Date,Amount,Reference\n14/05/2026,1.00," + b"x" * 1001 + b"\n", "longer than 1,000"),
        (b"Date,Amount,Reference\n" + b"14/05/2026,1.00,AB\n" * 5001, "at most 5,000"),
    ],
    ids=range(8),
)
def test_what_is_no_bank_file(data, words):
    """A sentence that says what to do."""
    with pytest.raises(Invalid, match=words):
        read(data, OUT)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("357", 35700),
        ("357.5", 35750),
        ("£1,234.50", 123450),
        ("(12.00)", -1200),
        ("-12.00", -1200),
        ("12.00-", -1200),
        ("12.00 DR", -1200),
        ("12.00 CR", 1200),
        ("+12.00", 1200),
        ("GBP 12.00", 1200),
        ("0.00", 0),
        ("\N{MINUS SIGN}5", -500),
        ("1 234.50", 123450),
    ],
)
def test_amounts(cell, expected):
    """In the ways that banks write them."""
    assert pence(cell) == expected


@pytest.mark.parametrize(
    "cell", ["1.234,50", "12,5", "1,23,456", "--5", "5..0", "twelve", "1e3", "£", "", "12.345", "٣"]
)
def test_amounts_that_could_mean_two_things_are_refused(cell):
    """Never a guess: 12,5 is not 12.50, and not 125."""
    with pytest.raises(ValueError, match="is not an amount"):
        pence(cell)


@pytest.mark.parametrize("cell", ["05/14/2026", "29/02/2026", "1900-01-01", "14/05", "tomorrow", "", "20261301"])
def test_days_that_do_not_exist(cell):
    """Months never come first."""
    with pytest.raises(ValueError, match="is not a day"):
        day(cell)


def test_days_come_before_months():
    """05/06/2026 is the fifth of June; 29 February is there in a leap year."""
    assert day("05/06/2026") == date(2026, 6, 5)
    assert day("29/02/2028") == date(2028, 2, 29)


@given(
    data=st.binary(max_size=300)
    | st.text(alphabet="Date,Amount;Ref\n\"'0123456789./-£\t ", max_size=300).map(str.encode)
)
def test_no_file_breaks_it(data):
    """Whatever is uploaded: lines, or a sentence."""
    with suppress(Invalid):
        assert all(row.amount > Money(0) for row in read(data, OUT).rows)


@given(st.lists(st.tuples(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 10_000_000_000)), max_size=20))
def test_what_is_written_is_read(lines):
    """No penny and no day is lost on the way."""
    text = "Date,Amount,Reference\n" + "".join(
        f"{on:%d/%m/%Y},{amount // 100}.{amount % 100:02d},X\n" for on, amount in lines
    )
    assert [(row.paid_on, row.amount.pence) for row in read(text.encode(), OUT).rows] == lines
