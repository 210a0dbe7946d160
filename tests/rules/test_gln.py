"""Global Location Numbers: a mistyped digit is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pool.rules.gln import check_digit, is_gln

DIGITS = "0123456789"
GLNS = st.text(DIGITS, min_size=12, max_size=12).map(lambda digits: f"{digits}{check_digit(digits)}")


def test_the_example_of_gs1_is_one():
    """629104150021 has the check digit 3 in GS1's own worked example."""
    assert check_digit("629104150021") == 3
    assert is_gln("6291041500213")


@pytest.mark.parametrize(
    "wrong", ["", "6291041500214", "629104150021", "62910415002133", "629104150021x", "６291041500213"]
)
def test_anything_else_is_not(wrong):
    """Wrong check digit, wrong length, letters, digits of another script."""
    assert not is_gln(wrong)


@given(GLNS, st.integers(0, 12), st.sampled_from(DIGITS))
def test_one_wrong_digit_is_always_noticed(gln, place, digit):
    """That is what the check digit is for."""
    assert is_gln(gln)
    typed = gln[:place] + digit + gln[place + 1 :]
    assert is_gln(typed) == (typed == gln)
