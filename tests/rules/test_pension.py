"""NHS Pension: the worked example of domain 5.7 line by line, and the mistakes that cost pennies or years."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pool.money import Money, total
from pool.rules.pension import (
    ALERT_DAYS,
    Extras,
    FormAmounts,
    alerts_due,
    days_left,
    deadline,
    employer_rate,
    employer_working,
    form_a_amounts,
    form_b_due,
    form_b_totals,
    month_of,
    percent,
    practice_rate,
    solo_amounts,
    straddles,
    upr,
)
from pool.rules.pension_tiers import annualised, chosen, suggest, tiers

DUE = [("2026-05-01", "2026-06-07"), ("2026-12-01", "2027-01-07"), ("2027-01-01", "2027-02-07")]
MAY = date(2025, 5, 30)
RATE = Decimal("0.1438")
NOTHING = Extras()


def pounds(text):
    """£1,260.00."""
    return Money.parse(text)


def test_worked_example():
    """Dr A: four sessions at £350.00 for one practice in May 2025, tier 6 (domain 5.7)."""
    fee = total([pounds("350")] * 4)
    rate = employer_rate(MAY)
    form = form_a_amounts(fee, rate.decimal("practice_part"))
    tier = chosen("6", MAY)
    boxes = form_b_totals([form], tier.rate, NOTHING, before=Money(0))
    assert fee == pounds("1400.00")
    assert form.pensionable == pounds("1260.00")
    assert form.employer == pounds("181.19")
    assert fee + form.employer == pounds("1581.19")
    assert boxes.b_member == pounds("157.50")
    assert boxes.i_to_pay == pounds("338.69")
    assert fee + form.employer - boxes.i_to_pay == pounds("1242.50")
    assert form.pensionable.times(rate.decimal("central_part")) == pounds("118.44")


def test_rounding_session_by_session_is_a_penny_out():
    """The fees are added up before anything is rounded."""
    once = form_a_amounts(pounds("1400"), RATE).employer
    four_times = total([form_a_amounts(pounds("350"), RATE).employer] * 4)
    assert four_times - once == Money(1)


def test_the_employer_pays_on_ninety_percent_not_on_the_fee():
    """14.38% of the whole fee would be a tenth too much."""
    assert form_a_amounts(pounds("1000"), RATE) == (pounds("900"), pounds("129.42"))


def test_solo_pay_is_pensionable_in_full():
    """Out-of-hours work is not cut to 90%."""
    assert solo_amounts(pounds("1000"), RATE) == (pounds("1000"), pounds("143.80"))


def test_the_working_can_be_checked_by_hand():
    """The line of an invoice says where it came from."""
    assert employer_working(pounds("1260"), RATE) == "£1,260.00 × 14.38% = £181.19"


@pytest.mark.parametrize(
    ("paid_on", "rate"),
    [("2017-03-31", "0.1430"), ("2017-04-01", "0.1438"), ("2019-04-01", "0.1438"), ("2025-05-30", "0.1438")],
)
def test_what_the_practice_pays(paid_on, rate):
    """The headline rose in 2019 and 2024; the practice's part did not."""
    assert practice_rate(date.fromisoformat(paid_on)) == Decimal(rate)


@pytest.mark.parametrize("paid_on", ["2016-01-01", "2018-01-01", "2020-01-01", "2025-05-30"])
def test_the_parts_make_the_whole(paid_on):
    """What the practice pays and what is paid for it make the published rate."""
    row = employer_rate(date.fromisoformat(paid_on))
    assert row.decimal("practice_part") + row.decimal("central_part") == row.decimal("headline")


def test_work_before_and_payment_after_a_change_takes_the_new_rate_with_a_warning():
    """March work paid in April 2017 went by the April rate; the form says so."""
    worked, paid = date(2017, 3, 28), date(2017, 4, 10)
    assert practice_rate(paid) == RATE
    assert straddles(worked, paid).startswith("The employer's rate changed from 14.3% to 14.38% on Sat 1 Apr 2017")
    assert straddles(worked, date(2017, 3, 31)) == ""
    assert straddles(date(2024, 3, 28), date(2024, 4, 10)) == "", "only what a practice pays concerns a form"


def test_next_year_goes_on_with_the_last_figures_unconfirmed():
    """Nobody has published 2026/27: the work goes on, marked."""
    assert employer_rate(date(2026, 3, 31)).confirmed
    assert not employer_rate(date(2026, 4, 1)).confirmed
    assert practice_rate(date(2026, 4, 1)) == RATE
    assert all(tier.confirmed for tier in tiers(date(2026, 3, 31)))
    assert not any(tier.confirmed for tier in tiers(date(2026, 4, 1)))


def test_tiers_were_rewritten_after_the_year_had_begun():
    """£27,500 a year was tier 3 when May was paid and has been tier 2 since July, back to April."""
    at_the_time = tiers(MAY, known_by=date(2025, 6, 30))
    today = tiers(MAY, known_by=date(2025, 7, 10))
    assert suggest(pounds("27500"), at_the_time).number == "3"
    assert suggest(pounds("27500"), today).number == "2"
    assert [tier.up_to for tier in today] == [13259, 27797, 33868, 50845, 65190, None]


