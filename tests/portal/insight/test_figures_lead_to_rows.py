"""A figure, a practice, a session: each link leads to exactly the rows that it promises."""

import re
from datetime import timedelta

import pytest
from lxml import html

from pool import clock
from pool.services.bookings import cancelling
from pool.services.sessions import cover
from tests import builders
from tests.builders import a_booking, a_session, next_week, working_as, yesterday
from tests.invoice_builders import confirmed_hours, issued
from tests.payment_builders import Books


@pytest.fixture
def desk(books, signed_in):
    """The pool manager's browser."""
    return signed_in(books.first)


def rows_of(page):
    """The rows of the table on a page."""
    return html.fromstring(page).xpath("//table/tbody/tr")


def card(page, label):
    """(upper, lower) of a share on the home, and where its card leads."""
    (section,) = html.fromstring(page).xpath(f"//section[.//*[normalize-space(text())='{label}']]")
    words = re.search(r"(\d+) of (\d+)", section.text_content())
    return (int(words[1]), int(words[2])) if words else None, section.xpath(".//a/@href")[0]


def test_home_figures_lead_to_exactly_their_rows(books, desk):
    """As many rows as the figure counts, whatever else happened in the pool."""
    issued(confirmed_hours(books.practice, books.clinician, on=yesterday()))
    a_session(books.practice, on=yesterday() - timedelta(days=1))
    a_session(books.practice, on=next_week())
    off = a_booking(session=a_session(books.practice, on=next_week(2)), clinician=books.clinician)
    with working_as(books.as_practice) as work:
        cancelling.cancel(work, off.id, "mistake")
    home = desk.get("/manager/?period=28").text
    (filled, demands), leads = card(home, "Fill rate")
    assert (filled, demands) == (1, 2)
    shown = desk.get(leads).text
    assert len(rows_of(shown)) == demands
    assert shown.count(">Filled<") == filled
    (quick, billed), leads = card(home, "Invoiced within a day")
    shown = desk.get(leads).text
    assert (len(rows_of(shown)), shown.count("Within a day")) == (billed, quick)
    assert len(rows_of(desk.get(card(home, "Time to fill")[1]).text)) == demands
    assert "Nothing is counted" in desk.get("/manager/figures-of-home/cancelled?period=28").text
    assert len(rows_of(desk.get("/manager/figures-of-home/cancelled?period=next28").text)) == 1
    assert desk.get("/manager/figures-of-home/nonsense").status_code == 404


def test_hours_to_confirm_lead_to_the_hours(books, desk):
    """Those that wait, and no others."""
    past = a_session(books.practice, on=yesterday() - timedelta(days=3))
    builders.a_timesheet(a_booking(session=past, clinician=books.clinician))
    assert len(rows_of(desk.get(card(desk.get("/manager/").text, "Hours to confirm")[1]).text)) == 1


def test_see_its_sessions_shows_the_sessions_of_one_practice(books, desk):
    """Not those of all practices."""
    other = builders.a_practice(books.pool, name="Hill Practice")
    for practice in (books.practice, other):
        a_session(practice, on=clock.today() + timedelta(days=1))
    (link,) = html.fromstring(desk.get(f"/practices/{books.practice.id}").text).xpath(
        "//a[contains(., 'See its sessions')]/@href"
    )
    on = clock.week_of(clock.today() + timedelta(days=1))
    shown = html.fromstring(desk.get(f"{link}&week={on}").text)
    cards = " ".join(cards.text_content() for cards in shown.xpath("//div[@class='app-cards']"))
    assert books.practice.name in cards
    assert other.name not in cards
    (attention,) = shown.xpath("//section[contains(@class,'app-attention')]")
    assert other.name not in attention.text_content()


def test_sessions_that_need_somebody_lead_to_all_of_them(books, desk):
    """Also when there are more than the home shows, and in whichever weeks."""
    for number in range(cover.MOST_SHOWN + 1):
        session = a_session(books.practice, on=next_week() + timedelta(weeks=number))
        off = a_booking(session=session, clinician=books.clinician)
        with working_as(books.as_practice) as work:
            cancelling.cancel(work, off.id, "mistake")
    assert "/manager/figures-of-home/needing" in desk.get("/manager/").text
    assert len(rows_of(desk.get("/manager/figures-of-home/needing").text)) == cover.MOST_SHOWN + 1


def test_a_session_leads_to_its_invoice(books, signed_in):
    """For practice, manager and clinician; nothing before there is one."""
    booking = confirmed_hours(books.practice, books.clinician, on=yesterday())
    session = booking.session
    practice = signed_in(builders.a_practice_manager(books.practice))
    assert "Invoices</h2>" not in practice.get(f"/sessions/{session.id}").text
    invoice = issued(booking)
    for browser in (practice, signed_in(books.first)):
        assert f"/invoices/{invoice.id}" in browser.get(f"/sessions/{session.id}").text
    doctor = signed_in(books.clinician.person)
    assert f"/invoices/{invoice.id}" in doctor.get(f"/diary/{booking.id}").text


def test_a_practice_reads_its_own_name_on_its_statement(books, signed_in):
    """The statement is the practice's, not that of whoever looks."""
    books.invoice()
    practice = signed_in(builders.a_practice_manager(books.practice))
    assert "Statement of The Park Surgery" in practice.get("/statements").text


def test_invoices_by_month_and_year(books, desk):
    """By the date of the invoice; a month without invoices is not offered."""
    invoice = books.invoice()
    month = f"{invoice.issued_on:%Y-%m}"
    page = desk.get("/invoices").text
    assert f'value="{month}"' in page
    assert f'value="{month[:4]}"' in page
    for when in (month, month[:4]):
        assert invoice.number in desk.get(f"/invoices?when={when}").text
    for when in ("2001-01", "2001"):
        assert "Nothing found" in desk.get(f"/invoices?when={when}").text
    assert invoice.number in desk.get("/invoices?when=x%25").text


def test_the_week_as_a_rota(books, signed_in):
    """Everybody who comes, everything that is open, on one sheet; withdrawn sessions are not on it."""
    a_booking(session=a_session(books.practice, on=next_week(0)), clinician=books.clinician)
    a_session(books.practice, on=next_week(1))
    practice = signed_in(builders.a_practice_manager(books.practice))
    assert "Rota to print" in practice.get(f"/sessions?week={next_week()}").text
    page = practice.get(f"/sessions/rota?week={next_week()}").text
    assert len(html.fromstring(page).xpath("//table[@class='app-rota']/tbody/tr")) == 1
    assert books.clinician.name in page
    assert "Nobody yet" in page


def test_nobody_sees_the_rota_of_another_practice(signed_in):
    """Asking for it shows an empty week."""
    mine, other = Books(), Books()
    a_session(other.practice, on=next_week())
    browser = signed_in(builders.a_practice_manager(mine.practice))
    assert "No sessions" in browser.get(f"/sessions/rota?week={next_week()}&practice_id={other.practice.id}").text
