"""The calendar of days to tick: plain functions behind the component."""

from datetime import date

import pytest

from pool.portal.sessions import day_picker


def rows(month):
    """What is seen of a month: numbers, and nothing for days of the months beside it."""
    return [[cell and cell.number for cell in week] for week in month.weeks]


def test_each_day_stands_under_the_name_of_its_month():
    """The last of November once stood under December, because the week ended there."""
    shown = day_picker.picker(date(2026, 11, 30), [])
    assert [month.name for month in shown.months] == ["November 2026", "December 2026", "January 2027"]
    november, december = shown.months[:2]
    assert rows(november) == [["30", None, None, None, None, None, None]]
    assert rows(december)[0] == [None, "1", "2", "3", "4", "5", "6"]


@pytest.mark.parametrize("today", [date(2026, 2, 1), date(2026, 12, 31), date(2027, 3, 29), date(2028, 2, 29)])
def test_every_day_is_there_once_under_its_weekday(today):
    """Six weeks from the Monday of this week, whatever the day."""
    shown = day_picker.picker(today, [])
    cells = [
        (number, cell) for month in shown.months for week in month.weeks for number, cell in enumerate(week) if cell
    ]
    assert len({cell.value for _, cell in cells}) == 42
    assert all(date.fromisoformat(cell.value).weekday() == number for number, cell in cells)
    assert [cell.value for _, cell in cells if cell.today] == [today.isoformat()]


def test_today_and_bank_holidays_are_said_in_words():
    """Colour and a line alone tell nothing to who listens."""
    shown = day_picker.picker(date(2026, 12, 25), [])
    words = [cell.words for month in shown.months for week in month.weeks for cell in week if cell and cell.today]
    assert words == ["Friday 25 December 2026, today, bank holiday"]
