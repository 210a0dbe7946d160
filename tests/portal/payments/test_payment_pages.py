"""Pages about payments and bank files: recorded, used, undone; uploaded with mistakes named; closed to clinicians."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from pool import clock
from pool.models.bank import BankLine
from pool.models.payment import Payment
from pool.money import Money
from tests import builders
from tests.builders import again, working_as
from tests.invoice_builders import confirmed_hours, issued


@pytest.fixture
def desk(books, signed_in):
    """The practice manager's browser."""
    return signed_in(builders.a_practice_manager(books.practice))


def today(**others):
    """The day as a form sends it."""
    on = clock.today()
    return {"on-day": str(on.day), "on-month": str(on.month), "on-year": str(on.year), "reference": "BACS"} | others


def only_payment(books):
    """The only payment."""
    with working_as(books.system) as work:
        payment = work.one(select(Payment))
        work.store.expunge_all()
        return payment


def test_a_payment_is_recorded(books, desk, post_form):
    """The form holds what is open; a part keeps the invoice open and shows what is left."""
    invoice = books.invoice()
    assert 'value="357' in desk.get(f"/payments/for/{invoice.id}").text
    answer = post_form(desk, f"/payments/for/{invoice.id}", **today(amount="100.00"))
    assert answer.headers["Location"] == f"/invoices/{invoice.id}"
    page = desk.get(f"/invoices/{invoice.id}").text
    for words in ("A payment of £100.00 is recorded.", "Part paid", "£257.00"):
        assert words in page
    assert "BACS" in desk.get("/payments").text


def test_the_banks_reference_is_nobodys_nhs_number(books, desk, post_form):
    """One ten-digit reference in eleven has the check digit of an NHS number."""
    invoice = books.invoice()
    answer = post_form(desk, f"/payments/for/{invoice.id}", **today(amount="100.00", reference="BACS 4010232137"))
    assert answer.status_code == 303
    assert only_payment(books).reference == "BACS 4010232137"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"amount": ""}, "Enter the amount"),
        ({"amount": "12,5x"}, "Enter an amount in pounds"),
        ({"amount": "0"}, "above £0.00"),
        ({"amount": "10", "on-year": "2020"}, "between the day of the invoice and today"),
        ({"amount": "10", "reference": "x" * 141}, "Reference must have 140 characters or fewer"),
    ],
)
def test_what_cannot_be_comes_back_with_an_error(books, desk, post_form, typed, words):
    """What was typed stays; nothing is recorded."""
    invoice = books.invoice()
    answer = post_form(desk, f"/payments/for/{invoice.id}", **today(**typed))
    assert answer.status_code == 422
    assert words in answer.text
    assert again(invoice).state == "issued"


def test_recorded_twice_is_a_calm_conflict(books, desk, post_form):
    """Two people press the button: the second is told how things stand."""
    invoice = books.invoice()
    assert post_form(desk, f"/payments/for/{invoice.id}", **today(amount="357")).status_code == 303
    answer = post_form(desk, f"/payments/for/{invoice.id}", **today(amount="357"))
    assert answer.status_code == 409
    assert "already paid" in answer.text


def test_a_credit_is_used_sent_back_and_undone(books, desk, post_form):
    """Everything that can be done with too much money, on one page."""
    first, second = books.invoice(), books.invoice()
    answer = post_form(desk, f"/payments/for/{first.id}", **today(amount="400"))
    page = answer.headers["Location"]
    assert "£43.00" in desk.get(page).text
    assert "1 payment with a credit" in desk.get("/payments").text
    assert post_form(desk, f"{page}/refund", **today(amount="99")).status_code == 422
    assert post_form(desk, f"{page}/refund", **today(amount="13")).status_code == 303
    assert post_form(desk, f"{page}/put-on", invoice=str(second.id)).status_code == 303
    assert again(second).paid_total == Money(3000)
    assert post_form(desk, f"{page}/put-on", invoice="").status_code == 422


def test_undo_asks_why(books, desk, post_form):
    """Without a reason nothing happens; with one the payment stays in the list, undone."""
    invoice = books.invoice()
    post_form(desk, f"/payments/for/{invoice.id}", **today(amount="357"))
    page = f"/payments/{only_payment(books).id}"
    assert "is open again on invoice" in desk.get(f"{page}/undo").text
    assert post_form(desk, f"{page}/undo", reason="").status_code == 422
    assert post_form(desk, f"{page}/undo", reason="Typed twice").status_code == 303
    shown = desk.get(page).text
    assert "Undone" in shown
    assert "Typed twice" in shown
    assert again(invoice).state == "issued"


def test_after_a_credit_note_the_surplus_is_taken_off(books, desk, post_form):
    """One button on the invoice, then the payment's page."""
    invoice = books.invoice()
    post_form(desk, f"/payments/for/{invoice.id}", **today(amount="357"))
    books.credit(invoice, 5700)
    assert "Take it off this invoice" in desk.get(f"/invoices/{invoice.id}").text
    answer = post_form(desk, f"/payments/over/{invoice.id}")
    assert "£57.00 stands on no invoice now" in desk.get(answer.headers["Location"]).text


