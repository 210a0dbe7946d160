"""What people say about payments."""

from datetime import date
from typing import Any

from marshmallow import Schema, fields, post_load

from pool.money import Money
from pool.rules.paid import Paid
from pool.schemas.inputs import Pounds, a_code, a_text

A_LOT = Money(100_000_000)


class RecordPayment(Schema):
    """How much, on which day, and the words on the bank statement."""

    amount = Pounds(required=True, at_most=A_LOT, metadata={"label": "amount"})
    on = fields.Date(required=True, metadata={"label": "day of payment"})
    reference = a_code("reference", most=140)
    another = fields.Boolean(load_default=False, metadata={"label": "another payment"})

    @post_load
    def said(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The payment as the use cases take it."""
        on: date = data["on"]
        return {"paid": Paid(data["amount"], on, data["reference"]), "another": data["another"]}


class PutCreditOn(Schema):
    """The invoice that gets what is left of a payment."""

    invoice = fields.UUID(required=True, metadata={"label": "invoice"})


class UndoPayment(Schema):
    """Why a payment is taken back."""

    reason = a_text("reason", most=200, required=True)
