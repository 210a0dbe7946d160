"""Sort code and account number: the examples of the banks' own specification, and nothing remembered between accounts."""

from itertools import permutations

import pytest

from pool.dated import table
from pool.errors import Invalid
from pool.rules.modulus import belongs, checks_of
from pool.services.billing.sellers import refuse_strange_account

GOOD = [
    ("089999", "66374958"),
    ("107999", "88837491"),
    ("202959", "63748472"),
    ("871427", "46238510"),
    ("872427", "46238510"),
    ("871427", "09123496"),
    ("871427", "99123496"),
    ("820000", "73688637"),
    ("827999", "73988638"),
    ("827101", "28748352"),
    ("134020", "63849203"),
    ("118765", "64371389"),
    ("200915", "41011166"),
    ("938611", "07806039"),
    ("938600", "42368003"),
    ("938063", "55065200"),
    ("772798", "99345694"),
    ("086090", "06774744"),
    ("309070", "02355688"),
    ("309070", "12345668"),
    ("309070", "12345677"),
    ("309070", "99345694"),
    ("074456", "12345112"),
    ("070116", "34012583"),
    ("074456", "11104102"),
    ("180002", "00000190"),
]
BAD = [
    ("938063", "15764273"),
    ("938063", "15764264"),
    ("938063", "15763217"),
    ("118765", "64371388"),
    ("203099", "66831036"),
    ("203099", "58716970"),
    ("089999", "66374959"),
    ("107999", "88837493"),
    ("180002", "12345678"),
]
"""Vocalink, Validating account numbers, version 8.50, chapter 3. 938063 and 203099 pass one of their two checks only."""


@pytest.mark.parametrize(("sort_code", "account"), GOOD)
def test_an_account_that_can_be_is_taken(sort_code, account):
    """Each is of a bank with a rule of its own."""
    assert belongs(sort_code, account)


@pytest.mark.parametrize(("sort_code", "account"), BAD)
def test_an_account_that_no_bank_gave_is_refused(sort_code, account):
    """Also where one of two checks passes."""
    assert not belongs(sort_code, account)


def test_no_account_changes_the_answer_about_another():
    """An exception of one account holds for that account: whichever was asked before, the answer is the same."""
    cases = [*GOOD[5:8], GOOD[18], BAD[3]]
    alone = {case: belongs(*case) for case in cases}
    for order in permutations(cases):
        assert {case: belongs(*case) for case in order} == alone


def test_a_sort_code_that_is_in_no_row_cannot_be_checked():
    """It passes: the banks' table does not name every branch."""
    assert checks_of("000000") == []
    assert belongs("000000", "12345678")


def test_a_checked_account_has_one_digit_right_in_about_ten():
    """A slip in the last digit of a checked account is found nearly always."""
    assert sum(belongs("107999", f"8883749{digit}") for digit in range(10)) == 1


def test_every_row_of_the_table_can_be_used():
    """Ranges in order, known methods, fourteen weights, at most two checks for a sort code."""
    rows = table("modulus_weights")
    assert all(row["first"] <= row["last"] and row["method"] in ("MOD10", "MOD11", "DBLAL") for row in rows)
    assert {len(row["weights"].split()) for row in rows} == {14}
    assert max(len(checks_of(row["first"])) for row in rows) == 2


def test_what_is_wrong_is_said_beside_the_account_number():
    """The person has the statement in front of them."""
    with pytest.raises(Invalid) as refused:
        refuse_strange_account("20-30-99", "66831036")
    assert "does not fit the sort code" in refused.value.fields["account_number"][0]
