"""Forms A and B on real PostgreSQL: figures, who signs what, the month of payment, and what never changes."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
import time_machine
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from pool import clock, dated
from pool.actor import Actor
from pool.errors import Invalid, NotFound, WrongState
from pool.events import FormAAtRisk, FormBDue
from pool.models.audit import AuditEntry
from pool.models.form_a import FormA
from pool.models.form_b import FormB
from pool.models.pension_profile import PensionProfile
from pool.models.practice import Practice
from pool.money import Money
from pool.services.billing import invoicing
from pool.services.pension import forms_a, forms_b, pension_deadlines, pension_profiles
from pool.services.pools import pool_settings
from tests import builders
from tests.builders import again, working_as
from tests.invoice_builders import a_clinician_who_sells
from tests.pension_builders import (
    a_pensioned_clinician,
    a_signed_form,
    as_clinician,
    as_practice,
    declared,
    invoiced,
    paid,
    pensioned_work,
    prepared,
    signed,
)

MONDAY = datetime(2026, 5, 25, 9, tzinfo=UTC)
FEE = Money(35000)


@pytest.fixture
def monday():
    """Monday 25 May 2026, ten in the morning in London."""
    with time_machine.travel(MONDAY, tick=False) as now:
        yield now


@pytest.fixture
def pool(app, monday):
    """A pool of its own for each test."""
    return builders.a_pool()


@pytest.fixture
def clinician(pool):
    """A self-employed GP in tier 6 who pensions."""
    return a_pensioned_clinician(pool, name="Dr Jay Finch")


def month_of(clinician, month=date(2026, 5, 1)):
    """The Form B of a month as it would be now."""
    with working_as(as_clinician(clinician)) as work:
        sheet = forms_b.draft(work, clinician.id, month)
        work.store.expunge_all()
        return sheet


def submitted(clinician, month=date(2026, 5, 1)):
    """The Form B of a month as it was sent."""
    with working_as(as_clinician(clinician)) as work:
        form_id = forms_b.submit(work, clinician.id, month).id
    return builders.read(FormB, form_id)


def grouped(practice):
    """The practice wants one invoice a month."""
    with working_as(Actor.system(practice.pool_id)) as work:
        work.get(Practice, practice.id).invoice_grouping = "month"


def test_worked_example_from_acceptance_to_form_b(pool, practice, clinician):
    """Four sessions at £350.00 on one invoice, tier 6: every box to the penny (domain 5.7)."""
    grouped(practice)
    days = [date(2026, 5, day) for day in (4, 5, 6, 7)]
    bookings = [pensioned_work(practice, clinician, on=day, fee=FEE) for day in days]
    with working_as(Actor.system(pool.id)) as work:
        charges = invoicing.agreed(work, invoicing.Charge.booking_id.in_([booking.id for booking in bookings]))
        (invoice_id,) = [invoice.id for invoice in invoicing.bill(work, charges)]
    form = prepared(builders.read(invoicing.Invoice, invoice_id))
    form = signed(declared(form, clinician), practice, paid_on=date(2026, 5, 25))
    assert (form.fee, form.pensionable, form.employer) == (Money(140000), Money(126000), Money(18119))
    assert [day["fee_pence"] for day in form.days] == [35000] * 4
    assert (form.worked_from, form.worked_to) == (days[0], days[-1])
    boxes = month_of(clinician).boxes
    assert (boxes.a_pensionable, boxes.b_member, boxes.h_employer_total) == (Money(126000), Money(15750), Money(18119))
    assert (boxes.g_member_total, boxes.i_to_pay, boxes.j_year_to_date) == (Money(15750), Money(33869), Money(126000))
    assert form.fee + form.employer - boxes.i_to_pay == Money(124250)


def test_nothing_is_certified_that_nobody_chose(practice, clinician):
    """No choice, no form; the invoice is what it was."""
    assert prepared(invoiced(pensioned_work(practice, clinician, pension=False))) is None


def test_preparing_twice_gives_one_form(practice, clinician):
    """A job that is delivered twice makes one certificate."""
    invoice = invoiced(pensioned_work(practice, clinician))
    assert prepared(invoice).id == prepared(invoice).id


def test_the_clinician_declares_with_their_numbers_and_the_practice_signs(practice, clinician):
    """Each side fills in its own part; the payment reference is that of the month of payment."""
    form = declared(prepared(invoiced(pensioned_work(practice, clinician))), clinician)
    assert (form.state, form.declared_name, form.sd_number, form.ni_number) == (
        "declared",
        "Jay Finch",
        "12345678",
        "QQ123456C",
    )
    form = signed(form, practice, paid_on=date(2026, 5, 25))
    assert (form.state, form.signed_name, form.authority_code) == ("signed", "Sam Reed", "K81003")
    assert (form.paid_on, form.upr, form.practice_name) == (date(2026, 5, 25), "12345678LOCMAY2026", "The Park Surgery")


def test_nobody_declares_without_their_numbers(pool, practice):
    """The sentence says what to do."""
    newcomer = a_clinician_who_sells(pool)
    form = prepared(invoiced(pensioned_work(practice, newcomer)))
    with (
        pytest.raises(Invalid, match="First tell us your surname, your SD number"),
        working_as(as_clinician(newcomer)) as work,
    ):
        forms_a.declare(work, [form.id])


def test_a_practice_does_not_sign_before_the_clinician(practice, clinician):
    """Part 2 confirms part 1."""
    form = prepared(invoiced(pensioned_work(practice, clinician)))
    assert signed(form, practice, paid_on=date(2026, 5, 25)).state == "prepared"


def test_the_marked_day_of_payment_counts(practice, clinician):
    """Nobody types a second truth beside the invoice's own."""
    invoice = invoiced(pensioned_work(practice, clinician))
    form = declared(prepared(invoice), clinician)
    paid(invoice, date(2026, 5, 25))
    assert signed(form, practice, paid_on=date(2026, 5, 26)).paid_on == date(2026, 5, 25)


