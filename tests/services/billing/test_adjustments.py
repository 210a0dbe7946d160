"""A figure that is changed for days that are billed proposes adjustments and edits nothing (domain 6.7)."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from pool import clock, dated
from pool.actor import Actor
from pool.errors import Invalid, WrongState
from pool.models.adjustment import AdjustmentProposal
from pool.models.booking import Booking
from pool.models.charge import Charge
from pool.models.credit_request import CreditRequest
from pool.models.invoice import Invoice
from pool.models.timesheet import Timesheet
from pool.money import Money
from pool.permissions import CLINICIAN, MANAGER, PRACTICE
from pool.rules.claims import Extras
from pool.services.billing import adjustments, invoicing
from pool.services.hours import timesheets
from pool.services.pension import forms_b
from tests import builders
from tests.builders import working_as
from tests.invoice_builders import a_clinician_who_sells, a_host_that_sells, confirmed_hours, issued
from tests.pension_builders import (
    a_pensioned_clinician,
    as_clinician,
    declared,
    invoiced,
    pensioned_work,
    prepared,
    signed,
)

pytestmark = pytest.mark.usefixtures("app")

AFTER_EASTER = date(2026, 4, 20)
BEFORE_THE_NEWS = datetime(2026, 5, 20, 3, tzinfo=UTC)
AFTER_THE_NEWS = datetime(2026, 5, 22, 3, tzinfo=UTC)


@pytest.fixture
def practice(pool):
    """A practice."""
    return builders.a_practice(pool)


def manager_of(pool):
    """The pool manager as an actor."""
    person = builders.a_pool_manager(pool.id)
    return Actor(role=MANAGER, pool_ids=(pool.id,), person_id=person.id, name=person.name)


def driven(practice, clinician, miles, *, on=AFTER_EASTER):
    """A session with mileage, sent an hour after it ended, confirmed and billed at once."""
    booking = builders.a_booking(session=builders.a_session(practice, on=on), clinician=clinician)
    own = Actor(
        role=CLINICIAN, pool_ids=(booking.pool_id,), clinician_ids=(booking.clinician_id,), name="The clinician"
    )
    theirs = Actor(role=PRACTICE, pool_ids=(booking.pool_id,), practice_id=practice.id, name="Sam Reed")
    sent = booking.ends_at + timedelta(hours=1)
    with working_as(own, now=sent) as work:
        extras = Extras(miles=Decimal(miles))
        timesheet_id = timesheets.submit_hours(work, booking.id, time(8, 30), time(12, 40), "", extras).id
    with working_as(theirs, now=sent + timedelta(hours=1)) as work:
        timesheets.confirm(work, timesheet_id)
    return issued(builders.read(Booking, booking.id), now=sent + timedelta(hours=2))


def looked(pool, now):
    """Look as the nightly routine does; says what is proposed in all."""
    with working_as(Actor.system(pool.id), now=now) as work:
        adjustments.look(work)
    with working_as(Actor.system(pool.id)) as work:
        rows = adjustments.listed(work)
        work.store.expunge_all()
        return list(rows)


def everything(pool):
    """Number and total of every issued document, and every billed charge: what must never change."""
    with working_as(Actor.system(pool.id)) as work:
        invoices = {(row.number, row.total) for row in work.all(select(Invoice))}
        charges = {
            (row.id, row.amount, row.working) for row in work.all(select(Charge).where(Charge.state == "billed"))
        }
        return invoices, charges


def test_mileage_across_the_sixth_of_april_2026(pool, practice):
    """55p, announced on 21 May and backdated to 6 April: 24.6 miles billed at 45p are £2.46 short."""
    driven(practice, a_clinician_who_sells(pool), "24.6")
    driven(practice, a_clinician_who_sells(pool), "24.6", on=date(2026, 4, 1))
    before = everything(pool)
    assert looked(pool, BEFORE_THE_NEWS) == []
    (row,) = looked(pool, AFTER_THE_NEWS)
    assert (row.old_amount, row.new_amount, row.difference) == (Money(1107), Money(1353), Money(246))
    assert (row.figure_table, row.recorded_on, row.state) == ("mileage_rates", date(2026, 5, 21), "proposed")
    assert "45p" in row.used
    assert "55p (HMRC approved rate from 6 April 2026)" in row.now_known
    assert everything(pool) == before
    assert len(looked(pool, AFTER_THE_NEWS)) == 1


def test_hours_sent_after_the_news_need_no_adjustment(pool, practice):
    """They were billed at 55p in the first place."""
    driven(practice, a_clinician_who_sells(pool), "24.6", on=date(2026, 5, 25))
    assert looked(pool, datetime(2026, 6, 1, 3, tzinfo=UTC)) == []


def test_accepting_bills_the_difference_on_a_supplementary_invoice(pool, practice):
    """The first invoice stays; the second names the table and the day."""
    first = driven(practice, a_clinician_who_sells(pool), "24.6")
    (row,) = looked(pool, AFTER_THE_NEWS)
    with working_as(manager_of(pool), now=AFTER_THE_NEWS) as work:
        adjustments.accept(work, row.id)
    with working_as(Actor.system(pool.id), now=AFTER_THE_NEWS) as work:
        (second,) = invoicing.bill_booking(work, booking_of(work, first))
        assert (second.kind, second.corrects_id, second.total) == ("supplementary", first.id, Money(246))
        (line,) = second.lines
        assert line.kind == "adjustment"
        assert "With mileage rates recorded 21 May 2026" in line.working
    assert [difference.state for difference in looked(pool, AFTER_THE_NEWS)] == ["accepted"]


def booking_of(work, invoice):
    """The booking that an invoice is about."""
    return work.get(Invoice, invoice.id).lines[0].booking_id


def test_it_is_decided_once(pool, practice):
    """Two managers at once make one charge."""
    driven(practice, a_clinician_who_sells(pool), "24.6")
    (row,) = looked(pool, AFTER_THE_NEWS)
    with working_as(manager_of(pool)) as work:
        adjustments.accept(work, row.id)
    with pytest.raises(WrongState), working_as(manager_of(pool)) as work:
        adjustments.accept(work, row.id)
    with pytest.raises(WrongState), working_as(manager_of(pool)) as work:
        adjustments.dismiss(work, row.id, "Too small")


def test_dismissing_needs_a_reason_and_is_not_asked_again(pool, practice):
    """What stays as it was billed has somebody's word."""
    driven(practice, a_clinician_who_sells(pool), "24.6")
    (row,) = looked(pool, AFTER_THE_NEWS)
    with pytest.raises(Invalid), working_as(manager_of(pool)) as work:
        adjustments.dismiss(work, row.id, " ")
    with working_as(manager_of(pool)) as work:
        adjustments.dismiss(work, row.id, "The contract says 45p.")
    (again,) = looked(pool, AFTER_THE_NEWS + timedelta(days=1))
    assert (again.state, again.reason) == ("dismissed", "The contract says 45p.")


