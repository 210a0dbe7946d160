"""What a page weighs does not grow with what a pool has: a long bank file, a full week."""

from datetime import date, timedelta

import pytest
from lxml import html

from pool import clock
from pool.portal.web import paging
from pool.services.payments import bank_imports
from tests import builders
from tests.builders import next_week, working_as


@pytest.fixture
def seen_by_manager(signed_in):
    """A new pool with a practice and its manager's browser."""
    practice = builders.a_practice()
    return practice, signed_in(builders.a_pool_manager(practice.pool_id))


def test_a_bank_file_of_thousands_of_lines_does_not_fill_the_page(seen_by_manager):
    """Three thousand lines that nobody knows: the list, the file and what was left out stay small."""
    practice, browser = seen_by_manager
    on = f"{clock.today():%d/%m/%Y}"
    lines = (f"{on},transfer {n},{n}.01,\n{on},rent {n},,{n}.02\n" for n in range(1, 1500))
    text = "Date,Details,Paid in,Paid out\n" + "".join(lines)
    with working_as(builders.actor_of(builders.a_pool_manager(practice.pool_id))) as work:
        file = f"/bank-files/{bank_imports.upload(work, 'long.csv', text.encode()).id}"
    for address in ("/bank-files", "/bank-files?page=60", file, f"{file}?page=60", f"{file}/left-out?page=60"):
        answer = browser.get(address)
        assert len(answer.data) < 200_000
        assert len(html.fromstring(answer.text).xpath("//table/tbody/tr")) <= 2 * paging.SIZE


def test_a_week_of_hundreds_of_sessions_does_not_fill_the_page(seen_by_manager):
    """Each session is on one of its pages, in the order of the week."""
    practice, browser = seen_by_manager
    monday: date = next_week()
    for n in range(120):
        builders.a_session(practice, on=monday + timedelta(days=n % 5))
    seen = []
    for number in (1, 2, 3):
        answer = browser.get(f"/sessions?week={monday}&page={number}")
        assert len(answer.data) < 250_000
        page = html.fromstring(answer.text)
        assert "120 sessions" in answer.text
        seen += page.xpath("//div[@class='app-cards']//a[contains(@href, '/sessions/')]/@href")
    assert len(set(seen)) == 120
