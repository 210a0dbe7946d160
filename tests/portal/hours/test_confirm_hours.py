"""Hours to confirm, as a practice manager without JavaScript does it."""

from datetime import time, timedelta

import pytest

from pool.money import Money
from pool.rules.claims import Objection
from pool.services.hours import queries, timesheets
from tests.builders import (
    a_booking,
    a_practice,
    a_session,
    a_timesheet,
    actor_of,
    again,
    working_as,
    yesterday,
)
from tests.dispute_builders import by_state, full_hours
from tests.portal.reading import form_of, said


@pytest.fixture
def practice(app):
    """A practice with hours to confirm."""
    return a_practice()


def hours_of(practice, *, days_ago=1, **sent):
    """Hours that came in for a session of this practice."""
    return a_timesheet(a_booking(session=a_session(practice, on=yesterday() - timedelta(days=days_ago - 1))), **sent)


def confirm(browser, timesheet):
    """Press Confirm on its card."""
    address = f"/hours/{timesheet.id}/confirm"
    return browser.post(address, data=form_of(browser.get("/hours"), address), follow_redirects=True)


def test_nothing_waits(desk):
    """An empty page says what will come here."""
    assert "No hours to confirm" in said(desk.get("/hours"))


def test_hours_as_booked_are_confirmed_in_one_click(desk, practice):
    """With the invoice that follows, the silence rule, and that there is no way back."""
    hours = hours_of(practice)
    words = said(desk.get("/hours"))
    assert "Booked 08:30–12:40 Worked as booked £357.00 will be invoiced" in words
    assert "they count as confirmed" in words
    assert "That cannot be undone" in words
    assert "The invoice follows by itself" in said(confirm(desk, hours))
    assert again(hours).state == "confirmed"


def test_hours_that_differ_show_the_working(desk, practice):
    """Booked against worked, the note, and how the amount came about."""
    hours_of(practice, starts=time(8, 30), ends=time(13, 5), note="A patient was taken ill")
    words = said(desk.get("/hours"))
    assert "Worked 08:30–13:05 25 min more £392.70 will be invoiced" in words
    assert "“A patient was taken ill”" in words
    assert "£357.00 × 25 ÷ 250 minutes = £35.70" in words


def query(browser, sheet, **typed):
    """Open the form of a query, change some answers, send it."""
    address = f"/hours/{sheet.id}/query"
    return browser.post(address, data=form_of(browser.get(address), address) | typed)


def test_every_item_is_shown_with_its_working(desk, practice):
    """The practice decides on four amounts, not on one sum."""
    full_hours(a_booking(session=a_session(practice, on=yesterday())))
    words = said(desk.get("/hours"))
    assert "£466.23 will be invoiced" in words
    for item in ("Time beyond the session £35.70", "Extra visits £60.00", "Mileage £13.53", "24.6 miles at 55p"):
        assert item in words
    assert "Confirm all of it" in words


def test_a_query_bills_what_is_agreed_and_opens_the_rest(desk, practice):
    """One chip and one figure for one item; the other three are agreed as they are."""
    sheet = full_hours(a_booking(session=a_session(practice, on=yesterday())))
    answer = query(desk, sheet, extra_time_reason="left_early", extra_time_figure="10", words="We have 12:50")
    assert answer.status_code == 303
    assert by_state(sheet) == {"agreed": 46623 - 2142, "disputed": 2142}
    words = said(desk.get("/hours"))
    assert "In dispute" in words
    assert "£21.42 of £35.70" in words
    assert "The clinician answers by" in words


