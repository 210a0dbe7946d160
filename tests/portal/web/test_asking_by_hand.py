"""A pool manager who needs somebody now: asks from a reopened session, beyond somebody's own limit, and takes an offer back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from pool import clock
from pool.actor import Actor
from pool.models.offer import Offer
from pool.models.person import Person
from pool.services.bookings import cancelling, offers
from pool.services.clinicians import profile
from tests.builders import (
    a_booking,
    a_clinician,
    a_practice,
    a_session,
    actor_of,
    again,
    an_offer,
    read,
    working_as,
)
from tests.portal.reading import form_of, said

FAR_AWAY = ("NR34 9NX", 642200, 290500)


@pytest.fixture
def practice(pool):
    """Half an hour from everybody."""
    return a_practice(pool, position=FAR_AWAY)


@pytest.fixture
def session(practice):
    """A session that somebody is needed for."""
    return a_session(practice)


def ask(manager, session, clinician, **sent):
    """Send the form beside a name on the page."""
    address = f"/plans/sessions/{session.id}"
    token = form_of(manager.get(address), "/sign-out")
    data = token | {"clinician_id": str(clinician.id)} | sent
    return manager.post(f"{address}/offer", data=data, follow_redirects=True)


def test_reasons_call_skills_and_systems_as_everywhere(pool, practice, manager):
    """No codes of the engine: the manager reads what the forms say."""
    session = a_session(practice, skills=["coil_fitting", "minor_surgery"])
    a_clinician(pool, skills=["minor_surgery"], clinical_systems=[])
    words = said(manager.get(f"/plans/sessions/{session.id}"))
    assert "The session needs coil and implant fitting." in words
    assert "The practice uses EMIS Web and the session requires knowing it." in words
    assert "_" not in words


def own(clinician) -> Actor:
    """Signed in as that clinician."""
    return actor_of(read(Person, clinician.person_id))


def offer_to(clinician) -> Offer:
    """Their newest offer."""
    with working_as(own(clinician)) as work:
        (offer_id,) = work.all(select(Offer.id).where(Offer.state == "sent"))
    return read(Offer, offer_id)


def test_somebody_is_asked_from_a_reopened_session(pool, session, manager):
    """From Home or from the session, in two presses; whoever called off is not on the list."""
    booking = a_booking(session=session, clinician=a_clinician(pool, name="Dr Gone Away", max_travel_minutes=90))
    other = a_clinician(pool, name="Dr Here Now", max_travel_minutes=90)
    with working_as(own(booking.clinician)) as work:
        cancelling.cancel(work, booking.id, "ill")
    with working_as(own(other)) as work:
        profile.set_phone(work, "07700 900456")
    page = manager.get(f"/plans/sessions/{session.id}")
    assert 'href="tel:07700900456"' in page.text
    can, _, cannot = said(page).partition("Cannot take it")
    assert ("Dr Here Now" in can, "Dr Gone Away" in can, "Dr Gone Away" in cannot) == (True, False, True)
    assert "Offer sent to Dr Here Now." in said(ask(manager, session, other))
    assert again(session).state == "offered"
    assert "cannot be offered this session" in ask(manager, session, booking.clinician).text


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"max_travel_minutes": 1}, "your longest journey"),
        ({"weekly_cap": 0, "max_travel_minutes": 90}, "your sessions in a week"),
        ({"four_week_cap": 0, "max_travel_minutes": 90}, "your sessions in four weeks"),
        (
            {"min_appointment_minutes": 20, "max_travel_minutes": 1},
            "your longest journey and your shortest appointments",
        ),
    ],
)
def test_somebody_beyond_an_own_limit_is_asked_all_the_same(pool, session, manager, signed_in, limits, words):
    """They stand on the page by themselves with the reason; the offer says so, and a yes books."""
    clinician = a_clinician(pool, name="Dr Nearly There", **limits)
    assert "Only beyond a limit of their own" in said(manager.get(f"/plans/sessions/{session.id}"))
    assert "cannot be offered this session" in ask(manager, session, clinician).text
    assert "Offer sent to Dr Nearly There." in said(ask(manager, session, clinician, over_limits="true"))
    offer = offer_to(clinician)
    phone = signed_in(read(Person, clinician.person_id))
    assert f"It goes beyond {words}." in said(phone.get(f"/offers/{offer.id}"))
    with working_as(own(clinician)) as work:
        assert offers.accept(work, offer.id).state == "accepted"


def test_only_what_the_manager_saw_is_excused(pool, session):
    """A limit that is reached after the offer was made still stops the acceptance."""
    clinician = a_clinician(pool, max_travel_minutes=1)
    with working_as(Actor.system(pool.id)) as work:
        row = work.get(type(session), session.id, lock=True)
        offer_id = offers.send(work, row, work.get(type(clinician), clinician.id), even_over_limits=True).id
    with working_as(own(clinician)) as work:
        profile.change(work, {"weekly_cap": 0})
    with pytest.raises(offers.Conflict, match="a week that you set"), working_as(own(clinician)) as work:
        offers.accept(work, offer_id)


@pytest.mark.parametrize("hard", ["papers", "profession", "free"])
def test_rules_of_law_and_papers_stay_hard(pool, session, manager, hard):
    """Nor is anybody asked for a time that they have not given."""
    facts = {
        "papers": {"compliant_until": clock.today() - timedelta(days=1)},
        "profession": {"profession": "nurse"},
        "free": {"free": False},
    }[hard]
    clinician = a_clinician(pool, name="Dr Not Now", **facts)
    assert "Only beyond a limit" not in said(manager.get(f"/plans/sessions/{session.id}"))
    assert "cannot be offered this session" in ask(manager, session, clinician, over_limits="true").text
    assert again(session).state == "posted"


def test_an_offer_is_taken_back(pool, session, manager):
    """From the session, with one question; the session is open again and says so."""
    offer = an_offer(session, a_clinician(pool, name="Dr Wrong One", max_travel_minutes=90))
    assert f'href="/plans/offers/{offer.id}/take-back"' in manager.get(f"/sessions/{session.id}").text
    address = f"/plans/offers/{offer.id}/take-back"
    token = form_of(manager.get(address), address)
    words = said(manager.post(address, data=token, follow_redirects=True))
    assert "Offer taken back. We are telling Dr Wrong One by e-mail now. Nobody is booked" in words
    assert (again(offer).state, again(session).state) == ("withdrawn", "posted")
    assert "This offer is closed" in said(manager.get(address))
    assert manager.post(address, data=token).status_code == 409


def test_a_practice_takes_no_offer_back(pool, practice, session, desk):
    """It is the pool's; the practice may withdraw the session."""
    offer = an_offer(session, a_clinician(pool, max_travel_minutes=90))
    assert "Take it back" not in desk.get(f"/sessions/{session.id}").text
    assert desk.get(f"/plans/offers/{offer.id}/take-back").status_code == 403


