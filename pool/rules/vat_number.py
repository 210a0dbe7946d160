"""VAT registration numbers of the United Kingdom, with their check digits (HMRC, VAT Trader Search; domain 6.1)."""

import re

STANDARD = re.compile(r"(\d{7})(\d{2})(\d{3})?", re.ASCII)
GOVERNMENT = re.compile(r"GD[0-4]\d{2}|HA[5-9]\d{2}", re.ASCII)
"""Departments of government, and bodies of the health service; they have no check digits."""

LARGER = 55
"""What the numbers given since 2010 ("9755") count more than those before."""


def is_vat_number(text: str) -> bool:
    """A number without its country: 9 digits whose last two follow from the others, 3 more for a branch, GD or HA and 3."""
    if GOVERNMENT.fullmatch(text):
        return True
    found = STANDARD.fullmatch(text)
    if found is None or int(found[1]) == 0:
        return False
    weighted = sum(int(digit) * weight for digit, weight in zip(found[1], range(8, 1, -1), strict=True))
    return (weighted + int(found[2])) % 97 in (0, 97 - LARGER)