@pytest.mark.parametrize(
    ("paid_on", "sentence"), [(None, "Enter the day"), (date(2026, 5, 26), "between"), (date(2026, 5, 24), "between")]
)
def test_a_day_of_payment_must_be_possible(practice, clinician, paid_on, sentence):
    """Form B goes by it, so it is asked for and checked."""
    form = declared(prepared(invoiced(pensioned_work(practice, clinician))), clinician)
    with pytest.raises(Invalid, match=sentence):
        signed(form, practice, paid_on=paid_on)


@pytest.fixture
def a_new_rate_in_june(monkeypatch):
    """As if 15% had been published for 1 June 2026."""
    published = dated.table

    def table(name):
        rows = published(name)
        if name != "pension_rates":
            return rows
        june = {
            "practice_part": "0.1500",
            "central_part": "0.0878",
            "valid_from": "2026-06-01",
            "recorded_at": "2026-05-20",
        }
        return *rows[:-1], rows[-1] | {"valid_to": "2026-05-31"}, rows[-1] | june

    monkeypatch.setattr(dated, "table", table)


def test_work_and_payment_that_straddle_a_new_rate(practice, clinician, monday, a_new_rate_in_june):
    """Prepared at 14.38%, paid in June: box 3 goes by the day of payment and the form says so."""
    form = declared(prepared(invoiced(pensioned_work(practice, clinician))), clinician)
    assert (form.employer, form.rate_note) == (Money(4620), "")
    monday.move_to(datetime(2026, 6, 3, 9, tzinfo=UTC))
    form = signed(form, practice, paid_on=date(2026, 6, 2))
    assert form.employer == form.pensionable.times(Decimal("0.15")) == Money(4820)
    assert form.rate_note.startswith("The employer's rate changed from 14.38% to 15% on Mon 1 Jun 2026")
    with working_as(as_practice(practice)) as work:
        assert forms_a.still_owed(work.get(FormA, form.id)) == Money(200)


def test_form_b_goes_by_the_month_of_payment(practice, clinician, monday):
    """May's work that is paid in June stands on June's form (domain 11.6)."""
    form = declared(prepared(invoiced(pensioned_work(practice, clinician))), clinician)
    monday.move_to(datetime(2026, 6, 3, 9, tzinfo=UTC))
    signed(form, practice, paid_on=date(2026, 6, 2))
    assert month_of(clinician).lines == []
    june = month_of(clinician, date(2026, 6, 1))
    assert [line.id for line in june.lines] == [form.id]
    assert (june.upr, june.due) == ("12345678LOCJUN2026", date(2026, 7, 7))


def test_a_month_with_three_practices(pool, practice, clinician):
    """One Form A each, one Form B for all."""
    others = [builders.a_practice(pool), builders.a_practice(pool)]
    for away, other in enumerate([practice, *others], start=1):
        a_signed_form(other, clinician, on=date(2026, 5, 25) - timedelta(days=away), fee=Money(35005 + away))
    sheet = month_of(clinician)
    assert len({line.practice_id for line in sheet.lines}) == 3
    assert sheet.boxes.h_employer_total == Money(sum(line.employer.pence for line in sheet.lines))
    assert sheet.boxes.b_member == sheet.boxes.a_pensionable.times(sheet.tier.rate)


