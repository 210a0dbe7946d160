"""When can I work, what suits me, why not me: the pages as a phone without JavaScript sends them."""

from datetime import timedelta

import pytest

from pool import clock
from pool.models.person import Person
from pool.models.pool import Pool
from pool.money import Money
from pool.rules.usual_week import PARTS, Slot
from pool.services.clinicians import availability
from tests.builders import (
    a_booking,
    a_clinician,
    a_pool,
    a_practice,
    a_session,
    actor_of,
    again,
    next_week,
    read,
    working_as,
)
from tests.portal.reading import form_of, said


@pytest.fixture
def me(app):
    """A clinician who has not said when."""
    return a_clinician(free=False)


def pattern_of(clinician) -> list[Slot]:
    """The usual week as it is kept."""
    with working_as(actor_of(read(Person, clinician.person_id))) as work:
        return availability.pattern(work, clinician.id)


def pool_of(clinician) -> Pool:
    """The clinician's pool."""
    return read(Pool, clinician.pool_id)


def send(phone, page, **typed):
    """Send the form of a page with its security mark."""
    token = form_of(phone.get(page), "/sign-out")["csrf_token"]
    return phone.post(page, data={"csrf_token": token, **typed})


def day_boxes(name, day):
    """A date as its three boxes."""
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


def test_a_normal_week_is_saved_at_once_and_says_what_it_matches(phone, me):
    """Ticks and one button: a Tuesday morning session now matches."""
    a_session(a_practice(pool_of(me)), on=next_week(1))
    answer = send(phone, "/availability", free=["1-morning", "1-afternoon", "3-morning"])
    assert answer.status_code == 303
    assert "You match 1 of the 1 open session in the next 4 weeks" in said(phone.get(answer.location))
    assert pattern_of(me) == [Slot(1, PARTS["morning"][0], PARTS["afternoon"][1]), Slot(3, *PARTS["morning"])]


def test_the_page_shows_what_was_saved(phone):
    """Every tick comes back; sending the page as it is changes nothing."""
    send(phone, "/availability", free=["0-evening", "4-morning"], exact_2="9 to 11:30, 14-16")
    sent = form_of(phone.get("/availability"), "/availability")
    assert sent["free"] == ["0-evening", "4-morning"]
    assert sent["exact_2"] == ["09:00–11:30, 14:00–16:00"]
    before = phone.get("/availability").text.count("checked")
    assert phone.post("/availability", data=sent).status_code == 303
    assert phone.get("/availability").text.count("checked") == before


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"exact_0": "mornings"}, "Enter times like 9:00 to 11:30"),
        ({"exact_0": "14 to 9"}, "Each end must be after its start"),
        ({"exact_0": "25 to 26"}, "Enter times like 9:00 to 11:30"),
        ({"free": "8-morning"}, "Choose"),
        ({"else": "1"}, "This form sent something we did not expect"),
    ],
)
def test_what_cannot_be_read_comes_back(phone, me, typed, words):
    """With an error, and the week as it was."""
    answer = send(phone, "/availability", **typed)
    assert answer.status_code == 422
    assert words in said(answer)
    assert pattern_of(me) == []


def test_a_week_away_and_the_way_back(phone):
    """Listed as one, removed with one button, put back with one more."""
    monday = next_week(0)
    answer = send(phone, "/availability/away", **day_boxes("first", monday), **day_boxes("last", monday + timedelta(4)))
    assert "Enjoy your time away" in said(phone.get(answer.location))
    page = phone.get("/availability")
    assert f"{monday:%a} {monday.day}" in said(page)
    removed = phone.post("/availability/days/remove", data=form_of(page, "/availability/days/remove"))
    after = phone.get(removed.location)
    assert "None. Your usual week counts every week." in said(after)
    phone.post("/availability/days/put-back", data=form_of(after, "/availability/days/put-back"))
    assert "Away" in said(phone.get("/availability"))


def test_one_day_away_needs_no_last_day(phone, me):
    """And a note stays with it."""
    send(phone, "/availability/away", **day_boxes("first", next_week(2)), note="Skye")
    with working_as(actor_of(read(Person, me.person_id))) as work:
        (span,) = availability.differing(work, me.id, clock.today())
    assert (span.first, span.last, span.note) == (next_week(2), next_week(2), "Skye")


def test_a_booking_on_a_day_away_is_named(phone, signed_in):
    """Away does not cancel: the page says where to do that."""
    pool = a_pool()
    me = a_clinician(pool)
    a_booking(session=a_session(a_practice(pool), on=next_week(2)), clinician=me)
    phone = signed_in(read(Person, me.person_id))
    answer = send(phone, "/availability/away", **day_boxes("first", next_week(2)))
    assert "does not cancel the 1 booking" in said(phone.get(answer.location))


def test_extra_time_on_one_day(phone):
    """Added to the list with its hours."""
    answer = send(phone, "/availability/extra", **day_boxes("on", next_week(5)), starts="9", ends="1pm")
    assert answer.status_code == 303
    assert "Free 09:00–13:00" in said(phone.get("/availability"))


