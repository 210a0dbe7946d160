"""Late payment: the worked example of domain 6.5, part-payments on the way, bands, and rates of the right half-year."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pool.money import Money
from pool.rules.late_payment import Stretch, claim, fixed_sum

DUE = date(2026, 4, 30)


def late(pence: int, days: int, due: date = DUE) -> Stretch:
    """A sum that stayed unpaid for so many days after the due day."""
    return Stretch(Money(pence), due, due + timedelta(days=days))


def test_the_worked_example():
    """£1,581.19, 23 days late at a base rate of 3.75%: £11.71 and £70 (domain 6.5)."""
    found = claim([late(158119, 23)], due_on=DUE)
    assert (found.interest, found.fixed_sum, found.total) == (Money(1171), Money(7000), Money(8171))
    assert found.working[0].startswith("Rate: 3.75% base rate + 8% = 11.75% a year")
    assert found.working[1] == "£1,581.19 × 11.75% × 23 days ÷ 365: Fri 1 May 2026 to Sat 23 May 2026"
    assert found.unconfirmed == ()


@pytest.mark.parametrize(
    ("pence", "pounds"), [(1, 40), (99999, 40), (100000, 70), (999999, 70), (1000000, 100), (5000000, 100)]
)
def test_the_fixed_sum_goes_by_the_size_of_the_debt(pence, pounds):
    """Below £1,000, below £10,000, and from there on."""
    assert fixed_sum(Money(pence), on=DUE).decimal("value") == pounds


@pytest.mark.parametrize(
    ("due", "rate"),
    [
        (date(2025, 6, 29), "12.75"),
        (date(2025, 6, 30), "12.25"),
        (date(2025, 12, 30), "12.25"),
        (date(2025, 12, 31), "11.75"),
    ],
)
def test_the_rate_is_that_of_the_half_year_in_which_interest_starts(due, rate):
    """Interest starts on the day after the due day, and its rate stays for the whole time."""
    assert f"= {rate}% a year" in claim([late(10000, 400, due)], due_on=due).working[0]


def test_a_part_payment_makes_later_days_cheaper():
    """Ten days on the whole, twenty on the half: rounded once, on the sum."""
    stretches = [
        Stretch(Money(100000), DUE, DUE + timedelta(10)),
        Stretch(Money(50000), DUE + timedelta(10), DUE + timedelta(30)),
    ]
    assert claim(stretches, due_on=DUE).interest == Money(644)


def test_paid_in_time_is_no_claim():
    """On the last day is in time, and nothing owed is nothing late."""
    assert claim([late(10000, 0)], due_on=DUE) is None
    assert claim([late(0, 30)], due_on=DUE) is None
    assert claim([], due_on=DUE) is None


def test_a_rate_nobody_has_confirmed_is_said():
    """The rate of the next half-year has to be entered by its owner; until then the last one goes on, marked."""
    found = claim([late(10000, 10, date(2026, 7, 31))], due_on=date(2026, 7, 31))
    assert "base rate of 3.75% is not confirmed" in found.unconfirmed[0]


@given(pence=st.integers(1, 10_000_000), days=st.integers(1, 2000))
def test_never_less_with_more_days_or_more_debt(pence, days):
    """Interest grows with time and debt, and never rounds away more than half a penny."""
    now = claim([late(pence, days)], due_on=DUE)
    later = claim([late(pence, days + 1)], due_on=DUE)
    assert later.interest >= now.interest >= Money(0)
    exact = pence * 11.75 / 100 * days / 365
    assert abs(now.interest.pence - exact) <= 0.51
