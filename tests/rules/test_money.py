"""Amounts are whole pence from typing to document."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pool.money import Money, total


@given(st.integers(min_value=0, max_value=10**10))
def test_what_is_shown_can_be_typed_again(pence):
    """str and parse are each other's inverse."""
    assert Money.parse(str(Money(pence))) == Money(pence)


@given(st.lists(st.integers(min_value=-(10**9), max_value=10**9)))
def test_no_pence_are_lost_in_a_sum(amounts):
    """A total is the sum of its parts to the penny."""
    assert total([Money(amount) for amount in amounts]).pence == sum(amounts)


def test_a_product_is_rounded_half_up_once():
    """1,260.00 x 14.38 % = 181.188, so 181.19 (domain 5.7)."""
    assert Money(126000).times(Decimal("0.1438")) == Money(18119)
    assert Money(5).times(Decimal("0.5")) == Money(3)


@pytest.mark.parametrize("wrong", [1.5, True, "3", None])
def test_only_whole_pence(wrong):
    """A float in an amount is a bug, found at once."""
    with pytest.raises(TypeError):
        Money(wrong)


@pytest.mark.parametrize("typed", ["", "abc", "12.345", "1e3", "-5", "٣"])
def test_an_amount_that_cannot_be_read_says_how_to_write_it(typed):
    """The message shows an example."""
    with pytest.raises(ValueError, match=r"like 357 or 357\.50"):
        Money.parse(typed)