@pytest.mark.parametrize(
    ("page", "typed", "words"),
    [
        ("/availability/away", dict, "Enter the first day"),
        (
            "/availability/away",
            lambda: day_boxes("first", clock.today() - timedelta(9)),
            "Enter a day that is not over",
        ),
        (
            "/availability/extra",
            lambda: {**day_boxes("on", clock.today() - timedelta(9)), "starts": "9", "ends": "10"},
            "not over",
        ),
        (
            "/availability/extra",
            lambda: {**day_boxes("on", next_week(1)), "starts": "11", "ends": "10"},
            "end after the start",
        ),
    ],
    ids=["no first day", "away in the past", "free in the past", "an end before its start"],
)
def test_days_that_cannot_be_come_back(phone, page, typed, words):
    """With an error beside the field."""
    answer = send(phone, page, **typed())
    assert answer.status_code == 422
    assert words in said(answer)


def test_a_changed_button_is_refused(phone):
    """Days that nobody offered to remove."""
    token = form_of(phone.get("/availability"), "/sign-out")
    answer = phone.post("/availability/days/remove", data=token | {"first": "never", "last": "2026-01-01"})
    assert answer.status_code == 422


PROFILE = {
    "home_postcode": "nr316qb",
    "max_travel_minutes": "25",
    "weekly_cap": "4",
    "wanted_sessions": "6",
    "min_fee": "320",
    "min_appointment_minutes": "12",
    "four_week_cap": "10",
    "skills": ["minor_surgery"],
    "clinical_systems": ["systmone"],
}


def test_limits_are_said_once(phone, me):
    """Home resolved offline, limits, private fee, skills."""
    assert send(phone, "/profile", **PROFILE).status_code == 303
    now = again(me)
    assert (now.home_postcode, now.max_travel_minutes, now.weekly_cap, now.wanted_sessions) == ("NR31 6QB", 25, 4, 6)
    assert (now.min_appointment_minutes, now.four_week_cap) == (12, 10)
    assert (now.min_fee, now.skills, now.clinical_systems) == (Money(32000), ["minor_surgery"], ["systmone"])
    assert 650_000 < now.home_easting < 655_000
    assert 'value="320"' in phone.get("/profile").text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"home_postcode": "NR99 9ZZ"}, "We do not know this postcode"),
        ({"home_postcode": "here"}, "is not a UK postcode"),
        ({"max_travel_minutes": "999"}, "Longest journey in minutes must be between 0 and 240"),
        ({"min_appointment_minutes": "90"}, "Shortest appointment in minutes must be between 0 and 60"),
        ({"min_fee": "lots"}, "Enter an amount in pounds"),
    ],
)
def test_limits_that_cannot_be_come_back(phone, me, typed, words):
    """Nothing is half saved."""
    answer = send(phone, "/profile", **PROFILE | typed)
    assert answer.status_code == 422
    assert words in said(answer)
    assert again(me).weekly_cap == me.weekly_cap


def test_the_lowest_fee_is_for_nobody_else(phone, me):
    """The page says so (rate privacy)."""
    assert "Private: no practice and no manager sees it" in said(phone.get("/profile"))


def test_views_of_practices_are_kept(phone, me):
    """Nearest first, four answers, never means no offers."""
    practice = a_practice(pool_of(me), name="Bridge Surgery")
    answer = send(phone, "/profile/practices", **{f"view-{practice.id}": "never"})
    assert answer.status_code == 303
    assert '<option value="never" selected' in phone.get("/profile/practices").text


def test_a_view_of_an_unknown_practice_is_refused(phone):
    """Another pool's practice is not on the list."""
    foreign = a_practice(a_pool())
    assert send(phone, "/profile/practices", **{f"view-{foreign.id}": "never"}).status_code == 422


def test_why_not_me_answers_for_each_coming_session(signed_in):
    """The rule, what to change, and whom to ask."""
    pool = a_pool()
    phone = signed_in(read(Person, a_clinician(pool).person_id))
    a_session(a_practice(pool, name="Bridge Surgery"), skills=["minor_surgery"])
    words = said(phone.get("/why"))
    for expected in (
        "Bridge Surgery",
        "Not offered to you",
        "The session needs minor surgery.",
        "Change what suits me",
    ):
        assert expected in words, expected
    for expected in ("host@demo.example", "01632 960000", "fewer than 5 people"):
        assert expected in words, expected


def test_sessions_at_other_times_are_counted_and_listed_on_request(phone, me):
    """A page full of "not free then" would hide what matters."""
    a_session(a_practice(pool_of(me), name="Bridge Surgery"))
    words = said(phone.get("/why"))
    assert "1 session is at times you have not marked as free" in words
    assert "Bridge Surgery" not in words
    assert "Bridge Surgery" in said(phone.get("/why?all=1"))
