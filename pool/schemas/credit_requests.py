"""What people say about credit notes."""

from collections.abc import Sequence

from marshmallow import Schema, fields

from pool.money import Money
from pool.schemas.inputs import Pounds, a_text


class AskCredit(Schema):
    """Why an invoice is to be credited, and whether it is to be invoiced again."""

    reason = a_text("reason", 300, required=True)
    rebill = fields.Boolean(load_default=False)


def ask_credit(lines: Sequence[tuple[str, int]]) -> type[Schema]:
    """AskCredit with an amount for each line of one invoice, by the names of their boxes; empty counts as nothing."""
    amounts = {
        name: Pounds(load_default=Money(0), metadata={"label": f"amount of line {position}"})
        for name, position in lines
    }
    return type("AskCreditOfInvoice", (AskCredit,), amounts)


class AnswerCredit(Schema):
    """Why it is not credited."""

    answer = a_text("reason", 300, required=True)
