"""What people paste brings signs that nobody sees; what they mean is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pool.plain_text import code, tidied


@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        ("Bring\u200b ID\ufeff", "Bring ID"),
        ("Door\u00a0code\u20094", "Door code 4"),
        ("Smith\u2011Jones", "Smith-Jones"),
        ("Mon\u2013Fri \u2014 mornings", "Mon\u2013Fri \u2014 mornings"),
        ("one\r\ntwo\rthree\u2028four\x0bfive", "one\ntwo\nthree\nfour\nfive"),
        ("a\x00b\x1b[0m", "ab[0m"),
        ("Rene\u0301e", "Ren\u00e9e"),
        ("\u0645\u06cc\u200c\u0634\u0648\u062f", "\u0645\u06cc\u200c\u0634\u0648\u062f"),
        ("half a sign \ud83d", "half a sign"),
        (" \u3164\u2800 ", ""),
        ("\u260e\ufe0f 3 \u845b\U000e0100", "\u260e 3 \u845b"),
    ],
)
def test_a_text_is_tidied(pasted, meant):
    """Dashes between words and the joiners of Persian words are part of a text; controls and halves of signs are not."""
    assert tidied(pasted) == meant


@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        ("jo.example@exam\u200bple.org", "jo.example@example.org"),
        ("o\u2019brien@example.org", "o'brien@example.org"),
        ("01632\u2011960\u2013001", "01632-960-001"),
        ("\u202a01632 960001\u202c", "01632 960001"),
        ("\uff10\uff18:\uff13\uff10", "08:30"),
        ("\u22125", "-5"),
    ],
)
def test_a_code_is_letters_digits_and_signs_of_the_keyboard(pasted, meant):
    """Addresses and numbers are compared and dialled."""
    assert code(pasted) == meant


@given(st.text())
def test_tidying_twice_changes_nothing_more(text):
    """What was tidied at the door may be tidied again where it is kept."""
    assert tidied(tidied(text)) == tidied(text)
    assert code(code(text)) == code(text)
