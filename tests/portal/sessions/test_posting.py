"""Posting sessions as a practice manager without JavaScript does it."""

import re
from datetime import time, timedelta

import pytest
from sqlalchemy import select

from pool import clock
from pool.models.pool import Pool
from pool.models.session import PracticeSession
from pool.money import Money
from pool.places.calendar import bank_holiday
from pool.rules.session_plan import SessionPlan
from pool.services.sessions import posting
from tests.builders import (
    a_clinician,
    a_pool_manager,
    a_practice,
    a_session,
    actor_of,
    next_week,
    read,
    working_as,
)
from tests.portal.reading import form_of, said

FORM = "/sessions/new"
FIRST = {"fee": "357", "cover_reason": "annual_leave"}
DAY = next_week()


@pytest.fixture
def practice(app):
    """A practice that has never posted."""
    return a_practice(name="Bridge Surgery")


def send(browser, *, start=FORM, **changes):
    """Open the form, change some fields, press Post."""
    return browser.post(FORM, data=form_of(browser.get(start), FORM) | changes)


def press(browser, page, step):
    """Press the button of a page between the form and the posting."""
    return browser.post(FORM, data=form_of(page, FORM) | {"step": step})


def posted(sam):
    """Every session that the practice has, in order of start."""
    with working_as(actor_of(sam)) as work:
        ids = [session.id for session in work.all(select(PracticeSession).order_by(PracticeSession.starts_at))]
    return [read(PracticeSession, session_id) for session_id in ids]


def test_a_first_post_needs_a_day_a_fee_and_a_reason(desk, sam):
    """Everything else has a sensible beginning: usual times, safe appointments, the practice's own system."""
    answer = send(desk, days=DAY.isoformat(), **FIRST)
    assert answer.status_code == 303
    (session,) = posted(sam)
    assert (session.on, session.starts, session.ends) == (DAY, time(8, 30), time(12, 40))
    assert (session.fee, session.clinical_system, session.system_required) == (Money(35700), "emis_web", True)
    assert session.plan == SessionPlan(appointments=12, minutes_each=15, admin_minutes=30, break_minutes=10)


def test_the_fee_for_an_extra_visit_is_remembered(desk, sam):
    """Agreed beforehand, it is no matter of dispute; left empty, nothing is agreed."""
    later = next_week(2)
    send(desk, days=DAY.isoformat(), extra_visit_fee="30", **FIRST)
    assert form_of(desk.get(FORM), FORM)["extra_visit_fee"] == ["30"]
    send(desk, days=later.isoformat(), extra_visit_fee="")
    assert [session.extra_visit_fee for session in posted(sam)] == [Money(3000), None]


def test_a_repeat_post_takes_the_day_and_one_button(desk, sam):
    """The form remembers: opening it, ticking a day and pressing Post is all (three clicks)."""
    send(desk, days=DAY.isoformat(), **FIRST)
    answer = send(desk, days=(DAY + timedelta(days=1)).isoformat())
    assert answer.status_code == 303
    first, second = posted(sam)
    assert (second.fee, second.plan, second.cover_reason) == (first.fee, first.plan, first.cover_reason)


def test_the_link_of_a_day_brings_it_along(desk, sam):
    """From the list: "Post for this day", then Post (two clicks)."""
    send(desk, days=DAY.isoformat(), **FIRST)
    assert send(desk, start=f"{FORM}?on={DAY + timedelta(days=2)}").status_code == 303
    assert posted(sam)[1].on == DAY + timedelta(days=2)


def test_the_result_says_how_many_could_take_it(desk, practice):
    """Counts only: the practice learns whether to change something, not who is free."""
    a_clinician(read(Pool, practice.pool_id), name="Dr Demo Hidden")
    a_clinician(read(Pool, practice.pool_id), free=False)
    answer = desk.get(send(desk, days=DAY.isoformat(), **FIRST).location)
    assert "Session posted 1 of the pool’s 2 GPs could take it." in said(answer)
    assert "Hidden" not in answer.text


