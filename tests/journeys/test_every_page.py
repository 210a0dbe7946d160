"""Every page of every role, with something on it, on a phone and on a desk: it answers, works for everybody, and fits."""

import mailbox
from urllib.parse import urlsplit

import pytest

from pool.permissions import ACTIONS, CLINICIAN, ICS, MANAGER, PRACTICE, ROLES, STRANGER
from pool.services.people import sign_in
from tests.builders import next_week
from tests.journeys.full_life import a_full_life

PHONE, DESK = 360, 1280

NO_PAGES = frozenset(
    {
        "static",
        "health.live",
        "health.ready",
        "home.run",
        "sessions.posting.times",
        "diary.calendar",
        "invoices.document",
        "invoices.electronic",
        "statements.pdf",
        "statements.table",
        "exports.invoice_lines_file",
        "pension.month_document",
        "pension.form_b_document",
        "pension_forms.document",
        "pension_forms.solo_rows",
        "plan_reports.fair_share",
        "plan_reports.equity",
        "own_address.show",
        "corrected_address.show",
    }
)
"""Files, pieces that a page asks for by itself, and what only the browser or the mailbox sees that a link is for."""

LEAD_ON = frozenset(
    {
        "landing.show",
        "invitations.index",
        "login.code",
        "account.password",
        "account.switch",
        "practice_settings.own",
        "sessions.posting.posted",
        "own_name.edit",
    }
)
"""Pages that send people on: to where their work starts, to the step before, or to their own page."""


@pytest.fixture(scope="module")
def life(app, live_server, clean_after_all):
    """Rows behind every kind of page; whoever only looks changes none of them."""
    return a_full_life()


@pytest.fixture
def caught(environment):
    """The key of an e-mail on the demonstration's mail page."""
    box = mailbox.Maildir(environment["POOL_MAIL_DIR"])
    key = box.add(
        b"To: somebody@demo.example\nSubject: Session offered\n\nAnswer here:\n\nhttp://demo.example/offers\n"
    )
    yield key
    box.remove(key)


@pytest.mark.parametrize("role", ROLES)
def test_pages_of_a_role(app, life, visit, role):
    """All that the permission table lets this role see."""
    addresses = [*pages_of(app, role, life), *QUESTIONS[role](life)]
    assert pages_that_fail(addresses, visit(life.people[role], PHONE)) == []


def test_pages_of_strangers(app, life, window, caught):
    """All that needs no sign-in, and what is shown for an address that does not exist."""
    with app.app_context():
        token = urlsplit(sign_in.issue_demo_link(life.people[MANAGER].id)).path.rpartition("/")[2]
    life.ids.update(token=[token], key=[caught])
    stranger = window(PHONE)
    assert pages_that_fail(pages_of(app, STRANGER, life), stranger) == []
    stranger.open("/nowhere", answer=404)


def pages_of(app, role, life):
    """(address, may it lead on?) of every page that is there for this role and not for everybody."""
    with app.test_request_context():
        return [
            (rule.build(dict.fromkeys(rule.arguments, row))[1], rule.endpoint in LEAD_ON)
            for rule in app.url_map.iter_rules()
            if "GET" in rule.methods and rule.endpoint not in NO_PAGES and is_for(app, rule, role)
            for row in rows_of(rule, life)
        ]


def is_for(app, rule, role):
    """Does the table name this role, and strangers only when it is about them?"""
    roles = ACTIONS[app.view_functions[rule.endpoint].permission]
    return role in roles and (role == STRANGER or STRANGER not in roles)


def rows_of(rule, life):
    """The rows to show on pages of this address; one look when it takes none."""
    if not rule.arguments:
        return [None]
    (argument,) = rule.arguments
    return life.only.get(rule.endpoint) or life.ids[argument]


def of_staff(life):
    """Sessions by week and by word, and the page after posting."""
    posted = "&".join(f"id={session_id}" for session_id in life.ids["session_id"][:2])
    addresses = (f"/sessions?week={next_week()}", "/sessions?q=Bridge", f"/sessions/posted?{posted}")
    return [(address, False) for address in addresses]


def of_manager(life):
    """The form for a chosen practice, and other stretches of days."""
    (practice,) = life.ids["practice_id"]
    addresses = (f"/sessions/new?practice_id={practice}", "/manager/?period=next28", "/invoices?q=Alder")
    return [*of_staff(life), *((address, False) for address in addresses)]


QUESTIONS = {PRACTICE: of_staff, MANAGER: of_manager, CLINICIAN: lambda life: [], ICS: lambda life: []}
"""Pages that look different when their address asks for something."""


def pages_that_fail(addresses, visitor):
    """What is wrong with which page, on which width."""
    assert addresses
    return [wrong for address, may_lead_on in addresses if (wrong := what_is_wrong(visitor, address, may_lead_on))]


def what_is_wrong(visitor, address, may_lead_on):
    """Empty when all is well."""
    visitor.forget_complaints()
    try:
        visitor.page.set_viewport_size({"width": PHONE, "height": 800})
        visitor.open(address)
        visitor.turn(DESK)
    except AssertionError as wrong:
        return f"{visitor.page.viewport_size['width']} px {address}: {wrong}"
    seen = visitor.page.url.partition("//")[2].partition("/")[2]
    return "" if may_lead_on or f"/{seen}" == address else f"{address} led on to /{seen}"
