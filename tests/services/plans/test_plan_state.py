"""The plan as it stands, with bookings in it: every answer is compared with what the engine itself finds."""

import pytest

import matching
from matching import Problem
from matching.objective import scoring
from pool.services.plans import plan_state, what_if_changes
from tests.builders import a_booking, a_session, an_offer, working_as
from tests.services.runs.test_run_leases import carried_through
from tests.workers.places import a_market

pytestmark = pytest.mark.usefixtures("app", "clean_database")


@pytest.fixture
def market():
    """Four proposals, and beside them a session that is booked and one that is offered, on days of two proposals."""
    market = a_market(sessions=4, clinicians=3)
    first, second, _ = market.clinicians
    carried_through(market)
    a_booking(session=a_session(market.practice, on=market.sessions[0].on, label="Room 2"), clinician=first)
    an_offer(a_session(market.practice, on=market.sessions[1].on, label="Room 2"), second)
    return market


def state_of(market):
    """The state as the live process reads it."""
    with working_as(market.system) as work:
        return plan_state.read(work)


def whole(state):
    """Who has what now, by the engine's own rows."""
    rows = state.problem.rows["sessions"]
    held = {row["session_id"]: row["fixed_clinician_id"] or row["previous_clinician_id"] for row in rows}
    return {session: clinician for session, clinician in held.items() if clinician}


def test_the_plan_as_it_stands_holds_bookings_offers_and_proposals(market):
    """One booking was enough for “is not known” as the answer to every question."""
    state = state_of(market)
    fixed = [row["session_id"] for row in state.problem.rows["sessions"] if row["fixed_clinician_id"]]
    assert len(fixed) == 2
    holders = {session: clinician for session, clinician in state.present.assignment.items() if clinician}
    assert set(fixed) <= set(holders)
    assert matching.check(state.problem, holders) == []
    assert state.present.objective == sum(points_of(state, holders).values())


def points_of(state, holders):
    """What the pairs of a plan are worth, term by term, by the engine's own sums."""
    return scoring.terms(state.problem, state.weights, state.problem.positions(holders))


def test_who_else_is_whom_the_rules_leave_beside_all_that_is_booked(market):
    """Tried one by one with the independent check."""
    state = state_of(market)
    plan = plan_state.without_clashes(state.problem, whole(state))
    for session in market.sessions:
        found = matching.replacements(state.state, str(session.id))
        others = {str(clinician.id) for clinician in market.clinicians} - {plan.get(str(session.id))}
        allowed = {who for who in others if matching.check(state.problem, plan | {str(session.id): who}) == []}
        assert {candidate.clinician_id for candidate in found.best} == allowed


def test_a_proposal_that_a_booking_has_made_impossible_gives_way_and_the_booking_stays(market):
    """Somebody took another session at the time of their proposal: the plan without it is the plan as it stands."""
    state = state_of(market)
    clashing = {row["session_id"] for row in state.problem.rows["sessions"] if row["fixed_clinician_id"]}
    twice = {session: str(market.clinicians[0].id) for session in whole(state)}
    booked = {session: clinician for session, clinician in whole(state).items() if session in clashing}
    kept = plan_state.without_clashes(state.problem, twice | booked)
    assert booked.items() <= kept.items()
    assert len(kept) < len(twice)
    assert matching.check(state.problem, kept) == []


@pytest.mark.parametrize("pence", [-36_000, 5_000])
def test_what_if_is_the_difference_of_two_solved_plans(market, pence):
    """With a booking in the pool too: fees so low that nobody comes, or a little higher."""
    state = state_of(market)
    wish = {"kind": "rates", "pence": pence, "practice_id": ""}
    said = what_if_changes.answered(state, wish)
    before = matching.solve(state.problem, weights=state.weights)
    after = matching.solve(raised(state.problem, pence), weights=state.weights)
    assert (said["filled"], said["points"]) == (after.filled - before.filled, after.objective - before.objective)


def raised(problem, pence):
    """The problem with other fees for what is not fixed, from its rows."""
    rows = [
        row if row["fixed_clinician_id"] else row | {"fee_pence": max(0, row["fee_pence"] + pence)}
        for row in problem.rows["sessions"]
    ]
    return Problem.from_tables({**problem.rows, "sessions": rows})