def test_errors_stand_beside_their_fields_and_nothing_is_lost(desk, sam):
    """What was typed is still there, and "More about the work" is open when the error is inside."""
    answer = send(desk, fee="lots", notes="Patient 943 476 5919 comes at nine", post_covered="Dr Jones")
    assert answer.status_code == 422
    words = said(answer)
    for sentence in (
        "Choose at least one day",
        "Enter an amount in pounds, like 357 or 357.50",
        "Choose the reason for cover",
        "it looks like an NHS number",
    ):
        assert sentence in words
    assert form_of(answer, FORM)["post_covered"] == ["Dr Jones"]
    assert re.search(r'<details class="nhsuk-details"\s+open>\s*<summary[^>]*>\s*<span[^>]*>\s*More about', answer.text)
    assert posted(sam) == []


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"appointments": "12", "minutes_each": ""}, "Enter the minutes for each appointment"),
        ({"face_to_face": "3", "telephone": "4"}, "add up to 7, but there are 12 appointments"),
        ({"starts": "08:30", "ends": "08:00"}, "14 hours at most"),
        ({"appointments": "30", "minutes_each": "15"}, "adds up to 490 minutes but the session has 250"),
        ({"starts": "25:00"}, "Start time must be a time"),
        ({"repeat_until-day": "1", "repeat_until-month": "1", "repeat_until-year": "2026"}, "after the first one"),
        ({"kind": "nonsense"}, "Choose one of the answers"),
    ],
)
def test_slips_are_told_in_words(desk, sam, typed, sentence):
    """Each is found before anything is posted."""
    answer = send(desk, days=DAY.isoformat(), **FIRST, **typed)
    assert answer.status_code == 422
    assert sentence in said(answer)
    assert posted(sam) == []


def test_a_day_that_is_over_is_refused(desk, sam):
    """The calendar does not show it, but it can be typed."""
    past = clock.today() - timedelta(days=3)
    typed = {"other_day-day": str(past.day), "other_day-month": str(past.month), "other_day-year": str(past.year)}
    answer = send(desk, **FIRST, **typed)
    assert (answer.status_code, "Choose a day and time in the future" in said(answer)) == (422, True)


def repeat_over_a_holiday(desk):
    """The days of a weekly repeat with a bank holiday in the middle, and the page that shows them before they are posted."""
    holiday = next_holiday()
    days = [holiday + timedelta(weeks=number) for number in range(-1, 6)]
    last = {"repeat_until-day": days[-1].day, "repeat_until-month": days[-1].month, "repeat_until-year": days[-1].year}
    return days, send(desk, days=days[0].isoformat(), **FIRST, **last)


def test_a_repeat_passes_over_bank_holidays(desk, sam):
    """Nobody wants cover on the Christmas Day that a repeat happens to meet; the page shows the day, not ticked."""
    days, answer = repeat_over_a_holiday(desk)
    working = [day for day in days if not bank_holiday(day)]
    assert answer.status_code == 200
    assert f"{len(working)} sessions: morning, 08:30–12:40, £357.00 each." in said(answer)
    assert bank_holiday(days[1]) in said(answer)
    assert form_of(answer, FORM)["days"] == [day.isoformat() for day in working]
    assert posted(sam) == []
    assert press(desk, answer, "checked").status_code == 303
    assert [session.on for session in posted(sam)] == working


def test_single_days_of_a_repeat_are_ticked_and_unticked(desk, sam):
    """The bank holiday is wanted after all, the last day is not: what is ticked on the page is what is posted."""
    days, answer = repeat_over_a_holiday(desk)
    wanted = [day for day in days[:-1] if not bank_holiday(day) or day == days[1]]
    sent = form_of(answer, FORM) | {"days": [day.isoformat() for day in wanted], "step": "checked"}
    assert desk.post(FORM, data=sent).status_code == 303
    assert [session.on for session in posted(sam)] == wanted


