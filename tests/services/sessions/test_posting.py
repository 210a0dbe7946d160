"""A session from the practice's side: posted, repeated, changed, withdrawn, lapsed."""

import threading
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from pool import clock
from pool.clock import weekly_days
from pool.errors import Conflict, Invalid, StaleForm
from pool.models.audit import AuditEntry
from pool.models.pool import Pool
from pool.models.session import PracticeSession
from pool.money import Money
from pool.rules.session_plan import SessionPlan
from pool.services.bookings import offers
from pool.services.sessions import posting
from pool.services.sessions.posting import ProbableTwin
from tests.builders import (
    a_booking,
    a_clinician,
    a_practice,
    a_practice_manager,
    a_session,
    a_timesheet,
    actor_of,
    again,
    an_offer,
    details,
    next_week,
    read,
    working_as,
)
from tests.deploy.waiting import HOPELESS


@pytest.fixture
def practice(app):
    """A practice that has never posted."""
    return a_practice()


@pytest.fixture
def sam(practice):
    """Its manager, acting."""
    return actor_of(a_practice_manager(practice))


def test_builders_reach_hours_through_the_use_cases(app):
    """The longest chain of builders: pool, practice, clinician, session, offer, booking, hours."""
    timesheet = a_timesheet()
    assert (timesheet.state, timesheet.as_booked) == ("submitted", True)
    assert again(timesheet.booking).state == "worked"


def test_a_block_of_weeks_is_posted_at_once(practice, sam):
    """Five Thursdays, one transaction, each with its own need."""
    days = weekly_days(next_week(3), next_week(3) + timedelta(weeks=4))
    with working_as(sam) as work:
        posted = posting.post(work, practice.id, days, details())
        ids = [session.id for session in posted]
    rows = [read(PracticeSession, session_id) for session_id in ids]
    assert [row.on for row in rows] == days
    assert {row.state for row in rows} == {"posted"}
    assert len({row.demand_id for row in rows}) == 5
    assert {row.posted_by_id for row in rows} == {sam.person_id}


def test_one_bad_day_posts_nothing(practice, sam):
    """All or none: a half-posted block would have to be found and finished by hand."""
    with pytest.raises(Invalid) as refused, working_as(sam) as work:
        posting.post(work, practice.id, [next_week(), clock.today() - timedelta(days=1)], details())
    assert refused.value.fields == {"days": ["Choose a day and time in the future"]}
    assert posted_by(sam) == []


def posted_by(actor):
    """The days of every session the actor sees."""
    with working_as(actor) as work:
        return [session.on for session in work.all(select(PracticeSession).order_by(PracticeSession.starts_at))]


def test_the_next_form_remembers_the_last_post(practice, sam):
    """What makes a repeat post take four clicks; notes are about one day and are not kept."""
    with working_as(sam) as work:
        posting.post(work, practice.id, [next_week()], details(fee=Money(40050), notes="Use room 4", kind="duty"))
    kept = again(practice).defaults
    assert (kept["kind"], kept["starts"], kept["fee"]) == ("duty", "08:30", 40050)
    assert "notes" not in kept


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({"plan": SessionPlan(appointments=30, minutes_each=10)}, "appointments", "adds up to 300 minutes"),
        ({"plan": SessionPlan()}, None, "the number of appointments"),
        ({"fee": Money(0)}, None, "a fee"),
    ],
)
def test_what_is_incomplete_is_not_posted(practice, sam, said, field, sentence):
    """Terms that are missing at posting would be missing in every offer (domain 2.6)."""
    with pytest.raises(Invalid, match=sentence) as refused, working_as(sam) as work:
        posting.post(work, practice.id, [next_week()], details(**said))
    assert list(refused.value.fields) == ([field] if field else [])


def test_a_time_that_the_clocks_skip_is_refused(practice, sam):
    """01:30 does not exist on the last Sunday of March."""
    with pytest.raises(Invalid, match="clocks go forward"), working_as(sam) as work:
        posting.post(work, practice.id, [date(2027, 3, 28)], details(starts=time(1, 30), ends=time(5)))


def test_an_overlapping_session_is_a_probable_twin(practice, sam):
    """The same people often post the same gap twice; a later start does not hide it."""
    first = a_session(practice, on=next_week())
    with pytest.raises(ProbableTwin) as refused, working_as(sam) as work:
        posting.post(work, practice.id, [next_week()], details(starts=time(9), ends=time(13)))
    assert "08:30–12:40" in str(refused.value)
    assert refused.value.twin_ids == [first.id]


