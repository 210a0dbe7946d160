"""The national directory follows the ODS report: all or nothing, and never emptied by a bad file."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from pool.actor import Actor
from pool.models.audit import AuditEntry
from pool.models.pool import Host, Ics, Place, Pool
from pool.models.practice import Organisation, Practice
from pool.unit_of_work import system_actor, unit_of_work

PROJECT = Path(__file__).resolve().parents[3]
REAL = PROJECT.parent / "shared/data/ods/epraccur_2026-02_dse.csv"


def a_row(number, *, name="", status="ACTIVE", closed="", setting="RO76", postcode="NR31 6QB"):
    """A row of the report for practice D82<number>."""
    start = [f"D82{number:03d}", name or f"SURGERY {number}", "Y61", "QMM", "1 HIGH STREET", "", "", "GORLESTON", ""]
    middle = ["B", "26A", "20130401", "", "", "", "", "", "1", "", "26A", ""]
    return [*start, postcode, "19740401", closed, status, *middle, setting, ""]


@pytest.fixture
def a_report(tmp_path):
    def write(*rows):
        path = tmp_path / "epraccur.csv"
        path.write_text("".join(",".join(f'"{cell}"' for cell in row) + "\r\n" for row in rows))
        return str(path)

    return write


@pytest.fixture
def run(app):
    """`flask practices import …` as a person types it; gives the exit code and what was printed."""
    return lambda *arguments: app.test_cli_runner().invoke(args=["practices", "import", *arguments])


@pytest.fixture
def directory(app):
    """What the directory holds now, by ODS code."""

    def read():
        with app.app_context(), unit_of_work(Actor.system(), read_only=True) as work:
            found = {organisation.ods_code: organisation for organisation in work.all(select(Organisation))}
            work.store.expunge_all()
            return found

    return read


@pytest.fixture
def a_pool(app):
    with app.app_context(), unit_of_work(Actor.system()) as work:
        ics = Ics(code="T6Y0W", name="Norfolk and Suffolk")
        place = Place(name="Coast", ics=ics)
        host = Host(name="Host", address=[], email="host@example.org", phone="")
        pool = Pool(slug="coast", name="Coast", place=place, host=host)
        work.add(pool)
        return pool.id


def test_the_first_import_fills_the_directory(run, a_report, directory):
    """Names are readable, positions come from the postcode, other sites of the report stay out."""
    answer = run(
        a_report(a_row(1, name="BEACHES MEDICAL CENTRE"), a_row(2, setting="RO72"), a_row(3, status="INACTIVE"))
    )
    assert answer.exit_code == 0, answer.output
    assert "1 active GP practices: 1 new, 0 changed, 0 unchanged. 0 closed." in answer.output
    (practice,) = directory().values()
    assert (practice.name, practice.address) == ("Beaches Medical Centre", ["1 High Street", "Gorleston"])
    assert (practice.easting, practice.northing) == (652665, 304229)
    assert practice.active


def test_a_second_import_changes_nothing(run, a_report, directory):
    """Importing twice by mistake must be harmless and must say so."""
    path = a_report(a_row(1), a_row(2))
    run(path)
    before = {code: entry.imported_at for code, entry in directory().items()}
    answer = run(path)
    assert "0 new, 0 changed, 2 unchanged" in answer.output
    assert {code: entry.imported_at for code, entry in directory().items()} == before


def test_changed_closed_and_missing_practices_are_told_apart(run, a_report, directory):
    """A practice that only left the file is not closed: releases have been cut short before."""
    run(a_report(*[a_row(number) for number in range(1, 5)]))
    answer = run(
        a_report(a_row(1), a_row(2, name="NEW NAME"), a_row(3, status="INACTIVE", closed="20260331"), a_row(9))
    )
    assert "1 new, 1 changed, 1 unchanged. 1 closed." in answer.output
    assert "Closed (1): D82003" in answer.output
    assert "Not in this report, left as they are (1): D82004" in answer.output
    now = directory()
    assert now["D82002"].name == "New Name"
    assert not now["D82003"].active
    assert str(now["D82003"].closed_on) == "2026-03-31"
    assert now["D82003"].easting == 652665
    assert now["D82004"].active


def test_a_reopened_practice_is_active_again(run, a_report, directory):
    """Codes come back when a merger is undone."""
    run(a_report(a_row(1), a_row(2)))
    run(a_report(a_row(1), a_row(2, status="INACTIVE", closed="20260331")))
    run(a_report(a_row(1), a_row(2)))
    assert directory()["D82002"].active
    assert directory()["D82002"].closed_on is None


def test_a_dry_run_reports_and_changes_nothing(run, a_report, directory):
    """The person wants to see what a release brings before it is in."""
    answer = run("--dry-run", a_report(a_row(1)))
    assert answer.exit_code == 0
    assert "1 new" in answer.output
    assert "Dry run: nothing was changed." in answer.output
    assert directory() == {}


def test_a_bad_row_changes_nothing_and_is_named(run, a_report, directory):
    """All or nothing: half a directory is worse than yesterday's."""
    answer = run(a_report(a_row(1), a_row(2, closed="soon")))
    assert answer.exit_code == 1
    assert "Row 2, column 12 (close date): “soon” is not a date" in answer.output
    assert "Nothing was changed." in answer.output
    assert directory() == {}


