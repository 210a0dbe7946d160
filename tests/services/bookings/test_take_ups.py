"""A no that was a slip, an offer that ran out over night: while the session is open it can still be taken up."""

from datetime import timedelta

import pytest

from pool.actor import Actor
from pool.errors import Conflict, WrongState
from pool.models.offer import Offer
from pool.models.person import Person
from pool.services.bookings import offers, take_ups
from pool.services.eligibility.pool_facts import Window
from pool.services.runs import run_tables
from pool.services.sessions import posting
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

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def offer(pool):
    """An offer to a clinician."""
    return an_offer(a_session(a_practice(pool)), a_clinician(pool))


def take_up(offer, *, now=None) -> Offer:
    """Ask for it again, as the clinician."""
    with working_as(actor_of(read(Person, offer.clinician.person_id)), now=now) as work:
        taken_id = take_ups.take_up(work, offer.id).id
    return read(Offer, taken_id)


def decline(offer) -> None:
    """Say no."""
    with working_as(actor_of(read(Person, offer.clinician.person_id))) as work:
        offers.decline(work, offer.id, "fee")


def run_out(offer) -> None:
    """Its time is over."""
    with working_as(Actor.system(offer.pool_id), now=offer.expires_at) as work:
        offers.expire(work, offer.id, offer.session_id)


@pytest.mark.parametrize("end", [decline, run_out])
def test_an_open_session_is_taken_up_again(offer, end):
    """A new offer with the terms of today, which is accepted as any other; the old answer stays on record."""
    end(offer)
    ended = again(offer).state
    new = take_up(offer)
    assert (new.state, new.asked_for, again(offer).state, again(offer.session).state) == (
        "sent",
        True,
        ended,
        "offered",
    )
    with working_as(actor_of(read(Person, offer.clinician.person_id))) as work:
        assert offers.accept(work, new.id).state == "accepted"


def test_a_no_that_was_taken_back_is_none(pool, offer):
    """The next run may propose them again when the second offer runs out."""
    decline(offer)
    run_out(take_up(offer))
    with working_as(Actor.system(pool.id)) as work:
        (row,) = run_tables.tables_between(work, Window(offer.on, offer.on))["sessions"]
    assert "declined_by" not in row


def test_pressing_twice_is_one_offer(offer):
    """A slow phone."""
    decline(offer)
    assert take_up(offer).id == take_up(offer).id


def test_a_session_that_is_gone_is_said_to_be(pool, offer):
    """Somebody else is booked, the practice needs nobody, it has started: each in its own words."""
    decline(offer)
    with pytest.raises(WrongState, match="has started"):
        take_up(offer, now=offer.session.starts_at)
    a_booking(session=again(offer.session), clinician=a_clinician(pool))
    with pytest.raises(WrongState, match="Somebody is booked for this session now"):
        take_up(offer)


def test_what_the_pool_took_back_stays_taken_back(offer):
    """Only an own no or silence can be thought over."""
    with working_as(Actor.system(offer.pool_id)) as work:
        offers.withdraw(work, offer.id, "taken_back")
    with pytest.raises(WrongState, match="Only an offer that you declined"):
        take_up(offer)


def test_a_withdrawn_session_cannot_be_taken_up(offer):
    """It would be worked for nobody."""
    decline(offer)
    with working_as(Actor.system(offer.pool_id)) as work:
        posting.withdraw(work, offer.session_id, "Not needed")
    with pytest.raises(WrongState, match="does not need this session"):
        take_up(offer)


def test_a_hard_rule_still_stands(offer):
    """Papers that run out before the session."""
    decline(offer)
    with working_as(Actor.system(offer.pool_id)) as work:
        work.get(type(offer.clinician), offer.clinician_id).compliant_until = offer.on - timedelta(days=1)
    with pytest.raises(Conflict, match="A document that you need to work runs out"):
        take_up(offer)
    assert again(offer.session).state == "posted"
