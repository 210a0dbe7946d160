"""Kinds of input that several schemas share: amounts, counts, addresses, numbers, and text without patient details."""

import re
from collections.abc import Callable
from typing import Any

from marshmallow import ValidationError, fields, validate

from pool.errors import Invalid
from pool.money import Money
from pool.places.postcodes import normalise
from pool.plain_text import code
from pool.rules.gln import is_gln
from pool.schemas.patients import refuse_patients

MOST = Money(1_000_000)
TELEPHONE = re.compile(r"[0-9 +().-]{0,20}(?: ?(?:ext\.?|extension|x|#) ?[0-9]{1,6})?", re.ASCII | re.IGNORECASE)


class Code(fields.String):
    """Letters, digits and signs on one line, where any dash is a hyphen and nothing is invisible."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        return code(super()._deserialize(value, attr, data, **options) or "")


class EmailAddress(fields.Email):
    """An e-mail address; what was pasted around or into it and shows nothing is gone before it is checked."""

    default_error_messages = {"invalid": "Enter an email address in the right form, like name@example.com"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        return code(super()._deserialize(value, attr, data, **options) or "")


class Telephone(Code):
    """A telephone number as people write it, with an extension or without; empty when there is none."""

    default_error_messages = {"invalid": "Enter a phone number, like 01632 960001 or 01632 960001 ext 4"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        number = super()._deserialize(value, attr, data, **options)
        if not TELEPHONE.fullmatch(number):
            raise self.make_error("invalid")
        return number


class Postcode(Code):
    """A postcode, in its one form."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        try:
            return normalise(super()._deserialize(value, attr, data, **options))
        except Invalid as wrong:
            raise ValidationError(str(wrong)) from wrong


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
        digits = re.sub(r"[\s-]", "", code(str(value)))
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


def a_code(label: str, most: int = 200, **options: Any) -> Code:
    """A number or reference that is no clinical text, such as a bank's: ten digits in it are nobody's NHS number."""
    if not options.get("required"):
        options.setdefault("load_default", "")
    return Code(validate=validate.Length(max=most), metadata={"label": label}, **options)
