"""What a pool manager types about a clinician."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from pool.catalogue import CLINICAL_SYSTEMS, ENGAGEMENT_TYPES, PROFESSIONS, SKILLS
from pool.places.postcodes import normalise
from pool.schemas.inputs import a_text, one_of, some_of
from pool.schemas.profile import a_postcode


class Standing(Schema):
    """Papers and engagement. No date means that the papers have not been checked."""

    compliant_until = fields.Date(load_default=None, metadata={"label": "day until which the papers are valid"})
    engagement = one_of(ENGAGEMENT_TYPES, "engagement")
    engaged_from = fields.Date(required=True, metadata={"label": "day from which this holds"})


class NewClinician(Standing):
    """Somebody who joins the pool."""

    name = a_text("full name", 100, required=True)
    email = fields.Email(
        required=True, validate=validate.Length(max=200), metadata={"label": "email address"},
        error_messages={"invalid": "Enter an email address, like name@example.com"},
    )  # fmt: skip
    profession = one_of(PROFESSIONS, "profession")
    registration_number = a_text("registration number", 12, required=True)
    home_postcode = fields.String(required=True, validate=a_postcode, metadata={"label": "home postcode"})
    skills = some_of(SKILLS, "skills")
    clinical_systems = some_of(CLINICAL_SYSTEMS, "clinical systems")

    @post_load
    def shape(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Postcode and number in their one form."""
        number = data["registration_number"].replace(" ", "").upper()
        return data | {"home_postcode": normalise(data["home_postcode"]), "registration_number": number}


class ChangedStanding(Standing):
    """Papers, engagement, and whether the clinician still takes sessions."""

    active = fields.Boolean(load_default=False)
