"""A figure that a pool sets itself, as its manager types it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from pool.catalogue import FIGURE_KINDS, KINDS, ON_COSTS, PROFESSIONS
from pool.schemas.inputs import Pounds, a_text, one_of

A_SHARE = validate.Range(Decimal(0), Decimal(100), error="Enter a share between 0 and 100")


class RecordFigure(Schema):
    """One figure from a day on, with who answers for it."""

    kind = one_of(FIGURE_KINDS, "what it is")
    profession = one_of(["", *PROFESSIONS], "whom it is for", load_default="")
    session_kind = one_of(["", *KINDS], "kind of session", load_default="")
    amount = Pounds(load_default=None, metadata={"label": "amount"})
    percent = fields.Decimal(places=2, load_default=None, validate=A_SHARE, metadata={"label": "share"})
    valid_from = fields.Date(required=True, metadata={"label": "first day"})
    confirmed = fields.Boolean(load_default=False)
    owner = a_text("who answers for it", 120, required=True)
    source = a_text("where it comes from", 300)

    @validates_schema
    def a_figure_is_given(self, data: Mapping[str, Any], **_: Any) -> None:
        """A share for on-costs, an amount for everything else."""
        name = "percent" if data.get("kind") == ON_COSTS else "amount"
        if data.get(name) is None:
            words = (
                "Enter a share, like 15.05" if name == "percent" else "Enter an amount in pounds, like 357 or 357.50"
            )
            raise ValidationError(words, name)
