"""What a practice sends about hours."""

from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from pool.rules.claims import MEASURES, NAMES, Objection
from pool.schemas.disputes import a_figure, an_amount
from pool.schemas.inputs import a_text, one_of

AGREED = "agreed"
REASONS_FOR = {
    "session": ("left_early", "started_late", "other"),
    "extra_time": ("not_agreed", "left_early", "started_late", "other"),
    "extra_visits": ("not_agreed", "other"),
    "mileage": ("not_agreed", "other"),
}
"""The chips of each kind of item."""


def item_fields() -> dict[str, fields.Field[Any]]:
    """For each kind of item: agreed or why not, and the figure that is right, in its measure or as an amount."""
    found: dict[str, fields.Field[Any]] = {}
    for kind, name in NAMES.items():
        found[f"{kind}_reason"] = one_of((AGREED, *REASONS_FOR[kind]), f"answer to {name.lower()}", load_default=AGREED)
        found[f"{kind}_figure"] = a_figure(f"{MEASURES[kind]} you agree to")
        found[f"{kind}_amount"] = an_amount("amount you agree to")
    return found


class HoursQuery(Schema.from_dict(item_fields())):  # type: ignore[misc]
    """What the practice thinks is different, item by item, and a few words."""

    words = a_text("explanation", 500)

    @validates_schema(skip_on_field_errors=True)
    def check_figures(self, data: dict[str, Any], **_: Any) -> None:
        """A queried item needs one figure, and "something else" a few words."""
        wrong: dict[str, list[str]] = {}
        for kind in queried(data):
            given = [data[f"{kind}_{way}"] for way in ("figure", "amount")]
            if given[0] is not None and given[1] is not None:
                wrong[f"{kind}_amount"] = [f"Enter {MEASURES[kind]} or an amount, not both"]
            elif given == [None, None] and data[f"{kind}_reason"] != "not_agreed":
                wrong[f"{kind}_figure"] = [f"Enter the {MEASURES[kind]} you agree to, 0 for none"]
        if "other" in {data[f"{kind}_reason"] for kind in queried(data)} and not data["words"]:
            wrong["words"] = ["Say in a few words what is different"]
        if wrong:
            raise ValidationError(wrong)

    @post_load
    def shape(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """In the shape of services.queries.query; an extra that was never agreed counts nothing unless a figure says so."""
        return {"objections": {kind: objection(data, kind) for kind in queried(data)}, "words": data["words"]}


def queried(data: dict[str, Any]) -> list[str]:
    """The kinds of items that the practice does not agree to."""
    return [kind for kind in NAMES if data[f"{kind}_reason"] != AGREED]


def objection(data: dict[str, Any], kind: str) -> Objection:
    """One item's chip and figure."""
    reason, figure, amount = (data[f"{kind}_{part}"] for part in ("reason", "figure", "amount"))
    if figure is None and amount is None:
        return Objection(reason, figure=Decimal(0))
    return Objection(reason, figure, amount)


class ConfirmBatch(Schema):
    """The hours that were ticked on the page when "Confirm" was pressed; later ones wait."""

    timesheet_ids = fields.List(
        fields.UUID(), required=True, validate=validate.Length(min=1), metadata={"label": "hours to confirm"}
    )
