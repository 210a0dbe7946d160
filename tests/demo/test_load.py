"""The demo on a real database: loaded once, through the use cases, and thrown away without touching anything real."""

import dataclasses
import re
import time
from collections import Counter
from datetime import timedelta

import pytest
from saxonche import PySaxonProcessor
from sqlalchemy import func, select

from pool import clock
from pool.demo import load, reset, settings
from pool.demo.acts import Acts
from pool.demo.identity import pool_id
from pool.demo.story import STILL_NEWS
from pool.errors import Conflict
from pool.models.audit import AuditEntry
from pool.models.booking import Booking
from pool.models.clinician import Clinician
from pool.models.form_a import FormA
from pool.models.invoice import Invoice
from pool.models.offer import Offer
from pool.models.outbox import OutboxMessage
from pool.models.person import Membership, Person
from pool.models.practice import Practice
from pool.models.session import PracticeSession
from pool.models.timesheet import Timesheet
from pool.places.postcodes import Postcodes
from pool.services.pension import forms_b, pension_deadlines
from pool.unit_of_work import system_actor, unit_of_work
from tests import builders
from tests.documents.official_rules import LAYERS, PACKED, OfficialRules

MAIN, SECOND = settings.POOLS
SECONDS_OF_PROCESSOR = 150

FEWEST = 6
"""How much there is depends on the day: least on a Monday, and on some days every form has its first signature."""


@pytest.fixture
def only_a_small_pool(monkeypatch):
    """A corner of the second pool is enough for everything but the figures."""
    monkeypatch.setattr(settings, "POOLS", (dataclasses.replace(SECOND, practices=3, past_weeks=1),))


@pytest.fixture
def demo(app):
    """`flask demo …` as a person types it."""
    return lambda *arguments: app.test_cli_runner().invoke(args=["demo", *arguments])


@pytest.fixture
def looking(app):
    """A read of every pool: gives the answer of a question put to the unit of work."""

    def ask(question):
        with app.app_context(), unit_of_work(system_actor("a test looks at all"), read_only=True) as work:
            return question(work)

    return ask


def counts(work):
    """How many rows of each kind there are."""
    tables = (Practice, Clinician, Membership, PracticeSession, Offer, Booking, Timesheet, Invoice, AuditEntry)
    return {table.__tablename__: work.store.scalar(select(func.count()).select_from(table)) for table in tables}


def states(work, table):
    """How many rows of a table are in each state."""
    return Counter(work.store.scalars(select(table.state)))


def test_a_second_load_changes_nothing(demo, looking, only_a_small_pool):
    """`make run` loads the demo at every start; what people did in between must stay."""
    first = demo("load")
    assert first.exit_code == 0, first.output
    before = looking(counts)
    again = demo("load")
    assert again.output == "The demo place is there already.\n"
    assert looking(counts) == before


def test_after_a_reset_the_same_people_come_back(demo, looking, only_a_small_pool):
    """Bookmarks, screenshots and habits survive a reset: the same day gives the same ids."""
    demo("load")
    before = looking(lambda work: sorted(work.store.scalars(select(Clinician.id))))
    assert "is gone" in demo("reset").output
    assert set(looking(counts).values()) == {0}
    demo("load", "--scenario", "shortage")
    assert looking(lambda work: sorted(work.store.scalars(select(Clinician.id)))) == before


def test_a_reset_refuses_when_a_pool_is_real(demo, looking, only_a_small_pool):
    """Somebody will type it on the wrong machine one day."""
    demo("load")
    builders.a_pool("Real Coast")
    answer = demo("reset")
    assert answer.exit_code == 1
    assert "Real Coast is not a demo" in answer.output
    assert looking(counts)["clinician"] == SECOND.clinicians


def test_an_interrupted_load_starts_over(app, config, demo, looking, only_a_small_pool, monkeypatch):
    """Ctrl-C in the middle must not leave half a demo behind for ever."""
    posted = Acts.post
    monkeypatch.setattr(Acts, "post", lambda acts, work, beat: (_ for _ in ()).throw(KeyboardInterrupt))
    with app.app_context(), pytest.raises(KeyboardInterrupt):
        load.load("surplus", Postcodes(config.var / "postcodes"), print, throw_away=lambda: None)
    monkeypatch.setattr(Acts, "post", posted)
    answer = demo("load")
    assert "The last load was interrupted: starting over" in answer.output
    assert answer.exit_code == 0, answer.output
    assert looking(counts)["clinician"] == SECOND.clinicians


def test_outside_a_demo_the_commands_refuse(app, demo, monkeypatch):
    """Made-up clinicians never reach a real pool."""
    monkeypatch.setitem(app.extensions, "pool_config", dataclasses.replace(app.extensions["pool_config"], demo=False))
    for command in ("load", "links", "reset"):
        answer = demo(command)
        assert answer.exit_code == 1
        assert "This is not a demonstration" in answer.output


