"""Hours to confirm, as a practice manager without JavaScript does it."""

from datetime import time, timedelta

import pytest

from pool.services import timesheets
from tests.builders import (
    a_booking,
    a_practice,
    a_practice_manager,
    a_session,
    a_timesheet,
    actor_of,
    again,
    working_as,
    yesterday,
)
from tests.portal.reading import form_of, said


@pytest.fixture
def practice(app):
    """A practice with hours to confirm."""
    return a_practice()


@pytest.fixture
def sam(practice):
    """Its practice manager."""
    return a_practice_manager(practice)


@pytest.fixture
def browser(sam, signed_in):
    """The practice manager's browser."""
    return signed_in(sam)


def hours_of(practice, *, days_ago=1, **sent):
    """Hours that came in for a session of this practice."""
    return a_timesheet(a_booking(session=a_session(practice, on=yesterday() - timedelta(days=days_ago - 1))), **sent)


def confirm(browser, timesheet):
    """Press Confirm on its card."""
    address = f"/hours/{timesheet.id}/confirm"
    return browser.post(address, data=form_of(browser.get("/hours"), address), follow_redirects=True)


def test_nothing_waits(browser):
    """An empty page says what will come here."""
    assert "No hours to confirm" in said(browser.get("/hours"))


def test_hours_as_booked_are_confirmed_in_one_click(browser, practice):
    """With the invoice that follows, the silence rule, and that there is no way back."""
    hours = hours_of(practice)
    words = said(browser.get("/hours"))
    assert "Booked 08:30–12:40 Worked as booked £357.00 will be invoiced" in words
    assert "they count as confirmed" in words
    assert "That cannot be undone" in words
    assert "The invoice is issued now" in said(confirm(browser, hours))
    assert again(hours).state == "confirmed"


def test_hours_that_differ_show_the_working(browser, practice):
    """Booked against worked, the note, and how the amount came about."""
    hours_of(practice, starts=time(8, 30), ends=time(13, 5), note="A patient was taken ill")
    words = said(browser.get("/hours"))
    assert "Worked 08:30–13:05 25 min more £392.70 will be invoiced" in words
    assert "“A patient was taken ill”" in words
    assert "£357.00 × 25 ÷ 250 minutes = £35.70" in words


def test_a_query_goes_back_with_its_reason(browser, practice):
    """The page keeps it under "Waiting for the clinician", where it may still be confirmed."""
    hours = hours_of(practice)
    address = f"/hours/{hours.id}/query"
    page = browser.get(address)
    assert browser.post(address, data=form_of(page, address)).status_code == 422
    browser.post(address, data=form_of(page, address) | {"reason": "We have 12:20 as the end"})
    assert again(hours).query_reason == "We have 12:20 as the end"
    assert "Waiting for the clinician" in said(browser.get("/hours"))
    confirm(browser, hours)
    assert again(hours).state == "confirmed"


def test_a_query_that_came_too_late_keeps_what_was_typed(browser, practice, sam):
    """A colleague confirmed while the reason was typed."""
    hours = hours_of(practice)
    address = f"/hours/{hours.id}/query"
    sent = form_of(browser.get(address), address) | {"reason": "We have 12:20 as the end"}
    with working_as(actor_of(sam)) as work:
        timesheets.confirm(work, hours.id)
    answer = browser.post(address, data=sent)
    assert answer.status_code == 409
    assert "already confirmed" in said(answer)
    assert form_of(answer, address)["reason"] == ["We have 12:20 as the end"]


def test_a_month_is_confirmed_together(browser, practice):
    """Those as booked, with their sum, after a look; what differs waits for its own decision."""
    plain = [hours_of(practice, days_ago=number) for number in (1, 2)]
    longer = hours_of(practice, days_ago=3, starts=time(8, 30), ends=time(13), note="Ran over")
    assert "Confirm all 2 as booked" in said(browser.get("/hours"))
    page = browser.get("/hours/confirm-all")
    assert "£714.00 together" in said(page)
    answer = browser.post("/hours/confirm-all", data=form_of(page, "/hours/confirm-all"), follow_redirects=True)
    assert "2 sessions confirmed." in said(answer)
    assert [again(each).state for each in plain] == ["confirmed", "confirmed"]
    assert again(longer).state == "submitted"


def test_what_changed_after_the_look_is_not_confirmed_unseen(browser, practice, sam):
    """The page says how many wait."""
    first, second = hours_of(practice), hours_of(practice, days_ago=2)
    sent = form_of(browser.get("/hours/confirm-all"), "/hours/confirm-all")
    with working_as(actor_of(sam)) as work:
        timesheets.query(work, second.id, "Was it not 12:20?")
    answer = browser.post("/hours/confirm-all", data=sent, follow_redirects=True)
    assert "1 session confirmed." in said(answer)
    assert "1 session changed meanwhile and wait for you." in said(answer)
    assert (again(first).state, again(second).state) == ("confirmed", "queried")


def test_hours_of_another_practice_are_not_there(browser):
    """Neither to query nor to confirm."""
    other = a_timesheet()
    assert browser.get(f"/hours/{other.id}/query").status_code == 404
    token = form_of(browser.get("/sessions/new"), "/sessions/new")["csrf_token"]
    assert browser.post(f"/hours/{other.id}/confirm", data={"csrf_token": token}).status_code == 404
    assert again(other).state == "submitted"