def test_a_report_that_would_empty_the_directory_is_refused(run, a_report, directory):
    """No release closes a fifth of the country; a misread one would."""
    run(a_report(*[a_row(number) for number in range(1, 61)]))
    answer = run(a_report(*[a_row(number, status="ACTIVE" if number > 15 else "INACTIVE") for number in range(1, 61)]))
    assert answer.exit_code == 1
    assert "would close 15 of 60 practices" in answer.output
    assert all(entry.active for entry in directory().values())


def test_a_practice_without_a_position_is_named(run, a_report, directory):
    """Somebody has to look up its postcode before it can be matched by distance."""
    answer = run(a_report(a_row(1, postcode="QQ1 1AA"), a_row(2, postcode="nonsense")))
    assert "Without a position, so distances cannot be worked out (2): D82001, D82002" in answer.output
    assert directory()["D82001"].easting is None


def test_the_old_position_stays_until_the_new_one_is_known(run, a_report, directory):
    """A new building's postcode comes into the postcode directory months later; until then journeys are as before."""
    run(a_report(a_row(1)))
    before = directory()["D82001"]
    answer = run(a_report(a_row(1, postcode="NR99 9ZZ")))
    moved = directory()["D82001"]
    assert (moved.postcode, moved.easting, moved.northing) == ("NR99 9ZZ", before.easting, before.northing)
    assert "Postcode not in the directory, so the old position stays (1): D82001" in answer.output
    run(a_report(a_row(1, postcode="NR30 1QP")))
    assert directory()["D82001"].easting != before.easting


def test_a_small_report_can_join_a_pool(app, run, a_report, a_pool):
    """A new pool starts with the practices of its place, each once however often the file is read."""
    path = a_report(a_row(1), a_row(2))
    assert "2 practices joined Coast" in run("--pool", "coast", path).output
    assert "0 practices joined Coast" in run("--pool", "coast", path).output
    with app.app_context(), unit_of_work(Actor.system(a_pool), read_only=True) as work:
        assert sorted(practice.ods_code for practice in work.all(select(Practice))) == ["D82001", "D82002"]


def test_dormant_is_not_closed(run, a_report, directory):
    """A practice that sees nobody for a month keeps its place; it is told, and is quiet again when the report says ACTIVE."""
    run(a_report(a_row(1), a_row(2)))
    answer = run(a_report(a_row(1), a_row(2, status="DORMANT"), a_row(3, status="DORMANT")))
    assert "Dormant, which is not closed (1): D82002" in answer.output
    assert "0 closed." in answer.output
    still = directory()["D82002"]
    assert (still.active, still.dormant, still.closed_on) == (True, True, None)
    assert "D82003" not in directory()
    assert "1 changed, 1 unchanged" in run(a_report(a_row(1), a_row(2))).output
    assert not directory()["D82002"].dormant


