"""Runs: asked for once, owned by one worker at a time, published exactly once, never with a pair that no longer fits."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from matching import Problem, solve
from pool.actor import Actor
from pool.errors import Invalid
from pool.models.clinician import Clinician
from pool.models.match_run import MatchRun
from pool.models.offer import Offer
from pool.models.session import PracticeSession
from pool.permissions import CLINICIAN
from pool.services.bookings import cancelling, offers
from pool.services.runs import drafts, reading, run_leases, run_requests, run_snapshots, run_stops, run_tables, writing
from pool.services.runs.run_leases import Lost
from pool.services.sessions import posting
from tests.builders import a_booking, a_clinician, a_session, again, an_offer, next_week, read, working_as
from tests.workers.places import a_market

pytestmark = pytest.mark.usefixtures("app")


def claimed(market, run):
    """The attempt of a worker that has taken the run."""
    with working_as(market.system) as work:
        return run_leases.claim(work, run.id).attempt


def drawn_up(market, run):
    """A draft from the rows as they are now."""
    with working_as(market.system) as work:
        problem = Problem.from_tables(run_tables.tables_of(work, work.get(MatchRun, run.id)))
    return drafts.draw_up(problem, solve(problem))


def publish(market, run, attempt, draft):
    """The worker writes its plan. Raises Lost when the run is no longer its own."""
    with working_as(market.system) as work:
        assert writing.write_run(work, run.id, attempt, {market.pool.id: draft}) == []


def carried_through(market):
    """A run from request to plan."""
    run = market.request()
    attempt = claimed(market, run)
    publish(market, run, attempt, drawn_up(market, run))
    return again(run)


def lease_runs_out(market, run):
    """As if the worker had died half a minute ago."""
    with working_as(market.system) as work:
        work.store.execute(update(MatchRun).where(MatchRun.id == run.id).values(lease_until=func.now()))


def test_a_run_becomes_a_plan_with_reasons_bound_and_gap():
    """The whole path on real rows."""
    market = a_market(sessions=3, clinicians=2)
    run = carried_through(market)
    assert (run.state, run.progress, run.lease_until) == ("published", 1.0, None)
    assert 0 <= run.gap < 0.01
    assert run.objective <= run.bound
    assert run.summary["proposed"] == 3
    assert run.summary["objective_terms"]
    proposals = market.proposals(run)
    assert {proposal.session_id for proposal in proposals} == {session.id for session in market.sessions}
    assert all(proposal.reasons[0] == {"code": "close"} for proposal in proposals)
    assert all(again(session).state == "matched" for session in market.sessions)
    (event,) = market.events("RunPublished")
    assert (event.data["proposed"], event.data["unfilled"], event.data["dropped"]) == (3, 0, 0)


def test_an_empty_session_says_why_in_words_without_ids():
    """Nobody has the skill: the practice reads that, and no id."""
    market = a_market(sessions=1, clinicians=2)
    rare = a_session(market.practice, on=market.sessions[0].on + timedelta(days=1), skills=["coil_fitting"])
    market.sessions.append(rare)
    run = carried_through(market)
    (reason,) = market.reasons(run)
    assert reason.session_id == rare.id
    assert reason.counts == {"skills": 2}
    assert "2 lack a skill" in " ".join(reason.sentences)
    assert str(rare.id) not in " ".join(reason.sentences)
    assert again(rare).state == "posted"


def test_a_second_request_joins_the_live_run():
    """One run at a time for each pool."""
    market = a_market()
    first, second = market.request(), market.request()
    assert first.id == second.id
    assert len(market.events("RunRequested")) == 1
    assert a_market().request().id != first.id


def test_many_requests_at_once_make_one_run():
    """The database decides, everybody gets the same run."""
    market = a_market()
    with ThreadPoolExecutor(8) as many:
        runs = list(many.map(lambda _: market.request().id, range(16)))
    assert len(set(runs)) == 1
    assert len(market.events("RunRequested")) == 1


@pytest.mark.parametrize(("first", "last", "words"), [(5, 4, "before"), (-9, -2, "over"), (0, 92, "at most")])
def test_days_that_cannot_be_meant_are_refused(first, last, words):
    market = a_market(sessions=1, clinicians=1)
    with working_as(market.manager) as work:
        today = run_requests.horizon(work)[0]
        with pytest.raises(Invalid, match=words):
            run_requests.request(work, today + timedelta(days=first), today + timedelta(days=last))


def test_only_one_worker_gets_a_run():
    """A doubled job finds the lease and leaves."""
    market = a_market()
    run = market.request()

    def claim(_):
        with working_as(market.system) as work:
            found = run_leases.claim(work, run.id)
            return found.attempt if found else None

    with ThreadPoolExecutor(6) as many:
        attempts = list(many.map(claim, range(6)))
    assert sorted(filter(None, attempts)) == [1]
    assert again(run).lease_until > again(run).started_at


def test_a_worker_that_was_given_up_on_changes_nothing():
    """The fence: the late attempt publishes nothing, reports nothing, cannot fail the run."""
    market = a_market()
    run = market.request()
    late, draft = claimed(market, run), drawn_up(market, run)
    lease_runs_out(market, run)
    new = claimed(market, run)
    assert new == late + 1
    with working_as(market.system) as work:
        assert not run_leases.renew_lease(work, run.id, late)
        assert not run_leases.release(work, run.id, late, "late")
        for written in (
            lambda: run_leases.report_progress(work, run.id, late, "late", 0.5),
            lambda: reading.read_run(work, run.id, late),
            lambda: run_snapshots.keep(work, run, late, {name: [] for name in (*run_snapshots.OWNER, "parameters")}),
            lambda: run_leases.fail(work, run.id, late, "late"),
            lambda: run_stops.end_owned(work, run.id, late),
            lambda: writing.write_run(work, run.id, late, {market.pool.id: draft}),
        ):
            with pytest.raises(Lost):
                written()
    assert market.proposals() == []
    publish(market, run, new, draft)
    with pytest.raises(Lost):
        publish(market, run, new, draft)
    assert len(market.events("RunPublished")) == 1


def test_a_run_whose_worker_always_dies_fails_with_a_sentence():
    """Bounded attempts with a visible end."""
    market = a_market()
    run = market.request()
    for attempt in range(1, run_leases.MOST_ATTEMPTS + 1):
        assert claimed(market, run) == attempt
        lease_runs_out(market, run)
    with working_as(market.system) as work:
        assert run_leases.claim(work, run.id) is None
        assert run_leases.waiting(work) == []
    assert again(run).state == "failed"
    assert "worker stopped" in again(run).failure
    assert len(market.events("RunFailed")) == 1
    assert market.request().id != run.id


def test_waiting_finds_what_is_asked_for_and_what_was_abandoned():
    """What the sweeper looks for."""
    market = a_market()
    run = market.request()

    def waiting():
        with working_as(market.system) as work:
            return [run_id for _, run_id in run_leases.waiting(work)]

    assert waiting() == [run.id]
    claimed(market, run)
    assert waiting() == []
    lease_runs_out(market, run)
    assert waiting() == [run.id]


def test_what_changed_since_the_snapshot_is_left_out_with_its_reason():
    """Withdrawn, gone, not free any more: each is dropped, the rest is published."""
    market = a_market(sessions=4, clinicians=1)
    run = market.request()
    attempt, draft = claimed(market, run), drawn_up(market, run)
    withdrawn, away, *_ = market.sessions
    with working_as(market.system) as work:
        posting.withdraw(work, withdrawn.id, "Not needed")
    market.away(market.clinicians[0], away.on)
    publish(market, run, attempt, draft)
    assert set(market.holders(run)) == {session.id for session in market.sessions[2:]}
    (reason,) = market.reasons(run)
    assert reason.session_id == away.id
    assert "is not free for the whole session" in reason.sentences[0]
    assert again(withdrawn).state == "withdrawn"
    (event,) = market.events("RunPublished")
    assert event.data["dropped"] == 2


def test_a_clinician_who_was_booked_meanwhile_is_not_proposed_twice_at_once():
    """A booking made while the engine worked beats the plan."""
    market = a_market(sessions=1, clinicians=1)
    twin = a_session(market.practice, on=market.sessions[0].on)
    market.sessions.append(twin)
    run = market.request()
    attempt, draft = claimed(market, run), drawn_up(market, run)
    (drafted,) = draft.proposals
    other = next(session for session in market.sessions if session.id != drafted.session_id)
    a_booking(session=other, clinician=market.clinicians[0])
    publish(market, run, attempt, draft)
    assert market.proposals() == []
    assert {reason.session_id for reason in market.reasons(run)} == {drafted.session_id}


@pytest.mark.parametrize("change", ["engagement", "inactive"])
def test_a_clinician_who_may_no_longer_work_is_not_proposed(change):
    """Left the pool, or without an engagement on the day."""
    market = a_market(sessions=1, clinicians=1)
    run = market.request()
    attempt, draft = claimed(market, run), drawn_up(market, run)
    with working_as(market.system) as work:
        clinician = work.get(Clinician, market.clinicians[0].id)
        if change == "inactive":
            clinician.active = False
        else:
            clinician.engagements[0].ends_on = next_week() - timedelta(days=30)
    publish(market, run, attempt, draft)
    assert market.proposals() == []
    assert "something changed" in market.reasons(run)[0].sentences[0]


def test_a_proposal_of_somebody_who_left_does_not_stop_the_next_run():
    """The engine is only told of people who are there."""
    market = a_market(sessions=1, clinicians=2)
    (proposal,) = market.proposals(carried_through(market))
    with working_as(market.system) as work:
        work.get(Clinician, proposal.clinician_id).active = False
    ((_, holder),) = market.holders(carried_through(market)).items()
    assert holder != proposal.clinician_id


def test_nobody_is_proposed_for_a_day_without_an_engagement():
    """The engine knows; the session goes to somebody else at once."""
    market = a_market(sessions=1, clinicians=1)
    market.clinicians.append(a_clinician(market.pool, engagement=None, wanted_sessions=5))
    assert market.holders(carried_through(market)) == {market.sessions[0].id: market.clinicians[0].id}


def test_a_new_plan_takes_the_place_of_the_old_one():
    """One live proposal for each session; sessions without a new one are open again."""
    market = a_market(sessions=2, clinicians=1)
    first = carried_through(market)
    market.away(market.clinicians[0], market.sessions[0].on)
    second = carried_through(market)
    assert market.proposals(first) == []
    assert {
        proposal.state for proposal in [*market.proposals(first, "dropped"), *market.proposals(first, "replaced")]
    } == {
        "dropped",
        "replaced",
    }
    assert set(market.holders(second)) == {market.sessions[1].id}
    assert again(market.sessions[0]).state == "posted"


def test_a_re_run_without_changes_keeps_everybody_where_they_were():
    """Plans are stable."""
    market = a_market(sessions=4, clinicians=4)
    first = carried_through(market)
    before = market.holders(first)
    assert market.holders(carried_through(market)) == before


def test_a_pool_that_releases_by_itself_sends_the_offers_with_the_plan():
    """Same transaction: never a plan without its offers."""
    market = a_market(sessions=2, clinicians=2, policy={"auto_release": True})
    run = carried_through(market)
    sent = market.rows(select(Offer))
    assert {offer.session_id for offer in sent} == {offer.id for offer in market.sessions}
    assert all(offer.state == "sent" and offer.proposal_id for offer in sent)
    assert len(market.proposals(run, "released")) == 2
    assert {again(session).state for session in market.sessions} == {"offered"}
    assert len(market.events("OfferSent")) == 2


def test_sessions_with_an_open_offer_stay_with_whom_they_are_offered():
    """A run does not take back what somebody is thinking about."""
    market = a_market(sessions=2, clinicians=2)
    with working_as(market.system) as work:
        session = work.get(PracticeSession, market.sessions[0].id, lock=True)
        offer_id = offers.send(work, session, work.get(Clinician, market.clinicians[0].id)).id
    run = carried_through(market)
    assert set(market.holders(run)) == {market.sessions[1].id}
    assert read(Offer, offer_id).state == "sent"


def test_nobody_is_asked_twice_for_a_session_they_said_no_to():
    """Declining, or calling a booking off, is an answer. It counts for that session alone."""
    market = a_market(sessions=3, clinicians=1)
    declined, called_off, other = market.sessions
    (clinician,) = market.clinicians
    theirs = Actor(role=CLINICIAN, pool_ids=(market.pool.id,), clinician_ids=(clinician.id,), name="The clinician")
    offer, booking = an_offer(declined, clinician), a_booking(session=called_off, clinician=clinician)
    with working_as(theirs) as work:
        offers.decline(work, offer.id)
        cancelling.cancel(work, booking.id, "travel")
    run = carried_through(market)
    assert market.holders(run) == {other.id: clinician.id}
    sentences = [sentence for reason in market.reasons(run) for sentence in reason.sentences]
    assert len([words for words in sentences if "said no" in words]) == 2


def test_a_practice_that_cancels_may_get_the_same_clinician_again():
    """The clinician had said yes."""
    market = a_market(sessions=1, clinicians=1)
    booking = a_booking(session=market.sessions[0], clinician=market.clinicians[0])
    with working_as(market.manager) as work:
        cancelling.cancel(work, booking.id, "mistake")
    assert market.holders(carried_through(market)) == {market.sessions[0].id: market.clinicians[0].id}


def test_the_snapshot_solves_to_the_same_plan_again():
    """What a run was made from can be looked at later."""
    market = a_market(sessions=3, clinicians=3)
    run = market.request()
    attempt = claimed(market, run)
    with working_as(market.system) as work:
        one = reading.read_run(work, run.id, attempt).problem
    with working_as(market.system) as work:
        two = Problem.from_tables(run_snapshots.kept(work, work.get(MatchRun, run.id)))
    assert one.hash() == two.hash()
    assert solve(one).assignment == solve(two).assignment


def test_another_pools_run_is_not_there():
    """Tenancy holds for runs as for everything."""
    market, other = a_market(sessions=1, clinicians=1), a_market(sessions=1, clinicians=1)
    run = market.request()
    with working_as(Actor.system(other.pool.id)) as work:
        assert run_leases.claim(work, run.id) is None
        assert run_leases.waiting(work) == []
        assert run_requests.live_run(work) is None


def test_a_clinician_added_later_is_found_by_the_next_run():
    """Unfilled sessions are tried again."""
    market = a_market(sessions=1, clinicians=0)
    first = carried_through(market)
    assert market.holders(first) == {}
    newcomer = a_clinician(market.pool)
    assert market.holders(carried_through(market)) == {market.sessions[0].id: newcomer.id}
