"""What people send about pensions: details, a tier, signatures, payments."""

import re
from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from pool import clock
from pool.money import Money
from pool.rules.pension import SD_NUMBER
from pool.rules.pension_tiers import TIERS
from pool.schemas.inputs import Code, Pounds, a_text, one_of

NI_NUMBER = re.compile(r"[A-Z]{2}\d{6}[A-D]")
"""The usual form of a National Insurance number: two letters, six digits, a letter."""

AUTHORITY_CODE = validate.Regexp(r"[A-Za-z0-9]{2,10}", error="Enter a code of letters and digits, like K81003")
LONGEST_LIFE = 120


class Agreement(fields.Boolean):
    """A box that has to be ticked."""

    def __init__(self, error: str):
        super().__init__(required=True, validate=validate.Equal(True, error=error), error_messages={"required": error})


def form_ids(label: str) -> fields.List:
    """The forms that were ticked."""
    return fields.List(fields.UUID(), required=True, validate=validate.Length(min=1), metadata={"label": label})


class DeclareForms(Schema):
    """The clinician's signature."""

    form_ids = form_ids("forms to sign")


class SignForms(Schema):
    """The practice's signature: who, with which code, paid when."""

    form_ids = form_ids("forms to sign")
    name = a_text("your name", 100, required=True)
    authority_code = Code(required=True, validate=AUTHORITY_CODE, metadata={"label": "practice code"})
    paid_on = fields.Date(load_default=None, allow_none=True, metadata={"label": "date of payment"})
    confirmed = Agreement("Tick the box to confirm the work, the amounts and the payment")


class PaidOn(Schema):
    """When the clinician paid PCSE."""

    on = fields.Date(required=True, metadata={"label": "day of payment"})


class ChooseTier(Schema):
    """The clinician's own choice for a year."""

    year = fields.Integer(required=True, validate=validate.Range(2015, 2100), metadata={"label": "year"})
    tier = one_of(TIERS, "tier")


class AskTier(Schema):
    """Which year, and the income of some days for a suggestion; all may be left out."""

    year = fields.Integer(load_default=None, validate=validate.Range(2015, 2100), metadata={"label": "year"})
    income = Pounds(load_default=None, at_most=Money(100_000_000), metadata={"label": "income"})
    days = fields.Integer(load_default=None, validate=validate.Range(1, 366), metadata={"label": "days of service"})


def extra(label: str) -> Pounds:
    """A monthly amount beside the tier; empty is none."""
    return Pounds(load_default=Money(0), metadata={"label": label})


class PensionDetails(Schema):
    """What the forms say about a GP."""

    pension_by_default = fields.Boolean(load_default=False)
    surname = a_text("surname", 60, required=True)
    other_names = a_text("other names", 60, required=True)
    address = a_text("address", 400, required=True)
    sd_number = Code(required=True, metadata={"label": "SD number"})
    ni_number = Code(required=True, metadata={"label": "National Insurance number"})
    date_of_birth = fields.Date(required=True, metadata={"label": "date of birth"})
    authority_code = Code(required=True, validate=AUTHORITY_CODE, metadata={"label": "employing authority code"})
    added_years = extra("added years")
    mpavc = extra("money purchase AVC")
    additional_pension = extra("additional pension")
    errbo = extra("early retirement reduction buy out")

    @post_load
    def tidy(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Numbers in their one form; ValidationError beside the field for what cannot be one."""
        sd, ni = without_spaces(data["sd_number"]), without_spaces(data["ni_number"]).upper()
        if not SD_NUMBER.fullmatch(sd):
            raise ValidationError("Enter an SD number with 8 digits, like 12345678", "sd_number")
        if not NI_NUMBER.fullmatch(ni):
            raise ValidationError("Enter a National Insurance number like QQ 12 34 56 C", "ni_number")
        tidied = {"sd_number": sd, "ni_number": ni, "date_of_birth": born(data["date_of_birth"])}
        address = [line.strip() for line in data["address"].splitlines() if line.strip()]
        return data | tidied | {"address": address, "authority_code": data["authority_code"].upper()}


def without_spaces(typed: str) -> str:
    """12 34 56 78 as 12345678."""
    return re.sub(r"[\s-]", "", typed)


def born(day: date) -> str:
    """A day of birth that somebody alive and grown up can have, as it is kept; raises ValidationError."""
    age = (clock.today() - day).days // 365
    if not 18 <= age <= LONGEST_LIFE:
        raise ValidationError("Enter your date of birth, like 14 5 1980", "date_of_birth")
    return day.isoformat()
