"""What people say about lines of bank files."""

from marshmallow import Schema, fields, validate

from pool.schemas.inputs import a_text


class AllocateLine(Schema):
    """The invoices that a line pays."""

    invoices = fields.List(
        fields.UUID(), required=True, metadata={"label": "invoice"},
        validate=validate.Length(min=1, max=50, error="Choose at least one invoice"),
        error_messages={"required": "Choose at least one invoice"},
    )  # fmt: skip


class PutLineAside(Schema):
    """Why a line pays no invoice."""

    reason = a_text("reason", most=200, required=True)
