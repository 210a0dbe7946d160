"""Credit notes on real PostgreSQL: two people, the same series, never more than is left, states that follow."""

import json
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from pool import clock
from pool.actor import Actor
from pool.errors import Conflict, Invalid, NotAllowed, WrongState
from pool.models.audit import AuditEntry
from pool.models.credit_request import CreditRequest
from pool.models.invoice import Invoice, InvoiceLine
from pool.models.person import SignInLink
from pool.models.practice import Practice
from pool.money import Money, total
from pool.rules.paid import Paid
from pool.services.billing import credit_notes, invoicing, sellers
from pool.services.payments import payments
from pool.services.people import corrected_address, corrected_facts, sign_in
from pool.services.pools import practice_settings
from tests import builders
from tests.builders import actor_of, again, working_as
from tests.invoice_builders import a_clinician_who_sells, a_host_that_sells, confirmed_hours, drawn, issued


@pytest.fixture
def sam(practice):
    """The practice manager, who asks."""
    return actor_of(builders.a_practice_manager(practice, "Sam Reed"))


@pytest.fixture
def taylor(pool):
    """A pool manager, who decides."""
    return actor_of(builders.a_pool_manager(pool.id, "Taylor Broad"))


@pytest.fixture
def invoice(pool, practice):
    """An issued invoice over £357.00."""
    return issued(confirmed_hours(practice, a_clinician_who_sells(pool, name="Dr Jay Finch")))


def asked(actor, invoice, *amounts, rebill=False):
    """Somebody asks for a credit: all of the invoice, or these amounts of its lines in order; gives the id."""
    with working_as(actor) as work:
        lines = work.get(Invoice, invoice.id).lines
        wanted = {
            line.id: amount for line, amount in zip(lines, amounts or [line.amount for line in lines], strict=False)
        }
        return credit_notes.ask(work, invoice.id, "The wrong day was billed", wanted, rebill=rebill).id


def approved(actor, request_id):
    """Somebody agrees; gives the credit note."""
    with working_as(actor) as work:
        note_id = credit_notes.approve(work, request_id).id
    return builders.read(Invoice, note_id)


def test_two_people_make_a_credit_note(invoice, sam, taylor):
    """One asks, another agrees: the next number of the same seller, the original named, all amounts taken back."""
    note = approved(taylor, asked(sam, invoice))
    assert note.number == invoice.number[:-4] + "0002"
    assert (note.kind, note.corrects_id, note.total, note.outstanding) == (
        "credit_note",
        invoice.id,
        Money(35700),
        Money(0),
    )
    assert (note.requested_by_id, note.approved_by_id) == (sam.person_id, taylor.person_id)
    assert note.working[0] == "Reason: The wrong day was billed"
    assert "Asked for by Sam Reed on" in note.working[1]
    assert "approved by Taylor Broad on" in note.working[1]
    assert (again(invoice).state, again(invoice).credited_total, again(invoice).outstanding) == (
        "credited",
        Money(35700),
        Money(0),
    )
    assert again(invoice).total == Money(35700)


def test_one_person_alone_cannot_credit(invoice, taylor):
    """A pool manager who asked has to wait for another one."""
    request_id = asked(taylor, invoice)
    with working_as(taylor) as work, pytest.raises(NotAllowed, match="Another pool manager has to decide"):
        credit_notes.approve(work, request_id)
    assert again(invoice).state == "issued"


def test_postgresql_refuses_a_credit_note_of_one_person(invoice, sam, taylor):
    """Even if the code above it forgot."""
    request_id = asked(sam, invoice)
    with pytest.raises(DBAPIError, match="two_people"), working_as(taylor) as work:
        work.get(CreditRequest, request_id).decided_by_id = sam.person_id
    note = approved(taylor, request_id)
    alone = text("INSERT INTO invoice SELECT (jsonb_populate_record(note, :same)).* FROM invoice note WHERE id = :id")
    same = json.dumps(
        {"id": str(uuid4()), "number": "X-1", "statement_key": "x", "requested_by_id": str(taylor.person_id)}
    )
    with pytest.raises(DBAPIError, match="needs_two_people"), working_as(taylor) as work:
        work.store.execute(alone, {"id": note.id, "same": same})


def test_the_product_itself_credits_nothing(invoice):
    """Two people are two people."""
    with pytest.raises(NotAllowed, match="signed-in person"):
        asked(Actor.system(invoice.pool_id), invoice)