def test_numbers_are_for_those_with_a_booking(pool, session, desk, signed_in):
    """Not while somebody is only asked, and not after a cancellation; both numbers as they are now."""
    clinician = a_clinician(pool, max_travel_minutes=90)
    with working_as(own(clinician)) as work:
        profile.set_phone(work, "07700 900123")
    offer = an_offer(session, clinician)
    assert "07700 900123" not in desk.get(f"/sessions/{session.id}").text
    booking = a_booking(offer)
    for address in (f"/sessions/{session.id}", f"/bookings/{booking.id}"):
        assert "Phone of the clinician" in said(desk.get(address)), address
        assert 'href="tel:07700900123"' in desk.get(address).text, address
    with working_as(Actor.system(pool.id)) as work:
        work.get(type(session.practice), session.practice_id).phone = "01632 960777"
    phone = signed_in(read(Person, clinician.person_id))
    assert "The practice’s number is now 01632 960777" in said(phone.get(f"/diary/{booking.id}"))
    with working_as(own(clinician)) as work:
        cancelling.cancel(work, booking.id, "travel")
    for address in (f"/sessions/{session.id}", f"/bookings/{booking.id}"):
        assert "07700 900123" not in desk.get(address).text, address
    assert "01632 960777" not in said(phone.get(f"/diary/{booking.id}"))


def test_clinicians_say_how_they_are_reached(pool, signed_in):
    """With everything else that suits them; a number that is none is told beside its field."""
    clinician = a_clinician(pool)
    phone = signed_in(read(Person, clinician.person_id))
    facts = {
        "home_postcode": "NR31 6QB",
        "max_travel_minutes": "30",
        "weekly_cap": "4",
        "wanted_sessions": "0",
        "csrf_token": form_of(phone.get("/profile"), "/sign-out")["csrf_token"],
    }
    assert phone.post("/profile", data=facts | {"phone": "07700 900123"}).status_code == 303
    assert read(Person, clinician.person_id).phone == "07700 900123"
    assert "Enter a phone number" in said(phone.post("/profile", data=facts | {"phone": "tomorrow"}))
