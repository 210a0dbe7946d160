"""What a page announces before a press that cannot be taken back is what the invoices ask for afterwards, to the penny."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from pool import clock
from pool.actor import Actor
from pool.catalogue import ON_COSTS, PLATFORM_FEE
from pool.models.adjustment import AdjustmentProposal
from pool.models.charge import Charge
from pool.models.invoice import Invoice, Seller
from pool.models.offer import Offer
from pool.money import Money, total
from pool.permissions import CLINICIAN, MANAGER, PRACTICE
from pool.rules.claims import Extras
from pool.rules.settlement import SALARIED
from pool.services.billing import adjustments, credit_notes, invoice_preview, invoicing, own_rates, sellers
from pool.services.billing.own_rates import About
from pool.services.bookings import cancelling, offers
from pool.services.hours import dispute_pages, disputes, hours_pages, timesheets
from tests import builders
from tests.builders import working_as
from tests.dispute_builders import a_dispute, acting, full_hours, last_round
from tests.invoice_builders import CLINICIAN_ACCOUNT, HOST_ACCOUNT, a_host_that_sells
from tests.money_builders import a_figure
from tests.portal.reading import said

LONG_AGO = clock.today() - timedelta(days=500)
SLOWLY = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
WAYS = [
    ("sole_trader", "gp"),
    ("sole_trader", "pharmacist"),
    ("bank_worker", "gp"),
    ("bank_worker", "pharmacist"),
    (SALARIED, "gp"),
]
"""How somebody is engaged and as what: pension, holiday pay and VAT follow from it."""


class Market:
    """A pool whose every figure is set: other costs of employing, a platform fee, sellers registered for VAT or not."""

    def __init__(self, *, registered: bool, on_costs: int = 1505, fee: int = 499) -> None:
        self.pool = builders.a_pool()
        self.practice = builders.a_practice(self.pool)
        self.registered = registered
        if on_costs:
            a_figure(self.pool, About(ON_COSTS), {own_rates.BASIS_POINTS: on_costs}, valid_from=LONG_AGO)
        if fee:
            a_figure(self.pool, About(PLATFORM_FEE), {own_rates.PENCE: fee}, valid_from=LONG_AGO)
        with working_as(Actor.system(self.pool.id)) as work:
            pool = work.get(builders.Pool, self.pool.id)
            for seller in (sellers.ensure_host(work, pool), sellers.ensure_platform(work, pool)):
                self.open_account(work, seller, HOST_ACCOUNT)

    def open_account(self, work, seller: Seller, account: dict[str, str]) -> None:
        """A seller to whom money can be paid."""
        sellers.save_details(work, seller, name=seller.name, address=["1 Demo Street"], **account)
        if self.registered:
            seller.vat_status, seller.vat_number = "registered", "GB123456789"

    def offer(self, engagement: str, profession: str, fee: int, *, on=None) -> Offer:
        """An offer of a session at this fee to somebody who can be paid."""
        clinician = builders.a_clinician(self.pool, engagement=engagement, profession=profession)
        with working_as(Actor.system(self.pool.id)) as work:
            seller = sellers.ensure_clinician(work, work.get(builders.Clinician, clinician.id))
            self.open_account(work, seller, CLINICIAN_ACCOUNT)
        session = builders.a_session(
            self.practice, on=on or builders.yesterday(), fee=Money(fee), profession=profession
        )
        return builders.an_offer(session, clinician)

    def booking(self, offer: Offer, *, pension: bool = False) -> builders.Booking:
        """The offer, accepted."""
        with working_as(acting(CLINICIAN, offer), now=offer.sent_at + timedelta(minutes=1)) as work:
            booking_id = offers.accept(work, offer.id, pension=pension).id
        return builders.read(builders.Booking, booking_id)

    def invoiced(self, booking) -> Money:
        """What every invoice of a booking asks for together, after billing."""
        with working_as(Actor.system(self.pool.id)) as work:
            invoicing.bill_booking(work, booking.id)
        with working_as(Actor.system(self.pool.id)) as work:
            return total([invoice.total for invoice in work.all(select(Invoice).where(Invoice.kind != "credit_note"))])

    def of_clinician(self) -> tuple[Money, Money]:
        """What the clinicians' own invoices ask for, and what of all invoices is pay."""
        with working_as(Actor.system(self.pool.id)) as work:
            issued = work.all(select(Invoice))
            pay = [line.amount for invoice in issued for line in invoice.lines if line.kind in invoice_preview.PAY]
            return total([invoice.total for invoice in issued if invoice.clinician_id]), total(pay)