def test_a_part_leaves_the_rest_to_pay(invoice, sam, taylor):
    """£57 back: £300 stay to be paid, and no more than that can be credited later."""
    approved(taylor, asked(sam, invoice, Money(5700)))
    row = again(invoice)
    assert (row.state, row.outstanding) == ("issued", Money(30000))
    with pytest.raises(Invalid, match=r"up to £300\.00"):
        asked(sam, invoice, Money(30001))
    approved(taylor, asked(sam, invoice, Money(30000)))
    assert again(invoice).state == "credited"
    with pytest.raises(Invalid, match=r"up to £0\.00"):
        asked(sam, invoice, Money(1))


@pytest.mark.parametrize("pence", [0, -1, 35701])
def test_impossible_amounts_are_refused(invoice, sam, pence):
    """Nothing, less than nothing, or more than the line."""
    with pytest.raises(Invalid):
        asked(sam, invoice, Money(pence))


def test_a_reason_is_needed(invoice, sam):
    """Whoever looks at the books in a year wants to know."""
    with working_as(sam) as work, pytest.raises(Invalid, match="Say why"):
        credit_notes.ask(work, invoice.id, "  ", {})


def test_one_request_at_a_time(invoice, sam, taylor):
    """A second one waits for the answer to the first."""
    asked(sam, invoice, Money(100))
    with pytest.raises(Conflict, match="already been asked for"):
        asked(taylor, invoice, Money(200))


def test_a_request_is_decided_once(invoice, sam, taylor, pool):
    """Two managers press at once: one credit note."""
    request_id = asked(sam, invoice, Money(100))
    approved(taylor, request_id)
    other = actor_of(builders.a_pool_manager(pool.id, "Kim Other"))
    with working_as(other) as work, pytest.raises(WrongState, match="already approved"):
        credit_notes.approve(work, request_id)
    assert again(invoice).credited_total == Money(100)


def test_a_refusal_says_why_and_changes_nothing(invoice, sam, taylor):
    """The invoice stands, and another request may be made."""
    request_id = asked(sam, invoice)
    with working_as(taylor) as work:
        credit_notes.refuse(work, request_id, "The day was right: see the hours.")
    assert again(invoice).credited_total == Money(0)
    assert builders.read(CreditRequest, request_id).answer == "The day was right: see the hours."
    asked(sam, invoice)


def test_only_who_asked_takes_it_back(invoice, sam, taylor):
    """Then nothing is to be decided."""
    request_id = asked(sam, invoice)
    with working_as(taylor) as work, pytest.raises(NotAllowed, match="Only the person who asked"):
        credit_notes.withdraw(work, request_id)
    with working_as(sam) as work:
        credit_notes.withdraw(work, request_id)
    with working_as(taylor) as work, pytest.raises(WrongState):
        credit_notes.approve(work, request_id)


def test_credit_after_payment_leaves_a_refund(invoice, sam, taylor):
    """It was paid in full; what is credited is owed back."""
    with working_as(sam) as work:
        payments.settle(work, invoice.id, clock.today())
    approved(taylor, asked(sam, invoice, Money(5700)))
    row = again(invoice)
    assert (row.state, row.outstanding, row.refund_due) == ("paid", Money(-5700), Money(5700))


def test_the_rest_that_was_paid_already_settles_the_invoice(invoice, sam, taylor):
    """£300 were paid, £57 are credited: nothing is left to pay."""
    with working_as(sam) as work:
        payments.pay_invoice(work, invoice.id, Paid(Money(30000), clock.today()))
    approved(taylor, asked(sam, invoice, Money(5700)))
    assert (again(invoice).state, again(invoice).outstanding) == ("paid", Money(0))


def test_what_was_credited_can_be_invoiced_again(invoice, practice, sam, taylor):
    """Only the order number was wrong: the same amounts come on a supplement with today's details."""
    with working_as(sam) as work:
        practice_settings.change(work, practice.id, {"order_reference": "PO-118"})
    approved(taylor, asked(sam, invoice, rebill=True))
    with working_as(Actor.system(practice.pool_id)) as work:
        booking_id = work.get(Invoice, invoice.id).lines[0].booking_id
        (new,) = invoicing.bill_booking(work, booking_id)
        assert (new.kind, new.corrects_id, new.order_reference, new.total) == (
            "supplementary",
            invoice.id,
            "PO-118",
            Money(35700),
        )
        assert invoicing.bill_booking(work, booking_id) == []


def test_vat_goes_back_to_the_penny(pool, practice, sam, taylor):
    """Three credits of an invoice with VAT give back exactly the VAT that was charged."""
    a_host_that_sells(pool)
    nurse = builders.a_clinician(pool, engagement="salaried", profession="pharmacist")
    invoice = issued(confirmed_hours(practice, nurse, profession="pharmacist"))
    assert (invoice.vat_category, invoice.vat_rate, invoice.vat_total) == ("S", Decimal("20.00"), Money(7140))
    notes = [approved(taylor, asked(sam, invoice, Money(pence))) for pence in (11901, 11901, 11898)]
    assert total([note.vat_total for note in notes]) == invoice.vat_total
    assert total([note.total for note in notes]) == invoice.total
    assert again(invoice).state == "credited"


