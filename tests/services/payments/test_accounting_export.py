"""Tables that leave the product, on real PostgreSQL: complete, to the penny, everybody their own, and known to the audit."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from pool import clock
from pool.actor import Actor
from pool.errors import Invalid, NotFound
from pool.models.audit import AuditEntry
from pool.models.invoice import Invoice, InvoiceLine
from pool.money import Money, total
from pool.permissions import MANAGER, PRACTICE
from pool.services.payments import accounting_export, payment_lists, payroll_export
from pool.services.payments.accounting_export import Period
from tests import builders
from tests.builders import working_as
from tests.invoice_builders import a_host_that_sells, confirmed_hours, issued


def the_practice(practice):
    """Somebody of the practice."""
    return Actor(role=PRACTICE, pool_ids=(practice.pool_id,), practice_id=practice.id, name="Sam Reed")


def the_manager(pool):
    """The manager of the pool."""
    return Actor(role=MANAGER, pool_ids=(pool.id,), name="Alex Poole")


def today(practice_id=None):
    """The one day on which the tests issue their invoices."""
    return Period(clock.today(), clock.today(), practice_id)


def lines_for(actor, period):
    """The invoice lines as dictionaries."""
    with working_as(actor) as work:
        return [
            dict(zip(accounting_export.LINE_COLUMNS, row, strict=True))
            for row in accounting_export.invoice_lines(work, period)
        ]


def audited(pool_id, name):
    """What the audit trail of a pool says about an event."""
    with working_as(Actor.system(pool_id)) as work:
        return [entry.data for entry in work.all(select(AuditEntry).where(AuditEntry.name == name))]


def test_every_line_stands_in_the_table(practice, clinician):
    """Document, parties, work, price and VAT of each line."""
    invoice = issued(confirmed_hours(practice, clinician))
    (line,) = lines_for(the_practice(practice), today())
    assert (line["Document"], line["Number"], line["Seller"]) == ("Invoice", invoice.number, "Dr Jay Finch")
    assert (line["Net"], line["VAT"], line["Gross"]) == (Money(35700), Money(0), Money(35700))
    assert (line["Practice"], line["ODS code"], line["VAT category"]) == ("The Park Surgery", practice.ods_code, "O")


def test_the_table_comes_to_what_the_invoices_come_to(practice, clinician):
    """Σ gross of the lines = Σ totals of the documents."""
    days = [builders.yesterday() - timedelta(days=back) for back in range(3)]
    bills = [issued(confirmed_hours(practice, clinician, on=day)) for day in days]
    lines = lines_for(the_practice(practice), today())
    assert total([line["Gross"] for line in lines]) == total([bill.total for bill in bills])
    assert [line["Number"] for line in lines] == sorted(bill.number for bill in bills)


def test_other_days_are_not_in_it(practice, clinician):
    """The period is that of the documents; both of its days are included."""
    issued(confirmed_hours(practice, clinician))
    yesterday = clock.today() - timedelta(days=1)
    assert lines_for(the_practice(practice), Period(yesterday, yesterday)) == []
    assert len(lines_for(the_practice(practice), Period(yesterday, clock.today()))) == 1


def test_everybody_gets_their_own(pool, practice, clinician):
    """A practice never sees a neighbour's rates (design D12); the manager may ask for one practice."""
    neighbour = builders.a_practice(pool)
    issued(confirmed_hours(practice, clinician))
    assert lines_for(the_practice(neighbour), today()) == []
    assert len(lines_for(the_manager(pool), today())) == 1
    assert lines_for(the_manager(pool), today(neighbour.id)) == []
    with working_as(the_practice(neighbour)) as work, pytest.raises(NotFound):
        accounting_export.invoice_lines(work, today(practice.id))


def a_line(invoice, position, pence):
    """A line of an invoice that is not kept anywhere."""
    return InvoiceLine(
        invoice=invoice,
        position=position,
        kind="session",
        supplied_on=date(2026, 5, 14),
        description="Session",
        quantity=Decimal(1),
        unit="session",
        unit_price=Money(pence),
        amount=Money(pence),
        working="",
    )


def test_a_credit_note_counts_negative():
    """So that the table can be added up."""
    note = Invoice(
        kind="credit_note",
        number="FIN7K2M-2026-0013",
        state="issued",
        vat_rate=Decimal(20),
        vat_category="S",
        seller_copy={"name": "Host"},
        buyer_copy={"name": "Park", "ods_code": "T00001"},
        issued_on=date(2026, 5, 18),
    )
    row = accounting_export.line_row(a_line(note, 1, 10000), note, "FIN7K2M-2026-0012", Money(2000))
    line = dict(zip(accounting_export.LINE_COLUMNS, row, strict=True))
    assert (line["Net"], line["VAT"], line["Gross"]) == (Money(-10000), Money(-2000), Money(-12000))
    assert (line["Document"], line["Belongs to"], line["Due"]) == ("Credit note", "FIN7K2M-2026-0012", None)


