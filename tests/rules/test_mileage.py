"""Mileage: the rate of the day as it was known, the first 10,000 miles, the pool's own rate and limit."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pool.money import Money
from pool.rules.mileage import MileagePolicy, payable, rates_for, return_miles, tax_year
from pool.rules.terms import Terms
from tests.terms_builders import BEFORE

APPROVED = MileagePolicy()
LAST_OF_OLD, FIRST_OF_NEW = date(2026, 4, 5), date(2026, 4, 6)
BEFORE_NEWS, NEWS = date(2026, 5, 20), date(2026, 5, 21)


@pytest.mark.parametrize(
    ("on", "known_by", "pence"),
    [
        (LAST_OF_OLD, None, 45),
        (FIRST_OF_NEW, None, 55),
        (FIRST_OF_NEW, BEFORE_NEWS, 45),
        (FIRST_OF_NEW, NEWS, 55),
        (LAST_OF_OLD, NEWS, 45),
    ],
)
def test_the_rate_changed_on_6_april_2026_and_was_known_on_21_may(on, known_by, pence):
    """Paid in April at 45p was right then; 55p is known since 21 May and reaches back (domain 6.7)."""
    assert rates_for(APPROVED, "sole_trader", on=on, known_by=known_by).first == pence


def test_a_drive_of_april_is_worth_more_once_the_news_is_out():
    """24.6 miles: £11.07 as known on 20 May, £13.53 a day later. The difference is proposed, never edited in."""
    before, after = (
        payable(Decimal("24.6"), APPROVED, rates_for(APPROVED, "sole_trader", on=FIRST_OF_NEW, known_by=day))
        for day in (BEFORE_NEWS, NEWS)
    )
    assert (before.amount, after.amount) == (Money(1107), Money(1353))
    assert after.working == "24.6 miles at 55p (HMRC approved rate from 6 April 2026) = £13.53"


@pytest.mark.parametrize(
    ("before", "first", "further", "pence"),
    [("0", "30", "0", 1650), ("9980", "20", "10", 1350), ("10000", "0", "30", 750), ("12000", "0", "30", 750)],
)
def test_an_employer_pays_less_beyond_10000_miles_in_the_tax_year(before, first, further, pence):
    """The drive that crosses the line is paid at both rates, rounded once."""
    rates = rates_for(APPROVED, "bank_worker", on=FIRST_OF_NEW)
    paid = payable(Decimal(30), APPROVED, rates, before=Decimal(before))
    assert (paid.at_first, paid.at_further, paid.amount) == (Decimal(first), Decimal(further), Money(pence))


def test_a_self_employed_clinician_has_no_threshold():
    """Their mileage is a matter of contract; the tax limit is their own affair."""
    rates = rates_for(APPROVED, "sole_trader", on=FIRST_OF_NEW)
    assert payable(Decimal(30), APPROVED, rates, before=Decimal(20_000)).amount == Money(1650)


def test_a_pool_may_set_its_own_rate_and_a_limit():
    """Both are in the terms, and the working says what was left out."""
    policy = MileagePolicy(pence=40, cap=50)
    paid = payable(Decimal(80), policy, rates_for(policy, "salaried", on=FIRST_OF_NEW))
    assert paid.amount == Money(2000)
    assert paid.working == (
        "50 miles at 40p (the pool's rate in the terms), of 80 driven the 50 that the terms allow = £20.00"
    )


def test_half_a_penny_goes_up():
    """0.1 mile at 45p is 4.5p."""
    assert payable(Decimal("0.1"), APPROVED, rates_for(APPROVED, "sole_trader", on=LAST_OF_OLD)).amount == Money(5)


@given(miles=st.integers(0, 5000), before=st.integers(0, 120_000), cap=st.none() | st.integers(0, 400))
def test_no_mile_is_lost_or_paid_twice(miles, before, cap):
    """Whatever was driven before: the miles at both rates are the miles that count, and more miles never pay less."""
    policy, tenth = MileagePolicy(cap=cap), Decimal("0.1")
    rates = rates_for(policy, "salaried", on=FIRST_OF_NEW)
    paid = payable(miles * tenth, policy, rates, before=before * tenth)
    assert paid.at_first + paid.at_further == (miles * tenth if cap is None else min(miles * tenth, Decimal(cap)))
    assert payable((miles + 1) * tenth, policy, rates, before=before * tenth).amount >= paid.amount


def test_the_way_there_and_back_is_estimated_by_road():
    """10 km in a straight line, 1.4 times that by road, both ways: 17.4 miles. Nothing from door to the same door."""
    assert return_miles((652665, 304229), (652665, 314229), Decimal("1.4")) == Decimal("17.4")
    assert return_miles((652665, 304229), (652665, 304229), Decimal("1.4")) == Decimal("0.0")


def test_terms_from_before_there_was_a_policy_have_the_approved_rate():
    """An old booking is not without mileage."""
    assert Terms.from_json(BEFORE[5]["terms"]).mileage == APPROVED
    assert Terms.from_json(BEFORE[10]["terms"]).mileage == MileagePolicy(50, None)


def test_the_tax_year_turns_on_6_april():
    """The miles are counted anew."""
    assert (tax_year(LAST_OF_OLD), tax_year(FIRST_OF_NEW)) == (2025, 2026)
