"""A wrong time on a session that is on offer is put right before anybody accepts it."""

from datetime import time

import pytest
from sqlalchemy import select

from pool.actor import Actor
from pool.errors import Conflict, StaleForm, WrongState
from pool.models.offer import Offer
from pool.models.person import Person
from pool.money import Money
from pool.services.bookings import offers
from pool.services.messages import delivery
from pool.services.sessions import corrections
from tests.builders import (
    a_booking,
    a_clinician,
    a_practice,
    a_practice_manager,
    a_session,
    actor_of,
    again,
    an_offer,
    read,
    working_as,
)
from tests.messages.conftest import World

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def session(pool):
    """On offer to nobody yet."""
    return a_session(a_practice(pool))


def put_right(session, **details):
    """The practice corrects it."""
    sam = actor_of(a_practice_manager(read(type(session.practice), session.practice_id)))
    with working_as(sam) as work:
        corrections.change(work, session.id, again(session).version, details)


def newest(old) -> Offer:
    """The offer that took the place of an old one."""
    with working_as(Actor.system(old.pool_id)) as work:
        (new_id,) = work.all(select(Offer.id).where(Offer.corrects_id == old.id))
    return read(Offer, new_id)


def accept(offer):
    """The clinician says yes."""
    with working_as(actor_of(read(Person, offer.clinician.person_id))) as work:
        return offers.accept(work, offer.id).terms


def test_everybody_who_was_asked_is_asked_anew(pool, session):
    """With the terms of now; the old offers cannot be accepted any more."""
    old = [an_offer(session, a_clinician(pool)) for _ in range(2)]
    put_right(session, ends=time(13, 40), fee=Money(42000))
    for offer in old:
        new = newest(offer)
        assert (again(offer).state, new.state, new.clinician_id) == ("withdrawn", "sent", offer.clinician_id)
        assert (new.ends, new.fee, new.terms.fee) == (time(13, 40), Money(42000), Money(42000))
        with pytest.raises(WrongState, match="closed"):
            accept(offer)
    assert accept(newest(old[0])).ends == time(13, 40)
    assert again(newest(old[1])).state == "withdrawn"


def test_what_did_not_change_replaces_nothing(pool, session):
    """Saved again as it was."""
    offer = an_offer(session, a_clinician(pool))
    put_right(session, fee=session.fee)
    assert again(offer).state == "sent"


def test_what_is_booked_stays_as_agreed(pool, session):
    """A booking is frozen: it is cancelled and made anew."""
    a_booking(session=session, clinician=a_clinician(pool))
    with pytest.raises(Conflict, match="its terms are fixed"):
        put_right(session, ends=time(13, 40))


def test_two_who_correct_at_once_do_not_overwrite_each_other(pool, session):
    """The second is told, and no offer is replaced twice."""
    offer = an_offer(session, a_clinician(pool))
    seen = again(session).version
    put_right(session, ends=time(13, 40))
    with pytest.raises(StaleForm), working_as(Actor.system(pool.id)) as work:
        corrections.change(work, session.id, seen, {"ends": time(12)})
    assert newest(offer).ends == time(13, 40)


def test_the_message_says_that_it_takes_the_place_of_another(app):
    """One message, not a closed offer and a new one."""
    world = World()
    session = a_session(world.practice)
    an_offer(session, world.clinician)
    put_right(session, ends=time(13, 40))
    (message,) = world.told("OfferSent")
    assert "This takes the place of the offer that you had." in message.body
    with working_as(world.everybody) as work:
        assert delivery.anything_due(work)
