"""The pension pages: each side signs its part, the month is put together, the manager sees what is at risk."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from pool import clock
from pool.models.form_b import FormB
from pool.services.pension import pension_profiles
from tests import builders
from tests.builders import again, working_as
from tests.invoice_builders import a_clinician_who_sells
from tests.pension_builders import (
    a_pensioned_clinician,
    a_signed_form,
    as_clinician,
    declared,
    invoiced,
    pensioned_work,
    prepared,
)

DETAILS = {
    "pension_by_default": "true",
    "surname": "Finch",
    "other_names": "Jay",
    "address": "3 Demo Lane\r\nNR31 6QB",
    "sd_number": "1234 5678",
    "ni_number": "qq 12 34 56 c",
    "date_of_birth-day": "29",
    "date_of_birth-month": "2",
    "date_of_birth-year": "1980",
    "authority_code": "7a7",
    "added_years": "12.50",
    "mpavc": "",
    "additional_pension": "",
    "errbo": "",
}


@pytest.fixture
def practice(app):
    """A practice in a pool of its own."""
    return builders.a_practice(name="The Park Surgery")


@pytest.fixture
def pool(practice):
    """Its pool."""
    return builders.read(builders.Pool, practice.pool_id)


@pytest.fixture
def clinician(pool):
    """A GP who pensions."""
    return a_pensioned_clinician(pool, name="Dr Jay Finch")


@pytest.fixture
def send(token_for):
    """Posts a form with its security mark."""

    def send(browser, path, **fields):
        return browser.post(path, data={"csrf_token": token_for(browser), **fields})

    return send


def a_form(practice, clinician, **work):
    """A Form A that nobody has signed."""
    return prepared(invoiced(pensioned_work(practice, clinician, **work)))


def test_the_clinician_signs_several_forms_at_once(practice, clinician, signed_in, send):
    """Ticked already: one button."""
    first, second = (a_form(practice, clinician, on=builders.yesterday() - timedelta(days=away)) for away in (0, 1))
    browser = signed_in(clinician.person)
    page = browser.get("/pension").text
    assert page.count(" checked") == 2
    assert "Fee £357.00, pensionable £321.30, employer’s contribution £46.20" in page
    assert "I declare that I did this work as a GP locum" in page
    answer = send(browser, "/pension/sign", form_ids=[str(first.id), str(second.id)])
    assert answer.status_code == 303
    assert {again(first).state, again(second).state} == {"declared"}
    assert "For the practice to sign" in browser.get("/pension").text


def test_missing_details_are_asked_for_where_the_signature_is_refused(pool, practice, signed_in, send):
    """The sentence says what to do and nothing is signed."""
    newcomer = a_clinician_who_sells(pool)
    form = a_form(practice, newcomer)
    browser = signed_in(newcomer.person)
    assert "Your details are not complete" in browser.get("/pension").text
    answer = send(browser, "/pension/sign", form_ids=str(form.id))
    assert answer.status_code == 422
    assert "First tell us your surname" in answer.text
    assert again(form).state == "prepared"


def test_details_are_tidied_and_shown_to_their_owner(pool, signed_in, send):
    """Spaces and small letters are no mistakes."""
    newcomer = a_clinician_who_sells(pool)
    browser = signed_in(newcomer.person)
    assert send(browser, "/pension/details", **DETAILS).status_code == 303
    with working_as(as_clinician(newcomer)) as work:
        profile = pension_profiles.known(work)
        assert (profile.sd_number, profile.ni_number, profile.date_of_birth) == ("12345678", "QQ123456C", "1980-02-29")
        assert (profile.authority_code, profile.address) == ("7A7", ["3 Demo Lane", "NR31 6QB"])
        assert (profile.pension_by_default, profile.added_years.pence) == (True, 1250)
    page = browser.get("/pension/details").text
    assert 'value="QQ123456C"' in page
    assert 'value="12.50"' in page


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("sd_number", "1234567", "Enter an SD number with 8 digits"),
        ("ni_number", "12345678", "Enter a National Insurance number like"),
        ("date_of_birth-year", "2024", "Enter your date of birth"),
        ("authority_code", "?", "Enter a code of letters and digits"),
        ("surname", "", "Enter"),
    ],
)
def test_impossible_details_are_refused_beside_the_field(pool, signed_in, send, field, value, sentence):
    """What was typed stays."""
    browser = signed_in(a_clinician_who_sells(pool).person)
    answer = send(browser, "/pension/details", **DETAILS | {field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "3 Demo Lane" in answer.text


def test_bands_are_shown_and_a_suggestion_decides_nothing(clinician, signed_in, send):
    """The clinician owns the tier."""
    browser = signed_in(clinician.person)
    page = browser.get("/pension/tier?year=2025&income=10000&days=100").text
    assert "£36,500.00 for a whole year, which falls into tier 4" in page
    assert "Tier 2: 6.5%" in page
    assert "£13,260 to £27,797 a year" in page
    assert "Unconfirmed" not in page
    unsure = browser.get("/pension/tier?year=2026").text
    assert "NHS Pension tiers for 2026/27; they may change afterwards, back to April. Ask: The pool" in unsure
    assert send(browser, "/pension/tier", year="2025", tier="4").status_code == 303
    assert send(browser, "/pension/tier", year="2025", tier="7").status_code == 422
    with working_as(as_clinician(clinician)) as work:
        assert pension_profiles.tier_of(work, clinician.id, 2025).tier == "4"


def test_the_practice_signs_with_name_code_and_day(practice, clinician, signed_in, send):
    """All ticked, name and code filled in; the day is asked for while the invoice is not marked as paid."""
    form = declared(a_form(practice, clinician), clinician)
    browser = signed_in(builders.a_practice_manager(practice, "Sam Reed"))
    page = browser.get("/pension-forms").text
    assert 'value="Sam Reed"' in page
    assert f'value="{practice.ods_code}"' in page
    assert "NHS Pension employer’s rate, 14.38%. Ask: The pool" in page
    today = clock.today()
    said = {
        "form_ids": str(form.id),
        "name": "Sam Reed",
        "authority_code": practice.ods_code,
        "paid_on-day": str(today.day),
        "paid_on-month": str(today.month),
        "paid_on-year": str(today.year),
    }
    unticked = send(browser, "/pension-forms", **said)
    assert unticked.status_code == 422
    assert "Tick the box to confirm the work, the amounts and the payment" in unticked.text
    assert send(browser, "/pension-forms", **said, confirmed="true").status_code == 303
    assert (again(form).state, again(form).paid_on, again(form).signed_name) == ("signed", today, "Sam Reed")
    shown = browser.get(f"/pension-forms/{form.id}").text
    assert 'data-copy="46.20"' in shown
    assert "Paid in all (box 1 + box 3)" in shown


def test_a_day_that_is_missing_is_asked_for(practice, clinician, signed_in, send):
    """The sentence names the invoice."""
    form = declared(a_form(practice, clinician), clinician)
    browser = signed_in(builders.a_practice_manager(practice))
    answer = send(
        browser, "/pension-forms", form_ids=str(form.id), name="Sam", authority_code="K81003", confirmed="true"
    )
    assert answer.status_code == 422
    assert f"Enter the day on which invoice {form.invoice.number} was paid" in answer.text


def test_the_month_is_copied_sent_and_paid(practice, clinician, signed_in, send):
    """Boxes a to j, each with what PCSE's own box takes."""
    form = a_signed_form(practice, clinician)
    browser = signed_in(clinician.person)
    address = f"/pension/months/{form.paid_on:%Y-%m}"
    page = browser.get(address).text
    for entry in ("321.30", "40.16", "46.20", "86.36", form.upr, "QQ123456C", "29/02/1980", "7A7"):
        assert f'data-copy="{entry}"' in page, entry
    assert browser.get(f"{address}/document").data.startswith(b"%PDF")
    answer = send(browser, f"{address}/submit")
    assert answer.status_code == 303
    assert browser.get(address).status_code == 404
    sent = answer.headers["Location"]
    assert "Mark as paid" in browser.get(sent).text
    today = clock.today()
    day = {"on-day": str(today.day), "on-month": str(today.month), "on-year": str(today.year)}
    assert send(browser, f"{sent}/pay", **day).status_code == 303
    with working_as(as_clinician(clinician)) as work:
        assert work.one(select(FormB)).state == "paid"


