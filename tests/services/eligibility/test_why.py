"""Why was I (not) offered this? Every answer is true, none tells about somebody else; how the work is shared out."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from pool import clock
from pool.actor import Actor
from pool.models.clinician import PracticePreference
from pool.models.match_run import MatchRun, Proposal, UnfilledReason
from pool.models.person import Person
from pool.money import Money
from pool.services.bookings import fair_share, offers
from pool.services.clinicians import profile
from pool.services.eligibility import why
from tests.builders import (
    a_booking,
    a_clinician,
    a_pool,
    a_practice,
    a_session,
    actor_of,
    an_offer,
    next_week,
    read,
    working_as,
)

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def practice(pool):
    """One of its practices."""
    return a_practice(pool)


@pytest.fixture
def me(pool):
    """The clinician who asks."""
    return a_clinician(pool)


def actor(clinician) -> Actor:
    """The actor that a clinician becomes by signing in."""
    return actor_of(read(Person, clinician.person_id))


def answers(clinician) -> dict:
    """The answer for each coming session, by its id."""
    with working_as(actor(clinician)) as work:
        return {session.session.id: session for session in why.answers(work, why.sessions(work))}


def planned(session, clinician=None, *, alternatives=(), requested=None, **columns):
    """What a published run says of a session: a proposal, or nobody."""
    with working_as(Actor.system(session.pool_id)) as work:
        at = requested or work.now
        run = MatchRun(
            pool_id=session.pool_id, state="published", first_day=session.on, last_day=session.on, requested_at=at
        )
        work.add(run)
        about = {
            "pool_id": session.pool_id,
            "practice_id": session.practice_id,
            "run_id": run.id,
            "session_id": session.id,
            "alternatives": [{"clinician_id": str(who.id), "regret": 5} | said for who, said in alternatives],
        }
        work.store.flush()
        if clinician is None:
            work.add(UnfilledReason(sentences=["Nobody meets every rule for it."], **about))
        else:
            work.add(Proposal(clinician_id=clinician.id, travel_minutes=9, **columns, **about))


def test_booked_and_offered_sessions_say_so(practice, me):
    """With the time until which to answer."""
    booked = a_booking(session=a_session(practice, on=next_week(0)), clinician=me)
    offer = an_offer(a_session(practice, on=next_week(1)), me)
    found = answers(me)
    assert found[booked.session_id].standing == why.YOURS
    assert (found[offer.session_id].standing, found[offer.session_id].offer_id) == (why.OFFERED, offer.id)
    assert found[offer.session_id].sentences[0].startswith("Answer by ")


@pytest.mark.parametrize(
    ("session", "own", "words", "remedy"),
    [
        ({"skills": ["minor_surgery"]}, {}, "The session needs minor surgery.", "limits"),
        ({}, {"clinical_systems": []}, "The practice uses EMIS Web and the session requires knowing it.", "limits"),
        (
            {"fee": Money(20000)},
            {"min_fee": Money(30000)},
            "It pays less than the lowest fee you set for yourself.",
            "limits",
        ),
        ({}, {"free": False}, "You are not marked as free for all of 08:30 to 12:40", "times"),
        ({}, {"compliant_until": date(2020, 1, 1)}, "A document that you need to work runs out", ""),
        ({}, {"engagement": None}, "The pool has no engagement with you on record for that day.", ""),
    ],
    ids=["skills", "system", "fee", "available", "compliance", "engagement"],
)
def test_a_rule_that_stops_it_is_said_to_the_reader(pool, practice, session, own, words, remedy):
    """In plain words, with what the reader can change."""
    me = a_clinician(pool, **own)
    posted = a_session(practice, **session)
    found = answers(me)[posted.id]
    assert found.standing == why.NOT
    assert found.sentences[0].startswith(words)
    assert found.remedy == remedy


def test_a_practice_that_blocked_somebody_is_not_told_on(practice, me):
    """The same sentence whoever asked for it."""
    posted = a_session(practice)
    with working_as(actor(me)) as work:
        profile.set_views(work, {practice.id: "never"})
    assert answers(me)[posted.id].sentences == ("You and this practice are not matched with each other.",)


def test_a_free_session_waits_for_the_next_run(practice, me):
    """Open to the reader, and nobody has been asked."""
    posted = a_session(practice)
    assert answers(me)[posted.id].standing == why.POSSIBLE
    assert "the next matching run will look at it" in answers(me)[posted.id].sentences[0]


def test_the_plan_gives_its_reason_without_a_name(pool, practice, me):
    """What the plan would lose by the reader, and nothing of the other clinician."""
    other = a_clinician(pool, name="Dr Secret Heron")
    session = a_session(practice)
    planned(session, other, alternatives=[(me, {"emptied": [2], "moved": 0})])
    an_offer(session, other)
    found = answers(me)[session.id]
    assert found.sentences == (
        "It is offered to somebody else at the moment.",
        "You could take it, but that would leave an urgent session empty; the plan as a whole would lose about 5 points.",
    )
    assert "Heron" not in str(found.sentences)


def test_a_sentence_that_an_earlier_release_kept_is_shown_as_it_stands(pool, practice, me):
    """Plans that were made before reasons were kept as codes still say why."""
    other = a_clinician(pool)
    session = a_session(practice)
    kept = "Somebody could take it, but the plan as a whole would lose about 5 points."
    planned(session, other, alternatives=[(me, {"sentence": kept})])
    an_offer(session, other)
    assert answers(me)[session.id].sentences[1] == kept


def test_a_taken_session_without_a_plan_was_asked_by_hand(pool, practice, me):
    """The manager asked somebody directly; also when a person changed the plan."""
    by_hand, changed = a_session(practice, on=next_week(0)), a_session(practice, on=next_week(1))
    other = a_clinician(pool)
    a_booking(session=by_hand, clinician=other)
    a_booking(session=changed, clinician=other)
    planned(changed, other, changed_by_id=other.person_id)
    for session in (by_hand, changed):
        assert answers(me)[session.id].sentences == ("Somebody else was booked.", why.BY_HAND)


def test_the_newest_run_is_the_one_that_counts(pool, practice, me):
    """An old plan says nothing about today."""
    session = a_session(practice)
    planned(session, a_clinician(pool), requested=clock.now() - timedelta(days=2))
    planned(session, alternatives=[(me, {"emptied": [], "moved": 0})])
    said = "You could take it, but the plan as a whole would lose about 5 points."
    assert answers(me)[session.id].sentences[-1] == said


def test_an_own_answer_is_remembered(practice, me):
    """Whoever declined reads that first."""
    offer = an_offer(a_session(practice), me)
    with working_as(actor(me)) as work:
        offers.decline(work, offer.id)
    assert answers(me)[offer.session_id].sentences[0].startswith("You declined it on ")


def test_only_the_readers_pools_and_profession(pool, practice, me):
    """A nurse session, another pool and a far future are not listed."""
    a_session(practice, profession="nurse")
    a_session(a_practice(a_pool()))
    a_session(practice, on=clock.today() + timedelta(days=60))
    assert answers(me) == {}


def test_work_in_another_own_pool_counts(pool, practice, me):
    """Booked in pool A: the overlapping session in pool B is not open to the reader."""
    elsewhere = a_pool()
    there = a_clinician(elsewhere, person=read(Person, me.person_id))
    a_booking(session=a_session(a_practice(elsewhere), starts=time(10), ends=time(14)), clinician=there)
    overlapping = a_session(practice)
    assert answers(me)[overlapping.id].standing == why.NOT


def shares(clinician) -> fair_share.Share:
    """The clinician's share in their only pool."""
    with working_as(actor(clinician)) as work:
        (found,) = fair_share.shares(work)
        return found


