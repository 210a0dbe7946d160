"""What the sides of a dispute and the pool manager send. `seen` is the number of the last round on their page."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from pool.money import Money
from pool.rules.claims import Proposal
from pool.schemas.inputs import Pounds, a_text

MOST = Money(1_000_000)
LARGEST_FIGURE = 9_999


def a_figure(label: str) -> fields.Decimal:
    """Minutes, visits or miles; empty when an amount is given instead."""
    return fields.Decimal(
        places=1, load_default=None, validate=validate.Range(0, LARGEST_FIGURE), metadata={"label": label}
    )


def an_amount(label: str) -> Pounds:
    """Pounds; empty when a figure is given instead."""
    return Pounds(at_most=MOST, load_default=None, metadata={"label": label})


class Seen(Schema):
    """An answer without words."""

    seen = fields.Integer(required=True)


class Escalation(Seen):
    """Why the manager should decide; the box has a name of its own, because the page has another one for words."""

    words = a_text("explanation", 500, data_key="reason")


class Counter(Seen):
    """Another figure for the whole item, in its measure or as an amount, and a few words."""

    figure = a_figure("figure")
    amount = an_amount("amount")
    words = a_text("explanation", 500)

    @validates_schema(skip_on_field_errors=True)
    def check_one(self, data: dict[str, Any], **_: Any) -> None:
        """Exactly one of the two."""
        given = [data["figure"] is not None, data["amount"] is not None]
        if sum(given) != 1:
            raise ValidationError("Enter one figure: in the box above, or as an amount", "figure")

    @post_load
    def shape(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """In the shape of services.disputes.counter."""
        return {"seen": data["seen"], "words": data["words"], "proposal": Proposal(data["figure"], data["amount"])}


class Decision(Seen):
    """The part of the disputed amount that is due, and the reasons."""

    due = Pounds(at_most=MOST, required=True, metadata={"label": "amount that is due"})
    words = a_text("reasons", 2_000, required=True)
