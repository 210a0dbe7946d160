"""What a practice sends about a booking."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from pool.catalogue import CANCEL_REASONS
from pool.formats import listed
from pool.schemas.inputs import one_of
from pool.schemas.offers import OWN_REASONS

NEEDED = {"yes": True, "no": False}


BY = {"clinician": True, "pool": False}
"""Who cancels, for the pool manager: the clinician who rang, or the pool."""

OUR_REASONS = {code: CANCEL_REASONS[code] for code in ("not_needed", "mistake", "other")}
"""Reasons that a practice or a pool gives; the others are a clinician's."""


class CancelBooking(Schema):
    """Why a booking is called off, and whether somebody else is wanted."""

    reason = one_of(OUR_REASONS, "reason")
    needed = fields.String(
        required=True, validate=validate.OneOf(list(NEEDED)), metadata={"label": "answer: is somebody else wanted?"}
    )
    announced = fields.Integer(load_default=None, metadata={"label": "sum that the page showed"})


class CancelForSomebody(Schema):
    """The same from the pool manager, who may write it down for a clinician who rang: then the reasons are a clinician's."""

    by = one_of(BY, "answer: who cancels?")
    reason = one_of(CANCEL_REASONS, "reason")
    needed = fields.String(
        required=True, validate=validate.OneOf(list(NEEDED)), metadata={"label": "answer: is somebody else wanted?"}
    )
    until = fields.Date(load_default=None, metadata={"label": "last day on which they cannot work"})

    @validates_schema
    def check_reason(self, data: dict[str, Any], **_: Any) -> None:
        """Illness is a clinician's reason, never the pool's."""
        allowed = OWN_REASONS if data["by"] == "clinician" else OUR_REASONS
        if data["reason"] not in allowed:
            raise ValidationError(f"Choose one of these: {listed(list(allowed.values()))}", "reason")
