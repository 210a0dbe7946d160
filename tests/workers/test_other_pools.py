"""Runs of two pools that share a clinician: who is in a run, and that one person is never booked in two places."""

from datetime import time

import pytest

from pool.errors import AlreadyBooked
from pool.models.clinician import Clinician
from pool.models.offer import Offer
from pool.models.person import Person
from pool.services.bookings import offers
from pool.services.plans import release
from tests.builders import a_booking, a_clinician, a_session, again, read, working_as
from tests.workers.places import Market, a_market
from workers import match


def joined(market: Market, clinician):
    """The same person as a clinician of this pool too."""
    return a_clinician(market.pool, person=read(Person, clinician.person_id))


def matched(app, market: Market):
    """A run of the pool, done."""
    run = market.request()
    with app.app_context():
        match.run(str(market.pool.id), str(run.id))
    assert again(run).state == "published"
    return run


@pytest.fixture
def markets(app):
    """Two pools whose only clinician is one person, each with a session on the same morning."""
    here, there = a_market(sessions=1, clinicians=1), a_market(sessions=1, clinicians=0)
    there.clinicians.append(joined(there, here.clinicians[0]))
    return here, there


def test_a_neighbouring_pools_clinician_is_in_a_run_once_they_are_a_member(app):
    """Pools share people by membership: before that nobody of the neighbours is planned, whoever lives next door."""
    here, there = a_market(sessions=1, clinicians=0), a_market(sessions=0, clinicians=1)
    assert here.holders(matched(app, here)) == {}
    member = joined(here, there.clinicians[0])
    assert here.holders(matched(app, here)) == {here.sessions[0].id: member.id}


def test_a_run_passes_over_whom_another_pool_has_booked(app, markets):
    """Their times count, from whichever pool."""
    here, there = markets
    a_booking(session=here.sessions[0], clinician=here.clinicians[0])
    assert there.holders(matched(app, there)) == {}


def test_a_booking_elsewhere_while_the_engine_works_is_seen_before_the_plan_is_published(app, markets, monkeypatch):
    """The rows have changed since the snapshot: the pair is left out, with the reason."""
    here, there = markets
    publish = match.writing.publish

    def publish_after_a_booking(*args):
        a_booking(session=here.sessions[0], clinician=here.clinicians[0])
        publish(*args)

    monkeypatch.setattr(match.writing, "publish", publish_after_a_booking)
    run = matched(app, there)
    assert there.proposals(run) == []
    assert "before the plan was published something changed" in there.reasons(run)[0].sentences[0]


def test_two_plans_may_propose_a_person_and_one_booking_comes_of_it(app, markets):
    """Both runs came before any answer, both are released: the person chooses, and the other acceptance is refused."""
    asked = []
    for market in markets:
        run = matched(app, market)
        with working_as(market.manager) as work:
            released = release.release(work, run.id)
            asked.append((market, [offer.id for offer in released.sent]))
    (here, (first,)), (there, (second,)) = asked
    with working_as(here.system) as work:
        offers.accept(work, first)
    with pytest.raises(AlreadyBooked), working_as(there.system) as work:
        offers.accept(work, second)
    assert read(Offer, second).state == "sent"


def test_a_plan_made_before_a_booking_elsewhere_is_not_released(app, markets):
    """The second look at the rows comes before any offer."""
    here, there = markets
    run = matched(app, there)
    a_booking(session=here.sessions[0], clinician=here.clinicians[0])
    with working_as(there.manager) as work:
        released = release.release(work, run.id)
        assert (released.sent, len(released.refused)) == ([], 1)


def test_a_cap_is_the_persons_and_not_the_pools(app):
    """One session a week over all pools: the run of the other pool leaves that week alone."""
    here, there = a_market(sessions=1, clinicians=1), a_market(sessions=1, clinicians=0)
    member = joined(there, here.clinicians[0])
    with working_as(there.system) as work:
        work.get(Clinician, member.id).weekly_cap = 1
    afternoon = {"on": there.sessions[0].on, "starts": time(14), "ends": time(18), "kind": "pm"}
    a_booking(session=a_session(here.practice, **afternoon), clinician=here.clinicians[0])
    assert there.holders(matched(app, there)) == {}
    with working_as(there.system) as work:
        work.get(Clinician, member.id).weekly_cap = 2
    assert there.holders(matched(app, there)) == {there.sessions[0].id: member.id}