def test_practices_in_wales_are_left_out_and_counted(run, a_report, directory):
    """They are in the report without a board; a pool in Wales may ask for them."""
    welsh = [["W99998", *a_row(1)[1:]], ["W99999", *a_row(2)[1:]]]
    answer = run(a_report(a_row(1), *welsh))
    assert "Left out: 2 practices in Wales. Add --wales to import them." in answer.output
    assert list(directory()) == ["D82001"]
    run("--wales", a_report(a_row(1), *welsh))
    assert sorted(directory()) == ["D82001", "W99998", "W99999"]
    assert "Not in this report" not in run(a_report(a_row(1), *welsh)).output


def test_facts_come_from_a_table(app, run, a_report, a_pool, tmp_path):
    """The published tables of networks, list sizes and deprivation; a bad row is named and stops no other."""
    run("--pool", "coast", a_report(a_row(1), a_row(2), a_row(3)))
    table = tmp_path / "facts.csv"
    table.write_text(
        "ods_code,pcn_name,list_size,imd_decile_1_most_deprived,rurality,phone,dispensing\n"
        "D82001,Coast PCN,12500,2,Urban,01632 960\u2011001,no\nD82002,,many,,,,\nD82003,,,11,,,\nD82009,Inland PCN,,,,,\n",
        encoding="utf-8",
    )
    answer = app.test_cli_runner().invoke(args=["practices", "facts", str(table)])
    assert "1 practices told. 2 rows could not be used." in answer.output
    assert "Row 3, D82002, column list_size: Not a valid integer." in answer.output
    assert "Row 4, D82003, column imd_decile: Enter a whole number from 1 to 10" in answer.output
    assert "In no pool (1): D82009" in answer.output
    with app.app_context(), unit_of_work(Actor.system(a_pool), read_only=True) as work:
        told = work.one(select(Practice).join(Organisation).where(Organisation.ods_code == "D82001"))
        facts = (told.pcn_name, told.list_size, told.imd_decile, told.rurality, told.phone)
    assert facts == ("Coast PCN", 12500, 2, "urban", "01632 960-001")


def test_a_whole_country_does_not_join_a_pool(run, a_report, a_pool, directory):
    """The national file with --pool is a slip; a pool serves one place."""
    answer = run("--pool", "coast", a_report(*[a_row(number) for number in range(401)]))
    assert answer.exit_code == 1
    assert "a pool serves one place, at most 400" in answer.output
    assert directory() == {}


def test_an_unknown_pool_is_answered_with_those_there_are(run, a_report, a_pool):
    """Nobody remembers short names."""
    answer = run("--pool", "cost", a_report(a_row(1)))
    assert answer.exit_code == 1
    assert "There is no pool “cost”. Choose one of: coast." in answer.output


def test_every_pool_is_told(app, run, a_report, a_pool):
    """The audit trail of a pool says when the facts under it changed."""
    run(a_report(a_row(1)))
    with app.app_context(), unit_of_work(system_actor("a test looks at all pools"), read_only=True) as work:
        (entry,) = work.all(select(AuditEntry).where(AuditEntry.name == "PracticesImported"))
        assert entry.pool_id == a_pool
        assert entry.data == {"run_name": "epraccur.csv", "added": 1, "changed": 0, "closed": 0}


MEASURED = """
import re, runpy, time
from pathlib import Path
try:
    runpy.run_module("flask", run_name="__main__")
finally:
    peak = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())
    print(f"measured {time.process_time():.1f} CPU s, {int(peak[1]) // 1024} MB")
"""
"""The command as it is, telling at its end what it took; its parent cannot know, which has other children too."""


def test_the_national_report_takes_less_than_a_minute_and_500_megabytes(app, environment, directory):
    """The published promise: 6,207 active practices in England, every one with a position."""
    if not REAL.exists():
        reason = f"the national practice report is not at {REAL}"
        print(reason, file=sys.stderr)
        pytest.skip(reason)
    command = [sys.executable, "-c", MEASURED, "--app", "wsgi", "practices", "import", str(REAL)]
    answer = subprocess.run(
        command, cwd=PROJECT, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    measured = re.search(r"measured ([\d.]+) CPU s, (\d+) MB", answer.stdout)
    assert float(measured[1]) < 60
    assert int(measured[2]) < 500
    found = directory().values()
    assert len(found) == 6207
    assert all(entry.active and entry.easting and entry.northing for entry in found)