def test_clinicians_see_their_payments_and_change_nothing(books, signed_in, desk, post_form):
    """The list and the page, no button, no door."""
    invoice = books.invoice()
    post_form(desk, f"/payments/for/{invoice.id}", **today(amount="400"))
    doctor = signed_in(books.clinician.person)
    page = f"/payments/{only_payment(books).id}"
    assert "The Park Surgery" in doctor.get("/payments").text
    assert "Undo" not in doctor.get(page).text
    assert doctor.get(f"{page}/undo").status_code == 403
    assert doctor.get("/bank-files").status_code == 403


def send(browser, token_for, data, name="may.csv"):
    """Upload a file."""
    form = {"csrf_token": token_for(browser), "file": (BytesIO(data), name)}
    return browser.post("/bank-files", data=form, content_type="multipart/form-data")


def test_a_file_is_uploaded_and_its_lines_are_answered(books, desk, post_form, token_for):
    """The report, a proposal confirmed, a line put aside and taken up again."""
    paid, part = books.invoice(), books.invoice()
    text = f"Date,Amount,Reference\n{{on}},357.00,{paid.number}\n{{on}},50.00,{part.number}\n{{on}},900.00,Rent\n"
    answer = send(desk, token_for, text.format(on=f"{clock.today():%d/%m/%Y}").encode())
    assert answer.status_code == 303
    report = desk.get(answer.headers["Location"]).text
    for words in ("may.csv", "Matched by themselves", "of 3 lines", paid.number, "No invoice number in the reference"):
        assert words in report
    with working_as(books.system) as work:
        _, half, rent = (bank_line.id for bank_line in work.all(select(BankLine).order_by(BankLine.row)))
    assert "To check" in desk.get("/bank-files").text
    assert f'value="{part.id}" checked' in desk.get(f"/bank-files/lines/{half}").text
    assert post_form(desk, f"/bank-files/lines/{half}", invoices=str(part.id)).status_code == 303
    assert again(part).paid_total == Money(5000)
    assert post_form(desk, f"/bank-files/lines/{rent}").status_code == 422
    assert post_form(desk, f"/bank-files/lines/{rent}/put-aside", reason="Rent").status_code == 303
    assert "Nothing to look at" in desk.get("/bank-files").text
    assert post_form(desk, f"/bank-files/lines/{rent}/take-up").status_code == 303
    assert "Nothing found" not in desk.get(f"/bank-files/lines/{rent}?q={part.number}").text


def test_the_same_money_is_asked_and_nothing_is_ticked(books, desk, post_form, token_for):
    """Typed by hand, then in the file: one press says that it is the same."""
    typed, other = books.invoice(), books.invoice()
    payment = books.pay(typed, 35700)
    text = f"Date,Amount,Reference\n{clock.today():%d/%m/%Y},-357.00,locum\n{clock.today():%d/%m/%Y},5.00,interest\n"
    report = desk.get(send(desk, token_for, text.encode()).headers["Location"]).text
    assert "Is it the same money?" in report
    left_out = re.search(r'href="([^"]+/left-out)"', report)[1]
    assert "Money that came in" in desk.get(left_out).text
    with working_as(books.system) as work:
        line = f"/bank-files/lines/{work.one(select(BankLine)).id}"
    page = desk.get(line).text
    assert "Yes, it is this payment" in page
    assert "checked" not in page
    assert "Tick that this is other money" in post_form(desk, line, invoices=str(other.id)).text
    assert post_form(desk, f"{line}/same").status_code == 422
    assert post_form(desk, f"{line}/same", payment=str(payment.id)).status_code == 303
    assert "Nothing to look at" in desk.get("/bank-files").text
    assert again(other).state == "issued"


def test_typing_a_payment_twice_is_asked(books, desk, post_form):
    """The box to tick comes with the question."""
    invoice = books.invoice()
    page = f"/payments/for/{invoice.id}"
    assert "another payment" not in desk.get(page).text
    assert post_form(desk, page, **today(amount="100")).status_code == 303
    asked = post_form(desk, page, **today(amount="100"))
    assert asked.status_code == 422
    assert "Tick if this is another payment" in asked.text
    assert post_form(desk, page, **today(amount="100", another="true")).status_code == 303
    assert again(invoice).paid_total == Money(20000)


