"""No page says that an e-mail has gone out: it goes out after the answer, and only when the mail server takes it."""

import re
from pathlib import Path

PROMISES = re.compile(
    r"\b(?:we have|we've) (?:sent|written|told)\b|\bhas been told\b|\bhave been told\b", re.IGNORECASE
)


def test_no_page_says_that_an_email_is_there_already():
    """“We are sending” is what the rows show at that moment."""
    pages = [*Path("pool/portal").rglob("*.py"), *Path("templates").rglob("*.html")]
    assert len(pages) > 100
    assert {str(page): found for page in pages if (found := PROMISES.findall(page.read_text(encoding="utf-8")))} == {}
