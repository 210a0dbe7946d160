"""Whoever cancels, the session opens again, the next run finds somebody, and the right people hear of it."""

from typing import NamedTuple

import pytest

from pool.models.booking import Booking
from pool.models.person import Person
from tests import builders
from tests.journeys import steps
from tests.journeys.passing_time import a_working_day


class Place(NamedTuple):
    """A booking and everybody around it."""

    booking: Booking
    practice: Person
    people: dict[str, Person]
    manager: Person


@pytest.fixture
def place(app):
    """A session in two weeks that one of two clinicians has accepted."""
    pool = builders.a_pool()
    practice = builders.a_practice(pool, name="Bridge Road Surgery")
    clinicians = [builders.a_clinician(pool, name=name) for name in ("Dr Demo Alder", "Dr Demo Birch")]
    booking = builders.a_booking(session=builders.a_session(practice, on=a_working_day()), clinician=clinicians[0])
    people = {clinician.name: clinician.person for clinician in clinicians}
    return Place(booking, builders.a_practice_manager(practice), people, builders.a_pool_manager(pool.id))


def called_off_by_practice(place, visit):
    """The practice still needs somebody."""
    steps.call_off(visit(place.practice, 1280), place.booking.session_id, "Booked by mistake")


def called_off_by_manager(place, visit):
    """The pool manager calls it off and looks for somebody else."""
    steps.call_off(visit(place.manager, 1280), place.booking.session_id, "Something else", by="The pool")


def called_off_by_clinician(place, visit):
    """From the phone, in a word."""
    phone = visit(place.people["Dr Demo Alder"], 360)
    phone.open("/diary")
    phone.follow(f"{a_working_day():%-d %B}")
    phone.press("I can’t come")
    phone.sees("the practice is not told why")
    phone.tick("Illness")
    phone.press("Cancel my booking")
    phone.sees("Your booking is cancelled. We are telling the practice and the pool manager by e-mail now.")


def called_off_by_phone(place, visit):
    """The clinician rings the pool manager, who writes it down for them."""
    rang = "Dr Demo Alder rang or wrote: they cannot come"
    steps.call_off(visit(place.manager, 1280), place.booking.session_id, "Illness", by=rang)


PARTIES = {
    "practice": (called_off_by_practice, "the practice has cancelled", "you have cancelled"),
    "clinician": (called_off_by_clinician, "you have cancelled", "Dr Demo Alder cannot come"),
    "phone": (called_off_by_phone, "the pool's team has noted that you cannot come", "Dr Demo Alder cannot come"),
    "manager": (called_off_by_manager, "the pool's team has cancelled", "the pool's team has cancelled"),
}
"""How it is called off, and what the clinician and the practice read then."""


@pytest.mark.parametrize("party", PARTIES)
def test_a_cancelled_session_finds_somebody_again(place, visit, mail, party):
    """Nobody has to post it again."""
    call_off, to_clinician, to_practice = PARTIES[party]
    call_off(place, visit)
    assert to_clinician in mail.text(place.people["Dr Demo Alder"], "Cancelled")
    assert to_practice in mail.text(place.practice, "Cancelled")
    assert "Nobody is booked, and nobody has an offer to answer." in mail.text(place.practice, "Cancelled")
    assert "llness" not in mail.text(place.practice, "Cancelled")
    assert "Offer it to somebody, or start a run." in mail.text(place.manager, "Somebody is needed")
    desk = visit(place.manager, 1280)
    name = steps.whom_a_run_asks(desk, place.people)
    assert name == "Dr Demo Birch" or party not in ("clinician", "phone"), "somebody who cannot come was asked again"
    phone = visit(place.people[name], 360)
    phone.open(mail.link(place.people[name], "Session offered"))
    steps.accept_the_first_offer(phone)
    mail.text(place.people[name], "Booked")
    mail.text(place.practice, f"{name} is booked")
    desk.open(f"/sessions/{place.booking.session_id}")
    desk.sees("Who is coming")
    desk.sees(name)