def test_a_payment_that_came_back(books, desk, post_form, token_for):
    """The practice's statement shows the money coming in again."""
    invoice = books.invoice()
    payment = books.pay(invoice, 35700)
    text = f"Date,Amount,Reference,Balance\n{clock.today():%d/%m/%Y},357.00,RETURNED {invoice.number},1.00\n"
    send(desk, token_for, text.encode())
    with working_as(books.system) as work:
        line = f"/bank-files/lines/{work.one(select(BankLine)).id}"
    assert "Which payment came back?" in desk.get(line).text
    assert post_form(desk, f"{line}/came-back", payment=str(payment.id)).status_code == 303
    assert again(invoice).state == "issued"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"Date,Amount,Reference\n14/05/2026,x,AB\n14/05/2026,y,AB\n", "Row 3, column Amount"),
        (b"Name,Colour\nA,B\n", "no line that names its columns"),
        (b"\x00\x01", "not a CSV file"),
    ],
)
def test_mistakes_in_a_file_are_named(desk, token_for, data, words):
    """All of them, with row and column; nothing is imported."""
    answer = send(desk, token_for, data)
    assert answer.status_code == 422
    assert words in answer.text
    assert "There is a problem" in answer.text


def test_no_file_and_the_same_file(desk, token_for):
    """Both are said in words."""
    assert send(desk, token_for, b"", name="").status_code == 422
    data = b"Date,Amount,Reference\n14/05/2026,1.00,AB\n"
    assert send(desk, token_for, data).status_code == 303
    again_ = send(desk, token_for, data)
    assert again_.status_code == 409
    assert "imported before" in again_.text


def test_statements_as_page_pdf_and_csv(books, desk, signed_in, post_form):
    """A practice opens its own at once; a manager chooses whose; both files hold the same figures."""
    invoice = books.invoice()
    post_form(desk, f"/payments/for/{invoice.id}", **today(amount="100", reference="=1+1"))
    page = desk.get("/statements").text
    for words in (invoice.number, "£257.00", "Owed at the end"):
        assert words in page
    assert desk.get("/statements/pdf").data.startswith(b"%PDF")
    with desk.get("/statements/csv") as answer:
        table = answer.data.decode("utf-8-sig")
    assert "'=1+1" in table
    assert "-100.00" in table
    manager = signed_in(builders.a_pool_manager(books.pool.id))
    assert "Choose a practice or a clinician" in manager.get("/statements").text
    assert manager.get("/statements/pdf").status_code == 404
    for whose in (f"practice:{books.practice.id}", f"clinician:{books.clinician.id}"):
        assert invoice.number in manager.get(f"/statements?whose={whose}").text
    for wrong in ("practice:1", "pool:x", f"practice:{books.clinician.id}"):
        assert manager.get(f"/statements?whose={wrong}").status_code == 404


def test_days_in_the_wrong_order_come_back(desk):
    """With what was typed."""
    days = "first-day=2&first-month=5&first-year=2026&last-day=1&last-month=5&last-year=2026"
    answer = desk.get(f"/statements?{days}")
    assert answer.status_code == 422
    assert "must not be before the first" in answer.text


def test_what_is_late_is_shown_to_everybody_concerned(books, desk, signed_in):
    """Sellers for a practice, practices for clinician and manager."""
    assert "Nothing is open" in desk.get("/late").text
    books.invoice()
    assert "Dr Jay Finch" in desk.get("/late").text
    for person in (books.clinician.person, builders.a_pool_manager(books.pool.id)):
        page = signed_in(person).get("/late").text
        assert "The Park Surgery" in page
        assert "61 days or more late" in page


def test_reminders_are_a_setting_of_the_pool(books, signed_in, post_form):
    """The switch and the days stand among the rules."""
    manager = signed_in(builders.a_pool_manager(books.pool.id))
    rules = {
        "horizon_days": "28",
        "offer_hours": "24",
        "silence_days": "5",
        "answer_days": "5",
        "mileage_cap": "100",
        "payment_term_days": "30",
        "first_reminder_days": "7",
        "second_reminder_days": "21",
    }
    assert post_form(manager, "/manager/rules/", **rules).status_code == 303
    assert again(books.pool).policy["payment_reminders"] is False
    assert post_form(manager, "/manager/rules/", **rules, payment_reminders="true").status_code == 303
    saved = again(books.pool).policy
    assert (saved["payment_reminders"], saved["first_reminder_days"], saved["second_reminder_days"]) == (True, 7, 21)


def test_a_late_claim_shows_its_working_before_it_is_issued(books, signed_in, post_form, desk):
    """The way from the invoice to the claim; practices have no such page."""
    day = builders.yesterday() - timedelta(days=90)
    invoice = issued(confirmed_hours(books.practice, books.clinician, on=day), now=clock.now() - timedelta(days=70))
    doctor = signed_in(books.clinician.person)
    assert "see what you could claim" in doctor.get(f"/invoices/{invoice.id}").text
    page = doctor.get(f"/late-payment/{invoice.id}").text
    for words in ("Statutory interest", "Fixed sum", "£40.00", "How it is worked out", "÷ 365"):
        assert words in page
    answer = post_form(doctor, f"/late-payment/{invoice.id}")
    claimed = desk.get(answer.headers["Location"]).text
    assert "Invoice for late payment" in claimed
    assert "It has been claimed already" in doctor.get(f"/late-payment/{invoice.id}").text
    assert desk.get(f"/late-payment/{invoice.id}").status_code == 403
