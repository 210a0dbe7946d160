"""Questions about the plan as it stands: answered from memory, never from rows that have changed."""

from contextlib import contextmanager
from threading import Thread

import pytest
from redis import Redis
from redis.client import DEFAULT_SOCKET_TIMEOUT

from pool import queue
from pool.errors import Conflict
from pool.services.plans import plan_questions, release
from pool.services.plans.fingerprint import fingerprint
from tests.builders import a_booking, a_clinician, a_practice, a_session, working_as
from tests.deploy.waiting import HOPELESS
from tests.services.runs.test_run_leases import carried_through
from tests.workers.places import a_market
from workers.answering import announce_presence, answer_next, listening
from workers.plan_states import PlanStates

LONGER_THAN_THE_CLIENT_ALLOWS = DEFAULT_SOCKET_TIMEOUT + 1

pytestmark = pytest.mark.usefixtures("app", "clean_database")


@pytest.fixture
def states():
    """The memory of a live process."""
    return PlanStates()


@pytest.fixture
def answering(app, valkey, valkey_url, states):
    """A live process for a moment: answers one question in a thread."""

    @contextmanager
    def answering():
        def answer_one():
            with app.app_context(), queue.opened(valkey_url, listens=HOPELESS, text=True) as connection:
                answer_next(connection, states, wait=HOPELESS)

        valkey.set(queue.PRESENCE_KEY, "here", ex=HOPELESS)
        thread = Thread(target=answer_one)
        thread.start()
        yield
        thread.join()
        valkey.delete(queue.PRESENCE_KEY)

    return answering


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """The machine of the tests may be busy."""
    monkeypatch.setattr(plan_questions, "SECONDS", HOPELESS)


def asked(market, session):
    """What a manager is told about a session."""
    with working_as(market.manager) as work:
        return plan_questions.who_else(work, session.id, queue.ask)


def test_who_else_is_answered_from_the_plan_as_it_stands(answering):
    """The nearer of two who are free comes first; the one who is proposed is not among them."""
    market = a_market(sessions=1, clinicians=1)
    far = a_clinician(market.pool, home_easting=662665)
    near = a_clinician(market.pool, home_easting=654665)
    market.clinicians += [far, near]
    carried_through(market)
    with answering():
        said = asked(market, market.sessions[0])
    assert said.best == [near.id, far.id]
    assert set(said.costs) >= {near.id, far.id}


def test_nobody_waits_for_a_live_process_that_is_away_or_slow(monkeypatch, valkey):
    """The page goes on with what the rows say."""
    market = a_market()
    assert asked(market, market.sessions[0]) is None
    valkey.set(queue.PRESENCE_KEY, "here", ex=HOPELESS)
    monkeypatch.setattr(plan_questions, "SECONDS", 0.1)
    assert asked(market, market.sessions[0]) is None


def test_a_change_between_question_and_answer_is_noticed(answering, monkeypatch):
    """An answer that was right when it was given is not believed any more."""
    market = a_market(sessions=1, clinicians=2)
    ask = queue.ask

    def ask_and_change(question, **how):
        said = ask(question, **how)
        market.away(market.clinicians[0], market.sessions[0].on)
        return said

    monkeypatch.setattr(queue, "ask", ask_and_change)
    with answering():
        assert asked(market, market.sessions[0]) is None


def test_what_changed_since_the_last_question_is_in_the_next_answer(answering):
    """The state is thrown away and built anew, however the change came about."""
    market = a_market(sessions=1, clinicians=2)
    with answering():
        assert set(asked(market, market.sessions[0]).best) == {clinician.id for clinician in market.clinicians}
    market.away(market.clinicians[0], market.sessions[0].on)
    with answering():
        assert asked(market, market.sessions[0]).best == [market.clinicians[1].id]


def test_a_state_is_kept_while_nothing_changes(app, states):
    market = a_market()
    with app.app_context():
        first = states.of(market.pool.id)
        assert states.of(market.pool.id) is first
        a_session(market.practice)
        assert states.of(market.pool.id) is not first


