"""The list of sessions and the page of one, as practice managers and pool managers without JavaScript meet them."""

from datetime import time, timedelta

import pytest

from pool import clock
from pool.actor import Actor
from pool.models.match_run import MatchRun, UnfilledReason
from pool.models.person import Person
from pool.money import Money
from pool.portal.web import session_forms
from pool.rules.session_plan import SessionPlan
from pool.services.bookings import offers
from pool.services.sessions import posting
from tests.builders import (
    a_booking,
    a_clinician,
    a_pool_manager,
    a_practice,
    a_session,
    a_timesheet,
    actor_of,
    again,
    an_offer,
    next_week,
    read,
    working_as,
)
from tests.portal.reading import form_of, said

DAY = next_week()


@pytest.fixture
def practice(pool):
    """The practice whose pages these are."""
    return a_practice(pool, name="Bridge Surgery")


def page_of(session) -> str:
    """The address of a session's page."""
    return f"/sessions/{session.id}"


def test_a_week_has_its_days_and_who_holds_each_session(desk, practice, pool):
    """The first look of the day: what is booked, by whom, and what is not."""
    a_session(practice, on=DAY)
    a_booking(
        session=a_session(practice, on=DAY, kind="pm", starts=time(14), ends=time(18)),
        clinician=a_clinician(pool, name="Dr Demo Alder"),
    )
    words = said(desk.get(f"/sessions?week={DAY}"))
    assert "2 sessions: 1 posted, 1 filled" in words
    assert "08:30–12:40 Morning, GP Posted Nobody yet" in words
    assert "14:00–18:00 Afternoon, GP Booked Dr Demo Alder, GMC DEMO-" in words


def test_the_other_weeks_are_a_click_away(desk, practice):
    """Previous, this and next; a week without sessions says so day by day."""
    a_session(practice, on=DAY)
    words = said(desk.get(f"/sessions?week={DAY + timedelta(weeks=1)}"))
    assert "No sessions in this week" in words
    monday = clock.week_of(DAY)
    assert f'href="/sessions?week={monday}"' in desk.get(f"/sessions?week={DAY + timedelta(weeks=1)}").text


def test_the_list_is_filtered_by_state_and_keeps_withdrawn_ones_apart(desk, practice, sam):
    """What nobody needs any more is only shown when asked for."""
    gone = a_session(practice, on=DAY)
    with working_as(actor_of(sam)) as work:
        posting.withdraw(work, gone.id, "Dr Jones is back")
    assert "Morning, GP" not in said(desk.get(f"/sessions?week={DAY}"))
    assert "Morning, GP Withdrawn" in said(desk.get(f"/sessions?week={DAY}&state=withdrawn"))
    assert desk.get(f"/sessions?week={DAY}&state=nonsense").status_code == 200


@pytest.mark.parametrize("words", ["alder", "jones", "Duty", "study leave", "Bridge"])
def test_a_search_looks_in_all_weeks(desk, practice, pool, words):
    """By clinician, by post, by kind, by reason, by practice."""
    session = a_session(
        practice, on=DAY + timedelta(weeks=6), kind="duty", post_covered="Dr Jones", cover_reason="study_leave"
    )
    a_booking(session=session, clinician=a_clinician(pool, name="Dr Demo Alder"))
    assert "1 session found" in said(desk.get("/sessions", query_string={"q": words}))
    assert "0 sessions found" in said(desk.get("/sessions", query_string={"q": "50%_"}))


def test_what_needs_attention_comes_first(desk, practice):
    """A session of tomorrow that nobody is booked for, and hours that wait."""
    a_session(
        practice, on=clock.today() + timedelta(days=1), starts=time(23), ends=time(23, 55), plan=SessionPlan(visits=1)
    )
    a_timesheet(a_booking(session=a_session(practice, on=clock.today() - timedelta(days=2))))
    words = said(desk.get("/sessions"))
    assert "Needs attention 1 session with hours to confirm" in words
    assert "nobody booked, starts" in words


def test_a_pool_manager_sees_every_practice_of_the_pool(practice, pool, signed_in):
    """The same page with the practice's name and a filter; another pool is not there."""
    a_session(practice, on=DAY)
    a_session(a_practice(pool, name="Hill Practice"), on=DAY)
    a_session(a_practice(name="Far Away Surgery"), on=DAY)
    browser = signed_in(a_pool_manager(pool.id))
    words = said(browser.get(f"/sessions?week={DAY}"))
    assert "Bridge Surgery · Nobody yet" in words
    assert "Hill Practice · Nobody yet" in words
    assert "Far Away" not in words
    assert "Hill Practice · Nobody" not in said(browser.get(f"/sessions?week={DAY}&practice_id={practice.id}"))


def test_a_practice_does_not_see_its_neighbours(desk, pool):
    """Neither in the list nor by address: rates are private (domain 4.7)."""
    other = a_session(a_practice(pool), on=DAY, fee=Money(99900))
    assert "999" not in said(desk.get(f"/sessions?week={DAY}"))
    for address in ("", "/change", "/withdraw"):
        assert desk.get(page_of(other) + address).status_code == 404


def test_the_page_says_who_is_asked_and_what_happened(desk, practice, pool):
    """Name, profession and register entry of everybody who is asked, and the history from the audit trail."""
    session = a_session(practice, on=DAY)
    declined = an_offer(session, a_clinician(pool, name="Dr Demo Birch"))
    an_offer(session, a_clinician(pool, name="Dr Demo Cedar", registration_number="DEMO-0999"))
    with working_as(Actor.system(pool.id)) as work:
        offers.decline(work, declined.id, "fee")
    words = said(desk.get(page_of(session)))
    assert "Dr Demo Cedar Offered GP, GMC DEMO-0999" in words
    assert "Dr Demo Birch declined" in words
    assert "Offered to Dr Demo Birch" in words
    assert "fee" not in words.partition("declined")[2][:40], "a clinician's reason is not for the practice"


