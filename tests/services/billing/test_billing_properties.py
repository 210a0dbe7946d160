"""Whatever order things happen in, and however often they are tried or undone: billed once, to the penny, numbered on."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from pool import clock
from pool.actor import Actor
from pool.errors import PoolError
from pool.models.charge import Charge
from pool.models.invoice import Invoice, InvoiceLine
from pool.models.timesheet import Timesheet
from pool.money import Money, total
from pool.permissions import PRACTICE
from pool.rules.fees import Line
from pool.rules.vat import PLATFORM_FEE, REGISTERED, vat_rule
from pool.services.billing import billing_due, charges, invoicing
from pool.services.hours import timesheets
from pool.services.ledger import ledger_check
from pool.services.pools import practice_settings
from tests import builders
from tests.builders import working_as
from tests.invoice_builders import a_clinician_who_sells

BOOKINGS = 3
SLOWLY = settings(max_examples=12, suppress_health_check=list(HealthCheck))

CONFIRM, BILL, BILL_DUE, CLAIM_MORE = "confirm", "bill", "bill due", "claim more"
steps = st.lists(
    st.tuples(st.sampled_from([CONFIRM, BILL, BILL_DUE, CLAIM_MORE]), st.integers(0, BOOKINGS - 1), st.booleans()),
    max_size=14,
)
"""(what is tried, for which booking, whether the transaction is undone at its end)."""


class Undone(Exception):
    """Thrown on purpose to undo a transaction."""


class Scene:
    """One practice with worked sessions whose hours wait for an answer."""

    def __init__(self, grouping: str) -> None:
        self.pool = builders.a_pool()
        self.practice = builders.a_practice(self.pool)
        self.actor = Actor.system(self.pool.id)
        clinician = a_clinician_who_sells(self.pool)
        with working_as(self.actor) as work:
            practice_settings.change(work, self.practice.id, {"invoice_grouping": grouping})
        self.bookings = []
        for away in range(1, BOOKINGS + 1):
            row = builders.a_session(self.practice, on=clock.today() - timedelta(days=40 + away))
            self.bookings.append(builders.a_booking(session=row, clinician=clinician))
        self.timesheets = [builders.a_timesheet(booking) for booking in self.bookings]

    def attempt(self, what: str, which: int, *, undone: bool) -> None:
        """One transaction; what cannot be done now is refused, and some are undone."""
        try:
            with working_as(self.answering) as work:
                self.act(work, what, which)
                if undone:
                    raise Undone
        except (Undone, PoolError):
            return

    @property
    def answering(self) -> Actor:
        """The practice manager answers, the product bills; both see these rows."""
        return Actor(PRACTICE, self.actor.pool_ids, practice_id=self.practice.id)

    def act(self, work, what: str, which: int) -> None:
        """What a step does."""
        if what == CONFIRM:
            timesheets.confirm(work, self.timesheets[which].id)
        elif what == BILL:
            invoicing.bill_booking(work, self.bookings[which].id)
        elif what == BILL_DUE:
            for group in billing_due.due(work, clock.today()):
                billing_due.bill_together(work, group)
        else:
            booking = work.get(type(self.bookings[which]), self.bookings[which].id, lock=True)
            line = Line("adjustment", "Agreed afterwards", Money(1234), "Decided by the pool manager")
            charges.approve_all(work, charges.claim(work, booking, [line]))

    def finish(self) -> None:
        """In the end every hour is confirmed and everything that is due is billed."""
        with working_as(self.actor) as work:
            waiting = list(work.all(select(Timesheet.id).where(Timesheet.state == "submitted")))
        for timesheet_id in waiting:
            with working_as(self.answering) as work:
                timesheets.confirm(work, timesheet_id)
        self.attempt(BILL_DUE, 0, undone=False)


@pytest.mark.slow
@SLOWLY
@given(grouping=st.sampled_from(["session", "week", "month"]), happened=steps)
def test_every_confirmed_session_is_billed_once_whatever_happens(app, grouping, happened):
    """Σ lines = total = what the booking owes; one line for each session; numbers from 1 on; the books agree."""
    scene = Scene(grouping)
    for what, which, undone in happened:
        scene.attempt(what, which, undone=undone)
    scene.finish()
    with working_as(scene.actor) as work:
        invoices = work.all(select(Invoice))
        lines = work.all(select(InvoiceLine))
        sessions = Counter(line.booking_id for line in lines if line.kind == "session")
        assert sessions == Counter(booking.id for booking in scene.bookings)
        assert {charge.state for charge in work.all(select(Charge))} == {"billed"}
        assert sorted(line.charge_id for line in lines) == sorted(work.all(select(Charge.id)))
        for invoice in invoices:
            assert invoice.total == total([line.amount for line in invoice.lines])
        assert sorted(int(invoice.number[-4:]) for invoice in invoices) == list(range(1, len(invoices) + 1))
        assert ledger_check.verify(work, scene.pool.id).mistakes == ()


def parts_of(pence: int):
    """A sequence of cuts of an amount, each smaller than what is left."""
    return st.lists(st.integers(1, max(1, pence - 1)), min_size=1, max_size=4)


@pytest.mark.slow
@SLOWLY
@given(pence=st.integers(2, 100_000), data=st.data())
def test_no_penny_is_lost_however_often_a_charge_is_split(app, pence, data):
    """Parts that are agreed, rests that are disputed, split again and decided: together always what was claimed."""
    scene = Scene("session")
    line = Line("extra_visits", "Extra visits", Money(pence), "as sent", pensionable=False)
    with working_as(scene.actor) as work:
        booking = work.get(type(scene.bookings[0]), scene.bookings[0].id)
        before = total([charge.amount for charge in charges.of_booking(work, booking.id)])
        (rest,) = charges.claim(work, booking, [line])
        for cut in data.draw(parts_of(pence)):
            if not 0 < cut < rest.amount.pence:
                continue
            if rest.state == "claimed":
                _, rest = charges.split(work, rest, agreed_amount=Money(cut), reason="Looked at together")
            elif rest.state == "disputed":
                charges.agree(work, rest, Money(cut))
        work.store.flush()
        everything = charges.of_booking(work, booking.id)
        assert total([booking.amount for booking in everything]) == before + Money(pence)
        assert all(booking.amount == booking.unit_price.times(booking.quantity) for booking in everything)


@given(st.lists(st.integers(1, 1_000_000), min_size=1, max_size=40))
def test_vat_is_the_rate_of_the_whole_and_never_half_a_penny_out(amounts):
    """Rounded once on the sum, as the document shows it: within half a penny of the exact figure."""
    rule = vat_rule("gp", REGISTERED, PLATFORM_FEE, date(2026, 5, 1))
    net = total([Money(amount) for amount in amounts])
    assert abs(rule.vat_on(net).pence - net.pence * rule.rate) <= Decimal("0.5")


@pytest.mark.parametrize("pence", [1, 3, 35700])
def test_a_quantity_at_a_price_is_its_amount(pence):
    """What documents show beside each other fits together."""
    line = Line("extra_visits", "Extra visits", Money(pence).times(3), "3 visits", Decimal(3), "visit", Money(pence))
    assert line.price.times(line.quantity) == line.amount