def test_each_persona_has_a_link_that_opens(app, demo, client, only_a_small_pool):
    """One line for each role, as `make run` prints them."""
    demo("load", "--scenario", "surplus")
    lines = demo("links").output.splitlines()
    assert [line[:17].strip() for line in lines] == ["Practice manager", "Clinician", "Pool manager", "ICS lead"]
    for line in lines:
        address = re.search(r"https?://[^/]+(/\S+)", line)
        assert client.get(address[1]).status_code == 200


def test_nobody_is_written_to_about_the_past(demo, looking, only_a_small_pool):
    """Hundreds of e-mails about weeks gone by would hide the first one that matters."""
    demo("load")
    old = OutboxMessage.at < clock.now() - STILL_NEWS - timedelta(minutes=30)
    waiting = select(OutboxMessage).where(OutboxMessage.done_at.is_(None), old)
    assert looking(lambda work: work.first(waiting)) is None
    assert looking(lambda work: work.first(select(OutboxMessage).where(old))) is not None


def test_everybody_is_marked_as_made_up(demo, looking, only_a_small_pool):
    """A demo person must never be taken for a real one."""
    demo("load")
    assert looking(lambda work: set(work.store.scalars(select(Person.is_demo)))) == {True}
    assert looking(lambda work: set(work.store.scalars(select(Clinician.is_demo)))) == {True}


def test_a_reset_without_anything_to_delete_is_harmless(app, config):
    """The first thing somebody may type."""
    with app.app_context():
        reset.reset(config)


def test_a_reset_waits_for_nobody_and_says_why(app, config):
    """The refusal is a conflict like any other, so every door can show it."""
    builders.a_pool("Another Coast")
    with app.app_context(), pytest.raises(Conflict, match="Another Coast"):
        reset.reset(config)


def test_the_whole_demo_has_every_stage_and_loads_quickly(demo, looking):
    """The figures people see first: both pools, four weeks of history, four weeks ahead (domain 10)."""
    started = time.process_time()
    answer = demo("load")
    assert answer.exit_code == 0, answer.output
    assert time.process_time() - started < SECONDS_OF_PROCESSOR

    found = looking(counts)
    assert found["practice"] == MAIN.practices + SECOND.practices
    assert found["clinician"] == MAIN.clinicians + SECOND.clinicians
    forms, late, form_b = looking(pension_states)
    assert (forms - {"prepared"}, late, form_b) == ({"declared", "signed"}, [], True)
    assert looking(lambda work: states(work, PracticeSession)).keys() >= {"posted", "offered", "filled", "unfilled"}
    assert looking(lambda work: states(work, Booking)).keys() >= {"accepted", "worked", "invoiced", "paid", "cancelled"}
    assert looking(lambda work: states(work, Offer)).keys() >= {"sent", "accepted", "declined"}
    assert looking(lambda work: states(work, Timesheet)).keys() >= {"submitted", "confirmed"}
    assert looking(lambda work: states(work, Invoice)).keys() == {"issued", "paid"}
    assert looking(lambda work: work.first(select(Invoice).where(Invoice.pdf_sha256.is_(None)))) is None
    assert looking(objections) == []
    assert looking(repeat_pairs) >= FEWEST
    assert 0.5 < looking(fill_of_the_past) < 0.9


def pension_states(work):
    """In which states the Forms A of the demo are, which are late, and whether there is a Form B, sent or to be sent."""
    late = [risk for risk in pension_deadlines.at_risk(work) if risk.days_left < 0]
    return set(states(work, FormA)), late, bool(forms_b.drafts(work) or forms_b.submitted(work))


def objections(work):
    """What the official rules object to in every tenth electronic invoice."""
    documents = work.all(select(Invoice.ubl).order_by(Invoice.number))[::10]
    assert len(documents) >= FEWEST
    with PySaxonProcessor(license=False) as saxon:
        rules = OfficialRules(saxon, PACKED)
        return [finding for xml in documents for layer in LAYERS for finding in rules.findings(layer, xml)]


def repeat_pairs(work):
    """Clinicians who went to the same practice more than once."""
    worked = Booking.state.in_(("worked", "confirmed", "invoiced", "paid"))
    pairs = Counter(work.store.execute(select(Booking.clinician_id, Booking.practice_id).where(worked)).all())
    return sum(times > 1 for times in pairs.values())


def fill_of_the_past(work):
    """Filled sessions over all that were wanted in the main pool before today."""
    past = (PracticeSession.on < clock.today(), PracticeSession.pool_id == pool_id(MAIN))
    found = Counter(work.store.scalars(select(PracticeSession.state).where(*past)))
    return found["filled"] / (found["filled"] + found["unfilled"])
