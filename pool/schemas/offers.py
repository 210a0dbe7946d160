"""What a clinician sends about an offer or a booking."""

from marshmallow import Schema, fields

from pool.catalogue import CANCEL_REASONS, DECLINE_REASONS
from pool.schemas.inputs import one_of

OWN_REASONS = {code: words for code, words in CANCEL_REASONS.items() if code != "not_needed"}
"""Why a clinician cannot come; that nobody is needed is for the practice to say."""


class Accepted(Schema):
    """Yes, with the choice about the pension where the page asked for one."""

    pension = one_of(("yes", "no"), "pension", load_default="")


class Declined(Schema):
    """No, with a reason or without."""

    reason = one_of(DECLINE_REASONS, "reason", load_default="")


class CannotCome(Schema):
    """Why the clinician cannot come, never more than a word, and the last day on which they cannot work."""

    reason = one_of(OWN_REASONS, "reason")
    until = fields.Date(load_default=None, metadata={"label": "last day on which you cannot work"})
