"""The plan in the manager's hands: released, changed and dropped from, with the rules checked at once."""

from datetime import timedelta

import pytest

from pool.errors import Conflict, NotFound, WrongState
from pool.services.plans import release
from pool.services.sessions import posting
from tests.builders import a_clinician, a_session, again, next_week, working_as
from tests.services.runs.test_run_leases import carried_through
from tests.workers.places import a_market

pytestmark = pytest.mark.usefixtures("app")


def test_releasing_all_sends_an_offer_for_each_proposal():
    market = a_market(sessions=3, clinicians=2)
    run = carried_through(market)
    with working_as(market.manager) as work:
        released = release.release(work, run.id)
        assert {offer.session_id for offer in released.sent} == {session.id for session in market.sessions}
        assert released.refused == []
    assert {again(session).state for session in market.sessions} == {"offered"}
    assert len(market.proposals(run, "released")) == 3
    with working_as(market.manager) as work:
        assert release.release(work, run.id).sent == []


def test_releasing_some_leaves_the_rest_as_they_are():
    market = a_market(sessions=3, clinicians=2)
    run = carried_through(market)
    chosen = market.proposals(run)[0]
    with working_as(market.manager) as work:
        assert [offer.proposal_id for offer in release.release(work, run.id, [chosen.id]).sent] == [chosen.id]
    assert len(market.proposals(run)) == 2


def test_a_proposal_that_no_longer_fits_is_refused_with_its_sentence_and_the_rest_goes_out():
    """Offers are sent by the rules as they are now, not as they were."""
    market = a_market(sessions=2, clinicians=2)
    run = carried_through(market)
    spoiled = market.proposals(run)[0]
    clinician = next(person for person in market.clinicians if person.id == spoiled.clinician_id)
    session = next(open_session for open_session in market.sessions if open_session.id == spoiled.session_id)
    market.away(clinician, session.on)
    with working_as(market.manager) as work:
        released = release.release(work, run.id)
        assert len(released.sent) == 1
        ((proposal, sentence),) = released.refused
        assert proposal.id == spoiled.id
        assert clinician.name in sentence
        assert "Not marked as free" in sentence
    assert again(spoiled).state == "proposed"


def test_the_manager_puts_somebody_else_in_and_the_next_run_keeps_the_choice():
    """People decide; the engine plans around them."""
    market = a_market(sessions=1, clinicians=2)
    run = carried_through(market)
    (old,) = market.proposals(run)
    other = next(clinician for clinician in market.clinicians if clinician.id != old.clinician_id)
    with working_as(market.manager) as work:
        new = release.replace(work, old.id, other.id)
        assert new.clinician_id == other.id
    assert again(old).state == "replaced"
    (event,) = market.events("ProposalReplaced")
    assert event.data["clinician_id"] == str(other.id)
    (new,) = market.proposals(run)
    assert new.changed_by_id == market.manager.person_id
    carried_through(market)
    assert [proposal.clinician_id for proposal in market.proposals()] == [other.id]


def test_a_replacement_against_the_rules_is_refused_with_every_reason():
    market = a_market(sessions=1, clinicians=1)
    run = carried_through(market)
    (proposal,) = market.proposals(run)
    unsuited = a_clinician(market.pool, clinical_systems=[], free=False)
    with working_as(market.manager) as work, pytest.raises(Conflict) as refused:
        release.replace(work, proposal.id, unsuited.id)
    assert unsuited.name in str(refused.value)
    assert "The practice uses EMIS Web and the session requires knowing it" in str(refused.value)
    assert "Not marked as free" in str(refused.value)
    assert again(proposal).state == "proposed"


def test_a_replacement_counts_what_else_is_planned_for_that_clinician():
    """The rest of the plan is as good as booked."""
    market = a_market(sessions=1, clinicians=2)
    market.sessions.append(a_session(market.practice, on=market.sessions[0].on))
    run = carried_through(market)
    one, two = market.proposals(run)
    assert one.clinician_id != two.clinician_id
    with working_as(market.manager) as work, pytest.raises(Conflict, match="overlaps another session"):
        release.replace(work, one.id, two.clinician_id)


def test_the_same_clinician_again_is_refused_kindly():
    market = a_market(sessions=1, clinicians=1)
    (proposal,) = market.proposals(carried_through(market))
    with working_as(market.manager) as work, pytest.raises(Conflict, match="already proposed"):
        release.replace(work, proposal.id, proposal.clinician_id)


def test_dropping_opens_the_session_for_the_next_run():
    market = a_market(sessions=1, clinicians=1)
    (proposal,) = market.proposals(carried_through(market))
    with working_as(market.manager) as work:
        release.drop(work, proposal.id, "The practice asked for somebody else")
    assert again(proposal).state == "dropped"
    assert again(market.sessions[0]).state == "posted"
    (event,) = market.events("ProposalDropped")
    assert event.data["reason"] == "The practice asked for somebody else"


def test_what_was_released_dropped_or_withdrawn_cannot_be_changed_any_more():
    market = a_market(sessions=2, clinicians=2)
    run = carried_through(market)
    released, gone = market.proposals(run)
    with working_as(market.manager) as work:
        release.release(work, run.id, [released.id])
        posting.withdraw(work, gone.session_id, "Not needed")
    for proposal in (released, gone):
        for change in (
            lambda work, proposal_id: release.drop(work, proposal_id),
            lambda work, proposal_id: release.replace(work, proposal_id, proposal_id),
        ):
            with working_as(market.manager) as work, pytest.raises(WrongState, match="already"):
                change(work, proposal.id)


def test_another_pools_proposal_is_not_there():
    market, other = a_market(sessions=1, clinicians=1), a_market(sessions=1, clinicians=1)
    (proposal,) = market.proposals(carried_through(market))
    with working_as(other.manager) as work:
        with pytest.raises(NotFound):
            release.drop(work, proposal.id)
        with pytest.raises(NotFound):
            release.candidates(work, proposal.session_id)
        assert release.release(work, proposal.run_id).sent == []
    assert again(proposal).state == "proposed"


def test_candidates_are_those_who_may_nearest_first_and_the_others_with_reasons():
    market = a_market(sessions=1, clinicians=0)
    near, far = a_clinician(market.pool), a_clinician(market.pool, home_easting=640_000, max_travel_minutes=90)
    away = a_clinician(market.pool)
    nurse = a_clinician(market.pool, profession="nurse")
    market.away(away, next_week())
    with working_as(market.manager) as work:
        found = release.candidates(work, market.sessions[0].id)
        people = [proposal.clinician.id for proposal in found]
    assert people == [near.id, far.id, away.id]
    assert [proposal.may for proposal in found] == [True, True, False]
    assert found[0].travel_minutes < found[1].travel_minutes
    assert "Not marked as free" in found[2].sentences[0]
    assert nurse.id not in people


def test_candidates_know_the_weekly_cap_and_the_rest_of_the_plan():
    market = a_market(sessions=2, clinicians=1, weekly_cap=1)
    carried_through(market)
    empty = next(session for session in market.sessions if again(session).state == "posted")
    with working_as(market.manager) as work:
        (candidate,) = release.candidates(work, empty.id)
    assert [refusal.code for refusal in candidate.refusals] == ["weekly_cap"]
    assert empty.on - market.sessions[0].on <= timedelta(days=1)