def test_the_median_needs_five_people(pool, me):
    """Of four GPs a median would tell too much; a nurse does not make five."""
    for _ in range(3):
        a_clinician(pool)
    a_clinician(pool, profession="nurse")
    assert not shares(me).is_told
    a_clinician(pool)
    assert shares(me).is_told


def test_shares_count_offers_and_worked_sessions(pool, practice, me):
    """Own counts, and the median over everybody of the same profession."""
    others = [a_clinician(pool) for _ in range(4)]
    yesterday = clock.today() - timedelta(days=1)
    for number, clinician in enumerate([me, me, *others[:3]]):
        on = yesterday - timedelta(days=number)
        a_booking(session=a_session(practice, on=on), clinician=clinician)
    an_offer(a_session(practice, on=next_week()), me)
    found = shares(me)
    assert (found.offers, found.worked, found.median_offers, found.median_worked) == (3, 2, 1, 1)
    assert found.words(found.median_offers) == "median in the pool: 1"


def test_old_work_is_not_counted(pool, practice, me):
    """28 days, not a career."""
    a_booking(session=a_session(practice, on=clock.today() - timedelta(days=40)), clinician=me)
    assert (shares(me).offers, shares(me).worked) == (0, 0)


def test_views_of_practices_leave_the_practices_block_alone(pool, practice, me):
    """Each side takes back only its own word."""
    with working_as(actor(me)) as work:
        assert profile.set_views(work, {practice.id: "never"}) == 1
        assert profile.set_views(work, {practice.id: "never"}) == 0
    with working_as(actor(me)) as work:
        assert [view.view for view in profile.practice_views(work)] == ["never"]
        profile.set_views(work, {practice.id: "prefer"})
    posted = a_session(practice)
    assert answers(me)[posted.id].standing == why.POSSIBLE
    with working_as(Actor.system(pool.id)) as work:
        work.one(select(PracticePreference)).blocked = True
    with working_as(actor(me)) as work:
        profile.set_views(work, {practice.id: "no_view"})
    assert answers(me)[posted.id].standing == why.NOT
