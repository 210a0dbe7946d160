"""What practices and clinicians say about the off-payroll status of a company."""

from marshmallow import Schema, fields

from pool.rules.off_payroll import OUTCOMES, PATTERNS
from pool.schemas.inputs import a_text, one_of


class IssueDetermination(Schema):
    """A practice's decision about a company and one way of working."""

    pattern = one_of(PATTERNS, "how the clinician works")
    outcome = one_of(OUTCOMES, "what you decided")
    reasons = a_text("reasons", 2000, required=True)
    review_on = fields.Date(required=True, metadata={"label": "day of review"})


class SaidAboutStatus(Schema):
    """A disagreement, or the answer to one."""

    words = a_text("reasons", 2000, required=True)
