"""Invoices on real PostgreSQL: once for each booking, numbered without gaps, never changed, paid in full."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from pool import clock
from pool.actor import Actor
from pool.errors import Invalid, NotFound, WrongState
from pool.models.audit import AuditEntry
from pool.models.clinician import Clinician
from pool.models.invoice import Invoice, InvoiceLine, Seller
from pool.money import Money
from pool.permissions import CLINICIAN, PRACTICE
from pool.services.billing import invoice_document, invoice_lists, invoicing, issuing, sellers
from pool.services.billing.invoice_lists import Search
from pool.services.payments import payments
from tests import builders
from tests.builders import again, working_as
from tests.invoice_builders import a_clinician_who_sells, a_host_that_sells, confirmed_hours, drawn, issued

EVERYTHING = Search()
ONE_MORE_LINE = """
    INSERT INTO invoice_line
    SELECT (jsonb_populate_record(line, jsonb_build_object('id', gen_random_uuid(), 'kind', 'more', 'position', 9))).*
    FROM invoice_line line WHERE invoice_id = :id
"""


class Undone(Exception):
    """Thrown on purpose to undo a transaction."""


@pytest.fixture
def practice(pool):
    """A practice that buys."""
    return builders.a_practice(pool, name="The Park Surgery", invoice_email="accounts@park.example")


@pytest.fixture
def everybody(pool):
    """The system, working for this pool."""
    return Actor.system(pool.id)


def lines_of(invoice):
    """The lines of an invoice in order."""
    with working_as(Actor.system(invoice.pool_id)) as work:
        rows = work.all(select(InvoiceLine).where(InvoiceLine.invoice_id == invoice.id).order_by(InvoiceLine.position))
        return [(row.kind, row.amount, row.working) for row in rows]


def test_confirmed_hours_become_an_issued_invoice(practice, clinician):
    """Everything the law asks for is on it, frozen: who, to whom, what, when, how much, how to pay (domain 6.1)."""
    booking = confirmed_hours(practice, clinician)
    invoice = issued(booking)
    today = clock.today()
    assert invoice.state == "issued"
    assert invoice.total == Money(35700)
    assert (invoice.issued_on, invoice.due_on) == (today, today + timedelta(days=30))
    assert invoice.seller_copy["name"] == "Dr Jay Finch"
    assert invoice.seller_copy["address"] == ["3 Demo Lane", "NR31 6QB"]
    assert invoice.buyer_copy["name"] == "The Park Surgery"
    assert invoice.buyer_copy["address"] == ["2 Demo Road", "Gorleston", "NR31 6QB"]
    assert lines_of(invoice) == [("session", Money(35700), "08:30–12:40 as booked: agreed session fee £357.00")]
    assert again(booking).state == "invoiced"


def test_self_employed_clinicians_sell_their_own_work(pool, practice, clinician):
    """Agent mode: prepared on behalf of the clinician, paid to the clinician, and the clinician may see it."""
    a_host_that_sells(pool)
    invoice = issued(confirmed_hours(practice, clinician))
    assert invoice.mode == "agent_for_supplier"
    assert invoice.clinician_id == clinician.id
    assert invoice.prepared_by == pool.host.name
    assert (invoice.bank_sort_code, invoice.bank_account_number) == ("00-11-22", "12345678")
    assert invoice.vat_note == "No VAT is charged: the supplier is not registered for VAT."


def test_nothing_calls_itself_self_billed(pool, practice, clinician):
    """The buyer did not prepare it: the pool did, on behalf of the seller (domain 6.3, 11.8)."""
    invoice = issued(confirmed_hours(practice, clinician))
    with working_as(Actor.system(invoice.pool_id)) as work:
        facts = invoice_document.facts_of(work.get(Invoice, invoice.id))
    assert facts["prepared"] == f"Prepared on behalf of {invoice.seller_copy['name']} by {pool.host.name}"
    assert "self-bill" not in str(facts).lower().replace("self bill", "self-bill")


def test_the_host_sells_the_work_of_those_it_employs(pool, practice):
    """Recharge: the host's own series and account; the clinician is paid through payroll and does not see it."""
    a_host_that_sells(pool)
    invoice = issued(confirmed_hours(practice, builders.a_clinician(pool, engagement="bank_worker")))
    assert invoice.mode == "recharge"
    assert invoice.clinician_id is None
    assert invoice.prepared_by == ""
    assert invoice.seller_copy["name"] == pool.host.name
    assert (invoice.bank_sort_code, invoice.bank_account_number) == ("44-55-66", "87654321")
    assert "Item 5" in invoice.vat_note


