"""Global Location Numbers: 13 digits that end in a check digit (GS1 General Specifications 7.9; domain 6.8)."""

LENGTH = 13


def is_gln(text: str) -> bool:
    """Thirteen digits whose last one follows from the others."""
    return len(text) == LENGTH and text.isascii() and text.isdecimal() and int(text[-1]) == check_digit(text[:-1])


def check_digit(digits: str) -> int:
    """The digit that makes a number whole: weights 3 and 1 in turn from the right, up to the next ten."""
    weighted = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(digits)))
    return -weighted % 10