def with_rows(monkeypatch, name, *rows):
    """A table with more rows than the project keeps, such as one that is published next year."""
    kept = dated.table

    def table(asked):
        return (*kept(asked), *rows) if asked == name else kept(asked)

    monkeypatch.setattr(dated, "table", table)


def test_what_was_too_much_becomes_a_request_for_a_credit_note(pool, practice, monkeypatch):
    """40p announced afterwards: £1.23 too much, which another person has to approve."""
    invoice = driven(practice, a_clinician_who_sells(pool), "24.6")
    lower = {
        "vehicle": "car",
        "first_miles": "10000",
        "first_pence": "40",
        "further_pence": "25",
        "valid_from": "2026-04-10",
        "valid_to": "",
        "recorded_at": "2026-05-21",
        "confirmed_to": "",
        "owner": "Host",
        "source": "made up for a test",
    }
    with_rows(monkeypatch, "mileage_rates", lower)
    (row,) = looked(pool, AFTER_THE_NEWS)
    assert row.difference == Money(-123)
    with working_as(manager_of(pool), now=AFTER_THE_NEWS) as work:
        adjustments.accept(work, row.id)
    with working_as(Actor.system(pool.id)) as work:
        request = work.one(select(CreditRequest))
        assert (request.invoice_id, request.state) == (invoice.id, "asked")
        assert [line["pence"] for line in request.lines] == [123]