def test_the_page_says_why_it_is_empty(desk, practice, pool):
    """What the last run found, and how many could take it now."""
    session = a_session(practice, on=DAY)
    a_clinician(pool, free=False)
    with working_as(Actor.system(pool.id)) as work:
        run = MatchRun(first_day=DAY, last_day=DAY, requested_at=work.now)
        work.add(run)
        work.store.flush()
        work.add(
            UnfilledReason(
                practice_id=practice.id,
                run_id=run.id,
                session_id=session.id,
                sentences=["Of 14 clinicians, 9 are not free."],
                smallest_change="Start 30 minutes later.",
            )
        )
    words = said(desk.get(page_of(session)))
    assert "Of 14 clinicians, 9 are not free." in words
    assert "What would help: Start 30 minutes later." in words
    assert "The pool’s only GP could not take it as it stands: not free for all of it." in words


def test_a_change_is_saved_and_told(desk, practice):
    """From the page to the form and back."""
    session = a_session(practice, on=DAY)
    address = page_of(session) + "/change"
    sent = form_of(desk.get(address), address)
    answer = desk.post(address, data=sent | {"fee": "400", "starts": "9"}, follow_redirects=True)
    assert "Session changed." in said(answer)
    assert (again(session).fee, again(session).starts) == (Money(40000), time(9))


def test_two_colleagues_who_change_it_do_not_overwrite_each_other(desk, practice, sam, signed_in):
    """The second sees what is saved now, keeps what was typed, and may send it again."""
    session = a_session(practice, on=DAY)
    address = page_of(session) + "/change"
    slow = form_of(desk.get(address), address)
    quick = signed_in(sam)
    quick.post(address, data=form_of(quick.get(address), address) | {"ends": "12:00", "face_to_face": ""})
    answer = desk.post(address, data=slow | {"fee": "410"})
    assert answer.status_code == 409
    assert session_forms.OVERTAKEN in said(answer)
    assert "End time: 12:00 is saved now" in said(answer)
    assert form_of(answer, address)["fee"] == ["410"]
    assert desk.post(address, data=form_of(answer, address)).status_code == 303
    assert (again(session).fee, again(session).ends) == (Money(41000), time(12, 40))


def test_a_change_that_cannot_be_is_told_beside_its_field(desk, practice):
    """In the past, or with more work than time."""
    session = a_session(practice, on=DAY)
    address = page_of(session) + "/change"
    sent = form_of(desk.get(address), address)
    past = clock.today() - timedelta(days=1)
    answer = desk.post(address, data=sent | {"on-day": past.day, "on-month": past.month, "on-year": past.year})
    assert (answer.status_code, 'href="#on-day"' in answer.text) == (422, True)
    assert desk.post(address, data=sent | {"appointments": "50"}).status_code == 422
    assert again(session).on == DAY


def test_an_offered_session_is_put_right_by_a_new_offer(desk, practice, pool, signed_in):
    """Whoever was asked gets the right terms in place of the wrong ones, and nothing is booked before they say yes."""
    session = a_session(practice, on=DAY)
    address = page_of(session) + "/change"
    offer = an_offer(session, a_clinician(pool))
    page = desk.get(address)
    assert "It is on offer" in said(page)
    answer = desk.post(address, data=form_of(page, address) | {"ends": "13:40", "fee": "420"}, follow_redirects=True)
    assert "1 clinician who had an offer: we are sending the new terms in its place now." in said(answer)
    assert "was replaced by one with the new terms" in said(answer)
    phone = signed_in(read(Person, offer.clinician.person_id))
    words = said(phone.get(f"/offers/{offer.id}", follow_redirects=True))
    assert "The practice has put this session right" in words
    assert "08:30–13:40" in words.partition("What is different now:")[2]
    assert "£420.00" in words.partition("What is different now:")[2]
    assert (again(offer).state, again(session).state) == ("withdrawn", "offered")


def test_a_booked_session_is_not_changed(desk, practice, pool):
    """There is no button, and the form says why when it was open already."""
    session = a_session(practice, on=DAY)
    address = page_of(session) + "/change"
    sent = form_of(desk.get(address), address)
    a_booking(session=session, clinician=a_clinician(pool))
    assert address not in desk.get(page_of(session)).text
    answer = desk.post(address, data=sent | {"version": again(session).version})
    assert (answer.status_code, "its terms are fixed" in said(answer)) == (409, True)


def test_withdrawing_asks_why_and_tells_whom_it_concerns(desk, practice, pool):
    """The names of those who were asked are on the page before the button is pressed."""
    offer = an_offer(a_session(practice, on=DAY), a_clinician(pool, name="Dr Demo Cedar"))
    address = page_of(offer.session) + "/withdraw"
    page = desk.get(address)
    assert "Asked at the moment: Dr Demo Cedar." in said(page)
    assert desk.post(address, data=form_of(page, address)).status_code == 422
    answer = desk.post(address, data=form_of(page, address) | {"reason": "Dr Jones is back"})
    assert answer.status_code == 303
    assert again(offer).state == "withdrawn"
    assert "Withdrawn by Sam Reed" in said(desk.get(page_of(offer.session)))


def test_a_page_of_nothing_is_not_found(desk):
    """An id that does not exist reads like one that is not yours."""
    assert desk.get("/sessions/00000000-0000-0000-0000-000000000000").status_code == 404
