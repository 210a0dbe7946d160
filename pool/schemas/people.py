"""What a pool manager types to invite somebody."""

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from pool.permissions import MANAGER, PRACTICE
from pool.schemas.inputs import EmailAddress


class OwnName(Schema):
    """A person's name."""

    name = fields.String(required=True, validate=validate.Length(2, 80), metadata={"label": "full name"})


class PersonFacts(OwnName):
    """A name and the address to sign in with."""

    email = EmailAddress(required=True, validate=validate.Length(max=254), metadata={"label": "email address"})


class InviteColleague(PersonFacts):
    """Somebody for the practice of whoever invites."""


class Invite(PersonFacts):
    """Somebody for a practice, or another manager of the pool."""

    role = fields.String(
        required=True,
        validate=validate.OneOf([PRACTICE, MANAGER]),
        error_messages={"required": "Choose what this person will do"},
    )
    practice = fields.UUID(load_default=None, allow_none=True, metadata={"label": "practice"})

    @validates_schema
    def practice_for_its_role(self, data: dict[str, object], **_: object) -> None:
        """A practice manager belongs to one practice."""
        if data["role"] == PRACTICE and data["practice"] is None:
            raise ValidationError("Choose the practice this person works for", "practice")
