"""Agreed charges become invoices: grouped as the practice wants, each charge once, later ones as supplements."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from pool.actor import Actor
from pool.errors import Invalid
from pool.models.charge import Charge
from pool.models.invoice import Invoice
from pool.money import Money, total
from pool.permissions import CLINICIAN, MANAGER, PRACTICE
from pool.rules.fees import Line
from pool.services.billing import billing_due, charges, credit_notes, invoicing
from pool.services.bookings import cancelling
from pool.services.payments import payments
from pool.services.pools import practice_settings
from tests import builders
from tests.builders import actor_of, again, working_as
from tests.invoice_builders import a_clinician_who_sells, a_host_that_sells, confirmed_hours, issued
from tests.pension_builders import a_pensioned_clinician, pensioned_work
from workers.invoices import bill_everything

MONDAY = date(2026, 4, 13)
NEXT_MONDAY = MONDAY + timedelta(days=7)


@pytest.fixture
def everybody(pool):
    """The system, working for this pool."""
    return Actor.system(pool.id)


def wants(practice, **settings):
    """The practice changes its settings."""
    with working_as(Actor.system(practice.pool_id)) as work:
        practice_settings.change(work, practice.id, settings)


def billed(actor, on):
    """Everything due on a day is billed; says how many invoices."""
    with working_as(actor):
        return bill_everything(actor, datetime(on.year, on.month, on.day, 3, tzinfo=UTC))


def invoices_of(actor):
    """(total, kind, days, number of lines) of every invoice, oldest first."""
    with working_as(actor) as work:
        rows = work.all(select(Invoice).order_by(Invoice.issued_at, Invoice.number))
        return [(row.total, row.kind, row.period_from, row.period_to, len(row.lines)) for row in rows]


def charges_of(booking):
    """The charges of a booking."""
    with working_as(Actor.system(booking.pool_id)) as work:
        rows = charges.of_booking(work, booking.id)
        work.store.expunge_all()
        return rows


def one_more(booking):
    """Something else is agreed for a booking later."""
    with working_as(Actor.system(booking.pool_id)) as work:
        booking = work.get(type(booking), booking.id)
        lines = [Line("adjustment", "Agreed afterwards", Money(5000), "Decided by the pool manager")]
        charges.approve_all(work, charges.claim(work, booking, lines))


def test_a_week_of_sessions_is_one_invoice_once_it_is_over(everybody, practice, clinician):
    """The practice chose weekly: nothing before Sunday is over, then one invoice for all of it."""
    wants(practice, invoice_grouping="week")
    bookings = [confirmed_hours(practice, clinician, on=MONDAY + timedelta(days=away)) for away in (0, 2, 6)]
    with working_as(everybody) as work:
        assert invoicing.bill_booking(work, bookings[0].id) == []
    assert billed(everybody, MONDAY + timedelta(days=6)) == 0
    assert billed(everybody, NEXT_MONDAY) == 1
    assert billed(everybody, NEXT_MONDAY) == 0
    assert invoices_of(everybody) == [(Money(3 * 35700), "invoice", MONDAY, MONDAY + timedelta(days=6), 3)]
    assert {again(booking).state for booking in bookings} == {"invoiced"}


def test_a_week_waits_for_unanswered_hours_but_not_for_ever(everybody, practice, clinician):
    """One invoice is worth waiting for, a week at most: the clinician wants to be paid."""
    wants(practice, invoice_grouping="week")
    confirmed_hours(practice, clinician, on=MONDAY)
    late = builders.a_booking(session=builders.a_session(practice, on=MONDAY + timedelta(days=1)), clinician=clinician)
    builders.a_timesheet(late)
    assert billed(everybody, NEXT_MONDAY) == 0
    assert billed(everybody, NEXT_MONDAY + timedelta(days=6)) == 0
    assert billed(everybody, NEXT_MONDAY + timedelta(days=7)) == 1


def test_a_month_of_sessions_is_one_invoice_for_each_seller(everybody, pool, practice, clinician):
    """Two clinicians sell their own work, the host sells that of the GP it employs: three sellers, three invoices."""
    a_host_that_sells(pool)
    wants(practice, invoice_grouping="month")
    for person in (clinician, a_clinician_who_sells(pool), builders.a_clinician(pool, engagement="salaried")):
        for on in (date(2026, 4, 1), date(2026, 4, 30)):
            confirmed_hours(practice, person, on=on, label=str(person.id))
    assert billed(everybody, date(2026, 4, 30)) == 0
    assert billed(everybody, date(2026, 5, 1)) == 3
    assert {row[0] for row in invoices_of(everybody)} == {Money(71400)}


def test_without_its_order_number_a_practice_gets_no_invoice(everybody, practice, clinician):
    """Some buyers send back every invoice without one; it follows by itself once the number is there."""
    wants(practice, order_reference_required=True)
    booking = confirmed_hours(practice, clinician)
    with working_as(everybody) as work:
        assert invoicing.bill_booking(work, booking.id) == []
        (waiting,) = invoicing.held_up(work)
    assert waiting.reasons == ("The Park Surgery asks for an order number on every invoice and has not given one.",)
    wants(practice, order_reference="PO-118")
    assert billed(everybody, builders.yesterday() + timedelta(days=1)) == 1
    with working_as(everybody) as work:
        assert work.one(select(Invoice)).order_reference == "PO-118"
        assert invoicing.held_up(work) == []


def test_what_is_agreed_later_is_a_supplement_that_names_the_first_invoice(everybody, practice, clinician):
    """The undisputed part was invoiced at once; the outcome of the dispute follows by itself (domain 6.6)."""
    booking = confirmed_hours(practice, clinician)
    first = issued(booking)
    one_more(booking)
    later = issued(booking)
    assert (later.kind, later.corrects_id, later.total) == ("supplementary", first.id, Money(5000))
    assert again(booking).state == "invoiced"


def test_a_booking_is_paid_when_its_last_invoice_is(everybody, practice, clinician):
    """The supplement is open, so the session is not paid yet."""
    booking = confirmed_hours(practice, clinician)
    first = issued(booking)
    one_more(booking)
    later = issued(booking)
    states = []
    for invoice in (first, later):
        with working_as(everybody) as work:
            payments.settle(work, invoice.id, invoice.issued_on)
        states.append(again(booking).state)
    assert states == ["invoiced", "paid"]


def test_claiming_again_changes_what_nobody_has_answered(everybody, practice, clinician):
    """The same charge with the newest figures; one that is gone is withdrawn, and comes back."""
    session = builders.a_session(practice, on=builders.yesterday())
    booking = builders.a_booking(session=session, clinician=clinician)
    lines = [
        Line("session", "GP session", Money(35700), "as booked"),
        Line("mileage", "Mileage", Money(900), "20 miles"),
    ]
    timesheet = builders.a_timesheet(booking)
    for wanted in (lines, lines[:1], lines):
        with working_as(everybody) as work:
            row = work.get(type(timesheet), timesheet.id)
            charges.claim(work, work.get(type(booking), booking.id), wanted, row)
    assert sorted((charge.kind, charge.state) for charge in charges_of(booking)) == [
        ("mileage", "claimed"),
        ("session", "claimed"),
    ]


@pytest.mark.parametrize("pence", [1, 17850, 35699])
def test_no_penny_is_lost_in_a_split(everybody, practice, clinician, pence):
    """The undisputed part and the rest are what was claimed."""
    charge = claimed(practice, clinician)
    with working_as(everybody) as work:
        row = work.get(Charge, charge.id)
        part, rest = charges.split(work, row, agreed_amount=Money(pence), reason="Left early")
        assert total([part.amount, rest.amount]) == charge.amount
        assert (part.state, rest.state, rest.parent_id) == ("agreed", "disputed", part.id)
        won = charges.agree(work, rest, Money(1)) if rest.amount > Money(1) else charges.agree(work, rest, rest.amount)
        work.store.flush()
        assert won.state == "agreed"
        assert total([row.amount for row in charges.of_booking(work, charge.booking_id)]) == charge.amount


def test_a_quantity_is_split_at_its_own_price(everybody, practice, clinician):
    """Three of five visits: the price of a visit stays."""
    charge = claimed(practice, clinician)
    with working_as(everybody) as work:
        row = work.get(Charge, charge.id)
        row.quantity, row.unit, row.unit_price, row.amount = Decimal(5), "visit", Money(2500), Money(12500)
        part, rest = charges.split(work, row, agreed_quantity=Decimal(3), reason="Two were not extra")
        assert (part.quantity, part.unit_price, part.amount) == (Decimal(3), Money(2500), Money(7500))
        assert (rest.quantity, rest.unit_price, rest.amount) == (Decimal(2), Money(2500), Money(5000))


@pytest.mark.parametrize("pence", [0, 35700, 40000])
def test_a_part_is_less_than_the_whole(everybody, practice, clinician, pence):
    """Nothing or everything is no split."""
    charge = claimed(practice, clinician)
    with working_as(everybody) as work, pytest.raises(Invalid, match=r"between £0\.01 and £356\.99"):
        charges.split(work, work.get(Charge, charge.id), agreed_amount=Money(pence), reason="?")


def cancelled(practice, clinician, *, hours, role=PRACTICE):
    """A booking that is cancelled by somebody so many hours before it starts."""
    booking = builders.a_booking(session=builders.a_session(practice), clinician=clinician)
    own = {PRACTICE: {"practice_id": practice.id}, CLINICIAN: {"clinician_ids": (clinician.id,)}}.get(role, {})
    actor = Actor(role=role, pool_ids=(practice.pool_id,), **own)
    with working_as(actor, now=booking.starts_at - timedelta(hours=hours)) as work:
        cancelling.cancel(work, booking.id, "not_needed")
    return booking


@pytest.mark.parametrize(("hours", "pence"), [(1, 35700), (24, 26775), (71, 26775), (72, 7140), (167, 7140), (168, 0)])
def test_a_practice_that_cancels_late_owes_what_the_frozen_terms_say(practice, clinician, hours, pence):
    """The bands of the booking: 100 % under 24 hours, 75 % under 72, 20 % under a week, then nothing (domain 2.8)."""
    booking = cancelled(practice, clinician, hours=hours)
    owed = charges_of(booking)
    assert total([charge.amount for charge in owed]) == Money(pence)
    assert [(charge.kind, charge.state, charge.pensionable) for charge in owed] == [
        ("cancellation", "agreed", False)
    ] * bool(pence)


def test_a_cancellation_is_billed_with_its_working(practice, clinician):
    """The band, the fee and where they come from stand on the invoice; the booking stays cancelled."""
    booking = cancelled(practice, clinician, hours=20)
    invoice = issued(booking)
    with working_as(Actor.system(practice.pool_id)) as work:
        (line,) = work.get(Invoice, invoice.id).lines
        assert line.description.startswith("Cancellation of the GP session (morning) by Dr Jay Finch on")
        assert line.working == (
            "Cancelled 20 hr before the start, less than 24 hours’ notice: £357.00 × 100% = £357.00"
            " (terms frozen at booking)"
        )
    assert again(booking).state == "cancelled"


@pytest.mark.parametrize("role", [CLINICIAN, MANAGER])
def test_nobody_else_s_cancellation_is_charged(practice, clinician, role):
    """Clinicians are never charged, and a practice is not charged for what others cancel."""
    assert charges_of(cancelled(practice, clinician, hours=1, role=role)) == []


def claimed(practice, clinician):
    """A charge that nobody has answered."""
    session = builders.a_session(practice, on=builders.yesterday())
    booking = builders.a_booking(session=session, clinician=clinician)
    builders.a_timesheet(booking)
    (charge,) = charges_of(booking)
    return charge


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE charge SET amount = 1 WHERE id = :id",
        "UPDATE charge SET state = 'agreed' WHERE id = :id",
        "UPDATE charge SET working = '' WHERE id = :id",
        "DELETE FROM charge WHERE id = :id",
    ],
)
def test_a_billed_charge_cannot_be_changed_by_sql(everybody, practice, clinician, change):
    """PostgreSQL itself refuses."""
    booking = confirmed_hours(practice, clinician)
    issued(booking)
    (charge,) = charges_of(booking)
    with pytest.raises(DBAPIError, match=r"never changes|kept for ever"), working_as(everybody) as work:
        work.store.execute(text(change), {"id": charge.id})


def test_a_charge_stands_on_one_line_only(everybody, practice, clinician):
    """Even if the code above it tried to bill it twice."""
    booking = confirmed_hours(practice, clinician)
    invoice = issued(booking)
    (charge,) = charges_of(booking)
    with pytest.raises(DBAPIError, match="uq_invoice_line_charge"):
        bill_by_hand(invoice, charge)


def bill_by_hand(invoice, charge):
    """Another document with a line for the same charge, past all services."""
    kept = ("pool_id", "practice_id", "seller_id", "mode", "total", "net_total", "vat_category")
    with working_as(Actor.system(invoice.pool_id)) as work:
        again = Invoice(**{name: getattr(invoice, name) for name in kept}, statement_key="again", state="draft")
        work.add(again)
        work.store.flush()
        work.add(invoicing.line_of(work.get(Charge, charge.id), 1, again))


def test_settings_of_the_practice_stay_its_own(practice):
    """The grouping is a word of the catalogue, or PostgreSQL refuses."""
    with pytest.raises(DBAPIError, match="known_grouping"):
        wants(practice, invoice_grouping="year")


@pytest.mark.parametrize(
    ("grouping", "on", "last"),
    [
        ("week", date(2026, 4, 13), date(2026, 4, 19)),
        ("week", date(2026, 4, 19), date(2026, 4, 19)),
        ("month", date(2026, 12, 31), date(2026, 12, 31)),
        ("month", date(2028, 2, 1), date(2028, 2, 29)),
        ("session", date(2026, 4, 19), None),
    ],
)
def test_weeks_end_on_sunday_and_months_when_they_end(grouping, on, last):
    """Leap years and Decembers too."""
    assert billing_due.last_day(grouping, on) == last


@pytest.fixture
def four_sessions(everybody, pool, practice):
    """The worked example of domain 5.7: four sessions at £350.00 in May, one invoice, pensioned; with 96 miles."""
    wants(practice, invoice_grouping="month")
    doctor = a_pensioned_clinician(pool, name="Dr A")
    for on in (5, 12, 19, 26):
        booking = pensioned_work(practice, doctor, on=date(2026, 5, on), fee=Money(35000))
    with working_as(everybody) as work:
        miles = Line(
            "mileage", "Mileage", Money(5280), "96 miles × 55p", Decimal(96), "mile", Money(55), pensionable=False
        )
        charges.approve_all(work, charges.claim(work, work.get(type(booking), booking.id), [miles]))
    assert billed(everybody, date(2026, 6, 1)) == 1
    with working_as(everybody) as work:
        return work.one(select(Invoice)).id


def test_the_employer_s_contribution_is_rounded_once_for_the_invoice(everybody, four_sessions):
    """£1,400.00 × 90 % × 14.38 % is £181.19; session by session it would be £181.20, and mileage is never in it."""
    with working_as(everybody) as work:
        invoice = work.get(Invoice, four_sessions)
        *others, contribution = invoice.lines
        assert (contribution.kind, contribution.amount) == ("employer_pension", Money(18119))
        assert contribution.working.startswith(
            "£1,400.00 × 90% = £1,260.00; £1,260.00 × 14.38% = £181.19 (pension rates, from"
        )
        assert total([line.amount for line in others]) == Money(140000 + 5280)
        assert invoice.total == Money(158119 + 5280)


def test_the_contribution_goes_back_with_the_fee(everybody, pool, practice, four_sessions):
    """One of four sessions is credited: what stays is 90 % × 14.38 % of the rest, rounded once again."""
    asks = actor_of(builders.a_practice_manager(practice))
    decides = actor_of(builders.a_pool_manager(pool.id))
    with working_as(asks) as work:
        line = work.get(Invoice, four_sessions).lines[0]
        request_id = credit_notes.ask(work, four_sessions, "Not worked", {line.id: line.amount}).id
    with working_as(decides) as work:
        note = credit_notes.approve(work, request_id)
        work.store.refresh(note)
        assert [credited.amount for credited in note.lines] == [Money(35000), Money(18119 - 13589)]
    with working_as(everybody) as work:
        assert work.get(Invoice, four_sessions).outstanding == Money(3 * 35000 + 13589 + 5280)


def test_nobody_types_a_contribution(everybody, practice, four_sessions):
    """It follows from the fee, so that Form A and the invoice always agree."""
    asks = actor_of(builders.a_practice_manager(practice))
    with working_as(asks) as work, pytest.raises(Invalid, match="not left on this line"):
        credit_notes.ask(work, four_sessions, "?", {work.get(Invoice, four_sessions).lines[-1].id: Money(1)})
