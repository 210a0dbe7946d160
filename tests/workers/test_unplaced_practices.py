"""A practice whose postcode is not in the directory: its sessions on site wait and say why; nobody else notices."""

from datetime import time

import pytest

from pool.errors import Conflict
from pool.models.clinician import Clinician
from pool.models.person import Person
from pool.models.practice import Organisation
from pool.models.session import PracticeSession
from pool.rules.rule_words import to_manager
from pool.services.clinicians import profile
from pool.services.eligibility import prospects, session_rules
from pool.services.plans import plan_state, release, what_if
from tests.builders import a_booking, a_practice, a_session, actor_of, again, next_week, read, working_as
from tests.workers.places import a_market

pytestmark = pytest.mark.usefixtures("app")

NOWHERE = ("NR99 9ZZ", None, None)
SAID = "its postcode NR99 9ZZ is not in our directory"


@pytest.fixture
def market():
    """A pool in which one of two practices has moved to a new building."""
    return a_market(sessions=2, clinicians=2)


@pytest.fixture
def moved(market):
    """The practice in the new building, with a session on site and a remote one."""
    practice = a_practice(market.pool, name="New Build Surgery", position=NOWHERE)
    on_site = a_session(practice, on=next_week())
    remote = a_session(practice, on=next_week(), starts=time(14), ends=time(17), remote=True)
    market.sessions += [on_site, remote]
    return practice, on_site, remote


def test_a_run_leaves_out_only_what_cannot_be_placed(market, moved, work_off):
    """Everybody else's sessions and its remote one are planned; the one on site stays empty and says what to do."""
    _, on_site, _ = moved
    run = market.request()
    assert work_off() == 0
    assert again(run).state == "published"
    assert set(market.holders(run)) == {session.id for session in market.sessions} - {on_site.id}
    (reason,) = market.reasons(run)
    assert reason.session_id == on_site.id
    assert SAID in reason.sentences[0]
    assert again(run).summary["unfilled"] == 1


def test_a_booking_there_still_fills_the_day(market, work_off):
    """Whoever is booked in a building that has lost its place is not proposed for something else at the same hour."""
    later = a_practice(market.pool)
    for number, clinician in enumerate(market.clinicians):
        room = a_session(later, on=market.sessions[0].on, label=f"Room {number}")
        a_booking(session=room, clinician=clinician)
    with working_as(market.system) as work:
        organisation = work.get(Organisation, later.organisation_id)
        organisation.easting = organisation.northing = None
    run = market.request()
    assert work_off() == 0
    assert market.sessions[0].id not in market.holders(run)


def test_a_proposal_from_before_the_move_is_not_sent(market, work_off):
    """It is refused with the reason and stays in the plan."""
    run = market.request()
    assert work_off() == 0
    proposals = [proposal.id for proposal in market.proposals(run)]
    with working_as(market.system) as work:
        organisation = work.get(Organisation, market.practice.organisation_id)
        organisation.easting = organisation.northing = None
    with working_as(market.manager) as work:
        released = release.release(work, run.id, proposals)
    assert released.sent == []
    assert len(released.refused) == 2
    assert all("We do not know where" in words for _, words in released.refused)


def test_whoever_asks_gets_an_answer(app, market, moved):
    """Candidates, the clinician's reasons and journeys, the practice's prospects, and the questions of the live process."""
    practice, on_site, remote = moved
    clinician = market.clinicians[0]
    with working_as(market.system) as work:
        session, person = work.get(PracticeSession, on_site.id), work.get(Clinician, clinician.id)
        against = session_rules.against(work, session, person)
        away = work.get(PracticeSession, remote.id)
        of_remote = session_rules.ask(work, [session, away], [person]).refusals(away, person)
        candidates = release.candidates(work, on_site.id)
        assert plan_state.read(work).open_sessions == 3
    assert [reason.code for reason in against] == ["place"]
    assert SAID in to_manager(against[0])
    assert of_remote == ()
    assert [candidate.may for candidate in candidates] == [False, False]
    with working_as(market.system) as work:
        headline = prospects.of_session(work, on_site.id).headline
    assert "because we do not know where the practice is" in headline
    with working_as(actor_of(read(Person, clinician.person_id))) as work:
        assert [(view.practice.name, view.minutes) for view in profile.practice_views(work)][-1] == (
            practice.name,
            None,
        )
    with working_as(market.manager) as work, pytest.raises(Conflict, match="is not in our directory"):
        what_if.clinician(work, practice.id, "gp", 3)
