"""No patient details in free text: what could be an NHS number or a Scottish CHI number is refused, a telephone is not."""

import re

from marshmallow import ValidationError

from pool.plain_text import code

TEN_DIGITS = re.compile(r"(?<!\d)(\d{3})[ .,/_()\n-]{0,3}(\d{3})[ .,/_()\n-]{0,3}(\d{4})(?!\d)", re.ASCII)
INTERNATIONAL = re.compile(
    r"(?:(?:\+|(?<!\d)00) ?[1-9]\d{0,2}[ .-]{0,2}(?:\(0\))?|\(0\))[ .-]{0,2}\d(?:[ .-]{0,2}\d){8,9}(?!\d)", re.ASCII
)
"""A number with a country code (+44 161 496 0003, 0044 …) or with the bracketed 0 of one."""

BIRTHDAY = re.compile(r"(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2}", re.ASCII)
WEIGHTS = range(10, 1, -1)
PATIENT = "Take out the number {number}: it looks like an NHS number. No patient details may be entered here."


def refuse_patients(text: str) -> None:
    """Raises ValidationError for text that holds something like an NHS number."""
    found = nhs_number_in(text)
    if found:
        raise ValidationError(PATIENT.format(number=found))


def nhs_number_in(text: str) -> str:
    """The first ten digits that could be an NHS number, as they stand in the text; nothing when there are none.

    Dashes, dots, spaces, brackets, strokes and line ends between the digits do not hide them.
    """
    lines = "\n".join(INTERNATIONAL.sub("telephone", code(line)) for line in text.splitlines())
    found = TEN_DIGITS.finditer(lines)
    return next((" ".join(run[0].split()) for run in found if is_likely("".join(run.groups()))), "")


def is_likely(digits: str) -> bool:
    """Does the check digit fit? With a 0 in front only a CHI number is one, which begins with a birthday: the numbers of
    short telephone areas (016977 2345) have ten digits, too."""
    return fits(digits) and (digits[0] != "0" or BIRTHDAY.match(digits) is not None)


def fits(digits: str) -> bool:
    """Does the tenth digit check the nine before it? 11 minus the weighted sum mod 11; 11 reads 0 and 10 never occurs."""
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=False)) % 11
    return check % 11 == int(digits[9])