def test_a_bank_holiday_that_is_ticked_is_meant(desk, sam):
    """The picker shows it as one; whoever ticks it wants it, and sees it once more."""
    holiday = next_holiday()
    answer = send(desk, days=holiday.isoformat(), **FIRST)
    assert "Bank holidays of the repeat" not in said(answer)
    assert press(desk, answer, "checked").status_code == 303
    assert [session.on for session in posted(sam)] == [holiday]


def test_no_day_left_ticked_is_said(desk, sam):
    """Everything unticked posts nothing and keeps what was typed."""
    days = [DAY.isoformat(), (DAY + timedelta(days=1)).isoformat()]
    answer = send(desk, days=days, **FIRST)
    sent = form_of(answer, FORM) | {"step": "checked"}
    del sent["days"]
    again = desk.post(FORM, data=sent)
    assert (again.status_code, "Choose at least one day" in said(again)) == (422, True)
    assert form_of(again, FORM)["fee"] == ["357"]
    assert posted(sam) == []


def test_what_is_carried_over_in_closed_fields_is_said_in_one_line(desk, practice):
    """Notes and ticks of last time go out again with the next session: nobody should have to open a box to see that."""
    old = a_session(practice, on=DAY, notes="Use room 4", skills=["baby_checks"], remote=True)
    words = said(desk.get(f"{FORM}?like={old.id}"))
    assert "Posted with it, under “More about the work”:" in words
    line = words.partition("“More about the work”: ")[2]
    for said_once in ("skills: Six-week baby checks", "remote: Yes", "notes for the clinician: Use room 4. "):
        assert said_once in line
    assert "Core GP contract" not in line.partition("Use room 4")[0]


def test_a_number_that_is_carried_over_stays_a_number(desk, practice):
    """Three appointments by telephone were read as the code of an urgency: “telephone appointments: Critical”."""
    plan = SessionPlan(appointments=15, minutes_each=10, face_to_face=12, telephone=3, break_minutes=2)
    old = a_session(practice, on=DAY, plan=plan)
    words = said(desk.get(f"{FORM}?like={old.id}"))
    line = words.partition("“More about the work”: ")[2]
    assert ("telephone appointments: 3" in line, "minutes of break: 2" in line) == (True, True), line[:300]


def next_holiday():
    """The first bank holiday that is more than a week away."""
    return next(
        day for day in (clock.today() + timedelta(days=number) for number in range(9, 400)) if bank_holiday(day)
    )


def test_going_back_from_the_check_keeps_everything(desk):
    """Changing one field must not mean typing it all again."""
    days = [DAY.isoformat(), (DAY + timedelta(days=1)).isoformat()]
    checked = send(desk, days=days, post_covered="Dr Jones", **FIRST)
    again = press(desk, checked, "change")
    sent = form_of(again, FORM)
    assert again.status_code == 200
    assert (sent["days"], sent["post_covered"], sent["fee"]) == (days, ["Dr Jones"], ["357"])


def test_a_warning_is_seen_but_does_not_stop(desk, sam):
    """A remote GP session in enhanced access: say so, and post it if that is what is wanted."""
    evening = {"kind": "enhanced_access", "starts": "", "ends": "", "remote": "true", "appointments": "5"}
    answer = send(desk, days=DAY.isoformat(), **FIRST, **evening, admin_minutes="", break_minutes="")
    assert "Enhanced access expects a GP at the site" in said(answer)
    assert press(desk, answer, "checked").status_code == 303
    (session,) = posted(sam)
    assert (session.starts, session.ends, session.remote) == (time(18, 30), time(20), True)


