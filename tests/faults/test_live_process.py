"""The live process dies: nobody waits for it, and the next one knows everything, for all of it is in the rows."""

import pytest

from deploy.processes import children_of
from pool import queue
from pool.services.plans import plan_questions
from tests.builders import working_as
from tests.deploy.waiting import HOPELESS, wait_for
from tests.faults.conftest import kill
from tests.workers.places import a_market

pytestmark = pytest.mark.faults


def test_a_live_process_that_is_killed_is_not_missed(background, monkeypatch, valkey_url):
    """Killed between two questions; its memory is built anew from the rows."""
    market = a_market(sessions=1, clinicians=2)
    queue.connect(background.valkey.url)
    monkeypatch.setattr(plan_questions, "SECONDS", HOPELESS)
    try:
        machine = background.start(POOL_WORKERS="live=1")
        assert wait_for(lambda: "live_started" in background.logs())
        assert len(asked(market).best) == 2
        kill(*children_of(machine.process.pid))
        market.away(market.clinicians[0], market.sessions[0].on)
        assert wait_for(lambda: background.logs().count("live_started") == 2), background.logs()
        assert asked(market).best == [market.clinicians[1].id]
    finally:
        queue.connect(valkey_url)


def asked(market):
    """What a manager is told about the session."""
    with working_as(market.manager) as work:
        return plan_questions.who_else(work, market.sessions[0].id, queue.ask)