def test_what_comes_after_submitting_goes_on_a_supplementary_form(practice, clinician):
    """The first is history; monthly extras are not paid twice and the year goes on adding up."""
    with working_as(as_clinician(clinician)) as work:
        pension_profiles.save(work, {"added_years": Money(1000)})
    a_signed_form(practice, clinician, on=date(2026, 5, 20))
    first = submitted(clinician)
    a_signed_form(practice, clinician, on=date(2026, 5, 21))
    second = month_of(clinician)
    assert (first.sequence, second.sequence, second.supplementary) == (1, 2, True)
    assert (first.c_added_years, second.boxes.c_added_years) == (Money(1000), Money(0))
    assert len(second.lines) == 1
    assert second.boxes.j_year_to_date == first.a_pensionable + second.boxes.a_pensionable
    assert submitted(clinician).sequence == 2
    with pytest.raises(Invalid, match="a signed Form A"):
        submitted(clinician)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE form_a SET employer = 1",
        "UPDATE form_a SET paid_on = '2026-06-01'",
        "UPDATE form_a SET state = 'declared', signed_at = NULL",
        "DELETE FROM form_b_line",
        "UPDATE form_b_line SET position = 9",
        "UPDATE form_b SET i_to_pay = 1",
        "UPDATE form_b SET tier = '1'",
        "DELETE FROM form_b",
    ],
)
def test_signed_and_submitted_forms_never_change(practice, clinician, change):
    """PostgreSQL itself refuses."""
    a_signed_form(practice, clinician)
    submitted(clinician)
    with (
        pytest.raises(DBAPIError, match=r"never change|kept for ever"),
        working_as(Actor.system(practice.pool_id)) as work,
    ):
        work.store.execute(text(change))


def test_a_submitted_form_is_paid_once(practice, clinician):
    """The clinician keeps track; a day in the future is a slip."""
    a_signed_form(practice, clinician)
    form = submitted(clinician)
    with pytest.raises(Invalid, match="future"), working_as(as_clinician(clinician)) as work:
        forms_b.pay(work, form.id, date(2026, 5, 26))
    with working_as(as_clinician(clinician)) as work:
        forms_b.pay(work, form.id, date(2026, 5, 25))
    assert (again(form).state, again(form).paid_on) == ("paid", date(2026, 5, 25))
    with pytest.raises(WrongState), working_as(as_clinician(clinician)) as work:
        forms_b.pay(work, form.id, date(2026, 5, 25))


def test_the_clinician_owns_the_tier(practice, clinician):
    """Changing it changes drafts, never what was submitted."""
    a_signed_form(practice, clinician, on=date(2026, 5, 20))
    first = submitted(clinician)
    with working_as(as_clinician(clinician)) as work:
        pension_profiles.choose_tier(work, 2026, "4")
    a_signed_form(practice, clinician, on=date(2026, 5, 21))
    assert month_of(clinician).tier.number == "4"
    assert (again(first).tier, again(first).tier_rate) == ("6", first.tier_rate)


def test_without_a_tier_there_is_no_form_b(pool, practice):
    """Nobody is put into a tier: the draft says that the choice is missing."""
    newcomer = a_clinician_who_sells(pool)
    with working_as(as_clinician(newcomer)) as work:
        pension_profiles.save(work, {"surname": "New", "sd_number": "87654321", "ni_number": "QQ654321A"})
    a_signed_form(practice, newcomer)
    sheet = month_of(newcomer)
    assert sheet.boxes is None
    assert "your tier for the year" in sheet.lacks
    with pytest.raises(Invalid, match="Form B still needs your other names"):
        submitted(newcomer)


def test_the_reference_has_two_digits_where_the_pool_says_so(pool, practice, clinician):
    """The same on Form A, on Form B and with the payment."""
    manager = builders.actor_of(builders.a_pool_manager(pool.id))
    with working_as(manager) as work:
        pool_settings.change(work, {"upr_year_digits": 2})
    form = a_signed_form(practice, clinician)
    assert form.upr == month_of(clinician).upr == submitted(clinician).upr == "12345678LOCMAY26"


def test_numbers_are_encrypted_at_rest(pool, practice, clinician):
    """Whoever steals the tables gets no National Insurance numbers."""
    a_signed_form(practice, clinician)
    submitted(clinician)
    columns = {
        "pension_profile": "sd_number, ni_number, date_of_birth",
        "form_a": "sd_number, ni_number, upr",
        "form_b": "sd_number, ni_number, date_of_birth, upr",
    }
    with working_as(Actor.system(pool.id)) as work:
        for table, names in columns.items():
            row = work.store.execute(text(f"SELECT {names} FROM {table}")).one()
            assert not [value for value in row if b"12345678" in bytes(value) or b"QQ123456C" in bytes(value)], table


