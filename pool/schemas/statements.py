"""What somebody says about a statement they want to see."""

from marshmallow import fields

from pool.schemas.exports import ExportDays


class StatementOf(ExportDays):
    """The days, and (for a pool manager) one practice or one clinician: practice:<id> or clinician:<id>."""

    whose = fields.String(load_default="", metadata={"label": "practice or clinician"})