@pytest.mark.parametrize(
    ("annual", "number"),
    [("0", "1"), ("13259.99", "1"), ("13260", "2"), ("50845", "4"), ("65190", "5"), ("65191", "6"), ("250000", "6")],
)
def test_a_band_ends_with_its_last_pound(annual, number):
    """Pence do not push anybody into the next band."""
    assert suggest(pounds(annual), tiers(MAY)).number == number


def test_income_of_part_of_a_year_is_annualised():
    """£10,000 in 100 days of service counts as £36,500 a year."""
    assert annualised(pounds("10000"), 100) == pounds("36500")
    assert annualised(pounds("100"), 3) == pounds("12166.67")
    with pytest.raises(ValueError, match="at least one day"):
        annualised(pounds("100"), 0)


def test_there_is_no_seventh_tier():
    """A wrong choice stops, it does not fall back on anything."""
    with pytest.raises(LookupError, match="There is no tier 7"):
        chosen("7", MAY)


def test_a_month_with_three_practices():
    """One Form A each, one Form B for all; the member's part is rounded once, on the sum."""
    forms = [form_a_amounts(pounds(fee), RATE) for fee in ("350.05", "357.15", "299.00")]
    extras = Extras(pounds("10"), pounds("20"), pounds("30.50"), pounds("0.25"))
    boxes = form_b_totals(forms, Decimal("0.107"), extras, before=pounds("5000"))
    assert [form.pensionable for form in forms] == [pounds("315.05"), pounds("321.44"), pounds("269.10")]
    assert boxes.a_pensionable == pounds("905.59")
    assert boxes.b_member == pounds("96.90")
    assert boxes.g_member_total == pounds("157.65")
    assert boxes.h_employer_total == total([form.employer for form in forms])
    assert boxes.i_to_pay == boxes.g_member_total + boxes.h_employer_total
    assert boxes.j_year_to_date == pounds("5905.59")
    by_form = total([form.pensionable.times(Decimal("0.107")) for form in forms])
    assert by_form != boxes.b_member, "the wrong way is a penny out"


@given(fees=st.lists(st.integers(1, 200_000), min_size=1, max_size=12), tier=st.sampled_from(tiers(MAY)))
def test_boxes_always_add_up(fees, tier):
    """Whatever the fees: no box is more than half a penny away from its exact figure, and the totals are sums of boxes."""
    forms = [form_a_amounts(Money(fee), RATE) for fee in fees]
    boxes = form_b_totals(forms, tier.rate, NOTHING, before=Money(0))
    for fee, form in zip(fees, forms, strict=True):
        assert abs(form.pensionable.pence - Decimal(fee) * Decimal("0.9")) <= Decimal("0.5")
        assert abs(form.employer.pence - form.pensionable.pence * RATE) <= Decimal("0.5")
    assert boxes.a_pensionable == total([form.pensionable for form in forms])
    assert abs(boxes.b_member.pence - boxes.a_pensionable.pence * tier.rate) <= Decimal("0.5")
    assert boxes.i_to_pay == boxes.b_member + total([form.employer for form in forms])


def test_ten_weeks_from_the_first_day_worked():
    """The strict reading: day 70 still counts, day 71 does not."""
    worked = date(2026, 5, 4)
    assert deadline(worked) == date(2026, 7, 13)
    assert days_left(worked, date(2026, 7, 13)) == 0
    assert days_left(worked, date(2026, 7, 14)) == -1


def test_each_alert_is_told_once():
    """Told on days 28, 42, 56 and 63; a day that was missed is caught up by the newest one."""
    worked = date(2026, 5, 4)
    told, days = 0, []
    for age in range(80):
        due = alerts_due(worked, worked + timedelta(days=age), told)
        if due:
            told = due
            days.append(age)
    assert tuple(days) == ALERT_DAYS
    assert alerts_due(worked, worked + timedelta(days=60), told=28) == 56


@pytest.mark.parametrize(
    ("month", "due"), [("2026-05-01", "2026-06-07"), ("2026-12-01", "2027-01-07"), ("2027-01-01", "2027-02-07")]
)
def test_form_b_is_due_on_the_seventh(month, due):
    """Of the month after the money came."""
    assert form_b_due(date.fromisoformat(month)) == date.fromisoformat(due)


def test_payment_reference_in_both_published_formats():
    """The form's notes say four digits, PCSE's page says two: a setting."""
    month = month_of(date(2017, 2, 9))
    assert upr("12345678", month, 2) == "12345678LOCFEB17"
    assert upr("12345678", month, 4) == "12345678LOCFEB2017"
    assert len(upr("12345678", month, 4)) == 18
    with pytest.raises(ValueError, match="8 digits"):
        upr("1234567", month, 4)
    with pytest.raises(ValueError, match="2 or 4"):
        upr("12345678", month, 3)


def test_percent_has_no_needless_noughts():
    """14.3% and 90%, not 14.30% and 9E+1%."""
    assert [percent(Decimal(text)) for text in ("0.1430", "0.90", "1.00", "0.1438")] == [
        "14.3%",
        "90%",
        "100%",
        "14.38%",
    ]
    assert form_b_totals([FormAmounts(Money(0), Money(0))], RATE, NOTHING, Money(0)).i_to_pay == Money(0)
