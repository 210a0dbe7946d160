"""The shipped fact tables: dated, complete, consistent with each other and with the postcode directory."""

import csv
import shutil
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from pool import dated
from pool.dated import table
from pool.places import facts
from pool.places.postcodes import Postcodes
from tests.deploy.waiting import HOPELESS

SOURCE = Path(__file__).resolve().parents[3] / "shared/data"
PLACES = ("places/great_yarmouth_waveney", "places/barking_havering_redbridge")


def test_care_boards_follow_the_reorganisation_of_april_2026():
    """42 boards until March, 36 after; a hierarchy held as a constant list would misplace a third of England."""
    before, after = facts.care_boards(on=date(2026, 3, 31)), facts.care_boards(on=date(2026, 4, 1))
    assert (len(before), len(after)) == (42, 36)
    assert before["QMM"].name == "NHS Norfolk and Waveney Integrated Care Board"
    assert "QMM" not in after
    assert after["T6Y0W"].name == "NHS Norfolk and Suffolk Integrated Care Board"


def test_every_abolished_board_has_a_successor_that_exists():
    """Otherwise a pool would belong to nobody on 1 April."""
    before, after = facts.care_boards(on=date(2026, 3, 31)), facts.care_boards(on=date(2026, 4, 1))
    gone = sorted(before.keys() - after.keys())
    assert len(gone) == 12
    passed_on = [(row["from_code"], row["to_code"], row["on"]) for row in table("care_board_successions")]
    assert {code for code, _, _ in passed_on} == set(gone)
    assert {code for _, code, _ in passed_on} <= after.keys()
    assert {day for _, _, day in passed_on} == {"2026-04-01"}
    assert [code for left, code, _ in passed_on if left == "QJG"] == ["D7T5G", "T6Y0W"]


def test_what_was_not_yet_known_can_be_left_out():
    """Replaying the past must use the figures of the past."""
    rows = [
        {"valid_from": "2026-04-06", "valid_to": "", "recorded_at": "2026-03-01", "pence": "45"},
        {"valid_from": "2026-04-06", "valid_to": "", "recorded_at": "2026-05-21", "pence": "55"},
    ]
    on = date(2026, 5, 1)
    assert [row["pence"] for row in dated.in_force(rows, on=on)] == ["45", "55"]
    assert [row["pence"] for row in dated.in_force(rows, on=on, known_by=date(2026, 5, 1))] == ["45"]
    assert dated.in_force(rows, on=date(2026, 4, 5)) == []


def test_the_travel_estimate_is_a_dated_figure():
    """The estimate is fitted; a better fit must not change what was worked out last year."""
    assert facts.travel_parameters(on=date(2026, 11, 22)).factor == Decimal("3.47")
    with pytest.raises(LookupError, match="no row for 01 January 2019"):
        facts.travel_parameters(on=date(2019, 1, 1))


@pytest.mark.parametrize("place", PLACES)
def test_practices_of_a_place_lie_where_their_postcode_lies(place, tmp_path):
    """Positions and postcodes come from different registers; a mix-up would send people to the wrong town."""
    postcodes = Postcodes(tmp_path)
    for row in dated.table(place):
        position = postcodes.resolve(row["postcode"])
        assert abs(position.easting - int(row["easting"])) < 200, row["ods_code"]
        assert abs(position.northing - int(row["northing"])) < 200, row["ods_code"]


def test_deprivation_counts_from_the_most_deprived():
    """Decile 1 has the highest score; the source counts backwards and the refresh turns it."""
    rows = dated.table(PLACES[0])
    scores = {row["imd_decile_1_most_deprived"]: float(row["imd_2019_score"]) for row in rows}
    assert scores["1"] > scores["7"]
    assert len(rows) == 19
    assert len(dated.table(PLACES[1])) == 112


def test_the_tables_are_what_the_refresh_writes(tmp_path):
    """Shipped tables change through the script, never by hand in a spreadsheet."""
    if not SOURCE.is_dir():
        reason = f"the source files are not at {SOURCE}"
        print(reason, file=sys.stderr)
        pytest.skip(reason)
    root = dated.DATA.parent
    shutil.copytree(dated.DATA, tmp_path / "data")
    (tmp_path / "pool").symlink_to(root / "pool")
    subprocess.run(
        [sys.executable, "-m", "data.refresh", str(SOURCE)],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=HOPELESS,
    )
    for path in sorted(dated.DATA.rglob("*.csv")):
        copy = tmp_path / "data" / path.relative_to(dated.DATA)
        assert copy.read_text() == path.read_text(), path.name


def test_every_table_is_described():
    """A table without a source and a licence line must not ship."""
    readme = (dated.DATA / "README.md").read_text()
    for path in dated.DATA.rglob("*.csv"):
        assert f"`{path.relative_to(dated.DATA)}`" in readme
        with path.open(newline="") as file:
            assert len({len(row) for row in csv.reader(file)}) == 1, path.name
