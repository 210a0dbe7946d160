"""Who hears of a session when: proposed, reserve, everybody; by hand or by themselves; never two people booked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from pool import clock
from pool.actor import Actor
from pool.errors import AlreadyBooked, WrongState
from pool.models.booking import Booking
from pool.models.offer import Offer
from pool.permissions import CLINICIAN
from pool.services.bookings import cancelling, offer_waves, offers
from pool.services.plans import release
from tests.builders import a_clinician, a_session, again, working_as
from tests.workers.places import a_market
from workers import housekeeping, match

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def planned(app):
    """A market whose plan was made by the worker."""

    def planned(market):
        run = market.request()
        with app.app_context():
            match.run(str(market.pool.id), str(run.id))
        assert again(run).state == "published"
        return run

    return planned


def of_three(**policy):
    """One session and three clinicians, the first of whom lives at the practice."""
    market = a_market(sessions=1, clinicians=1, policy=policy)
    market.clinicians.append(a_clinician(market.pool, home_easting=656665))
    market.clinicians.append(a_clinician(market.pool, home_easting=660665))
    return market


def released(market, run, at=None):
    """The plan's first wave."""
    with working_as(market.manager, now=at) as work:
        release.release(work, run.id)
    (proposal,) = market.proposals(run, "released")
    return proposal


def asked(market):
    """Who has an open offer, in the order of the market."""
    open_now = {offer.clinician_id for offer in market.rows(select(Offer).where(Offer.state == "sent"))}
    return [clinician.id in open_now for clinician in market.clinicians]


def decline(market, clinician):
    """This clinician says no."""
    (offer,) = market.rows(select(Offer).where(Offer.clinician_id == clinician.id, Offer.state == "sent"))
    with working_as(as_clinician(market, clinician)) as work:
        offers.decline(work, offer.id)


def as_clinician(market, clinician):
    """The actor that a clinician becomes."""
    return Actor(role=CLINICIAN, pool_ids=(market.pool.id,), clinician_ids=(clinician.id,), name="The clinician")


def house_is_kept(app, market, at):
    """What the sweeper does every minute."""
    with app.app_context():
        return housekeeping.expire_offers(market.system, at) + housekeeping.release_waves(market.system, at)


def test_a_plan_has_a_reserve_that_fits_together(planned):
    """Two sessions at the same time have two different reserves, none of them proposed."""
    market = a_market(sessions=1, clinicians=4)
    market.sessions += a_market_session(market)
    run = planned(market)
    proposals = market.proposals(run)
    reserves = [stand_in["clinician_id"] for proposal in proposals for stand_in in proposal.reserve]
    assert len(reserves) == len(set(reserves)) == 2
    assert not set(reserves) & {str(proposal.clinician_id) for proposal in proposals}


def a_market_session(market):
    """Another session at the same time."""
    return [a_session(market.practice, on=market.sessions[0].on)]


def test_the_manager_asks_the_reserve_and_then_everybody(planned):
    market = of_three()
    proposal = released(market, planned(market))
    assert asked(market) == [True, False, False]
    with working_as(market.manager) as work:
        assert offer_waves.release_next(work, proposal.id).number == offer_waves.RESERVE
    assert asked(market) == [True, True, False]
    with working_as(market.manager) as work:
        assert offer_waves.release_next(work, proposal.id).number == offer_waves.EVERYBODY
    assert asked(market) == [True, True, True]
    with working_as(market.manager) as work, pytest.raises(WrongState, match="Everybody who may take"):
        offer_waves.release_next(work, proposal.id)
    assert len(market.events("WaveReleased")) == 2


def test_the_next_wave_goes_out_by_itself_when_the_offer_is_declined(app, planned):
    """Nobody waits for the hours of the pool when nobody is asked any more."""
    market = of_three(next_waves=True)
    released(market, planned(market))
    now = clock.now()
    assert house_is_kept(app, market, now) == 0
    decline(market, market.clinicians[0])
    assert house_is_kept(app, market, clock.now()) == 1
    assert asked(market) == [False, True, False]
    assert house_is_kept(app, market, clock.now()) == 0
    decline(market, market.clinicians[1])
    assert house_is_kept(app, market, clock.now()) == 1
    assert asked(market) == [False, False, True]
    decline(market, market.clinicians[2])
    assert house_is_kept(app, market, clock.now()) == 0


