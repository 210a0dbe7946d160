"""Billing when things go wrong: 50 issuers at once, a third of what they do undone, a worker killed while it numbers."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from pool import clock
from pool.actor import Actor
from pool.models.charge import Charge
from pool.models.invoice import Invoice, InvoiceLine
from pool.services.billing import billing_due, invoicing
from pool.services.pools import practice_settings
from tests import builders
from tests.builders import working_as
from tests.deploy.waiting import wait_for
from tests.faults.conftest import kill
from tests.invoice_builders import a_clinician_who_sells, confirmed_hours

ISSUERS = 50
FAILURES = 0.3
NUMBERING = ("invoice_series", "EXCLUSIVE")
"""The worker stands still with everything written but the number."""


class Undone(Exception):
    """Thrown on purpose to undo a transaction."""


def some_work(grouping="session", *, clinicians=3, sessions=6):
    """A pool with confirmed hours of several sellers."""
    pool = builders.a_pool()
    practice = builders.a_practice(pool)
    with working_as(Actor.system(pool.id)) as work:
        practice_settings.change(work, practice.id, {"invoice_grouping": grouping})
    for number in range(clinicians):
        seller = a_clinician_who_sells(pool)
        for away in range(sessions):
            day = clock.week_of(clock.today()) - timedelta(days=40 + away)
            confirmed_hours(practice, seller, on=day, label=f"Room {number}")
    return pool, Actor.system(pool.id)


def issuing(actor, seed):
    """One issuer: bills every booking and everything that is due, in its own order; some of it is undone at the end."""
    chance = random.Random(seed)
    with working_as(actor) as work:
        bookings = list(work.all(select(Charge.booking_id)))
        groups = billing_due.due(work, clock.today())
    tasks = [(invoicing.bill_booking, booking_id) for booking_id in bookings]
    tasks += [(billing_due.bill_together, group) for group in groups]
    chance.shuffle(tasks)
    for act, what in tasks:
        try:
            with working_as(actor) as work:
                act(work, what)
                if chance.random() < FAILURES:
                    raise Undone
        except Undone:
            continue


def what_is_wrong(actor, sessions):
    """Gaps, twins, sessions unbilled and sessions billed twice."""
    with working_as(actor) as work:
        lines = Counter(line.booking_id for line in work.all(select(InvoiceLine)) if line.kind == "session")
        numbers = {}
        for invoice in work.all(select(Invoice)):
            numbers.setdefault(invoice.seller_id, []).append(int(invoice.number[-4:]))
        unbilled = work.all(select(Charge).where(Charge.state != "billed"))
    return {
        "gaps or twins": [series for series in numbers.values() if sorted(series) != list(range(1, len(series) + 1))],
        "unbilled": sessions - len(lines) + len(unbilled),
        "twice": [booking_id for booking_id, count in lines.items() if count != 1],
    }


@pytest.mark.parametrize("grouping", ["session", "week"])
def test_fifty_issuers_with_failures_bill_everything_once(app, grouping):
    """0 gaps, 0 duplicates, 0 unbilled, 0 billed twice, and the books agree (checked after every test)."""
    _, actor = some_work(grouping)
    with ThreadPoolExecutor(ISSUERS) as issuers:
        list(issuers.map(lambda seed: issuing(actor, seed), range(ISSUERS)))
    with working_as(actor) as work:
        left = billing_due.due(work, clock.today())
    for group in left:
        with working_as(actor) as work:
            billing_due.bill_together(work, group)
    assert what_is_wrong(actor, 18) == {"gaps or twins": [], "unbilled": 0, "twice": []}


@pytest.mark.faults
def test_a_worker_is_killed_while_it_draws_a_number(background, gate):
    """Everything is written but the number: the transaction dies with the process, and the next one bills it, once."""
    _, actor = some_work(clinicians=1, sessions=4)
    with gate.closed(*NUMBERING):
        background.start()
        assert wait_for(lambda: gate.waiting(NUMBERING[0]) > 0), background.logs()
        kill(*background.horses())
    everything = {"gaps or twins": [], "unbilled": 0, "twice": []}
    assert wait_for(lambda: what_is_wrong(actor, 4) == everything), background.logs()
