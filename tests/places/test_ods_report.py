"""The national practice report in every layout it has been published in, and in none."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from pool.places.ods_report import Layout, ReportRefused, detect_layout, read_report
from pool.places.postcodes import Postcodes
from tests.deploy.waiting import HOPELESS

REAL = Path(__file__).resolve().parents[3] / "shared/data/ods/epraccur_2026-02_dse.csv"


def a_row(
    code="D82003", *, name="BEACHES MEDICAL CENTRE", closed="", status="ACTIVE", setting="RO76", commissioner="26A"
):
    """A row of the report as a list of 27 cells; only what a test cares about is named."""
    address = ["1 HIGH STREET", "", "", "GORLESTON", ""]
    middle = ["B", "15A", "20130401", "", "01493 000000", "", "", "", "1", "", commissioner, ""]
    return [code, name, "Y61", "QMM", *address, "NR31 6QB", "19740401", closed, status, *middle, setting, ""]


def a_file(folder, *rows, header=False, encoding="utf-8"):
    """A report with these rows, quoted and with CRLF as published."""
    titles = ["Organisation Code", "Name", *[f"Field {number}" for number in range(3, 28)]]
    lines = [titles, *rows] if header else rows
    path = folder / "epraccur.csv"
    path.write_bytes("".join(",".join(f'"{cell}"' for cell in row) + "\r\n" for row in lines).encode(encoding))
    return path


@pytest.mark.parametrize(
    ("open_word", "closed_word", "gp", "other"),
    [
        ("ACTIVE", "INACTIVE", "RO76", "RO72"),
        ("A", "C", "4", "1"),
        ("Active", "Dormant", "RO76|RO268", "RO80|RO87"),
        ("A", "D", "4", "0"),
    ],
)
@pytest.mark.parametrize("header", [False, True])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_every_published_layout_reads_alike(tmp_path, open_word, closed_word, gp, other, header, encoding):
    """Status words, setting codes, headers and encodings changed between releases; the practices did not."""
    path = a_file(
        tmp_path,
        a_row("D82003", name="CAFÉ SURGERY", status=open_word, setting=gp),
        a_row("D82004", status=closed_word, setting=gp, closed="20200331"),
        a_row("Y00001", status=open_word, setting=other),
        header=header,
        encoding=encoding,
    )
    records = list(read_report(path))
    assert [(record.active, record.is_gp) for record in records] == [(True, True), (False, True), (True, False)]
    assert records[0].name == "Café Surgery"
    assert records[1].closed == date(2020, 3, 31)
    assert records[0].row == 1 + header


def test_a_record_holds_what_the_directory_needs(tmp_path):
    """The current commissioner wins over the first one, and empty lines of the address are left out."""
    (record,) = read_report(a_file(tmp_path, a_row()))
    assert (record.ods_code, record.postcode, record.icb, record.commissioner) == ("D82003", "NR31 6QB", "QMM", "26A")
    assert record.address == ("1 High Street", "Gorleston")
    assert record.opened == date(1974, 4, 1)
    assert record.closed is None


@pytest.mark.parametrize(
    ("lines", "address", "county"),
    [
        (
            ["HEALTH CENTRE", "LAWSON STREET", "STOCKTON", "CLEVELAND", ""],
            ("Health Centre", "Lawson Street", "Stockton"),
            "Cleveland",
        ),
        (["1 HIGH STREET", "", "", "GORLESTON", "NORFOLK"], ("1 High Street", "Gorleston"), "Norfolk"),
        (["1 HIGH STREET", "DURHAM", "CO DURHAM", "", ""], ("1 High Street", "Durham"), "Co Durham"),
        (["1 HIGH STREET", "BRISTOL", "", "AVON", ""], ("1 High Street", "Bristol"), "Avon"),
        (["1 HIGH STREET", "", "", "LONDON", ""], ("1 High Street", "London"), ""),
        (["KENT", "", "", "", ""], ("Kent",), ""),
    ],
)
def test_town_and_county_are_told_apart(tmp_path, lines, address, county):
    """Older reports have the county in the column of the town; on an invoice it would stand as the town."""
    row = a_row()
    row[4:9] = lines
    (record,) = read_report(a_file(tmp_path, row))
    assert [line.lower() for line in record.address] == [line.lower() for line in address]
    assert record.county.lower() == county.lower()


def test_a_dormant_practice_is_neither_active_nor_closed(tmp_path):
    """It sees no patients for a time."""
    _, record = read_report(a_file(tmp_path, a_row(), a_row("D82004", status="DORMANT")))
    assert (record.active, record.dormant, record.closed) == (False, True, None)
    assert not record.is_welsh
    assert record.phone == "01493 000000"


def test_the_first_commissioner_stands_in_for_a_missing_current_one(tmp_path):
    """Older releases leave the later column empty."""
    (record,) = read_report(a_file(tmp_path, a_row(commissioner="")))
    assert record.commissioner == "15A"


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([a_row()[:20]], "Row 1: there are 20 columns where the national practice report has 27"),
        ([a_row(), a_row("D82004")[:26]], "Row 2: there are 26 columns"),
        ([a_row(status="INACTIVE")], "no active GP practice"),
        ([a_row(setting="RO72")], "no active GP practice"),
        ([a_row(), a_row("D82004", status="SHUT?")], r"Row 2, column 13 \(status\): “SHUT\?”"),
        ([a_row(), a_row("D82004", setting="GP")], r"Row 2, column 26 \(prescribing setting\): “GP”"),
        ([a_row(), a_row("D82004", setting="4")], r"Row 2, column 26 .* does not fit the roles"),
        ([a_row(), a_row()], r"Row 2, column 1 \(organisation code\): D82003 is listed twice"),
        ([a_row(), a_row("not a code")], r"Row 2, column 1 \(organisation code\): “not a code”"),
        ([a_row(closed="31/03/2020")], r"Row 1, column 12 \(close date\): “31/03/2020”"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_where_it_fails(tmp_path, rows, says):
    """A half-understood national file would close every practice; the message must lead to the cell."""
    with pytest.raises(ReportRefused, match=says):
        list(read_report(a_file(tmp_path, *rows)))


@pytest.mark.parametrize(
    ("content", "says"), [(b"", "empty"), (b"PK\x03\x04zip", "Unpack it"), (b"\xd0\xcf\x11\xe0\0\0", "not a text file")]
)
def test_other_kinds_of_file_are_refused_kindly(tmp_path, content, says):
    """The report is published inside a zip, and people open it in a spreadsheet first."""
    path = tmp_path / "report"
    path.write_bytes(content)
    with pytest.raises(ReportRefused, match=says):
        list(read_report(path))


@pytest.fixture
def real_report():
    if not REAL.exists():
        reason = f"the national practice report is not at {REAL}"
        print(reason, file=sys.stderr)
        pytest.skip(reason)
    return REAL


def test_the_national_report_yields_6604_gp_practices_all_with_a_position(real_report, tmp_path):
    """The published count and full coverage: a practice without a position can never be matched by distance."""
    assert detect_layout(real_report) == Layout("utf-8-sig", header=False, settings="roles")
    practices = [record for record in read_report(real_report) if record.active and record.is_gp]
    positions = Postcodes(tmp_path).resolve_many(record.postcode for record in practices)
    assert len(practices) == 6604
    assert sum(record.is_welsh for record in practices) == 397
    assert [record.ods_code for record in practices if positions[record.postcode] is None] == []


READ_ALL = r"""
import re, sys
from pathlib import Path
from pool.places.ods_report import read_report
from pool.places.postcodes import Postcodes
from tests.deploy.waiting import HOPELESS
postcodes = Postcodes(Path(sys.argv[2]))
for record in read_report(Path(sys.argv[1])):
    postcodes.resolve_many([record.postcode])
print(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1])
"""


def test_the_national_report_needs_less_than_500_megabytes(real_report, tmp_path):
    """The import runs beside the portal on a small machine; postcode indexes are built one letter at a time."""
    command = [sys.executable, "-c", READ_ALL, str(real_report), str(tmp_path)]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=root, env=os.environ, timeout=HOPELESS
    )
    assert int(done.stdout) < 500 * 1024
