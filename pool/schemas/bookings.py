"""What a practice sends about a booking."""

from marshmallow import Schema, fields, validate

from pool.catalogue import CANCEL_REASONS
from pool.schemas.inputs import one_of

NEEDED = {"yes": True, "no": False}


class CancelBooking(Schema):
    """Why a booking is called off, and whether somebody else is wanted."""

    reason = one_of(CANCEL_REASONS, "reason")
    needed = fields.String(
        required=True, validate=validate.OneOf(list(NEEDED)), metadata={"label": "answer: is somebody else wanted?"}
    )
