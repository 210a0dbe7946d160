"""Double entry: what is posted, what PostgreSQL refuses, and that the proof notices every kind of difference."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from pool import clock
from pool.actor import Actor
from pool.models.charge import CHARGE_KINDS
from pool.models.ledger import LedgerEntry, LedgerPosting
from pool.models.pool import Pool
from pool.money import Money
from pool.rules import ledger_accounts
from pool.services.ledger import ledger_check, ledger_entries
from pool.services.payments import payments
from tests import builders
from tests.builders import working_as
from tests.fixtures.books import mistakes_in
from tests.invoice_builders import a_clinician_who_sells, confirmed_hours, issued
from tests.money_builders import owed_in_books

FEE = Money(35700)


@pytest.fixture
def invoice(app):
    """An issued invoice of £357.00."""
    pool = builders.a_pool()
    return issued(confirmed_hours(builders.a_practice(pool), a_clinician_who_sells(pool)))


def postings(work, source_key):
    """(account, pence) of an entry."""
    rows = select(LedgerPosting).join(LedgerEntry).where(LedgerEntry.source_key == source_key)
    return sorted((row.account, row.pence) for row in work.all(rows))


def test_an_issued_invoice_is_in_the_books(invoice):
    """The practice owes it, the session is earned; the entry names invoice, seller, practice and day."""
    with working_as(Actor.system(invoice.pool_id)) as work:
        assert postings(work, f"invoice:{invoice.id}") == [("income.session", -35700), ("receivable", 35700)]
        entry = work.one(select(LedgerEntry).where(LedgerEntry.invoice_id == invoice.id))
        assert (entry.on, entry.seller_id, entry.practice_id) == (
            invoice.issued_on,
            invoice.seller_id,
            invoice.practice_id,
        )
        assert owed_in_books(work, invoice.id) == FEE


def test_every_kind_of_line_has_an_account():
    """A new kind of charge without an account would stop billing; here it is noticed before."""
    assert {ledger_accounts.income_account(kind) for kind in (*CHARGE_KINDS, "employer_pension")} <= set(
        ledger_accounts.ACCOUNTS
    )
    with pytest.raises(KeyError, match="no account"):
        ledger_accounts.income_account("tips")
    with pytest.raises(KeyError, match="chart of accounts"):
        ledger_accounts.Amount("tips", 1)


def write_by_hand(invoice, *sides):
    """An entry between the seller of an invoice and some practices, past the code that posts."""
    whose = {"pool_id": invoice.pool_id, "seller_id": invoice.seller_id}
    with working_as(Actor.system(invoice.pool_id)) as work:
        entry = LedgerEntry(
            source_key="by hand",
            kind="payment",
            on=clock.today(),
            at=work.now,
            practice_id=invoice.practice_id,
            **whose,
        )
        work.add(entry)
        work.store.flush()
        for practice_id, account, pence in sides:
            work.add(LedgerPosting(entry_id=entry.id, account=account, pence=pence, practice_id=practice_id, **whose))


def test_an_unbalanced_entry_is_refused_when_the_transaction_ends(invoice):
    """Not by the code that posts: by PostgreSQL, whoever writes."""
    with pytest.raises(DBAPIError, match="does not balance"):
        write_by_hand(invoice, (invoice.practice_id, ledger_accounts.BANK, 1))


def test_an_entry_without_sides_is_refused(invoice):
    """It would claim that something happened and say nothing about it."""
    with pytest.raises(DBAPIError, match="does not balance"):
        write_by_hand(invoice)


def test_an_entry_cannot_reach_into_other_books(invoice):
    """Two sides that balance, one of them another practice's."""
    stranger = builders.a_practice(builders.read(Pool, invoice.pool_id))
    with pytest.raises(DBAPIError, match="mixes pools"):
        write_by_hand(invoice, (invoice.practice_id, "bank", 5), (stranger.id, "unallocated", -5))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_posting SET pence = pence * 2",
        'UPDATE ledger_entry SET "on" = "on" - 1',
        "DELETE FROM ledger_posting",
        "DELETE FROM ledger_entry",
        "UPDATE payment_allocation SET amount = 1",
        "DELETE FROM payment",
    ],
)
def test_the_application_may_only_add(invoice, statement):
    """The role in DATABASE_URL has no right to change what is written."""
    with pytest.raises(DBAPIError, match="permission denied"), working_as(Actor.system(invoice.pool_id)) as work:
        work.store.execute(text(statement))