def test_an_incomplete_month_says_what_it_needs(pool, practice, signed_in, send):
    """No tier is chosen for anybody."""
    newcomer = a_clinician_who_sells(pool)
    with working_as(as_clinician(newcomer)) as work:
        pension_profiles.save(work, {"surname": "New", "sd_number": "87654321", "ni_number": "QQ654321A"})
    form = a_signed_form(practice, newcomer)
    browser = signed_in(newcomer.person)
    address = f"/pension/months/{form.paid_on:%Y-%m}"
    page = browser.get(address).text
    assert "your tier for the year" in page
    assert "I have sent it to PCSE" not in page
    refused = send(browser, f"{address}/submit")
    assert refused.status_code == 422
    assert "Form B still needs your other names" in refused.text


@pytest.mark.parametrize("month", ["2026-13", "May", "2026-5-1", "1999-01"])
def test_a_month_without_forms_is_not_there(clinician, signed_in, month):
    """A typed address is no error of ours."""
    assert signed_in(clinician.person).get(f"/pension/months/{month}").status_code == 404


def test_the_manager_sees_what_is_at_risk_without_numbers(pool, practice, clinician, signed_in):
    """The oldest first, whose turn it is, no National Insurance numbers."""
    a_form(practice, clinician, on=clock.today() - timedelta(days=65))
    declared(a_form(practice, clinician, on=clock.today() - timedelta(days=20)), clinician)
    page = signed_in(builders.a_pool_manager(pool.id)).get("/pension-forms/at-risk").text
    assert page.index("5 days left") < page.index("50 days left")
    assert "For the GP to sign" in page
    assert "QQ123456C" not in page


def test_solo_work_is_exported_by_organisation_at_the_whole_fee(pool, practice, clinician, signed_in):
    """Enhanced access for a network is pensioned at 100% and never on Form A; a formula in a name stays text."""
    day = clock.today().replace(day=1)
    if day == clock.today():
        day -= timedelta(days=1)
    session = {"contract_context": "pcn_enhanced_access", "engaging_org": "=Coast PCN"}
    booking = pensioned_work(practice, clinician, on=day, **session)
    assert not booking.pension_intent
    browser = signed_in(builders.a_pool_manager(pool.id))
    answer = browser.get(f"/pension-forms/solo/{day:%Y-%m}.csv")
    head, row = answer.data.decode("utf-8-sig").splitlines()
    answer.close()
    assert head.startswith("Organisation,Month,GP,GMC number")
    assert row.startswith(f"'=Coast PCN,{day:%Y-%m},Dr Jay Finch,")
    assert ",1,357.00,357.00,14.38,51.34,6,44.63,no" in row
    assert prepared(invoiced(booking)) is None


def test_form_a_pdf_and_page_say_the_same(practice, clinician, signed_in):
    """The practice can print what it signed."""
    form = a_signed_form(practice, clinician)
    browser = signed_in(builders.a_practice_manager(practice))
    answer = browser.get(f"/pension-forms/{form.id}/document")
    assert answer.data.startswith(b"%PDF")
    assert browser.get(f"/pension-forms/{form.id}/document").data == answer.data
