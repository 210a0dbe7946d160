"""The national tables as people read them: all of them, each row once, and what is unconfirmed today."""

from datetime import date
from pathlib import Path

from pool import dated
from pool.rules import national

AUTUMN = date(2026, 11, 22)


def test_every_money_table_is_shown():
    """A table of data/ that says who answers for it is a money table, and none may be forgotten."""
    money = set()
    for path in Path(dated.DATA).glob("*.csv"):
        if "confirmed_to" in path.read_text(encoding="utf-8").splitlines()[0].split(","):
            money.add(path.stem)
    assert money == set(national.TITLES)


def test_each_row_is_shown_once_with_its_owner_and_source():
    """Nothing is hidden, and somebody answers for everything."""
    for table in national.tables(AUTUMN):
        assert len(table.lines) == len(dated.table(table.name))
        for line in table.lines:
            assert line.row["owner"], f"{table.name}: {line.said}"
            assert line.row["source"], f"{table.name}: {line.said}"


def test_rows_are_read_without_the_codes_of_the_files():
    """What the file calls figure,base_rate is the base rate."""
    words = [line.said for table in national.tables(AUTUMN) for line in table.lines]
    assert "base rate, value 3.75" in words
    assert [word for word in words if "_" in word or word.startswith("figure ")] == []


def test_only_the_newest_word_holds():
    """45p was rewritten by 55p from 6 April 2026; both are shown, one is in use."""
    lines = national.lines("mileage_rates", AUTUMN)
    assert [(line.row["first_pence"], line.holds) for line in lines] == [("55", True), ("45", False)]
    before = {line.row["first_pence"] for line in national.lines("mileage_rates", date(2026, 4, 5)) if line.holds}
    assert before == {"45"}


def test_unconfirmed_figures_of_today_are_named():
    """2026/27 pension figures and the VAT of staff await somebody's word (domain 12)."""
    unconfirmed = {table.name for table in national.tables(AUTUMN) if table.unconfirmed}
    assert {"pension_rates", "pension_tiers", "vat_rules"} <= unconfirmed
    assert "holiday_pay" not in unconfirmed
    assert not next(table for table in national.tables(date(2025, 5, 1)) if table.name == "pension_rates").unconfirmed