@pytest.mark.slow
@SLOWLY
@given(
    way=st.sampled_from(WAYS),
    fee=st.integers(1, 90_000),
    pension=st.booleans(),
    registered=st.booleans(),
    on_costs=st.sampled_from([0, 1505, 1]),
    platform=st.sampled_from([0, 1, 499]),
    minutes=st.integers(-40, 40),
    miles=st.sampled_from(["0", "24.6"]),
)
def test_the_hours_page_announces_what_is_invoiced(
    app, way, fee, pension, registered, on_costs, platform, minutes, miles
):
    """Holiday pay, other costs, pension, the platform's fee and VAT, whoever sells and however long it took."""
    market = Market(registered=registered, on_costs=on_costs, fee=platform)
    booking = market.booking(market.offer(*way, fee), pension=pension)
    ended = clock.london(booking.ends_at + timedelta(minutes=minutes))
    sheet = full_hours(booking, ends=ended.time(), extras=Extras(miles=Decimal(miles)))
    with working_as(acting(PRACTICE, sheet)) as work:
        announced = hours_pages.one(work, sheet.id)
        (listed,) = hours_pages.waiting(work)
    assert listed.amount == announced.amount
    assert announced.bill.asked_for + total([part for _, part in announced.bill.on_top]) == announced.amount
    with working_as(acting(PRACTICE, sheet)) as work:
        timesheets.confirm(work, sheet.id)
    with working_as(acting(PRACTICE, sheet)) as work:
        assert hours_pages.agreed_amounts(work, hours_pages.recent(work)) == {sheet.id: announced.amount}
    assert market.invoiced(booking) == announced.amount


@pytest.mark.parametrize("way", WAYS, ids=" ".join)
@pytest.mark.parametrize("pension", [True, False], ids=["pensioned", "not pensioned"])
def test_the_offer_page_announces_what_is_invoiced(app, way, pension):
    """Worked as booked: the clinician's own invoice, or their pay on the host's. Other sellers are not theirs to see."""
    market = Market(registered=True)
    offer = market.offer(*way, 37500)
    with working_as(acting(CLINICIAN, offer)) as work:
        plain, pensioned = invoice_preview.of_offer(work, work.get(Offer, offer.id))
    announced = pensioned if pension else plain
    booking = market.booking(offer, pension=pension)
    sheet = builders.a_timesheet(booking)
    with working_as(acting(PRACTICE, sheet)) as work:
        timesheets.confirm(work, sheet.id)
    market.invoiced(booking)
    own, pay = market.of_clinician()
    assert (announced.own or Money(0), announced.pay) == (own, pay)


@pytest.mark.parametrize("taker", invoice_preview.TAKERS, ids=lambda taker: taker.words)
@pytest.mark.parametrize("profession", ["gp", "pharmacist"])
def test_the_session_page_announces_what_is_invoiced(app, signed_in, taker, profession):
    """Before anybody is asked: what each kind of clinician would cost, as their invoices then say."""
    market = Market(registered=True)
    offer = market.offer(taker.engagement, profession, 37500)
    with working_as(acting(PRACTICE, offer)) as work:
        costs = dict(invoice_preview.of_session(work, work.get(builders.PracticeSession, offer.session_id)))
    assert (taker.words in costs) is (profession == "gp" or not taker.pension)
    if taker.words not in costs:
        return
    open_one = builders.a_session(market.practice, fee=Money(37500), profession=profession)
    page = said(signed_in(builders.a_practice_manager(market.practice)).get(f"/sessions/{open_one.id}"))
    assert f"{costs[taker.words]} with {taker.words}" in page
    sheet = builders.a_timesheet(market.booking(offer, pension=taker.pension))
    with working_as(acting(PRACTICE, sheet)) as work:
        timesheets.confirm(work, sheet.id)
    assert market.invoiced(sheet.booking) == costs[taker.words]


def test_reckoning_writes_nothing(app):
    """Asked in a transaction that is kept, not a row is there afterwards."""
    market = Market(registered=True)
    sheet = builders.a_timesheet(market.booking(market.offer("bank_worker", "gp", 37500)))
    counted = select(func.count()).select_from(Charge)
    with working_as(acting(PRACTICE, sheet)) as work:
        before = work.store.scalar(counted)
        hours_pages.one(work, sheet.id)
    with working_as(acting(PRACTICE, sheet)) as work:
        assert work.store.scalar(counted) == before


def test_the_hours_pages_of_a_bank_worker_show_the_whole_sum(app, signed_in):
    """£375.00 with 12.07 % holiday pay is £420.26: on the card, beside its tick, and before a query."""
    pool = builders.a_pool()
    a_host_that_sells(pool)
    practice = builders.a_practice(pool)
    session = builders.a_session(practice, on=builders.yesterday(), fee=Money(37500))
    sheet = builders.a_timesheet(
        builders.a_booking(session=session, clinician=builders.a_clinician(pool, engagement="bank_worker"))
    )
    desk = signed_in(builders.a_practice_manager(practice))
    for address in ("/hours", "/hours/confirm-all", f"/hours/{sheet.id}/query"):
        words = said(desk.get(address))
        assert "£420.26" in words, address
        assert "Holiday pay" in words, address
        assert "£45.26" in words, address