def test_hours_that_differ_are_shown_with_their_working(practice, clinician):
    """Time beyond the session is a second line, so that nobody has to guess where the figure comes from."""
    worked = {"starts": time(8, 30), "ends": time(13, 10)}
    invoice = issued(confirmed_hours(practice, clinician, worked=worked))
    assert invoice.total == Money(39984)
    assert [(kind, amount) for kind, amount, _ in lines_of(invoice)] == [
        ("session", Money(35700)),
        ("extra_time", Money(4284)),
    ]


def test_raising_twice_gives_the_same_invoice(everybody, practice, clinician):
    """A job that is delivered twice bills once."""
    booking = confirmed_hours(practice, clinician)
    issued(booking)
    with working_as(everybody) as work:
        assert invoicing.bill_booking(work, booking.id) == []
        assert len(work.all(select(Invoice))) == 1


def test_nothing_is_billed_before_the_practice_confirms(everybody, practice, clinician):
    """Hours that were only sent are not owed yet."""
    session = builders.a_session(practice, on=builders.yesterday())
    booking = builders.a_booking(session=session, clinician=clinician)
    builders.a_timesheet(booking)
    with working_as(everybody) as work:
        assert invoicing.bill_booking(work, booking.id) == []


def test_a_seller_without_payment_details_waits(everybody, pool, practice):
    """Nobody can pay an invoice without an account; the booking is found again once the details are there."""
    newcomer = builders.a_clinician(pool)
    booking = confirmed_hours(practice, newcomer)
    with working_as(everybody) as work:
        assert invoicing.bill_booking(work, booking.id) == []
        (waiting,) = invoicing.held_up(work)
        assert waiting.charges == 1
        assert waiting.reasons[0].startswith("Payment details of")
        seller = sellers.ensure_clinician(work, work.get(Clinician, newcomer.id))
        assert sellers.missing(seller) == ["the address", "the account name", "the sort code", "the account number"]
        sellers.save_details(
            work,
            seller,
            name="Dr New",
            address=["1 Lane"],
            account_name="New",
            sort_code="001122",
            account_number="12345678",
        )
    assert issued(booking).number.endswith("-0001")


def test_numbers_follow_each_other_within_a_financial_year(pool, practice, clinician):
    """Each seller counts for themselves, and starts again in April."""
    late = datetime(2027, 3, 31, 12, tzinfo=UTC)
    days = [builders.yesterday() - timedelta(days=away) for away in range(3)]
    first, second, third = (confirmed_hours(practice, clinician, on=day) for day in days)
    numbers = [
        issued(first, now=late).number,
        issued(second, now=late).number,
        issued(third, now=late + timedelta(days=1)).number,
    ]
    code = numbers[0].split("-")[0]
    assert numbers == [f"{code}-2026-0001", f"{code}-2026-0002", f"{code}-2027-0001"]
    assert len(numbers[0]) <= 18


def test_an_undone_invoice_gives_its_number_back(everybody, practice, clinician):
    """What PostgreSQL rolls back leaves no gap."""
    booking = confirmed_hours(practice, clinician)
    with pytest.raises(Undone):
        raise_and_undo(everybody, booking)
    assert issued(booking).number.endswith("-0001")


