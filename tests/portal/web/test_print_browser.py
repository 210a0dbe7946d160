"""What comes out of the printer: no addresses between the words, the week on one sheet, sums inside their cards."""

from datetime import time
from io import BytesIO

import pytest
from markupsafe import Markup
from pypdf import PdfReader

from pool.money import Money
from pool.portal.web.components import Components
from tests import builders
from tests.builders import a_booking, a_session, next_week
from tests.payment_builders import Books


@pytest.fixture
def week(app, live_server):
    """A practice with a busy week, and its manager."""
    books = Books()
    for day in range(5):
        a_booking(session=a_session(books.practice, on=next_week(day)), clinician=books.clinician)
        a_session(books.practice, on=next_week(day), kind="pm", starts=time(14), ends=time(18, 10))
    return builders.a_practice_manager(books.practice)


def test_printed_pages_hold_no_addresses(week, enter):
    """A link is its words: the design system would print where it leads."""
    page = enter(week, 1280)
    page.goto(f"/sessions?week={next_week()}")
    page.emulate_media(media="print")
    printed = page.eval_on_selector_all("main a", "links => links.map(a => getComputedStyle(a, '::after').content)")
    assert printed
    assert set(printed) == {"none"}


@pytest.mark.parametrize("width", [360, 1280])
def test_the_rota_is_one_sheet_of_paper(week, enter, axe, width):
    """A4, landscape, one page; on a screen it scrolls inside its frame only."""
    page = enter(week, width)
    page.goto(f"/sessions/rota?week={next_week()}")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    sheets = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert len(sheets) == 1
    assert sheets[0].mediabox.width > sheets[0].mediabox.height
    words = sheets[0].extract_text()
    assert "Link:" not in words
    assert "Finch" in words


SUMS = [357, 123456, 1234567, 123456789, 1234567890]
"""Pence: from a session to what a large pool bills in a year."""


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_sums_stay_inside_their_cards(week, enter, app, width):
    """From £3.57 to £12,345,678.90, on one line each, three cards beside each other."""
    with app.test_request_context():
        ui = Components(app.jinja_env)
        cards = ui.stats(
            caller=lambda: Markup("").join(ui.stat_card(str(Money(figure)), "All together") for figure in SUMS)
        )
    page = enter(week, width)
    page.goto("/sessions")
    page.evaluate("cards => { document.querySelector('main').innerHTML = cards; }", str(cards))
    seen = page.eval_on_selector_all(".app-stat__value", MEASURED)
    assert len(seen) == len(SUMS)
    assert [value for value in seen if value["right"] > value["card"] or value["lines"] > 1] == []


MEASURED = """values => values.map(value => {
  const words = document.createRange();
  words.selectNodeContents(value);
  return {
    words: value.textContent, size: getComputedStyle(value).fontSize, lines: words.getClientRects().length,
    right: words.getBoundingClientRect().right, card: value.closest('.app-stat__content').getBoundingClientRect().right,
  };
})"""
"""How far the words of each card reach, and in how many lines."""