@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=8), st.integers(0, 10**6))
def test_vat_is_shared_without_losing_a_penny(pence, vat):
    """The parts of the lines add up to the VAT of the document, also of a credit note that was rounded its own way."""
    document = Invoice(net_total=Money(sum(pence)), vat_total=Money(vat))
    reached = [
        accounting_export.vat_up_to(Money(sum(pence[: count + 1])), document).pence for count in range(len(pence))
    ]
    assert reached == sorted(reached)
    assert reached[-1] == vat


def test_last_month_is_what_accounting_asks_for():
    """From the first to the last day, over the turn of a year too."""
    assert accounting_export.last_month(date(2026, 1, 15)) == Period(date(2025, 12, 1), date(2025, 12, 31))
    assert accounting_export.last_month(date(2028, 3, 1)) == Period(date(2028, 2, 1), date(2028, 2, 29))


def payroll_of(actor, period):
    """The payroll rows as dictionaries."""
    with working_as(actor) as work:
        return [dict(zip(payroll_export.COLUMNS, row, strict=True)) for row in payroll_export.take(work, period)]


@pytest.fixture
def bank_worker(pool):
    """A GP whom the host employs by the session."""
    a_host_that_sells(pool)
    return builders.a_clinician(pool, name="Dr Robin Vale", engagement="bank_worker")


def test_holiday_pay_stands_apart(pool, practice, bank_worker):
    """12.07 % of the pay, its own column, never inside the basic pay (domain 4.5)."""
    day = builders.yesterday()
    confirmed_hours(practice, bank_worker, on=day)
    (row,) = payroll_of(the_manager(pool), Period(day, day))
    assert (row["Clinician"], row["Engaged as"], row["Practice"]) == (
        "Dr Robin Vale",
        "bank_worker",
        "The Park Surgery",
    )
    assert (row["Started"], row["Ended"], row["Hours"]) == ("08:30", "12:40", Decimal("4.17"))
    assert (row["Basic pay"], row["Holiday pay rate"]) == (Money(35700), "12.07%")
    assert (row["Holiday pay"], row["Pay in all"]) == (Money(4309), Money(40009))


def test_self_employed_people_are_not_on_the_payroll(pool, practice, clinician):
    """They are paid by invoice."""
    confirmed_hours(practice, clinician)
    assert payroll_of(the_manager(pool), Period(builders.yesterday(), clock.today())) == []


def test_taking_the_payroll_is_audited(pool, practice, bank_worker):
    """It says what people earn, so it is known who has it."""
    payroll_of(the_manager(pool), Period(date(2026, 5, 1), date(2026, 5, 31)))
    assert [entry["first"] for entry in audited(pool.id, "PayrollTaken")] == ["2026-05-01"]


def test_a_payment_list_is_what_a_bank_needs(practice, clinician):
    """Sort code, account, name, what is outstanding, and the number as reference (domain 6.9)."""
    invoice = issued(confirmed_hours(practice, clinician))
    with working_as(the_practice(practice)) as work:
        (row,) = payment_lists.take(work, practice.id, invoice.due_on)
    assert row == ("001122", "12345678", "DR DEMO", Money(35700), invoice.number, invoice.due_on)
    assert len(row[4]) <= payment_lists.LONGEST


def test_taking_the_list_is_audited_without_account_details(practice, clinician):
    """Who, when, how many and how much; the numbers of accounts stay out of the trail."""
    invoice = issued(confirmed_hours(practice, clinician))
    with working_as(the_practice(practice)) as work:
        payment_lists.take(work, practice.id, invoice.due_on)
    (entry,) = audited(practice.pool_id, "PaymentListTaken")
    assert entry == {
        "practice_id": str(practice.id),
        "up_to": str(invoice.due_on),
        "payments": 1,
        "pence": 35700,
    }


def test_what_is_not_due_yet_is_not_on_it(practice, clinician):
    """And an empty list is none: nothing is written into the trail."""
    invoice = issued(confirmed_hours(practice, clinician))
    with working_as(the_practice(practice)) as work, pytest.raises(Invalid, match="Choose a later day"):
        payment_lists.take(work, practice.id, invoice.due_on - timedelta(days=1))


def test_a_neighbours_payments_are_not_there(pool, practice, clinician):
    """The same answer as for a practice that does not exist."""
    issued(confirmed_hours(practice, clinician))
    with working_as(the_practice(builders.a_practice(pool))) as work, pytest.raises(NotFound):
        payment_lists.due(work, practice.id, clock.today())


@pytest.mark.parametrize(
    ("name", "carried"),
    [
        ("Dr Zoë O'Neil", "DR ZOE ONEIL"),
        ("Finch & Sons (Medical) Limited", "FINCH & SONS MEDIC"),
        ("FIN7K2M-2026-0012", "FIN7K2M-2026-0012"),
        ("=cmd|' /C calc'!A0", "CMD /C CALCA0"),
    ],
)
def test_bacs_carries_capitals_only(name, carried):
    """At most 18 of its letters."""
    assert payment_lists.bacs_text(name) == carried