@pytest.mark.parametrize("statement", ["UPDATE ledger_posting SET pence = pence", "DELETE FROM ledger_posting"])
def test_not_even_the_owner_changes_what_is_written(invoice, services, database, statement):
    """A trigger stands behind the rights: rows are only added."""
    with services.postgres.connect(database) as superuser, pytest.raises(Exception, match="are only added"):
        superuser.execute(statement)


def test_a_payment_never_changes(invoice):
    """Amounts of payments are frozen; a mistake is undone and recorded again."""
    with working_as(Actor.system(invoice.pool_id)) as work:
        payments.settle(work, invoice.id, clock.today())
    with pytest.raises(DBAPIError, match="never changes"), working_as(Actor.system(invoice.pool_id)) as work:
        work.store.execute(text("UPDATE payment SET amount = amount + 1"))


def test_the_same_document_is_posted_once(invoice):
    """A second posting of one invoice is refused by its key."""
    with (
        pytest.raises(DBAPIError, match="uq_ledger_entry_source_key"),
        working_as(Actor.system(invoice.pool_id)) as work,
    ):
        ledger_entries.post_invoice(work, work.get(type(invoice), invoice.id))


BROKEN = {
    "UPDATE ledger_posting SET pence = pence + 1 WHERE account = 'receivable'": "does not balance: its sides come to £0.01",
    "DELETE FROM ledger_posting; DELETE FROM ledger_entry": "has no ledger entry, although it is worth £357.00",
    "UPDATE ledger_entry SET source_key = 'invoice:gone'": "Ledger entry invoice:gone belongs to no issued document",
    "UPDATE invoice_line SET amount = amount - 100": "come to £356.00, the document says £357.00",
    "UPDATE invoice SET paid_total = 100": "payments and credit notes come to £0.00, the document says £1.00",
    "UPDATE invoice SET credited_total = 100": "the ledger says £357.00 is owed, the documents say £356.00",
    "UPDATE invoice SET state = 'paid'": "is in the wrong state for its amounts: £0.00 paid of £357.00 due",
    "UPDATE ledger_posting SET account = 'income.mileage' WHERE account = 'income.session'": (
        "Account income.mileage: the ledger has -£357.00, the documents come to £0.00"
    ),
}


@pytest.mark.parametrize(("damage", "sentence"), BROKEN.items(), ids=range(len(BROKEN)))
def test_the_proof_notices(invoice, services, database, damage, sentence):
    """Each kind of damage, done with triggers at rest, is found and named."""
    with services.postgres.connect(database) as superuser:
        superuser.execute("SET session_replication_role = replica")
        with superuser.transaction(force_rollback=True):
            superuser.execute(damage)
            found = mistakes_in(superuser)
    assert any(sentence in mistake for mistake in found), found


def test_the_proof_notices_a_payment_that_was_used_twice(invoice, services, database):
    """More on invoices than was paid."""
    with working_as(Actor.system(invoice.pool_id)) as work:
        payments.settle(work, invoice.id, clock.today())
    with services.postgres.connect(database) as superuser:
        superuser.execute("SET session_replication_role = replica")
        with superuser.transaction(force_rollback=True):
            superuser.execute("UPDATE payment SET amount = 1")
            assert any("is worth £0.01, but £357.00 of it was used" in mistake for mistake in mistakes_in(superuser))


def test_the_command_proves_every_pool(invoice, app):
    """One line a pool, and 0 when all is well."""
    answer = app.test_cli_runner().invoke(args=["ledger", "verify"])
    assert answer.exit_code == 0, answer.output
    assert "1 entries, agrees with its documents." in answer.output


def test_the_command_ends_with_1_and_a_sentence(invoice, services, database, app):
    """What a person reads when something is wrong, and what a script sees."""
    with services.postgres.connect(database) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("UPDATE invoice SET paid_total = 100")
        answer = app.test_cli_runner().invoke(args=["ledger", "verify"])
        superuser.execute("UPDATE invoice SET paid_total = 0")
    assert answer.exit_code == 1
    assert f"{invoice.number}: the ledger says £357.00 is owed, the documents say £356.00." in answer.output


def test_a_report_names_the_pool(invoice):
    """For the manager's notice."""
    with working_as(Actor.system(invoice.pool_id)) as work:
        report = ledger_check.verify(work, invoice.pool_id)
    assert (report.mistakes, report.entries) == ((), 1)
    assert report.pool == builders.read(Pool, invoice.pool_id).name
