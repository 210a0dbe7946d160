"""Offers from send to answer: one booking, kind refusals, nobody's offer forgotten, no penalty."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta

import pytest
from sqlalchemy import func, select

from pool import clock
from pool.actor import Actor
from pool.errors import AlreadyBooked, Conflict, NotFound, PoolError, WrongState
from pool.models.audit import AuditEntry
from pool.models.booking import Booking
from pool.models.clinician import Clinician
from pool.models.offer import Offer
from pool.models.person import Person
from pool.models.pool import Pool
from pool.money import Money
from pool.services.bookings import offers
from pool.services.clinicians import profile
from tests.builders import (
    a_booking,
    a_clinician,
    a_pool,
    a_practice,
    a_session,
    actor_of,
    again,
    an_offer,
    next_week,
    read,
    working_as,
)

pytestmark = pytest.mark.usefixtures("app")


def as_clinician(clinician) -> Actor:
    """The actor that a clinician becomes by signing in."""
    return actor_of(read(Person, clinician.person_id))


def accept(offer, *, now=None) -> Booking:
    """Accept as the clinician who was asked."""
    with working_as(as_clinician(offer.clinician), now=now) as work:
        booking_id = offers.accept(work, offer.id).id
    return read(Booking, booking_id)


def decline(offer, reason="") -> None:
    """Decline as the clinician who was asked."""
    with working_as(as_clinician(offer.clinician)) as work:
        offers.decline(work, offer.id, reason)


@pytest.fixture
def session(pool):
    """A session of that pool."""
    return a_session(a_practice(pool))


def test_accepting_books_with_the_terms_that_were_shown(session, pool):
    """The booking freezes what the offer said, and its fingerprint proves it."""
    offer = an_offer(session, a_clinician(pool))
    booking = accept(offer)
    assert booking.terms == offer.terms
    assert booking.terms_hash == offer.terms.check_code
    assert booking.fee == Money(35700)
    assert (again(session).state, again(offer).state, booking.state) == ("filled", "accepted", "accepted")


def test_pressing_twice_is_one_booking(session, pool):
    """A slow phone sends twice."""
    offer = an_offer(session, a_clinician(pool))
    assert accept(offer).id == accept(offer).id


def test_the_first_answer_closes_everybody_elses_offer(session, pool):
    """A clinician cannot see the others' offers, yet their acceptance must close them, with an entry for each."""
    first, second, third = (an_offer(session, a_clinician(pool)) for _ in range(3))
    accept(first)
    assert [again(offer).state for offer in (second, third)] == ["withdrawn", "withdrawn"]
    with working_as(Actor.system(pool.id)) as work:
        told = work.all(select(AuditEntry.subject_id).where(AuditEntry.name == "OfferWithdrawn"))
        assert set(told) == {second.id, third.id}


def test_the_second_clinician_is_told_the_session_is_gone(session, pool):
    """Kindly, and without a trace of a booking."""
    first, second = an_offer(session, a_clinician(pool)), an_offer(session, a_clinician(pool))
    accept(first)
    with pytest.raises(AlreadyBooked, match="just been taken by somebody else"):
        accept(second)


def test_an_offer_that_ran_out_cannot_be_accepted(session, pool):
    """The promise holds until its time, not longer."""
    offer = an_offer(session, a_clinician(pool))
    with pytest.raises(WrongState, match="ran out"):
        accept(offer, now=offer.expires_at)


def test_one_person_in_two_pools_is_booked_once_at_a_time(pool):
    """The rule spans pools, and pool B learns nothing of pool A but "busy"."""
    here = a_clinician(pool)
    there = a_clinician(a_pool(), person=read(Person, here.person_id))
    mine = an_offer(a_session(a_practice(pool)), here)
    theirs = an_offer(a_session(a_practice(read(Pool, there.pool_id)), starts=time(10), ends=time(14)), there)
    accept(mine)
    with pytest.raises(Conflict) as refused:
        accept(theirs)
    assert read(Pool, pool.id).name not in str(refused.value)
    assert again(theirs).state == "withdrawn", "an offer that nobody can accept only looks like cover"


def test_back_to_back_sessions_at_one_practice_are_fine(pool):
    """Times are half-open: the end of one may be the start of the next."""
    clinician, practice = a_clinician(pool), a_practice(pool)
    first = an_offer(a_session(practice, on=next_week()), clinician)
    second = an_offer(a_session(practice, on=next_week(), starts=time(12, 40), ends=time(17), kind="pm"), clinician)
    assert accept(first).id != accept(second).id


def test_own_wishes_do_not_stop_an_acceptance(session, pool):
    """Whoever accepts has decided, although the session is further, cheaper or later than they usually want."""
    clinician = a_clinician(pool)
    offer = an_offer(session, clinician)
    with working_as(as_clinician(clinician)) as work:
        profile.change(work, {"min_fee": Money(90000), "max_travel_minutes": 0})
    assert accept(offer).state == "accepted"


