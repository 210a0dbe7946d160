"""What is said about a session is what its rows show: a table over all states, for each reader."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from pool import clock
from pool.actor import Actor
from pool.formats import moment
from pool.lifecycle import SESSION
from pool.models.match_run import MatchRun, Proposal
from pool.models.session import PracticeSession
from pool.services.bookings import cancelling, offers
from pool.services.runs import run_requests
from pool.services.sessions import cover, posting
from tests.builders import (
    a_booking,
    a_clinician,
    a_pool,
    a_practice,
    a_session,
    again,
    an_offer,
    next_week,
    working_as,
)

pytestmark = pytest.mark.usefixtures("app")

RING = "Questions, or is it urgent? {pool} Host, 01632 960000 or host@demo.example."
NOBODY = "Nobody is booked, and nobody has an offer to answer."
SEARCH = re.compile(
    r"(are|is|we) (looking|searching) for (some|any)|look(s|ed)? for somebody|looked for any more", re.I
)
ROOT = Path(__file__).resolve().parents[3]


def draft(world):
    return a_row(world, "draft")


def posted(world):
    return world.session


def posted_while_a_run_is_under_way(world):
    with working_as(Actor.system(world.pool.id)) as work:
        run_requests.request(work, world.session.on, world.session.on)
    return world.session


def reopened(world):
    booking = a_booking(session=world.session, clinician=world.clinician)
    with working_as(Actor("clinician", (world.pool.id,), clinician_ids=(world.clinician.id,))) as work:
        cancelling.cancel(work, booking.id, "ill")
    return world.session


def matched(world):
    with working_as(Actor.system(world.pool.id)) as work:
        run = MatchRun(
            pool_id=world.pool.id,
            first_day=world.session.on,
            last_day=world.session.on,
            requested_at=work.now,
            state="published",
            finished_at=work.now,
        )
        work.add(run)
        work.store.flush()
        work.add(
            Proposal(
                pool_id=world.pool.id,
                practice_id=world.session.practice_id,
                clinician_id=world.clinician.id,
                run_id=run.id,
                session_id=world.session.id,
                travel_minutes=5,
            )
        )
        work.get(PracticeSession, world.session.id).state = "matched"
    return world.session


def offered(world):
    world.until = moment(an_offer(world.session, world.clinician).expires_at)
    return world.session


def offered_to_two(world):
    an_offer(world.session, a_clinician(world.pool))
    return offered(world)


def offered_without_an_answer(world):
    an_offer(world.session, world.clinician, sent=clock.now() - timedelta(days=2))
    return world.session


def filled(world):
    a_booking(session=world.session, clinician=world.clinician)
    return world.session


def unfilled(world):
    with working_as(Actor.system(world.pool.id), now=world.session.starts_at) as work:
        posting.lapse_due(work)
    return world.session


def withdrawn(world):
    with working_as(Actor.system(world.pool.id)) as work:
        posting.withdraw(work, world.session.id, "Not needed")
    return world.session


TABLE = {
    draft: ("It is not posted yet, so nobody can be asked.", "", ""),
    posted: (NOBODY, f"The pool manager decides whom to ask. {RING}", "Offer it to somebody, or start a run."),
    posted_while_a_run_is_under_way: (
        NOBODY,
        f"A run that covers this day is under way. {RING}",
        "A run that covers this day is under way.",
    ),
    reopened: (NOBODY, f"The pool manager decides whom to ask. {RING}", "Offer it to somebody, or start a run."),
    matched: (
        "A plan proposes Dr Demo Cover. Nobody has been asked.",
        f"The pool manager has to send the offer. {RING}",
        "Send the offer, or choose somebody else.",
    ),
    offered: (
        "Dr Demo Cover is asked and may answer until {until}. Nobody is booked.",
        f"You get an e-mail when somebody accepts. If nobody does, the pool manager has to ask somebody else. {RING}",
        "If nobody accepts, you have to ask somebody else.",
    ),
    offered_to_two: (
        "2 clinicians are asked; the last may answer until {until}. Nobody is booked.",
        f"You get an e-mail when somebody accepts. If nobody does, the pool manager has to ask somebody else. {RING}",
        "If nobody accepts, you have to ask somebody else.",
    ),
    offered_without_an_answer: (
        "Whoever was asked has not answered in time. Nobody is booked.",
        f"The pool manager decides whom to ask. {RING}",
        "Offer it to somebody, or start a run.",
    ),
    filled: ("Dr Demo Cover is booked.", "", ""),
    unfilled: ("It has started with nobody booked.", "", ""),
    withdrawn: ("It is withdrawn. Nobody is asked for it any more.", "", ""),
}
"""How it came about: what is, what the practice reads next, what the manager reads next."""


class World:
    """A session in a pool without nightly runs, and somebody who could take it."""

    def __init__(self, **policy):
        self.pool = a_pool(policy={"nightly_run": False} | policy)
        self.session = a_session(a_practice(self.pool), on=next_week())
        self.clinician = a_clinician(self.pool, name="Dr Demo Cover")
        self.until = ""


def a_row(world, state):
    """A session in a state into which no page of today leads."""
    with working_as(Actor.system(world.pool.id)) as work:
        work.get(PracticeSession, world.session.id).state = state
    return world.session


@pytest.fixture
def world():
    """As it is before anything happens."""
    return World()


def said(session, *, now=None):
    """What is, for the practice and for the manager."""
    with working_as(Actor.system(session.pool_id), now=now) as work:
        row = work.get(PracticeSession, session.id)
        practice, manager = (cover.of_session(work, row, manager=who) for who in (False, True))
    assert practice.standing == manager.standing
    return practice.standing, practice.next_step, manager.next_step


@pytest.mark.parametrize("story", TABLE, ids=lambda story: story.__name__)
def test_what_is_said_is_what_the_rows_show(world, story):
    """No reader hears of a search that nobody makes, and each hears who has to act."""
    session = story(world)
    expected = tuple(row.format(pool=world.pool.name, until=world.until) for row in TABLE[story])
    assert said(session) == expected


def test_the_table_has_every_state(world):
    """A new state needs its words."""
    assert {story.__name__.split("_")[0] for story in TABLE} >= set(SESSION.states) - {"posted"}


@pytest.mark.parametrize("state", ["posted", "matched", "offered"])
def test_a_session_that_has_started_is_not_said_to_be_open(world, state):
    """The minute before the sweeper closes it."""
    session = a_row(world, state)
    standing, practice, manager = said(session, now=session.starts_at)
    assert (standing, practice, manager) == ("It has started with nobody booked.", "", "")


@pytest.mark.parametrize(
    ("policy", "sentence"),
    [
        ({"nightly_run": True}, "The next run starts by itself at night and proposes somebody if it finds one."),
        (
            {"nightly_run": True, "auto_release": True},
            "The next run starts by itself at night and offers it to whoever it chooses.",
        ),
        ({"nightly_run": True, "horizon_days": 1}, ""),
        ({}, ""),
    ],
)
def test_a_run_by_itself_is_only_promised_where_there_is_one(policy, sentence):
    """And where it looks as far as this session."""
    _, practice, manager = said(World(**policy).session)
    for words in (practice, manager):
        assert ("by itself" in words) == bool(sentence)
        assert sentence in words


def test_managers_see_what_lost_its_cover_and_nothing_else(world):
    """Cancelled, or everybody said no: on Home, the next first; what was never asked is in the list of sessions."""
    never = a_session(a_practice(world.pool), on=next_week(3))
    declined = an_offer(a_session(a_practice(world.pool), on=next_week(2)), a_clinician(world.pool, name="Dr No"))
    with working_as(Actor("clinician", (world.pool.id,), clinician_ids=(declined.clinician_id,))) as work:
        offers.decline(work, declined.id)
    reopened(world)
    with working_as(Actor.system(world.pool.id)) as work:
        found = cover.without_cover(work)
        assert [cover_now.id for cover_now in found] == [world.session.id, declined.session_id]
        assert never.id not in {cover_now.id for cover_now in found}
        words = [cover.last_word(work, cover_now) for cover_now in found]
    assert words[0].startswith("Dr Demo Cover was booked and cancelled on ")
    assert words[1] == "nobody who was asked accepted"
    an_offer(again(declined.session), a_clinician(world.pool))
    with working_as(Actor.system(world.pool.id)) as work:
        assert [session.id for session in cover.without_cover(work)] == [world.session.id]


def test_no_text_of_ours_claims_a_search():
    """Pages, e-mails and notices take their words from here; nothing else says that somebody is looking."""
    places = [*(ROOT / "templates").rglob("*.*"), *(ROOT / "pool").rglob("*.py"), *(ROOT / "workers").rglob("*.py")]
    claims = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in places
        if path.suffix in (".html", ".txt", ".py") and (found := SEARCH.search(path.read_text()))
    ]
    assert len(places) > 300
    assert claims == []


def test_a_pool_without_a_manager_is_not_said_to_be_told(world):
    """Nobody would read that mail."""
    with working_as(Actor.system(world.pool.id)) as work:
        session = work.get(PracticeSession, world.session.id)
        assert cover.told(work, session) == "We are telling the practice by e-mail now."
