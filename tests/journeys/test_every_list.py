"""Every list of every role comes in pages: how much a page weighs does not grow with what a pool has."""

import pytest
from lxml import html

from pool.permissions import ACTIONS, CLINICIAN, MANAGER, PRACTICE, ROLES
from pool.portal.web import paging
from tests.journeys.full_life import a_full_life
from tests.journeys.test_every_page import QUESTIONS, pages_of

ROWS = (
    "//table[contains(@class, 'nhsuk-table')]/tbody"
    " | //ul[contains(@class, 'app-lines') or contains(@class, 'app-checked') or contains(@class, 'app-plan')]"
    " | //div[@class='app-cards'] | //div[@class='app-views']"
)
"""Whatever holds rows of a list on our pages."""

WHOLE = {
    "invoices.show": "an invoice is a document: it is read and printed as a whole",
    "credit_requests.show": "a credit note repeats lines of one invoice",
    "plan_settings.counts": "the terms of the engine, a fixed number",
    "figures.index": "national tables have as many rows as their files in data/",
    "pension.month": "boxes of an official form",
    "pension.form_b": "boxes of an official form",
    "pension_forms.show": "boxes of an official form",
    "pension.tier": "the bands of a year",
    "sessions.posting.posted": "what one form posted, at most 60 days",
    "home.show": "the twelve sessions most at risk, with a link to all of them",
}
"""Lists whose length does not grow with a pool, and why."""

TWICE = {"sessions.index", "diary.index", "hours.index"}
"""A week has pages of twice the size; hours to send and disputes to answer are cut each and stand among the same cards."""

CUT = {
    "clinicians.index",
    "company_status.index",
    "credit_requests.index",
    "diary.past",
    "invoices.index",
    "match_runs.index",
    "payments.index",
    "people.index",
    "practices.index",
    "timesheets.index",
    "bank_files.index",
    "statements.index",
    "profile.practices",
    "sessions.index",
}
"""Lists that the filled pool has more than a page of, when a page holds one row."""


@pytest.fixture(scope="module")
def life(app, clean_after_all):
    """Rows behind every kind of page."""
    return a_full_life()


@pytest.mark.parametrize("role", ROLES)
def test_every_list_of_a_role_is_cut(app, life, signed_in, monkeypatch, role):
    """With one row to a page, no list of any page shows two."""
    monkeypatch.setattr(paging, "SIZE", 1)
    browser = signed_in(life.people[role])
    too_long, cut = [], set()
    for address, _ in [*pages_of(app, role, life), *QUESTIONS[role](life), *statement_of(role, life)]:
        endpoint = endpoint_of(app, address)
        shown = browser.get(address)
        if shown.status_code != 200 or not shown.text.strip():
            continue
        page = html.fromstring(shown.text)
        if page.xpath("//nav[contains(@class, 'nhsuk-pagination')]"):
            cut.add(endpoint)
        if endpoint not in WHOLE and any(len(rows) > 1 + (endpoint in TWICE) for rows in page.xpath(ROWS)):
            too_long.append(f"{endpoint} {address}")
    assert too_long == []
    expected = {address for address in CUT if role in reader_of(app, address)}
    assert expected - cut == set()


def endpoint_of(app, address):
    """The name of the route behind an address."""
    return app.url_map.bind("localhost").match(address.partition("?")[0])[0]


def reader_of(app, endpoint):
    """Who sees enough on this page for two rows: the manager, and of own pages their reader."""
    return ACTIONS[app.view_functions[endpoint].permission] & {OWNER.get(endpoint, MANAGER)}


OWNER = {"timesheets.index": PRACTICE, "diary.past": CLINICIAN, "profile.practices": CLINICIAN}
"""Pages of another role than the manager's."""


def statement_of(role, life):
    """The manager chooses whose statement."""
    return [(f"/statements?whose=practice:{life.ids['practice_id'][0]}", False)] if role == MANAGER else []


def test_every_page_of_a_list_is_reached(app, life, signed_in, monkeypatch):
    """The last page of a table that is cut when it is drawn has the last row; filters stay in the links."""
    monkeypatch.setattr(paging, "SIZE", 1)
    browser = signed_in(life.people[MANAGER])
    whose = f"/statements?whose=practice:{life.ids['practice_id'][0]}"
    first = html.fromstring(browser.get(whose).text)
    links = [link for link in first.xpath("//nav[contains(@class, 'nhsuk-pagination')]//a/@href") if "page-" in link]
    assert all("whose=" in link for link in links)
    seen = {html.fromstring(browser.get(link).text).xpath("string(//table//tbody/tr[1])") for link in links}
    assert len(seen) > 1