def test_an_extra_that_was_never_agreed_counts_nothing(desk, practice):
    """The chip alone is enough."""
    sheet = full_hours(a_booking(session=a_session(practice, on=yesterday())))
    assert query(desk, sheet, mileage_reason="not_agreed").status_code == 303
    assert by_state(sheet) == {"agreed": 46623 - 1353, "disputed": 1353}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Choose what is different in at least one item"),
        ({"session_reason": "left_early"}, "Enter the minutes you agree to, 0 for none"),
        ({"session_reason": "left_early", "session_figure": "250"}, "not less than the £357.00 claimed"),
        ({"session_reason": "left_early", "session_figure": "1", "session_amount": "2"}, "not both"),
        ({"session_reason": "other", "session_figure": "200"}, "Say in a few words what is different"),
        ({"mileage_reason": "left_early"}, "mileage"),
    ],
)
def test_slips_of_a_query_come_back(desk, practice, typed, words):
    """And nothing is decided."""
    sheet = full_hours(a_booking(session=a_session(practice, on=yesterday())))
    answer = query(desk, sheet, **typed)
    assert answer.status_code == 422
    assert words in said(answer)
    assert again(sheet).state == "submitted"


def test_a_query_that_came_too_late_keeps_what_was_typed(desk, practice, sam):
    """A colleague confirmed while the reason was typed."""
    hours = hours_of(practice)
    address = f"/hours/{hours.id}/query"
    typed = {"session_reason": "left_early", "session_figure": "230", "words": "We have 12:20 as the end"}
    sent = form_of(desk.get(address), address) | typed
    with working_as(actor_of(sam)) as work:
        timesheets.confirm(work, hours.id)
    answer = desk.post(address, data=sent)
    assert answer.status_code == 409
    assert "already confirmed" in said(answer)
    assert form_of(answer, address)["words"] == ["We have 12:20 as the end"]


def test_a_month_is_confirmed_together(desk, practice):
    """Those as booked are ticked, with their sum; those with something extra are ticked by whoever agrees to them."""
    plain = [hours_of(practice, days_ago=number) for number in (1, 2)]
    longer = hours_of(practice, days_ago=3, starts=time(8, 30), ends=time(13), note="Ran over")
    extra = hours_of(practice, days_ago=4, starts=time(8, 30), ends=time(13), note="Ran over")
    assert "Confirm several" in said(desk.get("/hours"))
    page = desk.get("/hours/confirm-all")
    assert "£714.00 together" in said(page)
    assert "£357.00 × 20 ÷ 250 minutes = £28.56" in said(page)
    sent = form_of(page, "/hours/confirm-all")
    sent["timesheet_ids"].append(str(longer.id))
    answer = desk.post("/hours/confirm-all", data=sent, follow_redirects=True)
    assert "3 sessions confirmed." in said(answer)
    assert [again(sheet).state for sheet in (*plain, longer)] == ["confirmed"] * 3
    assert again(extra).state == "submitted"


def test_nothing_ticked_confirms_nothing(desk, practice):
    """The page says so."""
    hours_of(practice)
    sent = form_of(desk.get("/hours/confirm-all"), "/hours/confirm-all") | {"timesheet_ids": []}
    assert "Tick the hours" in said(desk.post("/hours/confirm-all", data=sent, follow_redirects=True))


def test_what_changed_after_the_look_is_not_confirmed_unseen(desk, practice, sam):
    """The page says how many."""
    first, second = hours_of(practice), hours_of(practice, days_ago=2)
    sent = form_of(desk.get("/hours/confirm-all"), "/hours/confirm-all")
    with working_as(actor_of(sam)) as work:
        queries.query(work, second.id, {"session": Objection("left_early", amount=Money(30000))})
    answer = desk.post("/hours/confirm-all", data=sent, follow_redirects=True)
    assert "1 session confirmed." in said(answer)
    assert "1 session changed meanwhile" in said(answer)
    assert (again(first).state, again(second).state) == ("confirmed", "queried")


def test_hours_of_another_practice_are_not_there(desk):
    """Neither to query nor to confirm."""
    other = a_timesheet()
    assert desk.get(f"/hours/{other.id}/query").status_code == 404
    token = form_of(desk.get("/sessions/new"), "/sessions/new")["csrf_token"]
    assert desk.post(f"/hours/{other.id}/confirm", data={"csrf_token": token}).status_code == 404
    assert again(other).state == "submitted"