def raise_and_undo(actor, booking):
    """Raise the invoice in a transaction that fails afterwards."""
    with working_as(actor) as work:
        (invoice,) = invoicing.bill_booking(work, booking.id)
        assert invoice.number.endswith("-0001")
        raise Undone


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE invoice SET total = 1 WHERE id = :id",
        "UPDATE invoice SET number = 'X' WHERE id = :id",
        "UPDATE invoice SET bank_account_number = NULL WHERE id = :id",
        "UPDATE invoice SET seller_copy = '{}' WHERE id = :id",
        "UPDATE invoice SET state = 'draft', number = NULL WHERE id = :id",
        "UPDATE invoice SET pdf = 'other' WHERE id = :id",
        "UPDATE invoice_line SET amount = 1 WHERE invoice_id = :id",
        "DELETE FROM invoice_line WHERE invoice_id = :id",
        "DELETE FROM invoice WHERE id = :id",
        ONE_MORE_LINE,
    ],
)
def test_an_issued_invoice_cannot_be_changed_by_sql(everybody, practice, clinician, change):
    """PostgreSQL itself refuses, whatever the code above it tries (domain 6.6)."""
    invoice = issued(confirmed_hours(practice, clinician))
    drawn(invoice)
    with pytest.raises(DBAPIError, match=r"never change|kept for ever|draft again"), working_as(everybody) as work:
        work.store.execute(text(change), {"id": invoice.id})


def test_the_owner_cannot_change_it_either(services, database, practice, clinician):
    """The fence binds whoever holds the tables too, not only the application's role."""
    invoice = issued(confirmed_hours(practice, clinician))
    with services.postgres.connect(database) as superuser, pytest.raises(Exception, match="never changes"):
        superuser.execute("UPDATE invoice SET total = 1 WHERE id = %s", (invoice.id,))


def test_bank_numbers_are_encrypted_at_rest(everybody, practice, clinician):
    """Whoever steals the tables does not get accounts."""
    invoice = issued(confirmed_hours(practice, clinician))
    with working_as(everybody) as work:
        seen = work.store.execute(
            text("SELECT bank_account_number, seller_copy::text FROM invoice WHERE id = :id"), {"id": invoice.id}
        ).one()
        sold = work.store.scalar(
            text("SELECT bank_account_number FROM seller WHERE id = :id"), {"id": invoice.seller_id}
        )
    assert b"12345678" not in bytes(seen[0]) + seen[1].encode() + bytes(sold)


def test_new_payment_details_leave_issued_invoices_alone(everybody, practice, clinician):
    """An invoice is paid to the account it names."""
    invoice = issued(confirmed_hours(practice, clinician))
    with working_as(everybody) as work:
        seller = work.get(Seller, invoice.seller_id)
        sellers.save_details(
            work,
            seller,
            name="Another Name",
            address=["Elsewhere"],
            account_name="Another",
            sort_code="99-88-77",
            account_number="00000001",
        )
    assert again(invoice).bank_account_number == "12345678"
    assert again(invoice).seller_copy["name"] == "Dr Jay Finch"


@pytest.mark.parametrize(
    ("sort_code", "account_number"), [("1234", "12345678"), ("001122", "1234567"), ("aabbcc", "12345678")]
)
def test_impossible_accounts_are_refused(everybody, clinician, sort_code, account_number):
    """A wrong digit is found while the person is looking at it."""
    account = {"account_name": "C", "sort_code": sort_code, "account_number": account_number}
    with working_as(everybody) as work:
        seller = sellers.ensure_clinician(work, work.get(Clinician, clinician.id))
        with pytest.raises(Invalid):
            sellers.save_details(work, seller, name="A", address=["B"], **account)


def test_two_threads_make_one_seller(everybody, pool):
    """The first two sessions of a clinician may be billed at the same moment."""
    newcomer = builders.a_clinician(pool)

    def make(_):
        with working_as(everybody) as work:
            return sellers.ensure_clinician(work, work.get(Clinician, newcomer.id)).id

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(make, range(16)))) == 1


def test_the_document_is_attached_once(practice, clinician):
    """Drawing it again changes nothing and tells nobody twice."""
    invoice = issued(confirmed_hours(practice, clinician))
    pdf = drawn(invoice)
    with working_as(Actor.system(invoice.pool_id)) as work:
        assert issuing.attach_document(work, invoice.id, b"something else", b"<else/>") is False
        assert issuing.document_bytes(work, invoice.id) == pdf
        told = work.all(select(AuditEntry).where(AuditEntry.name == "InvoiceRendered"))
    assert len(told) == 1


def test_a_document_that_is_still_being_made_is_not_found(practice, clinician):
    """People are asked to try again instead of getting an empty file."""
    invoice = issued(confirmed_hours(practice, clinician))
    with working_as(Actor.system(invoice.pool_id)) as work, pytest.raises(NotFound, match="still being made"):
        issuing.document_bytes(work, invoice.id)