def test_a_booking_in_another_pool_makes_a_state_stale(app, states):
    """Where it is stays secret; that the time is taken does not (design D5)."""
    market = a_market(sessions=1, clinicians=1)
    with app.app_context():
        first = states.of(market.pool.id)
        other = a_practice()
        elsewhere = a_clinician(pool_of(other), person=market.clinicians[0].person)
        a_booking(session=a_session(other, on=market.sessions[0].on), clinician=elsewhere)
        assert states.of(market.pool.id) is not first


def pool_of(practice):
    """The pool of a practice, as builders want it."""
    return type("PoolOf", (), {"id": practice.pool_id})


@pytest.mark.parametrize("change", ["availability", "clinician", "booking", "session", "policy"])
def test_every_kind_of_change_changes_the_fingerprint(change):
    market = a_market(sessions=1, clinicians=1)
    before = mark_of(market)
    assert mark_of(market) == before
    {
        "availability": lambda: market.away(market.clinicians[0], market.sessions[0].on),
        "clinician": lambda: a_clinician(market.pool),
        "booking": lambda: a_booking(session=market.sessions[0], clinician=market.clinicians[0]),
        "session": lambda: a_session(market.practice),
        "policy": lambda: choose_weights(market),
    }[change]()
    assert mark_of(market) != before


def mark_of(market):
    """The fingerprint as the manager's page works it out."""
    with working_as(market.manager) as work:
        found = fingerprint(work)
    with working_as(market.system) as work:
        assert fingerprint(work)[:60] == found[:60]
    return found


def choose_weights(market):
    """The pool changes what its plans are worth."""
    with working_as(market.system) as work:
        work.get(type(market.pool), market.pool.id, lock=True).policy = {"fill_first": True}


def test_whatever_is_done_because_of_an_answer_is_checked_against_the_rows(answering):
    """The answer was right, the clinician then marked the day as not free, the manager presses the old button."""
    market = a_market(sessions=1, clinicians=2)
    run = carried_through(market)
    (proposal,) = market.proposals(run)
    other = next(clinician for clinician in market.clinicians if clinician.id != proposal.clinician_id)
    with answering():
        assert asked(market, market.sessions[0]).best == [other.id]
    market.away(other, market.sessions[0].on)
    with working_as(market.manager) as work, pytest.raises(Conflict, match="Not marked as free"):
        release.replace(work, proposal.id, other.id)


def test_a_booking_in_the_pool_does_not_silence_the_answer(answering):
    """As soon as anything was booked, every choice was “not known”."""
    market = a_market(sessions=2, clinicians=2)
    first, second = market.clinicians
    a_booking(session=market.sessions[0], clinician=first)
    with answering():
        said = asked(market, market.sessions[1])
    assert said is not None
    assert set(said.best) == {first.id, second.id}


def test_waiting_for_a_question_keeps_the_connection(app, valkey_url, states):
    """The client's own limit of five seconds ended every wait of ten, and two more seconds were spent deaf."""
    with app.app_context(), listening(valkey_url) as connection:
        announce_presence(connection)
        number = connection.client_id()
        assert not answer_next(connection, states, wait=LONGER_THAN_THE_CLIENT_ALLOWS)
        assert connection.client_id() == number


def test_a_question_that_nobody_waits_for_is_passed_over(app, valkey_url, states, valkey):
    """Its words are gone; only its mark is still in the list."""
    valkey.rpush(queue.QUESTIONS, "nobody")
    with app.app_context(), Redis.from_url(valkey_url, decode_responses=True) as connection:
        assert answer_next(connection, states, wait=5)
        assert not answer_next(connection, states, wait=0.1)


@pytest.mark.parametrize("nonsense", ["[]", "{}", '{"pool_id": 7}', "not json"])
def test_nonsense_is_answered_with_a_sentence(app, valkey_url, states, valkey, nonsense):
    """Whoever can write to Valkey can neither stop the process nor learn anything."""
    valkey.set(queue.QUESTION + "mark", nonsense)
    valkey.rpush(queue.QUESTIONS, "mark")
    with app.app_context(), Redis.from_url(valkey_url, decode_responses=True) as connection:
        answer_next(connection, states, wait=5)
    assert b"not understood" in valkey.lpop(queue.ANSWER + "mark")