def test_a_third_word_is_compared_with_what_was_made_up_for(pool, practice, monkeypatch):
    """Accepted 55p; then 58p is announced: only the rest is proposed."""
    driven(practice, a_clinician_who_sells(pool), "24.6")
    (row,) = looked(pool, AFTER_THE_NEWS)
    with working_as(manager_of(pool), now=AFTER_THE_NEWS) as work:
        adjustments.accept(work, row.id)
    higher = {
        "vehicle": "car",
        "first_miles": "10000",
        "first_pence": "58",
        "further_pence": "25",
        "valid_from": "2026-04-06",
        "valid_to": "",
        "recorded_at": "2026-07-01",
        "confirmed_to": "",
        "owner": "Host",
        "source": "made up for a test",
    }
    with_rows(monkeypatch, "mileage_rates", higher)
    rows = looked(pool, datetime(2026, 7, 2, 3, tzinfo=UTC))
    (fresh,) = [found for found in rows if found.state == "proposed"]
    assert (fresh.old_amount, fresh.new_amount, fresh.difference) == (Money(1353), Money(1427), Money(74))


def test_holiday_pay_that_was_raised_afterwards(pool, practice, monkeypatch):
    """13 % instead of 12.07 % of £357.00: £46.41 instead of £43.09."""
    a_host_that_sells(pool)
    issued(confirmed_hours(practice, builders.a_clinician(pool, engagement="bank_worker"), on=AFTER_EASTER))
    raised = {
        "kind": "irregular_hours",
        "rate": "0.13",
        "valid_from": "2026-04-01",
        "valid_to": "",
        "recorded_at": "2026-05-21",
        "confirmed_to": "",
        "owner": "Host",
        "source": "made up for a test",
    }
    with_rows(monkeypatch, "holiday_pay", raised)
    rows = looked(pool, AFTER_THE_NEWS)
    assert [(row.figure_table, row.old_amount, row.new_amount) for row in rows] == [
        ("holiday_pay", Money(4309), Money(4641)),
    ]


def paid_at_once(practice, clinician, *, on):
    """Billed, declared, signed and paid in the same month: £5,106.37, which is £27,500 a year."""
    now = datetime.combine(on + timedelta(days=3), time(12), tzinfo=UTC)
    invoice = invoiced(pensioned_work(practice, clinician, on=on, fee=Money(510637)), now=now)
    form = declared(prepared(invoice, now=now), clinician, now=now)
    return signed(form, practice, paid_on=now.date(), now=now)


def test_a_tier_table_rewritten_after_the_forms_went_out(pool, practice):
    """2025/26: £27,500 a year was tier 3 by the first bands and is tier 2 by those of July 2025 (domain 5.6)."""
    may = date(2025, 5, 15)
    clinician = a_pensioned_clinician(pool, tier="3", years=(2025,))
    form = paid_at_once(practice, clinician, on=may)
    with working_as(as_clinician(clinician), now=datetime(2025, 6, 2, 12, tzinfo=UTC)) as work:
        assert forms_b.submit(work, clinician.id, date(2025, 5, 1)).tier == "3"
    before = everything(pool)
    assert looked(pool, datetime(2025, 7, 1, 3, tzinfo=UTC)) == []
    (row,) = looked(pool, datetime(2025, 8, 1, 3, tzinfo=UTC))
    assert (row.subject, row.figure_table) == ("form_b", "pension_tiers")
    assert row.old_amount == form.pensionable.times(Decimal("0.083"))
    assert row.new_amount == form.pensionable.times(Decimal("0.065"))
    assert everything(pool) == before
    with working_as(manager_of(pool)) as work:
        taken = adjustments.accept(work, row.id)
        assert (taken.charge_id, taken.credit_request_id) == (None, None)


def test_the_night_routine_looks_once(pool, practice):
    """Every minute of the night, one look."""
    driven(practice, a_clinician_who_sells(pool), "24.6")
    night = clock.instant(date(2026, 5, 22), time(2))
    found = []
    for minutes in (1, 2):
        with working_as(Actor.system(pool.id), now=night + timedelta(minutes=minutes)) as work:
            found.append(adjustments.look_since(work, night))
    assert found == [1, 0]
    with working_as(Actor.system(pool.id)) as work:
        assert len(work.all(select(AdjustmentProposal))) == 1
        assert work.one(select(Timesheet)).miles == Decimal("24.6")