def test_payment_closes_the_invoice_and_its_booking(practice, clinician):
    """The life of the session ends here: paid."""
    booking = confirmed_hours(practice, clinician)
    invoice = issued(booking)
    with working_as(manager_of(practice)) as work:
        payments.settle(work, invoice.id, clock.today())
    assert (again(invoice).state, again(invoice).paid_total) == ("paid", Money(35700))
    assert again(booking).state == "paid"
    with pytest.raises(WrongState, match="already paid"), working_as(manager_of(practice)) as work:
        payments.settle(work, invoice.id, clock.today())


@pytest.mark.parametrize("away", [-1, 1])
def test_a_payment_day_must_be_possible(practice, clinician, away):
    """Before the invoice existed or in the future: a slip of the keyboard."""
    invoice = issued(confirmed_hours(practice, clinician))
    with pytest.raises(Invalid, match="between"), working_as(manager_of(practice)) as work:
        payments.settle(work, invoice.id, clock.today() + timedelta(days=away))


def manager_of(practice):
    """The practice manager as an actor."""
    return Actor(role=PRACTICE, pool_ids=(practice.pool_id,), practice_id=practice.id, name="Sam Reed")


def test_everybody_sees_their_own(pool, practice, clinician):
    """Practices never see each other's figures; clinicians see theirs, not those of the host (design D12)."""
    a_host_that_sells(pool)
    other_practice, employed = builders.a_practice(pool), builders.a_clinician(pool, engagement="salaried")
    mine = issued(confirmed_hours(practice, clinician))
    theirs = issued(confirmed_hours(other_practice, employed))
    doctor = Actor(role=CLINICIAN, pool_ids=(pool.id,), clinician_ids=(clinician.id,))
    assert seen_by(manager_of(practice)) == {mine.number}
    assert seen_by(manager_of(other_practice)) == {theirs.number}
    assert seen_by(doctor) == {mine.number}
    assert seen_by(Actor.system(pool.id)) == {mine.number, theirs.number}
    assert seen_by(Actor.system(builders.a_pool().id)) == set()


def seen_by(actor, search=EVERYTHING):
    """The numbers in somebody's list."""
    with working_as(actor) as work:
        return {row.number for row in invoice_lists.found(work, search, today=clock.today(), offset=0, size=25)}


def test_lists_are_searched_by_number_practice_and_clinician(pool, practice, clinician):
    """People remember one of the three; a % typed by accident finds nothing."""
    other = a_clinician_who_sells(pool, name="Dr Kim Heron")
    first = issued(confirmed_hours(practice, clinician))
    second = issued(confirmed_hours(builders.a_practice(pool, name="Quay Surgery"), other))
    all_of_them = Actor.system(pool.id)
    assert seen_by(all_of_them, Search(words=first.number[:7])) == {first.number}
    assert seen_by(all_of_them, Search(words="quay")) == {second.number}
    assert seen_by(all_of_them, Search(words="dr heron")) == {second.number}
    assert seen_by(all_of_them, Search(words="%")) == set()


def test_totals_say_what_is_paid_open_and_late(pool, practice, clinician):
    """The three figures a manager looks for, over all pages."""
    days = [builders.yesterday() - timedelta(days=away) for away in (0, 61, 1)]
    paid, late, fresh = (confirmed_hours(practice, clinician, on=day) for day in days)
    paid, fresh = issued(paid), issued(fresh)
    late = issued(late, now=clock.now() - timedelta(days=60))
    with working_as(manager_of(practice)) as work:
        payments.settle(work, paid.id, clock.today())
    with working_as(Actor.system(pool.id)) as work:
        totals = invoice_lists.totals(work, Search(), today=clock.today())
    assert (totals.count, totals.total) == (3, Money(107100))
    assert (totals.unpaid, totals.unpaid_count) == (Money(71400), 2)
    assert (totals.overdue, totals.overdue_count) == (Money(35700), 1)
    assert seen_by(Actor.system(pool.id), Search(show="overdue")) == {late.number}
    assert seen_by(Actor.system(pool.id), Search(show="paid")) == {paid.number}
    assert seen_by(Actor.system(pool.id), Search(show="unpaid")) == {late.number, fresh.number}
