"""The pages of a plan: advice from the plan as a whole, reserve and waves, reports, what-if."""

from contextlib import contextmanager
from threading import Thread

import pytest
from redis import Redis

from pool import queue
from pool.models.person import Person
from pool.services import live
from tests.builders import a_clinician, read
from tests.services.test_match_runs import carried_through
from tests.workers.places import a_market
from workers.live import answer_next
from workers.live_state import LiveStates


@pytest.fixture
def answering(app, valkey, valkey_url, monkeypatch):
    """A live process that answers one question in a thread."""
    monkeypatch.setattr(live, "SECONDS", 20)

    @contextmanager
    def answering():
        def answer_one():
            with app.app_context(), Redis.from_url(valkey_url, decode_responses=True) as connection:
                answer_next(connection, LiveStates(), wait=20)

        valkey.set(queue.SOMEBODY, "here", ex=20)
        thread = Thread(target=answer_one)
        thread.start()
        yield
        thread.join()

    return answering


@pytest.fixture
def manager_of(signed_in):
    """The browser of a market's manager."""
    return lambda market: signed_in(read(Person, market.manager.person_id))


def test_choosing_somebody_else_shows_what_it_means_for_the_plan(app, manager_of, answering):
    """The best for the plan comes first, and is not simply the nearest."""
    market = a_market(sessions=1, clinicians=1)
    market.clinicians.append(a_clinician(market.pool, name="Dr Far Demo", home_easting=662665))
    market.clinicians.append(a_clinician(market.pool, name="Dr Near Demo", home_easting=653665))
    run = carried_through(market)
    (proposal,) = market.proposals(run)
    browser = manager_of(market)
    with answering():
        page = browser.get(f"/plans/proposals/{proposal.id}").text
    assert "Best for the plan as a whole." in page
    assert page.index("Dr Near Demo") < page.index("Dr Far Demo")
    assert "the plan as a whole would lose about" in page
    without = browser.get(f"/plans/proposals/{proposal.id}").text
    assert "is not known at the moment" in without
    assert "Dr Far Demo" in without
