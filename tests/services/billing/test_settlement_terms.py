"""Who invoices whom is settled with the offer, frozen in the booking, and changes only by cancelling and booking anew."""

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from pool.actor import Actor
from pool.errors import Conflict
from pool.models.booking import Booking
from pool.models.clinician import Clinician
from pool.models.invoice import Invoice
from pool.models.session import PracticeSession
from pool.money import Money
from pool.services.bookings import cancelling, offers
from pool.services.clinicians import clinician_records
from tests import builders
from tests.builders import again, working_as
from tests.invoice_builders import a_host_that_sells, confirmed_hours, issued

pytestmark = pytest.mark.usefixtures("app")


def employed_from_now(clinician):
    """The host employs somebody who was self-employed."""
    with working_as(Actor.system(clinician.pool_id)) as work:
        clinician_records.engage(work, work.get(Clinician, clinician.id), "bank_worker", date(2026, 1, 1))


def accepted(offer):
    """The booking, taken by the clinician."""
    return builders.a_booking(offer)


AGENT = "{name} invoices The Park Surgery, which pays {name} directly; the pool prepares the invoice."
HOST = "{host} employs {name} and pays through its payroll; {host} invoices The Park Surgery."
HOLIDAY = " Holiday pay of 12.07% (£43.09) comes on top, shown apart."


@pytest.mark.parametrize(
    ("engagement", "words"),
    [("sole_trader", AGENT), ("bank_worker", HOST + HOLIDAY), ("salaried", HOST)],
)
def test_the_booking_says_who_invoices_whom(pool, practice, engagement, words):
    """Both sides read it before they agree, and it is part of what they agreed to."""
    clinician = builders.a_clinician(pool, name="Dr Jay Finch", engagement=engagement)
    booking = builders.a_booking(session=builders.a_session(practice), clinician=clinician)
    assert booking.terms.settlement.words == words.format(host=pool.host.name, name="Dr Jay Finch")
    assert booking.terms.pension.route == ("locum_ab" if engagement == "sole_trader" else "payroll")


def test_enhanced_access_goes_to_solo(pool, practice):
    """A network engages the GP: never by forms A and B (domain 5.5, 11.4)."""
    session = builders.a_session(practice, contract_context="pcn_enhanced_access", engaging_org="Coastal PCN")
    booking = builders.a_booking(session=session, clinician=builders.a_clinician(pool))
    assert booking.terms.pension.route == "solo"


def test_a_booking_keeps_its_type_when_the_engagement_changes(pool, practice):
    """What was agreed is settled as it was agreed."""
    clinician = builders.a_clinician(pool)
    booking = builders.a_booking(session=builders.a_session(practice), clinician=clinician)
    employed_from_now(clinician)
    assert again(booking).engagement_type == "sole_trader"
    assert again(booking).terms.settlement.seller == "clinician"


def test_postgresql_refuses_another_type(pool, practice):
    """Not by SQL either."""
    booking = builders.a_booking(session=builders.a_session(practice), clinician=builders.a_clinician(pool))
    change = text("UPDATE booking SET engagement_type = 'bank_worker' WHERE id = :id")
    with pytest.raises(DBAPIError, match="never change"), working_as(Actor.system(pool.id)) as work:
        work.store.execute(change, {"id": booking.id})


def test_cancelling_and_booking_anew_changes_it(pool, practice):
    """The only way: a new offer with new terms, agreed by both."""
    clinician = builders.a_clinician(pool)
    session = builders.a_session(practice)
    first = builders.a_booking(session=session, clinician=clinician)
    with working_as(Actor.system(pool.id)) as work:
        cancelling.cancel(work, first.id, "mistake")
    employed_from_now(clinician)
    second = builders.a_booking(session=again(session), clinician=clinician)
    assert (again(first).engagement_type, second.engagement_type) == ("sole_trader", "bank_worker")


def test_an_offer_for_another_type_cannot_be_accepted(pool, practice):
    """The terms on the screen would not be those that hold."""
    clinician = builders.a_clinician(pool)
    offer = builders.an_offer(builders.a_session(practice), clinician)
    employed_from_now(clinician)
    with pytest.raises(Conflict, match="How you are engaged has changed"):
        accepted(offer)
    with working_as(Actor.system(pool.id)) as work:
        assert work.first(select(Booking).where(Booking.offer_id == offer.id)) is None
        offers.withdraw(work, offer.id, "taken_back")
        session = work.get(PracticeSession, offer.session_id, lock=True)
        fresh = offers.send(work, session, work.get(Clinician, clinician.id))
        assert fresh.terms.engagement_type == "bank_worker"


def test_holiday_pay_is_a_line_of_its_own_on_the_recharge(pool, practice):
    """£357.00 of pay brings £43.09, and what was driven brings none (domain 4.5)."""
    a_host_that_sells(pool)
    invoice = issued(confirmed_hours(practice, builders.a_clinician(pool, engagement="bank_worker")))
    with working_as(Actor.system(pool.id)) as work:
        lines = [(line.kind, line.amount) for line in work.get(Invoice, invoice.id).lines]
    assert lines == [("session", Money(35700)), ("holiday_pay", Money(4309))]
    assert invoice.total == Money(40009)


def test_a_salaried_clinician_brings_no_rolled_up_holiday_pay(pool, practice):
    """Their leave is in the salary."""
    a_host_that_sells(pool)
    assert issued(confirmed_hours(practice, builders.a_clinician(pool, engagement="salaried"))).total == Money(35700)
