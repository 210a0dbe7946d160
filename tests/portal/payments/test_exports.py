"""Downloads on the portal: pages with a choice of days, files with the right names, roles that may not are refused."""

from datetime import timedelta
from uuid import uuid4

import pytest

from pool import clock
from tests import builders
from tests.builders import again
from tests.documents.e_document_builders import OTHER_GLN
from tests.invoice_builders import a_host_that_sells, confirmed_hours


def days(**named):
    """Days as the three boxes of a form send them."""
    parts = ("day", "month", "year")
    return {f"{name}-{part}": str(getattr(on, part)) for name, on in named.items() for part in parts}


def text_of(answer):
    """What the file says; closing the answer deletes it from disk."""
    with answer:
        return answer.data.decode("utf-8-sig")


def test_each_role_finds_what_it_may_download(desk, manager):
    """A practice its payments, a manager the payroll, nobody the other's."""
    own = desk.get("/exports").text
    assert "Payment list" in own
    assert "Payroll" not in own
    theirs = manager.get("/exports").text
    assert "Payroll" in theirs
    assert "Payment list" not in theirs


def test_the_lines_come_as_a_file_named_after_its_days(invoice, desk):
    """UTF-8 with a mark, never kept by the browser."""
    today = clock.today()
    answer = desk.get("/exports/invoice-lines/file", query_string=days(first=today, last=today))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f"attachment; filename=invoice-lines-{today}-{today}.csv"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "text/csv"
    said = text_of(answer).splitlines()
    assert said[0].startswith("Document,Number,Issued")
    assert invoice.number in said[1]
    assert len(said) == 2


@pytest.mark.parametrize(
    ("first", "last", "words"), [(0, -1, "The last day must not be before the first"), (None, 0, "first day")]
)
def test_impossible_days_are_explained(desk, first, last, words):
    """Beside the box, with what was typed."""
    today = clock.today()
    named = {name: today + timedelta(days=off) for name, off in (("first", first), ("last", last)) if off is not None}
    answer = desk.get("/exports/invoice-lines/file", query_string=days(**named))
    assert answer.status_code == 422
    assert words in answer.text


def test_a_practice_that_is_not_theirs_is_not_there(pool, practice, desk, manager):
    """Neither a neighbour's, nor one of another pool, nor none at all."""
    today = clock.today()
    elsewhere = builders.a_practice(builders.a_pool()).id
    neighbour = builders.a_practice(pool).id
    period = days(first=today, last=today)
    for browser, practice_id in [(desk, neighbour), (manager, elsewhere), (manager, uuid4())]:
        answer = browser.get("/exports/invoice-lines/file", query_string=period | {"practice_id": str(practice_id)})
        assert answer.status_code == 404
    own = manager.get("/exports/invoice-lines/file", query_string=period | {"practice_id": str(practice.id)})
    assert own.status_code == 200
    assert text_of(own).startswith("Document,")


def test_the_payment_list_is_seen_before_it_is_taken(invoice, desk, token_for):
    """The page shows amounts without accounts; only the file, asked for by a person, holds bank details."""
    asked = days(up_to=invoice.due_on)
    page = desk.get("/exports/payments", query_string=asked).text
    assert invoice.number in page
    assert "1 payment, £357.00 in all" in page
    assert "12345678" not in page
    token = token_for(desk)
    answer = desk.post("/exports/payments", data={"csrf_token": token, "up_to": str(invoice.due_on)})
    assert answer.status_code == 200
    assert text_of(answer).splitlines()[1] == (f"001122,12345678,DR DEMO,357.00,{invoice.number},{invoice.due_on}")


def test_an_empty_list_is_not_made(desk, token_for):
    """It says so and asks for a later day."""
    answer = desk.post("/exports/payments", data={"csrf_token": token_for(desk), "up_to": str(clock.today())})
    assert answer.status_code == 422
    assert "Choose a later day" in answer.text


def test_the_payroll_is_for_managers(pool, practice, manager, desk, token_for):
    """With holiday pay in a column of its own."""
    a_host_that_sells(pool)
    confirmed_hours(practice, builders.a_clinician(pool, name="Dr Robin Vale", engagement="bank_worker"))
    period = days(first=builders.yesterday(), last=clock.today())
    assert desk.get("/exports/payroll").status_code == 403
    answer = manager.post("/exports/payroll", data={"csrf_token": token_for(manager), **period})
    assert answer.status_code == 200
    said = text_of(answer)
    assert "Dr Robin Vale" in said
    assert "12.07%,43.09," in said


def test_the_electronic_invoice_is_a_file(invoice, desk, manager):
    """Named after its number, for whoever may see the invoice."""
    for browser in (desk, manager):
        answer = browser.get(f"/invoices/{invoice.id}/ubl")
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"] == f"attachment; filename={invoice.number}.xml"
        assert answer.mimetype == "application/xml"
        assert b"<cbc:ID>" + invoice.number.encode() in answer.data
    assert f"/invoices/{invoice.id}/ubl" in desk.get(f"/invoices/{invoice.id}").text


def test_a_practice_gives_its_location_number(practice, desk, token_for):
    """Spaces are taken out; a wrong digit is noticed before the network does."""
    address = f"/practice-settings/{practice.id}"
    token = token_for(desk)
    settings = {
        "csrf_token": token,
        "clinical_system": "emis_web",
        "contract_type": "GMS",
        "invoice_grouping": "session",
    }
    wrong = desk.post(address, data=settings | {"gln": f"{OTHER_GLN[:-1]}1"})
    assert wrong.status_code == 422
    assert "One of them seems to be wrong" in wrong.text
    spaced = f"{OTHER_GLN[:3]} {OTHER_GLN[3:]}"
    assert desk.post(address, data=settings | {"gln": spaced}).status_code == 303
    assert again(practice).gln == OTHER_GLN
