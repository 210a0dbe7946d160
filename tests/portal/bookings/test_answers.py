"""What the manager sees of offers and plans after they went out: answers, cover that is not there, changes by hand."""

import re
from datetime import time, timedelta

import pytest

from pool import clock
from pool.actor import Actor
from pool.models.match_run import MatchRun, Proposal
from pool.models.session import PracticeSession
from pool.services.bookings import cancelling, offers
from pool.services.plans import release
from tests import builders
from tests.builders import (
    a_booking,
    a_clinician,
    a_practice,
    a_session,
    actor_of,
    again,
    an_offer,
    next_week,
    working_as,
)
from tests.portal.reading import said


@pytest.fixture
def practice(pool):
    """A practice of the pool."""
    return a_practice(pool, name="Bridge Surgery")


def a_plan(practice, clinicians):
    """A published run with a proposal for each of these clinicians, each for a session of its own."""
    sessions = [a_session(practice, on=next_week(number)) for number in range(len(clinicians))]
    with working_as(Actor.system(practice.pool_id)) as work:
        run = MatchRun(
            pool_id=practice.pool_id,
            first_day=next_week(0),
            last_day=next_week(6),
            requested_at=work.now,
            state="published",
            summary={"proposed": len(sessions), "unfilled": 0},
            gap=0.0,
            bound=10,
            objective=10,
        )
        work.add(run)
        work.store.flush()
        rows = [
            Proposal(
                pool_id=practice.pool_id,
                practice_id=practice.id,
                clinician_id=clinician.id,
                run_id=run.id,
                session_id=session.id,
                travel_minutes=5,
                state="proposed",
                reasons=[],
                alternatives=[],
                reserve=[],
            )
            for session, clinician in zip(sessions, clinicians, strict=True)
        ]
        work.store.add_all(rows)
        for session in sessions:
            work.get(PracticeSession, session.id, lock=True).state = "matched"
        work.store.flush()
        return run.id, [row.id for row in rows]


def released(practice, run_id):
    """The offers of a plan, after all went out, in the order of their sessions."""
    with working_as(Actor.system(practice.pool_id)) as work:
        return [offer.id for offer in sorted(release.release(work, run_id).sent, key=lambda offer: offer.session.on)]


def test_the_plan_says_what_became_of_each_offer(pool, practice, manager):
    """Accepted is not “Offer sent”; nor is declined, run out or a booking that was cancelled."""
    people = [a_clinician(pool, name=f"Dr Demo {name}") for name in ("Ash", "Birch", "Cedar", "Elm")]
    run_id, _ = a_plan(practice, people)
    taken, declined, _, cancelled = released(practice, run_id)
    with working_as(Actor.system(pool.id)) as work:
        offers.accept(work, taken)
        offers.decline(work, declined, "too_far")
        booking = offers.accept(work, cancelled)
        work.store.flush()
        cancelling.cancel(work, booking.id, "mistake")
    page = manager.get(f"/runs/{run_id}").text
    items = re.findall(r'<li class="app-plan__item">(.*?)</li>', page, re.S)
    for name, state in (("Ash", "Booked"), ("Birch", "Declined"), ("Cedar", "To answer"), ("Elm", "Cancelled")):
        (item,) = [entry for entry in items if f"Dr Demo {name}" in entry]
        assert state in item, name
    assert "Offer sent" not in page


def test_who_answered_what_is_one_page(pool, practice, manager, desk):
    """Each offer once, with its answer and when; narrowed by run, answer and words; managers only."""
    people = [a_clinician(pool, name=f"Dr Demo {name}") for name in ("Ash", "Birch", "Cedar")]
    run_id, _ = a_plan(practice, people)
    taken, declined, _ = released(practice, run_id)
    with working_as(Actor.system(pool.id)) as work:
        offers.accept(work, taken)
        offers.decline(work, declined, "too_far")
    by_hand = a_clinician(pool, name="Dr Demo Yew")
    an_offer(a_session(practice, on=next_week(5)), by_hand, sent=clock.now() - timedelta(days=2))
    words = said(manager.get("/answers/"))
    assert [name in words for name in ("Ash", "Birch", "Cedar", "Yew")] == [True] * 4
    assert [answer in words for answer in ("Booked", "Declined Too far", "To answer", "Expired")] == [True] * 4
    of_run = said(manager.get(f"/answers/runs/{run_id}"))
    assert ("Ash" in of_run, "Yew" in of_run) == (True, False)
    narrowed = said(manager.get("/answers/?state=declined&q=birch"))
    assert ("Birch" in narrowed, "Ash" in narrowed) == (True, False)
    assert desk.get("/answers/").status_code == 403


def test_a_plan_that_was_changed_by_hand_claims_no_gap(pool, practice, manager):
    """0.00 % was proven for the plan as it was found."""
    people = [a_clinician(pool), a_clinician(pool)]
    run_id, (first, second) = a_plan(practice, people)
    words = said(manager.get(f"/runs/{run_id}"))
    assert "Proven gap 0.00%" in words
    assert "A better plan may exist" not in words
    other = a_clinician(pool)
    with working_as(actor_of(builders.a_pool_manager(pool.id))) as work:
        release.replace(work, first, other.id)
    words = said(manager.get(f"/runs/{run_id}"))
    assert "Proven gap Not known somebody changed 1 session of this plan by hand" in words
    assert "of the open sessions as the run found it" in words
    assert "it was 0.00% as the run found it" in words
    with working_as(actor_of(builders.a_pool_manager(pool.id))) as work:
        release.drop(work, second, "Not needed")
    assert "changed 2 sessions of this plan by hand" in said(manager.get(f"/runs/{run_id}"))
    assert "Changed by hand" in said(manager.get("/runs/"))


def test_taking_one_session_closes_the_offers_that_clash(pool, practice, manager):
    """Nobody counts on cover that is not there: the other session is open again, what is back to back stays offered."""
    me, other = a_clinician(pool, name="Dr Demo Ash"), a_clinician(pool)
    day = next_week(2)
    morning = a_session(practice, on=day)
    clash = a_session(a_practice(pool), on=day, starts=time(12), ends=time(16))
    after = a_session(practice, on=day, starts=time(12, 40), ends=time(16), kind="pm")
    offered = {session.id: an_offer(session, me) for session in (morning, clash, after)}
    shared = a_session(a_practice(pool), on=day, starts=time(9), ends=time(11, 40))
    mine, theirs = an_offer(shared, me), an_offer(shared, other)
    a_booking(offered[morning.id])
    states = [again(offered[session.id]).state for session in (morning, clash, after)]
    assert states == ["accepted", "withdrawn", "sent"]
    assert again(clash).state == "posted"
    assert (again(mine).state, again(theirs).state, again(shared).state) == ("withdrawn", "sent", "offered")
    assert "Offered to" not in said(manager.get(f"/sessions?week={day}&state=posted"))


def test_a_gap_comes_with_what_ended_the_search(pool, practice, manager):
    """11 % and no word about it: the manager cannot know whether something broke."""
    run_id, _ = a_plan(practice, [a_clinician(pool)])
    with working_as(Actor.system(pool.id)) as work:
        work.get(MatchRun, run_id).gap = 0.109
    words = said(manager.get(f"/runs/{run_id}"))
    assert "Proven gap 10.90%" in words
    assert "The search ended when it had done the work that a run may do. A better plan may exist" in words
