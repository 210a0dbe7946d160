"""Disputes on pages: each side answers in turn, the manager decides with the evidence on one page."""

import pytest

from pool.money import Money
from pool.permissions import CLINICIAN
from pool.services.hours import disputes
from tests.builders import (
    a_booking,
    a_clinician,
    a_pool_manager,
    a_practice,
    a_session,
    again,
    working_as,
    yesterday,
)
from tests.dispute_builders import a_dispute, acting, by_state, full_hours
from tests.portal.reading import form_of, said


@pytest.fixture
def practice(pool):
    """Its practice."""
    return a_practice(pool, name="Bridge Surgery")


@pytest.fixture
def me(pool):
    """The clinician."""
    return a_clinician(pool, name="Dr Jay Finch")


@pytest.fixture
def dispute(practice, me):
    """About 15 of 25 minutes."""
    sheet = full_hours(a_booking(session=a_session(practice, on=yesterday()), clinician=me))
    return a_dispute(sheet, words="We have 12:50 as the end")


@pytest.fixture
def office(pool, signed_in):
    """The pool manager's browser."""
    return signed_in(a_pool_manager(pool.id))


def press(browser, dispute, do, **typed):
    """Fill in one form of the page and send it."""
    address = f"/disputes/{dispute.id}/{do}"
    return browser.post(address, data=form_of(browser.get(f"/disputes/{dispute.id}"), address) | typed)


def test_all_evidence_is_on_one_page(phone, desk, office, dispute):
    """Amounts with their working, terms, hours, notes and rounds; the same for everybody."""
    for browser in (phone, desk, office):
        words = said(browser.get(f"/disputes/{dispute.id}"))
        for part in (
            "£35.70: 08:30–13:05, 25 min beyond the 4 hr 10 min agreed",
            "In dispute £21.42",
            "£14.28",
            "“We have 12:50 as the end”",
            "Two late visits",
            "The terms of the booking",
            "left early",
            "It finds 10 min (£14.28) right",
        ):
            assert part in words


def test_only_who_may_answer_is_asked(phone, desk, office, dispute):
    """The clinician's turn: the practice may only agree after all, the manager only reads."""
    pages = [browser.get(f"/disputes/{dispute.id}").text for browser in (phone, desk, office)]
    forms = [[do for do in ("accept", "counter", "escalate", "decide") if f'/{do}"' in page] for page in pages]
    assert forms == [["accept", "counter", "escalate"], ["accept"], []]


def test_counter_escalate_decide(phone, desk, office, dispute):
    """The whole way; the outcome is agreed to the penny."""
    assert press(phone, dispute, "counter", figure="20", words="The last patient left at 13:00").status_code == 303
    assert "The clinician proposed 20 min (£28.56)" in said(desk.get(f"/disputes/{dispute.id}"))
    assert press(desk, dispute, "escalate", reason="The door log says 12:50").status_code == 303
    assert "Decide" in said(office.get(f"/disputes/{dispute.id}"))
    assert press(office, dispute, "decide", due="10", words="Half of it").status_code == 303
    assert again(dispute).awarded == Money(1000)
    assert by_state(dispute.timesheet) == {"agreed": 46623 - 2142 + 1000, "refused": 1142}
    assert "£10.00 of the disputed £21.42 is due" in said(phone.get(f"/disputes/{dispute.id}"))


def test_one_press_accepts(phone, dispute):
    """The button says what it comes to."""
    assert "Accept £14.28 in all" in said(phone.get(f"/disputes/{dispute.id}"))
    assert press(phone, dispute, "accept").status_code == 303
    assert "nothing more is due" in said(phone.get("/disputes"))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Enter one figure"),
        ({"figure": "20", "amount": "20"}, "Enter one figure"),
        ({"figure": "5"}, "Propose more than the practice’s £14.28"),
        ({"amount": "40"}, "no more than the £35.70 you claimed"),
        ({"figure": "12.5"}, "Enter whole minutes"),
        ({"figure": "20", "words": "Patient 943 476 5919"}, "looks like an NHS number"),
    ],
)
def test_slips_come_back_with_what_was_typed(phone, dispute, typed, words):
    """Beside the box, and the dispute is as before."""
    answer = press(phone, dispute, "counter", **typed)
    assert answer.status_code == 422
    assert words in said(answer)
    assert again(dispute).state == "with_clinician"


def test_a_page_that_is_out_of_date_is_told(phone, desk, dispute):
    """The practice gave in while the clinician was typing: 409, and the page as it is now."""
    address = f"/disputes/{dispute.id}/counter"
    sent = form_of(phone.get(f"/disputes/{dispute.id}"), address) | {"figure": "20"}
    assert press(desk, dispute, "accept").status_code == 303
    answer = phone.post(address, data=sent)
    assert answer.status_code == 409
    assert "answered after you opened this page" in said(answer)
    assert "Settled by both sides" in said(answer)


def test_a_decision_needs_reasons_and_an_amount_within_the_claim(office, dispute):
    """Both sides read them."""
    with working_as(acting(CLINICIAN, dispute)) as work:
        disputes.escalate(work, dispute.id, 1, "")
    assert press(office, dispute, "decide", due="10").status_code == 422
    answer = press(office, dispute, "decide", due="21.43", words="More")
    assert "Enter an amount between £0.00 and £21.42" in said(answer)


def test_the_list_tells_whose_turn_it_is(phone, desk, office, dispute):
    """Waiting for me, waiting for others."""
    assert said(phone.get("/disputes")).index("Waiting for you") < said(phone.get("/disputes")).index(
        "£21.42 of £35.70"
    )
    for browser in (desk, office):
        words = said(browser.get("/disputes"))
        assert "Nothing waits for you" in words
        assert words.index("Waiting for others") < words.index("£21.42 of £35.70")


def test_each_role_finds_what_waits_for_them_where_they_start(phone, desk, office, dispute):
    """The clinician's diary, the practice's sessions, the manager's home."""
    assert "£21.42 is in dispute" in said(phone.get("/diary"))
    assert "about hours" not in said(desk.get("/sessions")) + said(office.get("/manager/"))
    press(phone, dispute, "counter", figure="20")
    assert "1 dispute about hours waits for you" in said(desk.get("/sessions"))
    press(desk, dispute, "escalate")
    assert "Decide 1 dispute about hours" in said(office.get("/manager/"))
    assert "Hours you have sent" in said(phone.get("/diary"))


def test_the_terms_say_what_happens_then(phone, dispute):
    """Before anybody accepts: extras, silence, and the working days of a dispute."""
    words = said(phone.get(f"/diary/{dispute.timesheet.booking_id}"))
    assert "Only as approved by the practice: time by the minute of the fee" in words
    assert "within 5 days" in words
    assert "each side has 5 working days" in words


def test_a_manager_cannot_answer_for_a_side(office, phone, dispute):
    """Nor a side decide."""
    token = form_of(office.get("/disputes"), "/sign-out")["csrf_token"]
    assert office.post(f"/disputes/{dispute.id}/accept", data={"csrf_token": token, "seen": "1"}).status_code == 403
    token = form_of(phone.get("/disputes"), "/sign-out")["csrf_token"]
    data = {"csrf_token": token, "seen": "1", "due": "1", "words": "Mine"}
    assert phone.post(f"/disputes/{dispute.id}/decide", data=data).status_code == 403
