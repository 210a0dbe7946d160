"""Statements in the formats of banks, camt.053 and MT940: batches, structured references, reversals, nothing guessed."""

from datetime import date
from pathlib import Path

import pytest

from pool.errors import Invalid
from pool.money import Money
from pool.rules.bank_file import IN, OUT, read

CASES = Path(__file__).parents[1] / "cases" / "bank"
CAMT = (CASES / "batch-and-references.camt053.xml").read_text()
SWIFT = (CASES / "statement.mt940.sta").read_text()


def out(text, direction=OUT):
    """The file as the side reads it."""
    return read(text.encode(), direction)


def refused(text):
    """Its mistakes."""
    with pytest.raises(Invalid) as wrong:
        out(text)
    return wrong.value.fields.get("file", [str(wrong.value)])


def test_a_batch_gives_a_line_for_each_payment():
    """End-to-end ids and creditor references are read; NOTPROVIDED is none."""
    found = out(CAMT)
    assert [(row.paid_on, row.amount, row.reference, row.payer) for row in found.rows] == [
        (date(2026, 5, 14), Money(35700), "EXA7K2M-2026-0001 1", "Dr A Example"),
        (date(2026, 5, 14), Money(42000), "SAM4C3D-2026-0002 1", "Dr B Sample"),
    ]


@pytest.mark.parametrize(
    "change",
    [
        ("357.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><RltdPties>", "356.00</Amt><RltdPties>"),
        ('<Amt Ccy="GBP">420.00</Amt>', ""),
    ],
)
def test_a_batch_that_does_not_add_up_stays_one_line(change):
    """Its amount is that of the entry and its references stand together: no payment is made up."""
    (row,) = out(CAMT.replace(*change)).rows
    assert row.amount == Money(77700)
    assert "EXA7K2M-2026-0001" in row.reference
    assert "SAM4C3D-2026-0002" in row.reference
    assert row.payer == "Dr A Example, Dr B Sample"


@pytest.mark.parametrize(
    "where",
    [
        "<RmtInf><Strd><RfrdDocInf><Nb>AB-2026-0009</Nb></RfrdDocInf></Strd></RmtInf>",
        "<RmtInf><Strd><CdtrRefInf><Ref>X1</Ref></CdtrRefInf></Strd><Strd><CdtrRefInf><Ref>AB-2026-0009</Ref></CdtrRefInf></Strd></RmtInf>",
        "<RmtInf><Strd><AddtlRmtInf>inv AB-2026-0009</AddtlRmtInf></Strd></RmtInf>",
        "<RmtInf><Ustrd>May</Ustrd><Ustrd>AB-2026-0009</Ustrd></RmtInf>",
        "<AddtlTxInf>AB-2026-0009</AddtlTxInf>",
    ],
)
def test_numbers_stand_in_many_places_of_a_payment(where):
    """Structured or not, all of them are read."""
    text = CAMT.replace("<RmtInf><Strd><CdtrRefInf><Ref>SAM4C3D-2026-0002</Ref></CdtrRefInf></Strd></RmtInf>", where)
    assert "AB-2026-0009" in out(text).rows[1].reference


def test_reversals_pending_entries_and_instants():
    """A reversal says so and has its day in London; what is pending is left out."""
    found = out(CAMT)
    (back,) = found.back
    assert (back.paid_on, back.amount, back.reference) == (date(2026, 7, 1), Money(1000), "REVERSAL REVERSAL X")
    assert [(line.row, line.amount, line.why) for line in found.left_out] == [(3, "11.00", "Pending")]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (('<Amt Ccy="GBP">777.00', '<Amt Ccy="EUR">777.00'), "Row 1, column Amt"),
        (('<Amt Ccy="GBP">777.00', '<Amt Ccy="GBP">777.005'), "Row 1, column Amt"),
        (("<CdtDbtInd>DBIT", "<CdtDbtInd>OUT"), "Row 1, column CdtDbtInd"),
        (("<Cd>BOOK</Cd>", "<Cd>MAYBE</Cd>"), "Row 1, column Sts"),
        (("2026-05-14</Dt></BookgDt>", "2026-02-31</Dt></BookgDt>"), "Row 1, column BookgDt"),
        (("</BkToCstmrStmt>", ""), "The XML file is damaged near line"),
        (("BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn"), "Ask your bank for camt.053"),
    ],
)
def test_what_cannot_be_read_is_named(change, where):
    """With the number of the entry and its element."""
    assert refused(CAMT.replace(*change))[0].startswith(where) or where in refused(CAMT.replace(*change))[0]


def test_a_statement_reads_nothing_outside_itself(tmp_path):
    """An entity that points at a file is not followed."""
    secret = tmp_path / "secret.txt"
    secret.write_text("999.00")
    head = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    text = CAMT.replace("?>", "?>" + head, 1).replace(">777.00<", ">&x;<")
    assert "is not an amount" in refused(text)[0]


def test_mt940_by_its_marks():
    """D went out; a reversed debit came back and says so; numbers stand in the free text."""
    found = out(SWIFT)
    assert [(row.row, row.paid_on, row.amount) for row in found.rows] == [(5, date(2026, 5, 14), Money(35700))]
    assert "EXA7K2M-2026-0001" in found.rows[0].reference
    assert [(row.amount, row.reference) for row in found.back] == [
        (Money(1000), "REVERSAL RETURNED SAM4C3D-2026-0002"),
        (Money(1200), ""),
    ]


def test_a_reversed_credit_went_out():
    """RC is no money in, whatever a reader makes of its second letter."""
    found = out(SWIFT.replace("0515C12,00", "0515RC12,00"), IN)
    assert [row.amount for row in found.rows] == [Money(1000)]
    assert [row.amount for row in found.back] == [Money(35700), Money(1200)]


def test_mt940_in_the_envelope_of_a_bank():
    """Blocks around it, Windows line ends, several statements in one file."""
    text = "{1:F01BANKGB2LXXXX0000000000}{2:O9401200260515}{4:\n" + SWIFT.rstrip("-\n") + "\n-}\n"
    assert len(out(text).rows) == 1
    assert len(out(SWIFT.replace("\n", "\r\n")).rows) == 1
    assert len(out(SWIFT + SWIFT.replace("STMT1", "STMT2").replace("357,00", "358,00")).rows) == 2


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ((":61:2605140514D357,00", ":61:2605140514X357,00"), "Row 5, column :61:"),
        (("GBP", "EUR"), "Row 5, column :61:"),
        (("D357,00", "D3x7,00"), "Row 5, column :61:"),
        (("D357,00", "D357.50"), "Row 5, column :61:"),
        (("D357,00", "D1.357,00"), "Row 5, column :61:"),
    ],
)
def test_mistakes_in_mt940_are_named(change, where):
    """With the line of the file; no payment is passed over."""
    assert refused(SWIFT.replace(*change))[0].startswith(where)
