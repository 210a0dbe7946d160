"""What a manager says about a proposed adjustment."""

from marshmallow import Schema

from pool.schemas.inputs import a_text


class DismissAdjustment(Schema):
    """Why it stays as it was billed."""

    reason = a_text("reason", 500, required=True)