def test_a_second_clinician_gets_a_label_of_its_own(practice, sam):
    """Two GPs on one morning are wanted sometimes; the two must be told apart."""
    a_session(practice, on=next_week())
    with working_as(sam) as work:
        (second,) = posting.post(work, practice.id, [next_week()], details(), even_if_twin=True)
        second_id = second.id
    assert read(PracticeSession, second_id).label == "Morning 2"


def test_of_two_colleagues_who_post_at_once_one_is_told(practice, sam):
    """The practice is locked while it posts, so the second sees the first one's session."""
    outcome = []

    def post_too():
        try:
            with working_as(sam) as work:
                posting.post(work, practice.id, [next_week()], details(starts=time(8, 45)))
        except ProbableTwin as twin:
            outcome.append(twin)

    colleague = threading.Thread(target=post_too)
    with working_as(sam) as work:
        posting.post(work, practice.id, [next_week()], details())
        work.store.flush()
        colleague.start()
        colleague.join(0.5)
        assert colleague.is_alive(), "the colleague did not wait"
    colleague.join(HOPELESS)
    assert len(outcome) == 1
    assert len(posted_by(sam)) == 1


def test_posting_again_for_the_same_day_is_the_same_need(practice, sam):
    """A withdrawn session that is posted again counts once in the fill rate; another day is another need."""
    old = a_session(practice, on=next_week())
    with working_as(sam) as work:
        posting.withdraw(work, old.id, "Wrong times")
    with working_as(sam) as work:
        same, other = posting.post(work, practice.id, [next_week(), next_week(2)], details(), like=old.id)
        demands = (same.demand_id, other.demand_id)
    assert demands[0] == old.demand_id
    assert demands[1] != old.demand_id


def test_a_change_is_kept_and_named_in_the_audit_trail(practice, sam):
    """The instants follow the wall times."""
    session = a_session(practice, on=next_week())
    with working_as(sam) as work:
        posting.change(work, session.id, session.version, {"on": next_week(), "starts": time(9), "ends": time(12, 40)})
    changed = again(session)
    assert clock.london(changed.starts_at).time() == time(9)
    with working_as(sam) as work:
        entry = work.one(select(AuditEntry).where(AuditEntry.name == "SessionChanged"))
        assert entry.data["changed"] == "starts"


def test_a_form_that_somebody_overtook_is_refused(practice, sam):
    """Otherwise the second of two colleagues silently undoes what the first one saved."""
    session = a_session(practice, on=next_week())
    with working_as(sam) as work:
        posting.change(work, session.id, session.version, {"fee": Money(40000)})
    with pytest.raises(StaleForm), working_as(sam) as work:
        posting.change(work, session.id, session.version, {"fee": Money(30000)})
    assert again(session).fee == Money(40000)


def test_terms_that_were_offered_do_not_change(practice, sam):
    """A clinician decides on what the offer says."""
    session = a_session(practice)
    an_offer(session)
    with pytest.raises(Conflict, match="terms are fixed"), working_as(sam) as work:
        posting.change(work, session.id, again(session).version, {"fee": Money(10000)})


def test_withdrawing_closes_open_offers(practice, sam):
    """Nobody can accept what is no longer needed."""
    offer = an_offer(a_session(practice))
    with working_as(sam) as work:
        posting.withdraw(work, offer.session_id, "Dr Jones is back")
    assert again(offer).state == "withdrawn"
    assert again(offer.session).withdrawn_reason == "Dr Jones is back"


def test_a_booked_session_is_not_withdrawn_by_the_way(practice, sam):
    """Cancelling a booking may cost money, so it has its own page."""
    booking = a_booking(session=a_session(practice))
    with pytest.raises(Conflict, match="Cancel the booking first"), working_as(sam) as work:
        posting.withdraw(work, booking.session_id, "Not needed")
    assert again(booking).state == "accepted"


def test_a_session_that_starts_empty_is_closed(practice, sam):
    """It counts as unfilled, and an offer that is still open goes with it."""
    session = a_session(practice)
    offer = an_offer(session, a_clinician(read(Pool, practice.pool_id)))
    with working_as(sam, now=session.starts_at) as work:
        assert posting.lapse_due(work) == 1
    assert again(session).state == "unfilled"
    assert again(offer).state == "withdrawn"
    with pytest.raises(Conflict), working_as(sam) as work:
        offers.withdraw(work, offer.id, "taken_back")
