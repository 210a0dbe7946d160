"""What a practice sends about hours."""

from marshmallow import Schema, fields, validate

from pool.schemas.inputs import a_text


class HoursQuery(Schema):
    """What the practice thinks is different about the hours."""

    reason = a_text("difference", 500, required=True)


class ConfirmBatch(Schema):
    """The hours that were on the page when "Confirm all" was pressed; later ones wait."""

    timesheet_ids = fields.List(
        fields.UUID(), required=True, validate=validate.Length(min=1), metadata={"label": "hours to confirm"}
    )
