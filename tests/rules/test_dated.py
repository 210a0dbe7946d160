"""Dated figures: the day, what was known when, and whether somebody has confirmed it."""

from datetime import date

import pytest

from pool import dated

COLUMNS = ("tier", "top", "valid_from", "valid_to", "recorded_at", "confirmed_to")
TIERS = [
    dict(zip(COLUMNS, row, strict=True))
    for row in (
        ("2", "26831", "2024-04-01", "2025-03-31", "2024-03-01", ""),
        ("2", "27288", "2025-04-01", "", "2025-02-20", ""),
        ("2", "27797", "2025-04-01", "", "2025-07-30", "2026-03-31"),
    )
]


@pytest.fixture(autouse=True)
def tiers(monkeypatch):
    """A table that was rewritten after the year had begun."""
    monkeypatch.setattr(dated, "table", lambda name: TIERS)


@pytest.mark.parametrize(
    ("on", "known_by", "top"),
    [
        (date(2025, 3, 31), None, "26831"),
        (date(2025, 5, 1), date(2025, 6, 30), "27288"),
        (date(2025, 5, 1), date(2025, 7, 30), "27797"),
        (date(2025, 5, 1), None, "27797"),
    ],
)
def test_the_newest_word_that_was_known_counts(on, known_by, top):
    """An invoice of May can be replayed as it was in May, and compared with what is known today."""
    assert dated.figure("tiers", on=on, known_by=known_by, tier="2")["top"] == top


def test_after_its_confirmed_year_a_figure_goes_on_unconfirmed():
    """Work does not stop on 1 April because a circular is late; but everybody sees it."""
    assert dated.figure("tiers", on=date(2026, 3, 31), tier="2").confirmed
    assert not dated.figure("tiers", on=date(2026, 4, 1), tier="2").confirmed


def test_a_figure_that_nobody_knows_is_an_error():
    """Never a guess, never nought."""
    with pytest.raises(LookupError, match=r"data/tiers.csv says nothing about 3 on 01 May 2025"):
        dated.figure("tiers", on=date(2025, 5, 1), tier="3")
