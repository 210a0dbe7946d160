"""Long lists and charts: plain functions behind two components."""

import re

import pytest

from pool.portal.web import charts, paging
from pool.portal.web.nhs_shapes import summary_rows, table_rows


def test_the_pages_of_a_list_keep_its_filters(words):
    """Page two of a search is still that search."""
    page = paging.Page(3, 131)
    assert (page.offset, page.pages, page.first, page.last) == (50, 6, 51, 75)
    shown = [link.get("number", "…") for link in page.links()]
    assert shown == [1, 2, 3, 4, "…", 6]
    assert page.address(4) == "/?as=manager&state=posted&state=filled&page=4"


@pytest.mark.parametrize(
    ("asked", "number"), [("2", 2), ("99", 6), ("0", 1), ("-1", 1), ("x", 1), ("9" * 30, 1), ("²", 1)]
)
def test_a_page_that_is_not_there_becomes_one_that_is(gallery_app, asked, number):
    """Nobody falls off the end of a list by editing an address."""
    with gallery_app.test_request_context("/", query_string={"page": asked}):
        assert paging.page_asked(131).number == number


def test_an_empty_list_has_one_page(words):
    """And counts from nothing."""
    page = paging.page_asked(0)
    assert (page.pages, page.first, page.last, page.offset) == (1, 0, 0, 0)


def test_bars_are_a_table_with_every_figure_in_words(ui):
    """Whoever cannot see the bars reads the same figures; nothing sticks out of the chart."""
    rows = [("Bridge & Sons", 82, "82%"), ("Park", 0, "0%"), ("Odd", 120, "120%")]
    drawn = ui.bar_chart(charts.bars("Fill rate", rows, heading="Practice", measure="Rate", most=100))
    assert 'scope="row" class="app-chart__label">Bridge &amp; Sons<' in drawn
    assert ">82%<" in drawn
    assert re.findall(r'app-bar__fill" width="([\d.]+)"', drawn) == ["82.0", "0.0", "100.0"]


def test_bars_fill_the_width_when_no_limit_is_given():
    """Hours, amounts and counts are compared with the largest."""
    chart = charts.bars("Hours", [("A", 10, "10"), ("B", 40, "40")], heading="Practice", measure="Hours")
    assert [bar.width for bar in chart.rows] == ["25.0", "100.0"]
    assert charts.bars("Hours", [], heading="Practice", measure="Hours").rows == []


def test_cells_and_facts_show_a_dash_for_nothing():
    """An empty cell could be a mistake; a dash is an answer."""
    assert table_rows([["a<b", None]])[0][0]["html"] == "a&lt;b"
    assert "–" in table_rows([["a", None]])[0][1]["html"]
    assert summary_rows([("Fee", 0)])[0]["value"]["html"] == "0"
