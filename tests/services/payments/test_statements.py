"""Statements, ageing and reminders: read from the ledger, by how late, and once each."""

from datetime import time, timedelta
from io import BytesIO

from pypdf import PdfReader
from sqlalchemy import select

from pool import clock
from pool.documents.statement import statement_pdf
from pool.models.outbox import OutboxMessage
from pool.models.pool import Pool
from pool.money import Money
from pool.services.payments import ageing, payments, reminders, statement_document, statements
from pool.services.payments.statements import Account
from tests import builders
from tests.builders import working_as
from tests.invoice_builders import a_clinician_who_sells, confirmed_hours, issued
from tests.payment_builders import Books


def statement_of(actor, account=None, days=30):
    """The statement of the last days."""
    today = clock.today()
    with working_as(actor) as work:
        return statements.statement(work, account or Account(), today - timedelta(days=days), today)


def test_a_statement_holds_everything_between_the_two_sides(books):
    """Invoice, credit note, payment of too much, a mistake and its undoing: each with the balance after it."""
    first, second = books.invoice(), books.invoice(20000)
    books.pay(first, 40000)
    books.credit(second, 5000)
    mistake = books.pay(second, 100)
    with working_as(books.as_manager) as work:
        payments.undo(work, mistake.id, "Typed twice")
    found = statement_of(books.as_practice)
    assert [(line.kind, line.amount.pence) for line in found.lines] == [
        ("invoice", 35700),
        ("invoice", 20000),
        ("payment", -40000),
        ("credit_note", -5000),
        ("payment", -100),
        ("undone", 100),
    ]
    assert [line.balance.pence for line in found.lines] == [35700, 55700, 15700, 10700, 10600, 10700]
    assert (found.opening, found.closing) == (Money(0), Money(10700))
    assert (found.billed, found.credited, found.paid) == (Money(55700), Money(-5000), Money(-40000))
    assert {line.other for line in found.lines} == {"Dr Jay Finch"}
    assert found.lines[0].reference == first.number


def test_what_was_before_is_the_opening_balance(books):
    """A period that begins tomorrow opens with all that is owed."""
    invoice = books.invoice()
    books.pay(invoice, 700)
    tomorrow = clock.today() + timedelta(days=1)
    with working_as(books.as_clinician) as work:
        found = statements.statement(work, Account(), tomorrow, tomorrow)
    assert (found.opening, found.lines, found.closing) == (Money(35000), (), Money(35000))


def test_everybody_has_their_own_statement(books):
    """A practice its sellers, a clinician their practices, a manager either; a neighbour nothing."""
    books.invoice()
    neighbour = builders.a_practice(builders.read(Pool, books.pool.id), name="Quay Surgery")
    issued(confirmed_hours(neighbour, books.clinician))
    issued(confirmed_hours(books.practice, a_clinician_who_sells(books.pool, name="Dr Kim Heron")))
    by_practice = statement_of(books.as_practice)
    by_clinician = statement_of(books.as_clinician)
    assert {line.other for line in by_practice.lines} == {"Dr Jay Finch", "Dr Kim Heron"}
    assert {line.other for line in by_clinician.lines} == {"The Park Surgery", "Quay Surgery"}
    assert statement_of(books.as_manager, Account(practice_id=books.practice.id)).lines == by_practice.lines
    assert statement_of(books.as_manager, Account(clinician_id=books.clinician.id)).lines == by_clinician.lines
    assert statement_of(Books().as_manager).lines == ()


def test_the_statement_on_paper(books):
    """An accessible PDF with the same figures; an empty one says so."""
    books.pay(books.invoice(), 10000)
    today = clock.today()
    with working_as(books.as_practice) as work:
        found = statements.statement(work, Account(practice_id=books.practice.id), today, today)
        nothing = statements.statement(work, Account(), today + timedelta(days=1), today + timedelta(days=1))
        pdf, empty = (statement_pdf(statement_document.facts_of(work, statement)) for statement in (found, nothing))
    page = PdfReader(BytesIO(pdf)).pages[0].extract_text()
    for words in ("Statement", "The Park Surgery", "£357.00", "-£100.00", "£257.00", "Dr Jay Finch"):
        assert words in page
    assert PdfReader(BytesIO(pdf)).trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "Nothing was invoiced or paid" in PdfReader(BytesIO(empty)).pages[0].extract_text()


def late_invoice(books, days):
    """An invoice that has been due for so many days."""
    work_day = builders.yesterday() - timedelta(days=days + 40 + books.days)
    books.days += 1
    when = clock.instant(clock.today() - timedelta(days=days + 30), time(0, 30))
    return issued(confirmed_hours(books.practice, books.clinician, on=work_day), now=when)


def test_ageing_by_days_after_the_due_day(books):
    """Due today is not late; 1 to 30, 31 to 60, and 61 or more."""
    for days in (0, 1, 30, 31, 60, 61):
        late_invoice(books, days)
    books.pay(late_invoice(books, 90), 35700)
    with working_as(books.as_manager) as work:
        found = ageing.ageing(work, clock.today())
    (row,) = found.rows
    assert (row.name, row.invoices) == ("The Park Surgery", 6)
    assert [amount.pence // 35700 for amount in row.amounts] == [1, 2, 2, 1]
    assert (row.total, row.late, found.sums.total) == (Money(214200), Money(178500), Money(214200))
    with working_as(books.as_practice) as work:
        assert [debtor.name for debtor in ageing.ageing(work, clock.today()).rows] == ["Dr Jay Finch"]
    with working_as(Books().as_manager) as work:
        assert ageing.ageing(work, clock.today()).sums.total == Money(0)


def remind(books):
    """How many invoices are reminded of now."""
    with working_as(books.system) as work:
        return reminders.remind_due(work)


def test_reminders_come_after_14_and_30_days_once_each(books):
    """Paid in between, none follows; one that is found late gets the later one only."""
    invoice = late_invoice(books, 13)
    assert remind(books) == 0
    older = late_invoice(books, 14)
    assert [remind(books), remind(books)] == [1, 0]
    oldest = late_invoice(books, 45)
    assert [remind(books), remind(books)] == [1, 0]
    with working_as(books.as_practice) as work:
        said = [[late.days for late in reminders.of_invoice(work, late.id)] for late in (invoice, older, oldest)]
    assert said == [[], [14], [30]]
    with working_as(books.system, now=clock.now() + timedelta(days=16)) as work:
        assert reminders.remind_due(work) == 2
    books.pay(invoice, 35700)
    with working_as(books.system, now=clock.now() + timedelta(days=40)) as work:
        assert reminders.remind_due(work) == 0
        names = [row.name for row in work.all(select(OutboxMessage))]
    assert names.count("InvoiceReminded") == 4


def test_a_pool_without_reminders_sends_none(books):
    """A switch of the pool."""
    late_invoice(books, 40)
    with working_as(books.system) as work:
        work.get(Pool, books.pool.id).policy = {"payment_reminders": False}
    assert remind(books) == 0