def test_a_credit_note_is_a_document_of_its_own(invoice, sam, taylor):
    """Its PDF says what it is, why, and which invoice it takes back from; nothing on it can change."""
    drawn(invoice)
    note = approved(taylor, asked(sam, invoice))
    assert b"%PDF" in drawn(note)
    with pytest.raises(DBAPIError, match="never change"), working_as(Actor.system(note.pool_id)) as work:
        work.store.execute(text("UPDATE invoice SET total = 1, net_total = 1 WHERE id = :id"), {"id": note.id})


def test_credited_amounts_only_grow(invoice, sam, taylor):
    """What was given back stays given back."""
    approved(taylor, asked(sam, invoice, Money(100)))
    with pytest.raises(DBAPIError, match="never changes"), working_as(Actor.system(invoice.pool_id)) as work:
        work.store.execute(text("UPDATE invoice SET credited_total = 0 WHERE id = :id"), {"id": invoice.id})


def test_every_step_is_in_the_audit_trail(invoice, sam, taylor):
    """Who asked, who agreed."""
    approved(taylor, asked(sam, invoice))
    with working_as(Actor.system(invoice.pool_id)) as work:
        names = ("CreditAsked", "CreditApproved")
        rows = work.all(select(AuditEntry).where(AuditEntry.name.in_(names)).order_by(AuditEntry.at))
        assert [(row.name, row.person_id) for row in rows] == [
            ("CreditAsked", sam.person_id),
            ("CreditApproved", taylor.person_id),
        ]


def test_a_neighbour_sees_nothing_of_it(invoice, pool, sam):
    """Credits are between one practice and one seller."""
    asked(sam, invoice)
    neighbour = actor_of(builders.a_practice_manager(builders.a_practice(pool)))
    with working_as(neighbour) as work:
        assert credit_notes.all_requests(work) == []


def test_lines_of_a_credit_note_name_what_they_take_back(invoice, sam, taylor):
    """The working leads back to the line and its own working."""
    note = approved(taylor, asked(sam, invoice, Money(5700)))
    with working_as(Actor.system(note.pool_id)) as work:
        line = work.one(select(InvoiceLine).where(InvoiceLine.invoice_id == note.id))
        assert line.working == (
            "£57.00 of £357.00 on line 1 taken back. It was: 08:30–12:40 as booked: agreed session fee £357.00"
        )
        assert work.get(Practice, note.practice_id).name == "The Park Surgery"


def test_what_was_corrected_after_the_invoice_stands_on_the_credit_note(pool, practice, invoice, sam, taylor):
    """Name, address and account of the seller, address of the practice; the invoice itself never changes."""
    with working_as(Actor.system(pool.id)) as work:
        seller = work.get(Invoice, invoice.id).seller
        sellers.save_details(
            work,
            seller,
            name="Dr Jay Finch Ltd",
            address=["9 New Lane", "NR31 6QB"],
            account_name="J Finch",
            sort_code="001122",
            account_number="87654321",
        )
        work.get(Practice, practice.id).invoice_email = "accounts@surgery.example"
    note, before = approved(taylor, asked(sam, invoice)), again(invoice)
    assert (note.seller_copy["name"], note.seller_copy["address"]) == ("Dr Jay Finch Ltd", ["9 New Lane", "NR31 6QB"])
    assert (note.bank_account_number, note.buyer_copy["email"]) == ("87654321", "accounts@surgery.example")
    assert (before.seller_copy["name"], before.bank_account_number) == ("Dr Jay Finch", "12345678")


def test_a_name_that_was_typed_wrong_is_right_on_later_invoices(app, pool, practice, taylor):
    """A seller is made when the first invoice is; mending the person's name and address mends it."""
    clinician = a_clinician_who_sells(pool, name="Dr Jya Finch")
    issued(confirmed_hours(practice, clinician))
    with working_as(taylor) as work:
        corrected_facts.correct(work, clinician.person_id, name="Dr Jay Finch", email="jay@surgery.example")
    with working_as(taylor) as work:
        token = sign_in.token_of(work.first(select(SignInLink.id).where(SignInLink.person_id == clinician.person_id)))
    with app.app_context():
        owner = corrected_address.whoever_opens(token)
    with working_as(owner) as work:
        corrected_address.change(work, token)
    later = issued(confirmed_hours(practice, clinician, on=builders.yesterday() - timedelta(days=1)))
    assert (later.seller_copy["name"], later.seller_copy["email"]) == ("Dr Jay Finch", "jay@surgery.example")
