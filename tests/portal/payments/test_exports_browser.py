"""Downloads in a real browser, with and without JavaScript; tests/journeys/test_every_page.py looks at the empty pages."""

import pytest

from pool import clock
from pool.models.practice import Practice
from tests import builders


@pytest.mark.parametrize(("javascript", "width"), [(True, 1280), (True, 360), (False, 360)])
def test_a_practice_takes_its_payment_list(invoice, enter, axe, javascript, width):
    """Choose the day, see what is due, download; the file holds the account."""
    page = enter(
        builders.a_practice_manager(builders.read(Practice, invoice.practice_id)), width, javascript=javascript
    )
    page.goto("/invoices")
    page.get_by_role("link", name="Downloads").click()
    page.get_by_role("link", name="Payment list").click()
    for part in ("day", "month", "year"):
        page.fill(f"#up_to-{part}", str(getattr(invoice.due_on, part)))
    with page.expect_navigation():
        page.get_by_role("button", name="Show").click()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert not javascript or axe(page) == []
    with page.expect_download() as download:
        page.get_by_role("button", name="Download payment list").click()
    assert download.value.suggested_filename == f"payments-{invoice.due_on}.csv"
    assert "001122,12345678,DR DEMO,357.00," in download.value.path().read_text(encoding="utf-8-sig")


def test_a_practice_takes_its_invoice_lines(invoice, enter):
    """Last month stands there already; other days are typed."""
    page = enter(builders.a_practice_manager(builders.read(Practice, invoice.practice_id)), 1280)
    page.goto("/exports/invoice-lines")
    today = clock.today()
    for part in ("day", "month", "year"):
        page.fill(f"#first-{part}", str(getattr(today, part)))
        page.fill(f"#last-{part}", str(getattr(today, part)))
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    assert invoice.number in download.value.path().read_text(encoding="utf-8-sig")