def test_a_broken_hard_rule_stops_it_with_its_own_sentence(session, pool):
    """Papers that ran out between the offer and the answer."""
    clinician = a_clinician(pool)
    offer = an_offer(session, clinician)
    with working_as(Actor.system(pool.id)) as work:
        work.get(Clinician, clinician.id).compliant_until = date(2020, 1, 1)
    with pytest.raises(Conflict, match="A document that you need to work runs out"):
        accept(offer)
    assert again(offer).state == "sent"


def test_declining_opens_the_session_again(session, pool):
    """For the next round; the reason is kept for the pool."""
    offer = an_offer(session, a_clinician(pool))
    decline(offer, "too_far")
    decline(offer, "too_far")
    assert (again(offer).state, again(offer).decline_reason, again(session).state) == ("declined", "too_far", "posted")


def test_declining_leaves_the_session_offered_while_others_are_asked(session, pool):
    """The one who declines cannot see the others' offers, but they are still open."""
    first, second = an_offer(session, a_clinician(pool)), an_offer(session, a_clinician(pool))
    decline(first)
    assert (again(session).state, again(second).state) == ("offered", "sent")


def test_declining_never_stands_in_the_way_of_the_next_offer(session, pool):
    """There is no penalty (domain 4.2): the same clinician can be asked again at once."""
    clinician = a_clinician(pool)
    decline(an_offer(session, clinician))
    assert an_offer(session, clinician).state == "sent"


def test_offers_that_are_due_expire_and_the_session_opens(session, pool):
    """The sweeper's part."""
    offer = an_offer(session, a_clinician(pool))
    with working_as(Actor.system(pool.id), now=offer.expires_at) as work:
        assert offers.expire_due(work) == 1
    assert (again(offer).state, again(session).state) == ("expired", "posted")


def test_a_clinician_cannot_answer_for_somebody_else(session, pool):
    """A foreign offer is not there."""
    offer = an_offer(session, a_clinician(pool))
    with pytest.raises(NotFound), working_as(as_clinician(a_clinician(pool))) as work:
        offers.accept(work, offer.id)


def test_only_the_pools_own_offers_are_closed(pool):
    """Closing rivals looks beyond one clinician, never beyond the pool."""
    elsewhere = an_offer(a_session(a_practice(a_pool())))
    accept(an_offer(a_session(a_practice(pool)), a_clinician(pool)))
    assert again(elsewhere).state == "sent"


def together(calls):
    """Run them at once; the answers or the refusals, in order."""

    def attempt(call):
        try:
            return call()
        except PoolError as refused:
            return refused

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(attempt, calls))


def test_many_at_once_make_one_booking(session, pool):
    """Twelve clinicians answer in the same moment: PostgreSQL decides, eleven hear kindly, nothing breaks."""
    asked = [an_offer(session, a_clinician(pool)) for _ in range(12)]
    answers = together([lambda offer=offer: accept(offer) for offer in asked])
    assert sum(isinstance(answer, Booking) for answer in answers) == 1
    assert sum(isinstance(answer, AlreadyBooked) for answer in answers) == 11


def test_one_clinician_in_two_browsers_is_booked_once(pool):
    """Twelve overlapping offers accepted in the same moment: one booking, no deadlock."""
    clinician = a_clinician(pool)
    overlapping = [an_offer(a_session(a_practice(pool), on=next_week()), clinician) for _ in range(12)]
    answers = together([lambda offer=offer: accept(offer) for offer in overlapping])
    assert sum(isinstance(answer, Booking) for answer in answers) == 1
    assert sum(isinstance(answer, AlreadyBooked) for answer in answers) == 11
    with working_as(Actor.system(pool.id)) as work:
        assert work.store.scalar(select(func.count(Booking.id))) == 1


def test_an_offer_never_outlives_the_time_to_get_there(pool):
    """A session tomorrow morning is offered until two hours before it starts at the latest."""
    soon = clock.now() + timedelta(hours=20)
    day, start = clock.london_date(soon), clock.london(soon).time().replace(second=0, microsecond=0, minute=0)
    if start > time(19):
        day, start = day + timedelta(days=1), time(8)
    ends = start.replace(hour=start.hour + 4)
    offer = an_offer(a_session(a_practice(pool), on=day, starts=start, ends=ends), a_clinician(pool), sent=clock.now())
    assert offer.expires_at <= offer.session.starts_at - timedelta(hours=2)


def test_a_booked_session_is_not_offered_again(pool):
    """The life of a session says so."""
    booking = a_booking(session=a_session(a_practice(pool)), clinician=a_clinician(pool))
    with pytest.raises(PoolError):
        an_offer(read(type(booking.session), booking.session_id), a_clinician(pool))
    with working_as(Actor.system(pool.id)) as work:
        assert work.store.scalar(select(func.count(Offer.id))) == 1