def test_the_cancel_page_announces_what_is_invoiced(app):
    """A cancellation charge of a host that is registered for VAT has VAT on it."""
    market = Market(registered=True)
    offer = market.offer("bank_worker", "pharmacist", 37500, on=clock.today() + timedelta(days=1))
    booking = market.booking(offer)
    just_before = booking.starts_at - timedelta(hours=1)
    with working_as(acting(PRACTICE, booking), now=just_before) as work:
        announced = cancelling.cancellation_bill(work, work.get(builders.Booking, booking.id))
    assert announced.total == Money(37500).times(Decimal("1.2"))
    with working_as(acting(PRACTICE, booking), now=just_before) as work:
        cancelling.cancel(work, booking.id, "not_needed")
    assert market.invoiced(booking) == announced.total


@pytest.mark.parametrize("kind", ["session", "extra_time", "mileage"])
def test_the_dispute_page_announces_what_accepting_invoices(app, kind):
    """What is still due for the item, with all that comes on top of that part."""
    market = Market(registered=True)
    dispute = a_dispute(full_hours(market.booking(market.offer("bank_worker", "pharmacist", 37500))), kind=kind)
    before = market.invoiced(dispute.timesheet.booking)
    with working_as(acting(PRACTICE, dispute)) as work:
        announced = dispute_pages.case(work, dispute.id).ahead
    with working_as(acting(PRACTICE, dispute)) as work:
        disputes.accept(work, dispute.id, last_round(dispute.id))
    assert market.invoiced(dispute.timesheet.booking) - before == announced.total
    assert announced.total > announced.asked_for


def test_the_manager_reads_what_all_of_it_would_invoice(app):
    """Deciding for the clinician in full."""
    market = Market(registered=True)
    dispute = a_dispute(full_hours(market.booking(market.offer("bank_worker", "pharmacist", 37500))))
    before = market.invoiced(dispute.timesheet.booking)
    with working_as(acting(CLINICIAN, dispute)) as work:
        disputes.escalate(work, dispute.id, last_round(dispute.id), "Please look at the rota")
    with working_as(acting(MANAGER, dispute)) as work:
        announced = dispute_pages.case(work, dispute.id).ahead
    with working_as(acting(MANAGER, dispute)) as work:
        disputes.decide(work, dispute.id, last_round(dispute.id), dispute.disputed, "As on the rota")
    assert market.invoiced(dispute.timesheet.booking) - before == announced.total


def test_the_adjustment_page_announces_what_is_invoiced(app):
    """The difference with the VAT of its supply."""
    market = Market(registered=True)
    booking = market.booking(market.offer("bank_worker", "pharmacist", 37500))
    sheet = builders.a_timesheet(booking)
    with working_as(acting(PRACTICE, sheet)) as work:
        timesheets.confirm(work, sheet.id)
    before = market.invoiced(booking)
    row_id = a_proposal(booking)
    with working_as(acting(MANAGER, booking)) as work:
        announced = adjustments.bill_of(work, work.get(AdjustmentProposal, row_id))
    assert announced.total == Money(1200)
    with working_as(acting(MANAGER, booking)) as work:
        adjustments.accept(work, row_id)
    assert market.invoiced(booking) - before == announced.total


def a_proposal(booking):
    """A difference of £10.00 on the session of a booking, as the night proposes it."""
    with working_as(Actor.system(booking.pool_id)) as work:
        charge = work.first(select(Charge).where(Charge.booking_id == booking.id, Charge.kind == "session"))
        row = AdjustmentProposal(
            pool_id=booking.pool_id,
            practice_id=booking.practice_id,
            clinician_id=booking.clinician_id,
            state="proposed",
            subject="charge",
            subject_id=charge.id,
            figure_table="holiday_pay",
            used="as billed",
            now_known="as known now",
            old_amount=Money(1000),
            new_amount=Money(2000),
            recorded_on=clock.today(),
            proposed_at=work.now,
            source_key=f"test:{charge.id}",
        )
        work.add(row)
        work.store.flush()
        return row.id


def test_the_credit_page_announces_the_credit_note(app, signed_in):
    """With VAT, as the credit note will have it."""
    market = Market(registered=True, fee=0)
    sheet = builders.a_timesheet(market.booking(market.offer("bank_worker", "pharmacist", 37500)))
    with working_as(acting(PRACTICE, sheet)) as work:
        timesheets.confirm(work, sheet.id)
    market.invoiced(sheet.booking)
    manager, asker = builders.a_pool_manager(market.pool.id), builders.a_practice_manager(market.practice)
    with working_as(builders.actor_of(asker)) as work:
        invoice = work.one(select(Invoice))
        request_id = credit_notes.ask(work, invoice.id, "Wrong day", {invoice.lines[0].id: Money(10000)}).id
    words = said(signed_in(manager).get(f"/credit-requests/{request_id}"))
    with working_as(builders.actor_of(manager)) as work:
        note = credit_notes.approve(work, request_id).total
    assert note == Money(12000)
    assert f"Credit {note}?" in words
