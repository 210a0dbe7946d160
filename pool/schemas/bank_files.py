"""What people say about lines of bank files."""

from marshmallow import Schema, fields, validate

from pool.schemas.inputs import a_text


class AllocateLine(Schema):
    """The invoices that a line pays."""

    invoices = fields.List(
        fields.UUID(),
        required=True,
        metadata={"label": "invoice"},
        validate=validate.Length(min=1, max=50, error="Choose at least one invoice"),
        error_messages={"required": "Choose at least one invoice"},
    )
    other_money = fields.Boolean(load_default=False, metadata={"label": "other money"})


class ChoosePayment(Schema):
    """The recorded payment that a line is, or that came back with it."""

    payment = fields.UUID(
        required=True,
        metadata={"label": "payment"},
        error_messages={"required": "Choose the payment"},
    )


class PutLineAside(Schema):
    """Why a line pays no invoice."""

    reason = a_text("reason", most=200, required=True)
