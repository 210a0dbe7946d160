"""What a clinician sends about hours."""

from marshmallow import Schema, fields

from pool.schemas.inputs import a_text


class HoursWorked(Schema):
    """Hours that differ from the booking, as London wall times, and why."""

    starts = fields.Time(required=True, metadata={"label": "time you started"})
    ends = fields.Time(required=True, metadata={"label": "time you finished"})
    note = a_text("reason", 500)
