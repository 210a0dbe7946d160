"""Do a sort code and an account number belong together? The modulus checks of the British banks (Vocalink, version 8.50).

The weights of data/modulus_weights.csv say how each sort code is checked, once or twice. Where there are two checks both are
demanded, unless their exceptions say that one is enough. A sort code without a row cannot be checked and passes. Everything
is worked out anew for each account: nothing of one account is remembered for the next.
"""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from pool.dated import Row, table

Digits = tuple[int, ...]
A, B, C, G, H = 6, 7, 8, 12, 13
"""Places of the account number's digits a, b, c, g, h among the 14: sort code u to z, then a to h."""

MOD10, MOD11, DOUBLE = "MOD10", "MOD11", "DBLAL"
NOT_ZERO_A = (0, 0, 1, 2, 5, 3, 6, 4, 8, 7, 10, 9, 3, 1)
NOT_ZERO_A_NINE_G = (0, 0, 0, 0, 0, 0, 0, 0, 8, 7, 10, 9, 3, 1)
ONE_IS_ENOUGH = ({2, 9}, {10, 11}, {12, 13})
STANDS_FOR = {8: "090126", 9: "309634"}
"""Exceptions under which another sort code is checked in place of the account's own."""


class Check(NamedTuple):
    """One way in which the accounts of a range of sort codes are checked."""

    method: str
    weights: Digits
    exception: int


def belongs(sort_code: str, account: str) -> bool:
    """Can an account with this number (8 digits) be held under this sort code (6 digits)?"""
    checks = checks_of(sort_code)
    if not checks or cannot_be_checked(checks, account):
        return True
    passed = [passes(check, sort_code, account) for check in needed(checks, account)]
    return any(passed) if {check.exception for check in checks} in ONE_IS_ENOUGH else all(passed)


def checks_of(sort_code: str) -> list[Check]:
    """The one or two checks of a sort code; none when its accounts cannot be checked."""
    return [check_of(row) for row in table("modulus_weights") if row["first"] <= sort_code <= row["last"]]


@cache
def substitutes() -> Mapping[str, str]:
    """Sort codes under exception 5 that are checked as another one."""
    return {row["sort_code"]: row["checked_as"] for row in table("modulus_substitutes")}


def check_of(row: Row) -> Check:
    """A row of the table."""
    return Check(row["method"], tuple(map(int, row["weights"].split())), int(row["exception"] or 0))


def cannot_be_checked(checks: list[Check], account: str) -> bool:
    """Exception 6: accounts in a foreign currency."""
    return any(check.exception == 6 for check in checks) and account[0] in "45678" and account[6] == account[7]


def needed(checks: list[Check], account: str) -> list[Check]:
    """The checks that count: exception 3 leaves its own out for accounts with 6 or 9 in their third place."""
    return [check for check in checks if not (check.exception == 3 and account[2] in "69")]


def passes(check: Check, sort_code: str, account: str) -> bool:
    """One check of an account."""
    digits = tuple(map(int, checked_as(check, sort_code) + account))
    weights = weights_for(check, digits)
    if check.exception == 14:
        return total_of(check.method, weights, digits) % 11 == 0 or passes_shortened(check, sort_code, account)
    total = total_of(check.method, weights, digits) + (27 if check.exception == 1 else 0)
    remainder = total % (11 if check.method == MOD11 else 10)
    if check.exception == 4:
        return remainder == 10 * digits[G] + digits[H]
    if check.exception == 5:
        return fits_check_digit(check.method, remainder, digits)
    return remainder == 0


def checked_as(check: Check, sort_code: str) -> str:
    """The sort code that takes part in a check."""
    if check.exception == 5:
        return substitutes().get(sort_code, sort_code)
    return STANDS_FOR.get(check.exception, sort_code)


def weights_for(check: Check, digits: Digits) -> Digits:
    """The weights of a check, as its exception changes them for some accounts."""
    nine = digits[G] == 9
    if check.exception == 2 and digits[A] != 0:
        return NOT_ZERO_A_NINE_G if nine else NOT_ZERO_A
    of_ten = check.exception == 10 and (digits[A], digits[B]) in ((0, 9), (9, 9))
    if nine and (check.exception == 7 or of_ten):
        return (0,) * C + check.weights[C:]
    return check.weights


def total_of(method: str, weights: Digits, digits: Digits) -> int:
    """The weighted sum; "double alternate" adds the digits of each product."""
    products = [weight * digit for weight, digit in zip(weights, digits, strict=True)]
    return sum(sum(divmod(product, 10)) for product in products) if method == DOUBLE else sum(products)


def fits_check_digit(method: str, remainder: int, digits: Digits) -> bool:
    """Exception 5: what is missing to the whole stands in g (modulus 11) or in h (double alternate)."""
    whole, place = (11, G) if method == MOD11 else (10, H)
    return digits[place] == (whole - remainder if remainder else 0)


def passes_shortened(check: Check, sort_code: str, account: str) -> bool:
    """Exception 14: an account that ends in 0, 1 or 9 may be one of seven digits, moved to the right."""
    if account[7] not in "019":
        return False
    digits = tuple(map(int, f"{sort_code}0{account[:7]}"))
    return total_of(check.method, check.weights, digits) % 11 == 0
