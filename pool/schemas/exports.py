"""What somebody says about a table they want to download."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema


class ExportDays(Schema):
    """The days a table is about, both included."""

    first = fields.Date(required=True, metadata={"label": "first day"})
    last = fields.Date(required=True, metadata={"label": "last day"})

    @validates_schema
    def in_order(self, data: dict[str, Any], **_: Any) -> None:
        """The last day is not before the first."""
        if data["last"] < data["first"]:
            raise ValidationError("The last day must not be before the first", "last")


class ExportLines(ExportDays):
    """The days, and one practice if not all."""

    practice_id = fields.UUID(load_default=None, metadata={"label": "practice"})


class PayBy(Schema):
    """Up to which due day invoices are put on a payment list."""

    up_to = fields.Date(required=True, metadata={"label": "day"})
