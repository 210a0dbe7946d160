"""What a pool manager types about a clinician."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from pool.catalogue import CLINICAL_SYSTEMS, ENGAGEMENT_TYPES, PROFESSIONS, SKILLS
from pool.schemas.inputs import EmailAddress, Postcode, a_code, a_text, one_of, some_of
from pool.schemas.profile import Profile


class Standing(Schema):
    """Papers and engagement. No date means that the papers have not been checked."""

    compliant_until = fields.Date(load_default=None, metadata={"label": "day until which the papers are valid"})
    engagement = one_of(ENGAGEMENT_TYPES, "engagement")
    engaged_from = fields.Date(required=True, metadata={"label": "day from which this holds"})


class NewClinician(Standing):
    """Somebody who joins the pool."""

    name = a_text("full name", 100, required=True)
    email = EmailAddress(required=True, validate=validate.Length(max=200), metadata={"label": "email address"})
    profession = one_of(PROFESSIONS, "profession")
    registration_number = a_code("registration number", 12, required=True)
    home_postcode = Postcode(required=True, metadata={"label": "home postcode"})
    skills = some_of(SKILLS, "skills")
    clinical_systems = some_of(CLINICAL_SYSTEMS, "clinical systems")

    @post_load
    def shape(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The number in its one form."""
        number = data["registration_number"].replace(" ", "").upper()
        return data | {"registration_number": number}


class ClinicianFacts(Profile):
    """What a manager writes down for a clinician; the lowest fee and the telephone are the clinician's own."""

    class Meta:
        exclude = ("min_fee", "phone")

    name = a_text("full name", 100, load_default=None)
    email = EmailAddress(load_default=None, validate=validate.Length(max=200), metadata={"label": "email address"})


class ChangedStanding(Standing):
    """Papers, engagement, working time, and whether the clinician still takes sessions."""

    active = fields.Boolean(load_default=False)
    contracted_sessions = fields.Integer(
        load_default=0, validate=validate.Range(0, 21), metadata={"label": "contracted sessions a week"}
    )
    weekly_hours = fields.Integer(
        load_default=None, validate=validate.Range(1, 84), metadata={"label": "most hours a week"}
    )
    opt_out_from = fields.Date(load_default=None, metadata={"label": "first day of the opt-out"})
    opt_out_until = fields.Date(load_default=None, metadata={"label": "last day of the opt-out"})

    @validates_schema(skip_on_field_errors=True)
    def check_opt_out(self, data: dict[str, Any], **_: Any) -> None:
        """An opt-out ends on a day on which there is one."""
        since, until = data["opt_out_from"], data["opt_out_until"]
        if until is not None and since is None:
            raise ValidationError("Enter the day the opt-out was signed for, too", "opt_out_from")
        if until is not None and until < since:
            raise ValidationError("The last day of the opt-out is before its first", "opt_out_until")