def test_the_next_wave_goes_out_by_itself_after_the_hours_of_the_pool(app, planned):
    """The first offer stays open; whoever is faster takes it."""
    market = of_three(next_waves=True, offer_hours=100, second_wave_hours=6, third_wave_hours=30)
    released(market, planned(market))
    now = clock.now()
    assert house_is_kept(app, market, now + timedelta(hours=5)) == 0
    assert house_is_kept(app, market, now + timedelta(hours=6, minutes=1)) == 1
    assert asked(market) == [True, True, False]
    assert house_is_kept(app, market, now + timedelta(hours=29)) == 0
    assert house_is_kept(app, market, now + timedelta(hours=31)) == 1
    assert asked(market) == [True, True, True]


def test_without_the_setting_a_person_decides(app, planned):
    market = of_three()
    run = planned(market)
    released(market, run)
    decline(market, market.clinicians[0])
    assert house_is_kept(app, market, clock.now()) == 0
    with working_as(market.manager) as work:
        assert offer_waves.release_unanswered(work, run.id) == 1
        assert offer_waves.release_unanswered(work, run.id) == 0


def test_a_reserve_that_cannot_any_more_is_passed_over(planned):
    """The rules are asked of the rows as they are; a wave that reaches nobody leads on to the next."""
    market = of_three()
    proposal = released(market, planned(market))
    market.away(market.clinicians[1], market.sessions[0].on)
    with working_as(market.manager) as work:
        assert offer_waves.release_next(work, proposal.id).number == offer_waves.EVERYBODY
    assert asked(market) == [True, False, True]


def test_whoever_said_no_is_not_asked_again(planned):
    market = of_three()
    proposal = released(market, planned(market))
    decline(market, market.clinicians[0])
    with working_as(market.manager) as work:
        offer_waves.release_next(work, proposal.id)
        offer_waves.release_next(work, proposal.id)
    assert asked(market) == [False, True, True]


def test_three_waves_accept_at_once_and_one_is_booked(app, planned):
    """However waves and answers cross (the database's own constraints)."""
    market = of_three()
    proposal = released(market, planned(market))
    with working_as(market.manager) as work:
        offer_waves.release_next(work, proposal.id)
        offer_waves.release_next(work, proposal.id)
    open_now = market.rows(select(Offer).where(Offer.state == "sent"))

    def accept(offer):
        try:
            with working_as(as_clinician(market, again(offer).clinician)) as work:
                offers.accept(work, offer.id)
        except (AlreadyBooked, WrongState):
            return 0
        return 1

    with ThreadPoolExecutor(3) as crowd:
        assert sum(crowd.map(accept, open_now)) == 1
    assert len(market.rows(select(Booking))) == 1
    with working_as(market.manager) as work, pytest.raises(WrongState, match="not open any more"):
        offer_waves.release_next(work, proposal.id)


def test_a_newer_plan_takes_the_turn_of_an_older_one(app, planned):
    """The older proposal's waves are over when the session is planned and released again."""
    market = of_three(next_waves=True)
    old = released(market, planned(market))
    decline(market, market.clinicians[0])
    run = planned(market)
    assert house_is_kept(app, market, clock.now()) == 0
    with working_as(market.manager) as work, pytest.raises(WrongState):
        offer_waves.release_next(work, old.id)
    released(market, run)
    assert again(old).next_wave_at is None


def test_a_session_that_was_called_off_goes_to_the_reserve_first(app, planned):
    """Somebody fell ill after accepting."""
    market = of_three(next_waves=True)
    released(market, planned(market))
    (offer,) = market.rows(select(Offer).where(Offer.state == "sent"))
    ill = as_clinician(market, market.clinicians[0])
    with working_as(ill) as work:
        booking_id = offers.accept(work, offer.id).id
    with working_as(ill) as work:
        cancelling.cancel(work, booking_id, "Ill")
    assert house_is_kept(app, market, clock.now()) == 1
    assert asked(market) == [False, True, False]
