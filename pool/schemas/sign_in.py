"""What people type to sign in, and on their account page."""

from marshmallow import Schema, fields, validate

from pool.schemas.inputs import Code, EmailAddress

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200

EMAIL = EmailAddress(required=True, validate=validate.Length(max=254), metadata={"label": "email address"})
CODE = Code(required=True, validate=validate.Length(max=40), metadata={"label": "code"})


class AskLink(Schema):
    """Where to send the link."""

    email = EMAIL


class TypePassword(Schema):
    """Address and password."""

    email = EMAIL
    password = fields.String(required=True, validate=validate.Length(max=LONGEST_PASSWORD))


class TypeCode(Schema):
    """Six digits of the authenticator, or a recovery code."""

    code = CODE


class NewPassword(Schema):
    """A password: long, and nothing else is asked of it."""

    password = fields.String(
        required=True,
        validate=[
            validate.Length(min=SHORTEST_PASSWORD, error=f"Password must have at least {SHORTEST_PASSWORD} characters"),
            validate.Length(max=LONGEST_PASSWORD),
        ],
    )


class ChooseRole(Schema):
    """The membership to act in."""

    membership = fields.UUID(required=True, error_messages={"required": "Choose what you want to work as"})


class TryAs(Schema):
    """Somebody of the demonstration."""

    person = fields.UUID(required=True)