def test_a_probable_duplicate_is_shown_with_who_posted_it(desk, practice, sam):
    """Two colleagues post the same gap: open it, add a second clinician, or go back."""
    with working_as(actor_of(sam)) as work:
        (first,) = posting.post(work, practice.id, [DAY], details_of_form())
        first_id = first.id
    answer = send(desk, days=DAY.isoformat())
    assert answer.status_code == 409
    assert "You already have this session" in said(answer)
    assert "Posted by Sam Reed" in said(answer)
    assert f"/sessions/{first_id}" in answer.text
    assert len(posted(sam)) == 1
    assert press(desk, answer, "second").status_code == 303
    assert sorted(session.label for session in posted(sam)) == ["", "Morning 2"]


def details_of_form():
    """A morning as the first form would have it."""
    return {
        "kind": "am",
        "starts": time(8, 30),
        "ends": time(12, 40),
        "profession": "gp",
        "clinical_system": "emis_web",
        "cover_reason": "annual_leave",
        "fee": Money(35700),
        "plan": SessionPlan(appointments=12, minutes_each=15),
    }


def test_only_the_other_days_of_a_block_are_posted(desk, practice, sam):
    """One of ten days is there already: the nine others should not need ten forms."""
    a_session(practice, on=DAY)
    days = [(DAY + timedelta(days=number)).isoformat() for number in range(3)]
    answer = send(desk, days=days, **FIRST)
    assert "Post only the other 2 days" in said(answer)
    assert press(desk, answer, "others").status_code == 303
    assert [session.on for session in posted(sam)] == [DAY + timedelta(days=number) for number in range(3)]


def test_holidays_that_a_repeat_leaves_out_are_named_beside_a_duplicate(desk, practice):
    """This page comes before the one on which they can be ticked."""
    a_session(practice, on=next_holiday() - timedelta(weeks=1))
    days, answer = repeat_over_a_holiday(desk)
    assert answer.status_code == 409
    assert f"Bank holidays of the repeat are not posted: {days[1]:%A} {days[1].day} {days[1]:%B %Y}" in said(answer)


def test_a_session_is_posted_again_like_another(desk, practice):
    """With its own notes and post, which the remembered form leaves out; the day is chosen anew."""
    old = a_session(practice, on=DAY, post_covered="Dr Jones", notes="Use room 4", skills=["baby_checks"])
    sent = form_of(desk.get(f"{FORM}?like={old.id}"), FORM)
    assert (sent["post_covered"], sent["notes"], sent["skills"]) == (["Dr Jones"], ["Use room 4"], ["baby_checks"])
    assert "days" not in sent


def test_choosing_a_kind_brings_its_usual_times(desk):
    """The piece of the page that is asked for when another kind is chosen."""
    answer = desk.get("/sessions/times?kind=pm", headers={"HX-Request": "true"})
    assert 'value="14:00"' in answer.text
    assert 'value="18:10"' in answer.text
    assert desk.get("/sessions/times?kind=nonsense").status_code == 200


def test_a_pool_manager_says_for_which_practice(practice, signed_in):
    """A manager posts for any practice of the pool, with that practice's defaults."""
    browser = signed_in(a_pool_manager(practice.pool_id))
    assert "Which practice is it for?" in said(browser.get(FORM))
    start = f"{FORM}?practice_id={practice.id}"
    answer = send(browser, start=start, days=DAY.isoformat(), **FIRST)
    assert answer.status_code == 303
    assert browser.post(FORM, data=form_of(browser.get(start), FORM) | {"practice_id": ""}).status_code == 422


def test_nobody_posts_for_a_foreign_practice(desk, practice):
    """The practice of the signed-in manager counts, whatever the form says; a foreign session is not copied."""
    other = a_session(a_practice())
    assert desk.get(f"{FORM}?like={other.id}").status_code == 404
    answer = send(desk, days=DAY.isoformat(), **FIRST, practice_id=str(other.practice_id))
    assert answer.status_code == 303
    posted_id = answer.location.partition("id=")[2]
    assert read(PracticeSession, posted_id).practice_id == practice.id
    assert desk.get(f"/sessions/posted?id={other.id}").status_code == 404
