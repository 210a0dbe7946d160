"""A small world at a fixed moment, and the e-mails that an event in it leads to."""

import re
from datetime import UTC, datetime
from email.headerregistry import Address

import pytest
import time_machine
from sqlalchemy import select

from pool.actor import Actor
from pool.channels.email import EMAIL, EmailChannel
from pool.models.message import Message
from pool.models.outbox import OutboxMessage
from pool.services.messages import composing, delivery
from pool.services.messages.links import Links
from pool.unit_of_work import unit_of_work
from tests import builders
from tests.builders import working_as
from tests.invoice_builders import a_clinician_who_sells

MONDAY = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
LINKS = Links("Staffing Pool", "https://pool.example", lambda endpoint, ids: f"/{endpoint.replace('.', '/')}")
CHANNELS = {EMAIL: EmailChannel("smtp://127.0.0.1", Address("Staffing Pool", addr_spec="pool@pool.example"))}
SECRET = re.compile(r"(?:(?<=/sign-in/link/)|(?<=/account/email/)|(?<=/new-address/))\S+")


def write_messages(actor, outbox_id):
    """Write the messages of an event as a worker does: composed in a unit of work that can only read, then kept."""
    with working_as(actor), unit_of_work(actor, read_only=True) as work:
        messages = composing.compose(work, outbox_id, LINKS, CHANNELS)
    with working_as(actor) as work:
        delivery.keep(work, outbox_id, messages)


class World:
    """One pool with a practice, its manager, the pool's manager and a clinician; all made up."""

    def __init__(self, **pool):
        self.pool = builders.a_pool("Great Yarmouth and Waveney", **pool)
        self.practice = builders.a_practice(self.pool, name="The Park Surgery", arrival_notes="Ring the staff bell.")
        self.practice_manager = builders.a_practice_manager(self.practice, "Sam Reed")
        self.pool_manager = builders.a_pool_manager(self.pool.id, "Taylor Broad")
        self.clinician = a_clinician_who_sells(self.pool, name="Dr Jay Finch")

    @property
    def everybody(self):
        """The system, working for this pool."""
        return Actor.system(self.pool.id)

    def happened(self, name):
        """The newest event of this name."""
        with working_as(self.everybody) as work:
            newest = select(OutboxMessage).where(OutboxMessage.name == name).order_by(OutboxMessage.at.desc())
            row = work.first(newest)
            assert row is not None, f"{name} did not happen"
            return row.id

    def told(self, name):
        """Write the messages of the newest event of this name; gives all that it has led to."""
        outbox_id = self.happened(name)
        write_messages(self.everybody, outbox_id)
        with working_as(self.everybody) as work:
            rows = work.all(select(Message).where(Message.outbox_id == outbox_id).order_by(Message.template))
            work.store.expunge_all()
            return rows


@pytest.fixture
def monday():
    """Monday 4 May 2026, 09:00 in London."""
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def world(app, monday):
    """The world on that Monday."""
    return World(is_demo=True)
