"""Kinds of input that several schemas share: amounts, counts, and text without patient details."""

import re
from collections.abc import Callable
from typing import Any

from marshmallow import ValidationError, fields, validate

from pool.money import Money
from pool.rules.gln import is_gln

TEN_DIGITS = re.compile(r"(?<!\d)(\d{3})[ -]?(\d{3})[ -]?(\d{4})(?!\d)")
WEIGHTS = range(10, 1, -1)
MOST = Money(1_000_000)
PATIENT = "Take out the number {number}: it looks like an NHS number. No patient details may be entered here."


class Pounds(fields.Field[Money]):
    """An amount as people type it (357, £1,234.50), as Money."""

    def __init__(self, *, at_most: Money = MOST, **options: Any):
        super().__init__(**options)
        self.at_most = at_most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Money:
        try:
            amount = Money.parse(str(value))
        except ValueError as refused:
            raise ValidationError(str(refused)) from refused
        if amount > self.at_most:
            raise ValidationError(f"Enter an amount of {self.at_most} or less")
        return amount

    def _serialize(self, value: Money | None, attr: str | None, obj: Any, **_: Any) -> str | None:
        return None if value is None else f"{value.pence // 100}.{value.pence % 100:02d}"


class LocationNumber(fields.String):
    """A GLN as people type it, with or without spaces; empty when there is none."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> str:
        digits = re.sub(r"\s", "", str(value))
        if digits and not is_gln(digits):
            raise ValidationError("Enter the 13 digits of the location number. One of them seems to be wrong")
        return digits


def a_count(label: str, most: int) -> fields.Integer:
    """A whole number from 0, empty when it does not matter."""
    return fields.Integer(load_default=None, validate=validate.Range(0, most), metadata={"label": label})


def one_of(choices: Any, label: str, **options: Any) -> fields.String:
    """One answer of a list of the catalogue; required unless it has a default."""
    options.setdefault("required", "load_default" not in options)
    return fields.String(validate=validate.OneOf(list(choices)), metadata={"label": label}, **options)


def some_of(choices: Any, label: str) -> fields.List:
    """Any answers of a list of the catalogue."""
    chosen = fields.String(validate=validate.OneOf(list(choices)))
    return fields.List(chosen, load_default=list, metadata={"label": label})


def a_text(label: str, most: int = 200, **options: Any) -> fields.String:
    """A few words that must not hold patient details; empty unless required."""
    if not options.get("required"):
        options.setdefault("load_default", "")
    rules: list[Callable[[str], Any]] = [validate.Length(max=most), refuse_patients]
    return fields.String(validate=rules, metadata={"label": label}, **options)


def refuse_patients(text: str) -> None:
    """Raises ValidationError for text that holds something like an NHS number."""
    found = nhs_number_in(text)
    if found:
        raise ValidationError(PATIENT.format(number=found))


def nhs_number_in(text: str) -> str:
    """The first run of ten digits that could be an NHS number (its check digit fits, mod 11), as typed; else nothing."""
    return next((found[0] for found in TEN_DIGITS.finditer(text) if fits("".join(found.groups()))), "")


def fits(digits: str) -> bool:
    """Does the tenth digit check the nine before it? 11 minus the weighted sum mod 11; 11 reads 0 and 10 never occurs."""
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=False)) % 11
    return check % 11 == int(digits[9])