def test_ten_weeks_from_the_first_day_worked_not_from_the_invoice(practice, clinician):
    """Late invoicing eats into the time (domain 11.5)."""
    worked = date(2026, 5, 25) - timedelta(days=40)
    prepared(invoiced(pensioned_work(practice, clinician, on=worked)))
    with working_as(as_clinician(clinician)) as work:
        (risk,) = pension_deadlines.at_risk(work)
        assert (risk.days_left, risk.step, risk.deadline) == (30, "prepared", worked + timedelta(days=70))


def test_work_that_is_not_invoiced_is_at_risk_too(practice, clinician):
    """No form yet does not mean no clock."""
    pensioned_work(practice, clinician, on=date(2026, 5, 25) - timedelta(days=60))
    with working_as(as_practice(practice)) as work:
        (risk,) = pension_deadlines.at_risk(work)
        assert (risk.step, risk.days_left, risk.urgent) == ("not_invoiced", 10, True)


def test_alerts_go_out_on_four_days_and_nothing_is_dropped(pool, practice, clinician, monday):
    """Days 28, 42, 56 and 63, once each, however often the clock is looked at; the form is there on day 100 too."""
    worked = date(2026, 5, 24)
    form = prepared(invoiced(pensioned_work(practice, clinician, on=worked)))
    days = []
    for age in range(20, 101):
        monday.move_to(datetime.combine(worked + timedelta(days=age), time(9), UTC))
        for _ in range(2):
            with working_as(Actor.system(pool.id)) as work:
                days += [age] * pension_deadlines.remind(work)
    assert days == [28, 42, 56, 63]
    with working_as(Actor.system(pool.id)) as work:
        told = work.all(select(AuditEntry).where(AuditEntry.name == FormAAtRisk.__name__).order_by(AuditEntry.at))
        assert [entry.data["days"] for entry in told] == [28, 42, 56, 63]
        (risk,) = pension_deadlines.at_risk(work)
        assert risk.days_left == -30
    assert again(form).state == "prepared"


def test_the_clock_stops_when_form_b_is_submitted(practice, clinician):
    """A signed form in a drawer helps nobody."""
    a_signed_form(practice, clinician)
    with working_as(as_clinician(clinician)) as work:
        assert [risk.step for risk in pension_deadlines.at_risk(work)] == ["signed"]
    submitted(clinician)
    with working_as(as_clinician(clinician)) as work:
        assert pension_deadlines.at_risk(work) == []


def test_a_month_that_is_over_is_asked_for_once(pool, practice, clinician, monday):
    """On the first of June for May, however often the clock is looked at."""
    a_signed_form(practice, clinician)
    asked = []
    for day in (30, 31, 32, 33):
        monday.move_to(datetime(2026, 5, 1, 9, tzinfo=UTC) + timedelta(days=day))
        with working_as(Actor.system(pool.id)) as work:
            asked.append(pension_deadlines.remind_of_months(work))
    assert asked == [0, 1, 0, 0]
    with working_as(Actor.system(pool.id)) as work:
        assert work.one(select(AuditEntry).where(AuditEntry.name == FormBDue.__name__)).data["month"] == "2026-05-01"


def test_everybody_sees_their_own(pool, practice, clinician):
    """A practice signs for itself; another clinician's certificate is not there."""
    form = a_signed_form(practice, clinician)
    other_practice, other = builders.a_practice(pool), builders.a_clinician(pool)
    for actor in (as_practice(other_practice), as_clinician(other)):
        with working_as(actor) as work:
            assert pension_deadlines.at_risk(work) == []
            with pytest.raises(NotFound):
                work.get(FormA, form.id)


def test_what_changed_in_a_profile_is_named_without_its_content(pool, clinician):
    """The audit trail is read by more people than the form."""
    with working_as(as_clinician(clinician)) as work:
        pension_profiles.save(work, {"ni_number": "QQ999999D"})
    with working_as(Actor.system(pool.id)) as work:
        entries = work.all(select(AuditEntry).where(AuditEntry.name == "PensionProfileChanged"))
        assert "ni_number" in [entry.data["changed"] for entry in entries]
        assert all("QQ" not in str(entry.data) for entry in entries)
        assert work.one(select(PensionProfile)).ni_number == "QQ999999D"
    assert clock.today() == date(2026, 5, 25)
